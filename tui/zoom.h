/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_ZOOM_H
#define TUI_ZOOM_H

#include "tui/view.h"

/*
 * A level of zoom: the samples, and how they are displayed.  Enter adds a level, Backspace removes
 * it.
 */
struct level {
	enum view_id view;
	char filter[FILTER_LEN];	/* of this zoom and all before it */
	char crumb[CRUMB_LEN];		/* the zoom's name; "" for the first */
	enum field keys[PROFILE_KEYS];	/* for a table */
	size_t nr_keys;
	size_t base;			/* for Code: the level where the function was chosen */
	size_t cursor, top;		/* index of the line or row */
	unsigned int left;		/* columns scrolled out to the left */
	uint64_t slice;			/* ns of a slice of time; 0: the recording's */
	/*
	 * Time: start of the cursor's slice (0: the first), and of the slice where the brush began
	 * (0: no brush).  Memory, at: the chosen step of latencies + 1; 0: all.  Flame and Callers,
	 * at: the frame or function; 0: all, the hottest.  Initial position of the cursor in VMs,
	 * at: a vCPU's thread, for its steal; in Code, at: an offset + 1.
	 */
	uint64_t at, mark;
	bool settled;			/* the cursor has been moved to its initial position */
};

/* The columns of a view, and its sort order. */
struct setup {
	enum column columns[NR_COLUMNS];
	size_t nr_columns;
	enum column sort;
	bool ascending;
	bool usual;		/* the user has not chosen an order: use rows_usual_order() */
};

/* Set the view's defaults, or the command line's. */
void setup_init(struct setup *s, enum view_id v, const struct app_config *cfg);

/* Show another view at the same zoom, from the start. */
void level_view(struct level *l, enum view_id v, const struct app_config *cfg);
/* Group its rows or lines by other keys. */
void level_keys(struct level *l, const enum field *keys, size_t nr);
/*
 * The complete query of a level, with the filters of its view, of the zooms and of the user.
 * false: together they are too long.
 */
bool level_query(const struct app *a, const struct level *l, struct pass_query *out);

#define DEPTH_MAX	16	/* maximum number of zooms */

/* The stack of levels. */
struct zoom {
	struct level level[DEPTH_MAX];
	size_t depth;			/* at least 1 */
	char filter[FILTER_LEN];	/* applied to all levels */
};

/* Zoom: count only samples that also pass the filter, in that view; crumb is the zoom's name. */
void zoom_to(struct app *a, const char *filter, const char *crumb, enum view_id v);
/* The same, in the present view with its settings. */
void zoom_here(struct app *a, const char *filter, const char *crumb);
/* What a zoom into the cursor's line shows: from worlds to functions, and so on. */
enum zoom_kind {
	ZOOM_ROWS,			/* as in Hot */
	ZOOM_FUNCTIONS, ZOOM_INSTRUCTIONS, ZOOM_RECORDS
};
enum zoom_kind zoom_leads(const struct app *a);
/* Zoom into the cursor's line; show its samples in another view. */
void zoom_in(struct app *a);
void zoom_show(struct app *a, enum view_id v);
/* Cycle through: only guests, only the host, everything. */
void zoom_worlds(struct app *a);
/* Leave the top zoom; leave all zooms and filters and show that view. */
void zoom_back(struct app *a);
void zoom_none(struct app *a, enum view_id v);

/* Show another view; if it is already shown, return to its own rows. */
void app_show(struct app *a, enum view_id v);

/* Show a message: the filters together are too long, or the zooms too deep. */
void zoom_say_long(struct app *a);
void zoom_say_deep(struct app *a);

#endif
