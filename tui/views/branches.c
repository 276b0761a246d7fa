// SPDX-License-Identifier: GPL-2.0-only
/* Mispredicted branches, and where they go. */
#include "tui/level.h"
#include "tui/table/table.h"

static const enum field keys[] = { FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_TARGET };

static void setup(struct setup *s)
{
	static const enum column columns[] = {
		COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_EVENT_MISPREDICTED, COLUMN_MISPREDICT,
		COLUMN_NOT_TAKEN, COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P99, COLUMN_ISSUE_MEAN,
	};

	setup_columns(s, columns, sizeof(columns) / sizeof(columns[0]));
	s->sort = COLUMN_EVENT_MISPREDICTED;
}

const struct view_ops view_branches = {
	TABLE_VIEW, .filter = "op=branch", .keys = keys,
	.nr_keys = sizeof(keys) / sizeof(keys[0]), .setup = setup,
};
