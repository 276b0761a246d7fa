/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_HELP_H
#define CMD_OPTIONS_HELP_H

#include "cmd/options/options.h"

/* The text of `spelunk COMMAND --help`. */
void help_print(FILE *out, enum command_id c);

#define HELP_WIDTH	80	/* columns of a line */

/* What `spelunk COMMAND --help` says around the options; lines end with \n. */
struct help_page {
	const char *usage;	/* and purpose */
	const char *end;	/* examples, exit status */
};

extern const struct help_page help_pages[NR_COMMANDS];

/* The text of --help; `more` is printed below the options, NULL: nothing. */
void option_help(FILE *out, enum command_id c, void (*more)(FILE *out));

/*
 * Words from column `column` on, in lines of that width, to column indent behind each line
 * break.  Ends with \n.
 */
void help_wrap(FILE *out, int column, int indent, int width, const char *text);

#endif
