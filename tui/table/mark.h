/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TABLE_MARK_H
#define TUI_TABLE_MARK_H

#include "profile/profile.h"

struct app;

/* A row to compare others with: a copy, of whatever view. */
#define MARK_LEN	512
struct mark {
	bool set;
	struct metrics m, sum;		/* sum: of all rows, for shares */
	char name[MARK_LEN];
};

/* Mark the cursor's row, or, if another is, show both; false: there is no row. */
bool mark_row(struct app *a);

#endif
