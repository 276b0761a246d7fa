/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PRINT_H
#define CMD_DOCTOR_PRINT_H

#include <stdio.h>

#include "cmd/doctor/checks.h"
#include "cmd/output.h"
#include "report/json/writer.h"

const char *verdict_name(enum verdict v);	/* "OK", "WARNING", "PROBLEM", "unknown" */

/* A line of each finding, below it the reason and the cure; then what they come to. */
void doctor_print_text(const struct output *o, const struct finding findings[NR_CHECKS],
		       enum verdict all);

/* The findings and the facts behind them; the keys only ever grow: spelunk-doctor(1). */
void doctor_print_json(FILE *out, const struct doctor *d,
		       const struct finding findings[NR_CHECKS], enum verdict all);

/* A verdict's name in its colour, in the first column. */
void doctor_put_verdict(const struct output *o, enum role role, const char *name);
/* Text of the machine, escaped, in lines that go on at column indent. */
void doctor_put_wrapped(FILE *out, const char *text, int indent);
/* The facts of the host, as a member "host". */
void doctor_put_host(struct json *j, const struct host *h);

#endif
