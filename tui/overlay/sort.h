/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_OVERLAY_SORT_H
#define TUI_OVERLAY_SORT_H

#include "profile/columns.h"
#include "tui/canvas.h"

struct app;

/* The list of columns: which of them orders the rows. */
void sort_open(struct app *a);
void sort_key(struct app *a, int press);
void sort_draw(enum column choice, struct canvas *c, unsigned int y, unsigned int height);

#endif
