/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdio.h>

#include "report/palette.h"

/* All output of commands goes through this: to a file, a pipe, a terminal, or a pager on it. */

enum output_color { OUTPUT_COLOR_AUTO, OUTPUT_COLOR_ALWAYS, OUTPUT_COLOR_NEVER };

/* --color and --no-pager, for all commands that print. */
struct output_args {
	enum output_color color;
	bool no_pager;
};

struct pager;			/* cmd/pager.h */

struct output {
	FILE *out;		/* write here; it may have no descriptor */
	struct palette palette;	/* all "" without colour */
	bool pictures;		/* draw bars: the output is for a person */
	unsigned int width;	/* columns of the terminal; 0: not a terminal */
	/* for output_close() */
	struct pager *pager;	/* NULL: none */
	bool is_file;
};

/* Open path; NULL: standard output.  0 or -errno. */
int output_open(struct output *o, const char *path, const struct output_args *a);
/*
 * Flush, and wait until the pager has ended.  ret is the caller's result so far: an exit code or
 * -errno.  Returns ret, or if that is 0, the -errno of a failed write.  Leaving the pager early is
 * not a failure: 0 instead of -errno.
 */
int output_close(struct output *o, int ret);

#endif
