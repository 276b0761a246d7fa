/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_OVERLAY_H
#define TUI_OVERLAY_H

#include "profile/columns.h"
#include "tui/lines.h"
#include "tui/overlay/complete.h"
#include "tui/pass.h"

/* Overlays of a view. */

struct app;
struct menu;
struct picker;

/* The input line. */

enum question { ASK_SEARCH, ASK_ONLY, ASK_FILTER, ASK_GROUPING, ASK_COLUMNS, ASK_SAVE, ASK_OTHER };

struct prompt {
	enum question question;
	char input[FILTER_LEN];
	size_t cursor;			/* to restore after a search */
	char only[FILTER_LEN];		/* the former rows filter, and its zoom depth */
	size_t only_depth;
};

void prompt_open(struct app *a, enum question q);
void prompt_key(struct app *a, int press);
bool prompt_paste(struct app *a, const struct paste *p);	/* as input_paste() */
void prompt_draw(const struct app *a, struct canvas *c, unsigned int y);

/* A page of lines instead of the view: help, a command line, a record. */
struct pager {
	struct lines lines;
	size_t top;
	unsigned int left;		/* columns scrolled out to the left */
};

/* Open an empty page, to be filled with lines. */
struct lines *pager_open(struct app *a);
void pager_open_help(struct app *a);
void pager_key(struct app *a, int press);
void pager_draw(const struct pager *p, struct canvas *c, unsigned int y, unsigned int height);

/* The menu of actions for the cursor's line. */
void menu_open(struct app *a);
void menu_key(struct app *a, int press);
void menu_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* The mouse was pressed at that position. */
void menu_press(struct app *a, unsigned int x, unsigned int y);

/* A list to choose from, narrowed by typing: the sort column, or a command. */
void picker_open_sort(struct app *a);
void picker_open_commands(struct app *a);
void picker_key(struct app *a, int press);
bool picker_paste(struct app *a, const struct paste *p);	/* as input_paste() */
/* Includes the input line below. */
void picker_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* The mouse was pressed in that line. */
void picker_press(struct app *a, unsigned int y);
void picker_free(struct picker *p);	/* NULL is fine */

#endif
