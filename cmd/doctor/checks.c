// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/doctor/checks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum needs { NEEDS_NOTHING, NEEDS_ARM, NEEDS_SPE };

static const struct {
	const char *name, *why;
	void (*judge)(const struct doctor *d, struct finding *f);
	enum needs needs;
} checks[NR_CHECKS] = {
#define CHECK(id, name, why, needs) [CHECK_##id] = { name, why, check_##id, NEEDS_##needs },
#include "cmd/doctor/checks.def"
#undef CHECK
};

static const struct {
	enum verdict verdict;
	const char *reason, *fix;
} rows[NR_FINDINGS] = {
#define FINDING(id, verdict, found, reason, fix) { VERDICT_##verdict, reason, fix },
#include "cmd/doctor/findings.def"
#undef FINDING
};

const char *check_name(enum check c)
{
	return checks[c].name;
}

const char *check_why(enum check c)
{
	return checks[c].why;
}

#define WRITE(to, at, fmt) do {						\
	size_t _at = (at);						\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	vsnprintf((to) + _at, sizeof(to) - _at, fmt, ap);		\
	va_end(ap);							\
} while (0)

void finding_is(struct finding *f, enum finding_id id, const char *fmt, ...)
{
	f->verdict = rows[id].verdict;
	strcpy(f->reason, rows[id].reason);
	strcpy(f->fix, rows[id].fix);
	WRITE(f->found, 0, fmt);
}

void finding_add(struct finding *f, const char *fmt, ...)
{
	WRITE(f->found, strlen(f->found), fmt);
}

void finding_reason(struct finding *f, const char *fmt, ...)
{
	WRITE(f->reason, 0, fmt);
}

void finding_fix(struct finding *f, const char *fmt, ...)
{
	WRITE(f->fix, 0, fmt);
}

void finding_ok(struct finding *f)
{
	f->verdict = VERDICT_OK;
	*f->reason = *f->fix = '\0';
}

static bool arises(const struct host *h, enum needs needs)
{
	return needs == NEEDS_NOTHING || (host_is_arm(h) && (needs == NEEDS_ARM || h->nr_spe));
}

enum verdict doctor_judge(const struct doctor *d, struct finding findings[NR_CHECKS])
{
	size_t nr[NR_VERDICTS] = { 0 };

	memset(findings, 0, NR_CHECKS * sizeof(*findings));
	for (unsigned int c = 0; c < NR_CHECKS; c++) {
		if (arises(d->host, checks[c].needs))
			checks[c].judge(d, &findings[c]);
		nr[findings[c].verdict]++;
	}
	if (nr[VERDICT_PROBLEM])
		return VERDICT_PROBLEM;
	return nr[VERDICT_WARNING] || nr[VERDICT_UNKNOWN] ? VERDICT_WARNING : VERDICT_OK;
}
