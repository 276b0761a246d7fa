/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_H
#define CMD_TOP_H

#include "cmd/record/options.h"
#include "cmd/options/report_options.h"

/* The command line of `spelunk top`: options of record, of report, and a few of its own. */
struct top_args {
	struct record_args record;
	struct report_args report;	/* of each interval; .input is not set */
	bool plain;			/* no screens: something asks for text */
	unsigned int delay_ms;
	unsigned int count;		/* intervals; 0: no end */
	const char *keep;		/* folder; NULL: files are removed once shown */
	bool help;
};

/*
 * Understand argv.  0, or -EINVAL or -ENOMEM with a sentence in err.  top_args_free() in
 * each case.
 */
int top_args_parse(struct top_args *a, int argc, char **argv, char *err, size_t errlen);
void top_args_free(struct top_args *a);

#endif
