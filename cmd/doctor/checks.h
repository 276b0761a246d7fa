/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_CHECKS_H
#define CMD_DOCTOR_CHECKS_H

#include <inttypes.h>

#include "cmd/options/report_options.h"
#include "collector/host/guests.h"
#include "collector/host/host.h"

/* Checks of `spelunk doctor`: they judge facts of a host and read no file. */

enum verdict {
	VERDICT_NONE,		/* not applicable to this machine */
	VERDICT_OK,
	VERDICT_WARNING,	/* something will be missing or wrong in a recording */
	VERDICT_PROBLEM,	/* SPE cannot be used */
	VERDICT_UNKNOWN,	/* cannot be determined */
	NR_VERDICTS,
};

enum check {
#define CHECK(id, name, why, needs) CHECK_##id,
#include "cmd/doctor/checks.def"
#undef CHECK
	NR_CHECKS
};
const char *check_name(enum check c);
const char *check_why(enum check c);

/* Texts are one line each and may contain bytes from firmware and guests: escape them. */
struct finding {
	enum verdict verdict;
	char found[512];
	char reason[512];	/* "" if OK */
	char fix[512];		/* "" if OK, or if there is no remedy */
};

struct doctor {
	const struct host *host;
	const struct guests *guests;
	int guests_err;		/* result of guests_read() */
};

/*
 * Fill all findings and return the overall verdict: PROBLEM, WARNING or OK; unknown counts as a
 * warning.
 */
enum verdict doctor_judge(const struct doctor *d, struct finding findings[NR_CHECKS]);

/* The checks, one per row of doctor_checks.def; *f is all zero on entry. */
#define CHECK(id, name, why, needs) void check_##id(const struct doctor *d, struct finding *f);
#include "cmd/doctor/checks.def"
#undef CHECK

enum finding_id {
#define FINDING(id, verdict, found, reason, fix) FINDING_##id,
#include "cmd/doctor/findings.def"
#undef FINDING
	NR_FINDINGS
};

/* The format of each finding, so that the compiler checks the arguments. */
#define FINDING(id, verdict, found, reason, fix) \
	__attribute__((unused)) static const char found_##id[] = found;
#include "cmd/doctor/findings.def"
#undef FINDING

/* Set *f to a row of findings.def, with the arguments of its format. */
#define finding_set(f, id, ...) finding_is(f, FINDING_##id, found_##id, ##__VA_ARGS__)
void finding_is(struct finding *f, enum finding_id id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Add what the row leaves open. */
void finding_reason(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void finding_fix(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Append to what was found. */
void finding_add(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* All is right here: no reason and no remedy. */
void finding_ok(struct finding *f);

/* The parsed command line of `spelunk doctor`. */
struct doctor_args {
	bool json;
	bool probe;
	struct output_args to;
};

#endif
