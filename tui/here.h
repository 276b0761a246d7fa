/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_HERE_H
#define TUI_HERE_H

#include "tui/view.h"

/* What keys do in the present view with the cursor's line. */

/* What Enter does, in a few words; NULL: nothing. */
const char *here_enter(const struct app *a);
/* Would the action have an effect? */
bool here_applies(const struct app *a, enum action action);
/* Is the action specific to the view, because it is in its menus or is what Enter does? */
bool here_is_own(enum view_id v, enum action action);
/* Is it an action that only some views have? */
bool here_is_special(enum action action);

/*
 * The keys to hint at in the last line, most useful first; ACTION_ZOOM stands for here_enter().
 * Returns their number, at most `most`.
 */
unsigned int here_keys(const struct app *a, enum action *out, unsigned int most);

#endif
