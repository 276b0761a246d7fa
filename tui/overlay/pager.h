/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_OVERLAY_PAGER_H
#define TUI_OVERLAY_PAGER_H

#include "tui/lines.h"

struct app;

/* A page of lines in the place of the view: help, a command line, a record. */
struct pager {
	struct lines lines;
	size_t top;
	unsigned int left;		/* columns to the left of the screen */
};

/* An empty one, for lines. */
struct lines *pager_open(struct app *a);
void pager_open_help(struct app *a);
void pager_key(struct app *a, int press);
void pager_draw(const struct pager *p, struct canvas *c, unsigned int y, unsigned int height);

#endif
