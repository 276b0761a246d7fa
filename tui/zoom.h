/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_ZOOM_H
#define TUI_ZOOM_H

#include "tui/level.h"

#define DEPTH_MAX	16	/* zooms */

/* What is looked at, and all that it was zoomed into from. */
struct zoom {
	struct level level[DEPTH_MAX];
	size_t depth;			/* at least 1 */
	char filter[FILTER_LEN];	/* for all levels */
};

/* Count only what passes the filter, too, in that view; the crumb is what it is called. */
void zoom_to(struct app *a, const char *filter, const char *crumb, enum view_id v);
/* The same, and look at the same in the same way. */
void zoom_here(struct app *a, const char *filter, const char *crumb);
/* Into the cursor's line; its samples in another view. */
void zoom_in(struct app *a);
void zoom_show(struct app *a, enum view_id v);
/* Out again; out of all, filters too, to that view. */
void zoom_back(struct app *a);
void zoom_none(struct app *a, enum view_id v);

/* Show another view; the one that is there already goes back to its own rows. */
void app_show(struct app *a, enum view_id v);

/* A message: filters are too long together, or zooms too deep. */
void zoom_say_long(struct app *a);
void zoom_say_deep(struct app *a);

#endif
