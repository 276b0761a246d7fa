/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PRINT_H
#define CMD_DOCTOR_PRINT_H

#include <stdio.h>

#include "cmd/doctor/checks.h"
#include "cmd/output.h"
#include "report/json/writer.h"

const char *verdict_name(enum verdict v);	/* "OK", "WARNING", "PROBLEM", "unknown" */

/* One line per finding, followed by its reason and remedy; then the overall verdict. */
void doctor_print_text(const struct output *o, const struct finding findings[NR_CHECKS],
		       enum verdict all);

/* The findings and the facts behind them.  Keys are only ever added: spelunk-doctor(1). */
void doctor_print_json(FILE *out, const struct doctor *d,
		       const struct finding findings[NR_CHECKS], enum verdict all);

/* Print a verdict's name in its colour, in the first column. */
void doctor_put_verdict(const struct output *o, enum role role, const char *name);
/* Print untrusted text, escaped and wrapped, with continuation lines indented to that column. */
void doctor_put_wrapped(FILE *out, const char *text, int indent);
/* Write the facts of the host as the member "host". */
void doctor_put_host(struct json *j, const struct host *h);

#endif
