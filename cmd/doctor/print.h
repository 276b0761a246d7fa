/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DOCTOR_PRINT_H
#define CMD_DOCTOR_PRINT_H

#include <stdio.h>

#include "cmd/doctor/checks.h"

const char *verdict_name(enum verdict v);	/* "OK", "WARNING", "PROBLEM", "unknown" */

/* A line of each finding, below it the reason and the cure; then what they come to. */
void doctor_print_text(FILE *out, const struct finding findings[NR_CHECKS], enum verdict all,
		       bool color);

/* The findings and the facts behind them; the keys only ever grow: spelunk-doctor(1). */
void doctor_print_json(FILE *out, const struct doctor *d,
		       const struct finding findings[NR_CHECKS], enum verdict all);

#endif
