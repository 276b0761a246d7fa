/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_ZOOM_H
#define TUI_ZOOM_H

#include "tui/view.h"

/* What is looked at, and how: Enter puts another on the others, Backspace takes it away. */
struct level {
	enum view_id view;
	char filter[FILTER_LEN];	/* of this zoom and all before */
	char crumb[CRUMB_LEN];		/* what this zoom is called; "" for the first */
	enum field keys[PROFILE_KEYS];	/* of a table */
	size_t nr_keys;
	size_t base;			/* in Code: the level a function was chosen on */
	size_t cursor, top;		/* lines or rows */
	unsigned int left;		/* columns to the left of the screen */
	uint64_t slice;			/* ns of a slice of time; 0: the recording's */
	/*
	 * In Time: the slice of the cursor (0: the first), and the one where the brush began
	 * (0: no brush), by the time they start.  In Memory, at: the chosen step of latencies
	 * + 1; 0: all.  In Flame and Callers, at: the frame or function; 0: all, the hottest.
	 * Where the cursor begins: in VMs, at: a vCPU's thread, whose steal was looked for; in
	 * Code, at: an offset + 1.
	 */
	uint64_t at, mark;
	bool settled;			/* the cursor is where it belongs, not where it began */
};

/* The columns of a view, and the one that orders its rows. */
struct setup {
	enum column columns[NR_COLUMNS];
	size_t nr_columns;
	enum column sort;
	bool ascending;
	bool usual;		/* nobody chose the order: it is as of rows_usual_order() */
};

/* As the view has it, or the command line. */
void setup_init(struct setup *s, enum view_id v, const struct app_config *cfg);

/* Another view at the same zoom, from its beginning. */
void level_view(struct level *l, enum view_id v, const struct app_config *cfg);
/* Its rows or lines by other keys. */
void level_keys(struct level *l, const enum field *keys, size_t nr);
/*
 * All that holds for the level's samples: its view's filter, the zooms', the user's.  false:
 * together they are too long.
 */
bool level_query(const struct app *a, const struct level *l, struct pass_query *out);

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
/* What a zoom into the cursor's line shows: from worlds functions, and so on. */
enum zoom_kind {
	ZOOM_ROWS,			/* as Hot begins */
	ZOOM_FUNCTIONS, ZOOM_INSTRUCTIONS, ZOOM_RECORDS
};
enum zoom_kind zoom_leads(const struct app *a);
/* Into the cursor's line; its samples in another view. */
void zoom_in(struct app *a);
void zoom_show(struct app *a, enum view_id v);
/* Only guests; from there only the host; from there all again. */
void zoom_worlds(struct app *a);
/* Out again; out of all, filters too, to that view. */
void zoom_back(struct app *a);
void zoom_none(struct app *a, enum view_id v);

/* Show another view; the one that is there already goes back to its own rows. */
void app_show(struct app *a, enum view_id v);

/* A message: filters are too long together, or zooms too deep. */
void zoom_say_long(struct app *a);
void zoom_say_deep(struct app *a);

#endif
