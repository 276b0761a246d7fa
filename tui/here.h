/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_HERE_H
#define TUI_HERE_H

#include "tui/view.h"

/* What keys do here: in this view, with the cursor's line. */

/* What Enter does, in a few words; NULL: nothing. */
const char *here_enter(const struct app *a);
/* Is there something the action could do? */
bool here_applies(const struct app *a, enum action action);
/* Is it one of the view's own, by its menus, or what Enter does? */
bool here_is_own(enum view_id v, enum action action);
/* Is it one that only some views have? */
bool here_is_special(enum action action);

/*
 * The keys in the last line, the most useful first: ACTION_ZOOM is what here_enter() says.
 * Returns how many, at most `most`.
 */
unsigned int here_keys(const struct app *a, enum action *out, unsigned int most);

#endif
