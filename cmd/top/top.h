/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_H
#define CMD_TOP_H

#include "cmd/options/report_options.h"
#include "cmd/record/options.h"
#include "cmd/top/kernel_symbols.h"

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

/* What time it is: "12:34:56". */
void top_clock(char out[32]);

/*
 * `spelunk top` as screens: a process of its own records, in short files, so that nothing
 * that is drawn or counted keeps it waiting; each file that it closes is shown next.
 */
struct top_screens {
	struct top_args *args;		/* .record is ready; the recorder has a copy of all */
	struct kernel_symbols *symbols;
	const char *said_path;		/* where the recorder's messages go meanwhile */
};

/*
 * Until the user quits.  argc, argv: as record_run() notes them.  The exit code; *signal:
 * one that asked to end, and is to be raised again when all is put away; 0: none.
 */
int top_screens(const struct top_screens *s, int argc, char **argv, int *signal);

#endif
