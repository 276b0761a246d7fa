/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_CHECKS_H
#define CMD_DOCTOR_CHECKS_H

#include <inttypes.h>

#include "cmd/options/report_options.h"
#include "collector/host/guests.h"
#include "collector/host/host.h"

/* Judgements of `spelunk doctor` on facts of a host: no file is read here. */

enum verdict {
	VERDICT_NONE,		/* the question does not arise on this machine */
	VERDICT_OK,
	VERDICT_WARNING,	/* something will be missing from a recording, or not right */
	VERDICT_PROBLEM,	/* SPE cannot be used */
	VERDICT_UNKNOWN,	/* nothing here tells */
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

/* Texts are one line each, and may hold bytes of firmware and of guests: escape them. */
struct finding {
	enum verdict verdict;
	char found[512];
	char reason[512];	/* "" if OK */
	char cure[512];		/* "" if OK, or there is none */
};

struct doctor {
	const struct host *host;
	const struct guests *guests;
	int guests_err;		/* of guests_read() */
};

/* Fill all of findings, and return what they come to: PROBLEM, WARNING or OK; unknown warns. */
enum verdict doctor_judge(const struct doctor *d, struct finding findings[NR_CHECKS]);

/* The judgement of each row of doctor_checks.def; the finding is all zero before. */
#define CHECK(id, name, why, needs) void check_##id(const struct doctor *d, struct finding *f);
#include "cmd/doctor/checks.def"
#undef CHECK

enum finding_id {
#define FINDING(id, verdict, found, reason, cure) FINDING_##id,
#include "cmd/doctor/findings.def"
#undef FINDING
	NR_FINDINGS
};

/* Its format, which the compiler compares with what is given for it. */
#define FINDING(id, verdict, found, reason, cure) \
	__attribute__((unused)) static const char found_##id[] = found;
#include "cmd/doctor/findings.def"
#undef FINDING

/* A row of findings.def, and what its format prints. */
#define finding_set(f, id, ...) finding_is(f, FINDING_##id, found_##id, ##__VA_ARGS__)
void finding_is(struct finding *f, enum finding_id id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* What the row leaves open. */
void finding_reason(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void finding_cure(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* More of what was found, behind it. */
void finding_add(struct finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* That is all right here: no reason, and no cure. */
void finding_ok(struct finding *f);

/* The command line of `spelunk doctor`, understood. */
struct doctor_args {
	bool json;
	bool probe;
	struct output_args to;
};

#endif
