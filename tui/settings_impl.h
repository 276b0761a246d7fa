/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SETTINGS_IMPL_H
#define TUI_SETTINGS_IMPL_H

#include "tui/level.h"
#include "tui/settings.h"

#define NR_SWITCHES	3	/* mouse, tree, source */

/* What was remembered, and how the screens began with it. */
struct settings {
	const char *text;		/* NULL: settings_take() did not come */
	struct setup setup[NR_VIEWS];
	bool switches[NR_SWITCHES];
};

#endif
