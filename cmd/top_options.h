/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_OPTIONS_H
#define CMD_TOP_OPTIONS_H

#include "cmd/record_options.h"

/* Arguments for a report at the most. */
#define TOP_REPORT_MAX	64

/* The command line of `spelunk top`: options of record, of report, and a few of its own. */
struct top_args {
	struct record_args record;
	char *report[TOP_REPORT_MAX];	/* options for each report; borrowed from argv */
	size_t nr_report;
	bool head;			/* reports are text, with a line of ours above */
	bool plain;			/* no screens: something asks for text */
	unsigned int delay_ms;
	unsigned int count;		/* screens; 0: no end */
	const char *keep;		/* folder; NULL: files are gone once shown */
	char **rest;			/* owned: argv for record's parser */
};

/*
 * Understand argv.  0; -EINVAL with a sentence in err, or -ENOMEM.  top_args_free() in
 * each case.
 */
int top_args_parse(struct top_args *a, int argc, char **argv, char *err, size_t errlen);
void top_args_free(struct top_args *a);
void top_args_help(FILE *out);

#endif
