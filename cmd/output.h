/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdio.h>

#include "report/palette.h"

/* The one door of what a command prints: to a file, a pipe, a terminal, or a pager on it. */

enum output_color { OUTPUT_COLOR_AUTO, OUTPUT_COLOR_ALWAYS, OUTPUT_COLOR_NEVER };

/* --color and --no-pager, of all commands that print. */
struct output_args {
	enum output_color color;
	bool no_pager;
};

struct pager;			/* cmd/pager.h */

struct output {
	FILE *out;		/* write here; it may have no descriptor */
	struct palette palette;	/* all "" where there is to be no colour */
	bool pictures;		/* a person looks at it: bars are welcome */
	unsigned int width;	/* columns of the terminal; 0: it is none */
	/* output_close()'s */
	struct pager *pager;	/* NULL: none */
	bool is_file;
};

/* To path; NULL: standard output.  0 or -errno. */
int output_open(struct output *o, const char *path, const struct output_args *a);
/*
 * Write what is left, and wait until the pager has ended.  Returns ret, which the caller has so
 * far: an exit code or -errno; where that is 0, -errno of a write that failed.  A pager that is
 * left before the end of the text is no failure: 0 instead of -errno.
 */
int output_close(struct output *o, int ret);

#endif
