// SPDX-License-Identifier: GPL-2.0-only
/* Cache lines accessed by loads and stores. */
#include "tui/table/table.h"

const struct view_ops view_data = {
	TABLE_VIEW, VIEW_KEYS(FIELD_WORLD, FIELD_VM, FIELD_CACHE_LINE), .filter = "va>=0",
	VIEW_COLUMNS(COLUMN_COST, COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_LOADS, COLUMN_STORES,
		     COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P99, COLUMN_XLAT_MEAN, COLUMN_L1D_MISS, COLUMN_LLC_MISS,
		     COLUMN_TLB_WALK, COLUMN_REMOTE),
};
