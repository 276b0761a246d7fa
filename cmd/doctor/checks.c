// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/doctor/checks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *why;
	void (*judge)(const struct doctor *d, struct finding *f);
} checks[NR_CHECKS] = {
#define CHECK(id, name, why) [CHECK_##id] = { name, why, check_##id },
#include "cmd/doctor/checks.def"
#undef CHECK
};

const char *check_name(enum check c)
{
	return checks[c].name;
}

const char *check_why(enum check c)
{
	return checks[c].why;
}

const char *verdict_name(enum verdict v)
{
	switch (v) {
	case VERDICT_OK:	return "OK";
	case VERDICT_WARNING:	return "WARNING";
	case VERDICT_PROBLEM:	return "PROBLEM";
	case VERDICT_UNKNOWN:	return "unknown";
	case VERDICT_NONE:
	case NR_VERDICTS:	break;
	}
	return "";
}

#define WRITE(to, at, fmt) do {						\
	size_t _at = (at);						\
	va_list ap;							\
									\
	va_start(ap, fmt);						\
	vsnprintf((to) + _at, sizeof(to) - _at, fmt, ap);		\
	va_end(ap);							\
} while (0)

void finding_is(struct finding *f, enum verdict v, const char *fmt, ...)
{
	f->verdict = v;
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

void finding_cure(struct finding *f, const char *fmt, ...)
{
	WRITE(f->cure, 0, fmt);
}

enum verdict doctor_judge(const struct doctor *d, struct finding findings[NR_CHECKS])
{
	size_t nr[NR_VERDICTS] = { 0 };

	memset(findings, 0, NR_CHECKS * sizeof(*findings));
	for (unsigned int c = 0; c < NR_CHECKS; c++) {
		checks[c].judge(d, &findings[c]);
		nr[findings[c].verdict]++;
	}
	if (nr[VERDICT_PROBLEM])
		return VERDICT_PROBLEM;
	return nr[VERDICT_WARNING] || nr[VERDICT_UNKNOWN] ? VERDICT_WARNING : VERDICT_OK;
}
