// SPDX-License-Identifier: GPL-2.0-only
/* Cache lines that loads and stores met. */
#include "tui/level.h"
#include "tui/table/table.h"

static const enum field keys[] = { FIELD_WORLD, FIELD_VM, FIELD_CACHE_LINE };

static void setup(struct setup *s)
{
	static const enum column columns[] = {
		COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_LOADS, COLUMN_STORES, COLUMN_TOTAL_MEAN,
		COLUMN_TOTAL_P99, COLUMN_XLAT_MEAN, COLUMN_L1D_MISS, COLUMN_LLC_MISS,
		COLUMN_TLB_WALK, COLUMN_REMOTE,
	};

	setup_columns(s, columns, sizeof(columns) / sizeof(columns[0]));
}

const struct view_ops view_data = {
	TABLE_VIEW, .filter = "va>=0", .keys = keys, .nr_keys = sizeof(keys) / sizeof(keys[0]),
	.setup = setup,
};
