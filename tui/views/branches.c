// SPDX-License-Identifier: GPL-2.0-only
/* Mispredicted branches and their targets. */
#include "tui/table/table.h"

const struct view_ops view_branches = {
	TABLE_VIEW, VIEW_KEYS(FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_TARGET),
	.filter = "op=branch", .sort = COLUMN_EVENT_MISPREDICTED,
	VIEW_COLUMNS(COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_EVENT_MISPREDICTED, COLUMN_MISPREDICT,
		     COLUMN_NOT_TAKEN, COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P99, COLUMN_ISSUE_MEAN),
};
