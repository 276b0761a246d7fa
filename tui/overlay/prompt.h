/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_OVERLAY_PROMPT_H
#define TUI_OVERLAY_PROMPT_H

#include "tui/canvas.h"
#include "tui/pass.h"

struct app;

/* The line where something is typed. */

enum question { ASK_SEARCH, ASK_ONLY, ASK_FILTER, ASK_GROUPING, ASK_COLUMNS, ASK_SAVE, ASK_OTHER };

struct prompt {
	enum question question;
	char input[FILTER_LEN];
	size_t cursor;			/* where that was, for searches */
	char only[FILTER_LEN];		/* what rows were asked for before, and where */
	size_t only_depth;
};

void prompt_open(struct app *a, enum question q);
void prompt_key(struct app *a, int press);
void prompt_draw(const struct app *a, struct canvas *c, unsigned int y);

#endif
