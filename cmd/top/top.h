/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_TOP_H
#define CMD_TOP_H

#include "cmd/options/report_options.h"
#include "cmd/record/options.h"
#include "cmd/top/kernel_symbols.h"

/* The command line of `spelunk top`: options of record and of report, and a few of its own. */
struct top_args {
	struct record_args record;
	struct report_args report;	/* for each interval; .input is not set */
	bool plain;			/* no screens: an option requests text */
	unsigned int delay_ms;
	unsigned int count;		/* number of intervals; 0: unlimited */
	const char *keep;		/* folder; NULL: files are removed after display */
	bool help;
};

/*
 * Parse argv.  0, or -EINVAL or -ENOMEM with a sentence in err.  Call top_args_free() in any case.
 */
int top_args_parse(struct top_args *a, int argc, char **argv, char *err, size_t errlen);
void top_args_free(struct top_args *a);

/* The present time: "12:34:56". */
void top_clock(char out[32]);

/*
 * `spelunk top` with screens.  A separate process records in short files, so that drawing and
 * counting never delay it; each file that it closes is displayed.
 */
struct top_screens {
	struct top_args *args;		/* .record is ready; the recorder has a copy of
					 * everything */
	struct kernel_symbols *symbols;
	const char *dir;		/* of the files, and of what follows */
	const char *said_path;		/* file for the recorder's messages */
};

/*
 * Runs until the user quits.  argc, argv: as for record_run().  Returns the exit code; *signal: a
 * signal that ended it, to be re-raised after cleanup; 0: none.
 */
int top_screens(const struct top_screens *s, int argc, char **argv, int *signal);

#endif
