/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "tui/zoom.h"

/* The command line that prints what is displayed: shown on a page, or copied to the clipboard. */
void command_open(struct app *a);
void command_copy(struct app *a);

/* Parts of it, for view_ops.command: " --filter F", " --by A,B". */
void command_filter(FILE *out, const char *filter);
void command_keys(FILE *out, const struct level *l);
/* " --columns A,B", unless they are the usual ones. */
void command_columns(FILE *out, const struct setup *s, const enum column *usual, size_t nr);
/* The end of a command for one recording: the filter, the file, its symbols, and the slice. */
void command_end(const struct app *a, FILE *out, const struct pass_query *q);

#endif
