/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_HELP_H
#define CMD_OPTIONS_HELP_H

#include "cmd/options/options.h"

/* Print `spelunk COMMAND --help`. */
void help_print(FILE *out, enum command_id c);

/* `spelunk help cpus`. */
void help_cpus(FILE *out);

#define HELP_WIDTH	80	/* columns of a line */

/* The text of --help around the options; lines end with \n. */
struct help_page {
	const char *usage;	/* usage and purpose */
	const char *end;	/* examples, exit status */
};

extern const struct help_page help_pages[NR_COMMANDS];

/* Print --help; `more` prints below the options, NULL: nothing. */
void option_help(FILE *out, enum command_id c, void (*more)(FILE *out));

/*
 * Wrap text to that width.  The first line begins in column `column`, later ones in column indent.
 * Ends with \n.
 */
void help_wrap(FILE *out, int column, int indent, int width, const char *text);

#endif
