// SPDX-License-Identifier: GPL-2.0-only
/* Functions by world and VM, or by any other keys. */
#include "tui/table/table.h"

const struct view_ops view_hot = {
	TABLE_VIEW, VIEW_KEYS(FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT),
	.is_configured = true,
};
