// SPDX-License-Identifier: GPL-2.0-only
/* Functions by world and VM, or whatever other keys the user asks for. */
#include "tui/table/table.h"

static const enum field keys[] = { FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT };

const struct view_ops view_hot = {
	TABLE_VIEW, .keys = keys, .nr_keys = sizeof(keys) / sizeof(keys[0]), .is_configured = true,
};
