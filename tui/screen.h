/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/view.h"

/* What stands around a view. */

#define SCREEN_HEAD	2	/* lines above the body */
#define SCREEN_FOOT	1

/* Which view's name stands there, in the first line; false: none. */
bool screen_view_at(const struct app *a, unsigned int x, enum view_id *out);

#endif
