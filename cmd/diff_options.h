/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DIFF_OPTIONS_H
#define CMD_DIFF_OPTIONS_H

#include "cmd/report_options.h"
#include "report/diff/diff.h"

/* The command line of `spelunk diff`: options of report, and --table. */

struct diff_args {
	struct report_args report;
	enum diff_part part;
	char **rest;		/* owned: argv for report's parser */
};

/*
 * Understand argv.  0, or -EINVAL or -ENOMEM with one sentence in err; diff_args_free()
 * in either case.
 */
int diff_args_parse(struct diff_args *a, int argc, char **argv, char *err, size_t errlen);
void diff_args_free(struct diff_args *a);

#endif
