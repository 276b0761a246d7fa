/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "report/report.h"
#include "tui/key.h"
#include "tui/pass.h"

/*
 * A view is a row VIEW() of tui/keys.def and its operations.  To add one:
 *
 *  1. Write tui/views/WORD.c, which defines `const struct view_ops view_WORD`:
 *
 *	#include "tui/table/table.h"
 *
 *	const struct view_ops view_nodes = {
 *		TABLE_VIEW, VIEW_KEYS(FIELD_CPU, FIELD_SOURCE), .filter = "op=load",
 *	};
 *
 *     is one that shows rows.  One that writes lines has .body = &lines_body and a .build
 *     (tui/views/overview.c is short), one that draws something else a body_ops of its own.
 *  2. Add its row to keys.def: the key, the help, WORD and the title.
 *
 * The first line of the screen, Tab, the mouse, help, the menu, zooms, filters, saving, the
 * command line and the manual's table of keys then know it.  doc/spelunk-tui.1.in says what a
 * view shows (tests/golden/docs.sh compares the titles).
 *
 * If a view remembers something from one key to the next, that is a struct in tui/views/views.h
 * and a member of struct app (tui/app_impl.h); what differs from zoom to zoom is in struct
 * level.  A question for the recording that keys and a filter do not ask is a member of struct
 * pass_query, set by .query and answered in cmd/screens.c.
 *
 * Nothing outside tui/views/ asks which view is shown.
 */

enum view_id {
#define VIEW(press, name, id, what, word, title) VIEW_##id,
#define KEY(press, name, id, label, what)
#include "tui/keys.def"
	NR_VIEWS
};

#define CRUMB_LEN	96	/* bytes of a zoom's name, including NUL */

struct app;
struct app_config;
struct canvas;
struct level;
struct lines;
struct search;
struct setup;
struct text;

/*
 * The contents of a view, as rows or lines: table_body (tui/table/table.h) or lines_body
 * (tui/app_impl.h).  Except for heads(), called only if there is a result.
 */
struct body_ops {
	/* Sort the rows or make the lines, because the result or a setting has changed. */
	void (*update)(struct app *a);
	size_t (*nr)(const struct app *a);
	/* Number of fixed lines above the others. */
	unsigned int (*heads)(const struct app *a);
	void (*draw)(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
	bool (*matches)(const struct app *a, size_t i, const struct search *search);
	/* The filter and name for line i's samples; false: none, and a message says why. */
	bool (*zoom)(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);
	/* Would zoom() succeed? */
	bool (*has_samples)(const struct app *a, size_t i);
	/* The keys for which line i has one value each; NULL: none. */
	const enum field *(*keys)(const struct app *a, size_t i, size_t *nr);
	/* Does the cursor skip line i, which is not a row?  NULL: never. */
	bool (*still)(const struct app *a, size_t i);
	/* The symbol of line i's function; NULL: none. */
	const char *(*function)(const struct app *a, size_t i);
	/*
	 * The line at line y of the body and column x, if lines are not simply below each other;
	 * false: none.  NULL: they are.
	 */
	bool (*at)(const struct app *a, unsigned int y, unsigned int x, size_t *line);
	/* The mouse was pressed on the heads, in column x.  NULL: nothing. */
	void (*press_head)(struct app *a, unsigned int x);
};

struct view_ops {
	const struct body_ops *body;
	/* For lines_body: make the lines of the result, t->lines (tui/views/text.h). */
	void (*build)(struct app *a, struct text *t);

	/* The query.  filter NULL: all samples; keys: unless the user chooses others. */
	const char *filter;
	const enum field *keys;
	size_t nr_keys;
	/*
	 * Choose keys that depend on the recording, and return their number.  NULL: use those
	 * above.
	 */
	size_t (*recording_keys)(const struct app_config *cfg, enum field out[PROFILE_KEYS]);
	/* Complete the query, after keys and filter are set.  NULL: nothing to add. */
	void (*query)(const struct app *a, const struct level *l, struct pass_query *q);
	/* The pass failed, and a message says so.  NULL: nothing else to do. */
	void (*failed)(struct app *a, struct pass_result *r);

	/* Initial columns and order.  NULL: those of a report; 0: by cost. */
	const enum column *columns;
	const size_t *nr_columns;
	enum column sort;

	bool has_keys;		/* the user can choose keys: g */
	bool has_columns;	/* the user can choose columns: C */
	bool is_configured;	/* takes keys, columns and order from the command line */
	bool has_time;		/* of samples of CPU cycles: its first column, if the recording
				 * has any */
	bool is_instructions;	/* each line is an instruction: Enter shows its records */
	bool stops_everywhere;	/* the cursor stops at each line, not only where keys have an
				 * effect */
	bool is_unlisted;	/* not in the first line unless shown; Tab skips it */
	bool is_held;		/* a live recording does not advance while it is shown */

	/* The action of its key.  NULL: app_show(). */
	void (*open)(struct app *a);
	/* Called before another view replaces it at the same zoom.  NULL: nothing. */
	void (*leave)(struct app *a);
	/* Called when the user zooms from it to the next level.  NULL: nothing. */
	void (*zoom_from)(const struct app *a, struct level *next);
	/*
	 * What Enter does with the cursor's line, in a few words; NULL: nothing.  Function NULL: it
	 * zooms.
	 */
	const char *(*enter)(const struct app *a);
	/*
	 * Restrict to the samples of the cursor's line; false: a message says why not.  NULL:
	 * nothing.
	 */
	bool (*narrow)(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);

	/* Number of lines above the body; they are blank without a result. */
	unsigned int heads;
	void (*draw_heads)(struct app *a, struct canvas *c, unsigned int y);

	/* Perform an action that is special in this view; false: it is not.  NULL: none is. */
	bool (*act)(struct app *a, enum action action);
	/*
	 * The mouse was pressed on a line, in column x, and released.  press NULL: a second press
	 * on a line acts like Enter.
	 */
	void (*press)(struct app *a, unsigned int x);
	void (*release)(struct app *a, unsigned int x);
	/* Its own menu items, for the line and for the view: VIEW_ACTIONS().  NULL: none. */
	const enum action *line_menu, *view_menu;
	/* Would such an action have an effect?  NULL: if there is a line. */
	bool (*offers)(const struct app *a, enum action action);

	/* Write the command line that prints the same.  NULL: spelunk report. */
	void (*command)(const struct app *a, FILE *out, const struct pass_query *q);
	/* Add lines that say how that output differs from the screen.  NULL: it does not. */
	void (*note)(const struct app *a, const struct pass_query *q, struct lines *l,
		     unsigned int width);
	/* Write the result as CSV or JSON.  0 or -errno.  NULL: rows by world. */
	int (*write)(const struct app *a, FILE *out, struct report_data *d,
		     struct report_options *opt);
};

/* Shared by Overview, VMs and Quality, so that one pass serves them all. */
void view_query_findings(const struct app *a, const struct level *l, struct pass_query *q);

/* Lists, for a view's own file. */
#define VIEW_LIST(type, ...)	(const type[]){ __VA_ARGS__ }
#define VIEW_NR(type, ...)	(sizeof(VIEW_LIST(type, __VA_ARGS__)) / sizeof(type))
#define VIEW_KEYS(...) \
	.keys = VIEW_LIST(enum field, __VA_ARGS__), .nr_keys = VIEW_NR(enum field, __VA_ARGS__)
#define VIEW_COLUMNS(...) \
	.columns = VIEW_LIST(enum column, __VA_ARGS__), \
	.nr_columns = &VIEW_LIST(size_t, VIEW_NR(enum column, __VA_ARGS__))[0]
#define VIEW_ACTIONS(...)	VIEW_LIST(enum action, __VA_ARGS__, ACTION_NONE)

/* The rows of keys.def. */
struct view_row {
	const struct view_ops *ops;
	const char *word;		/* in settings */
	const char *title;		/* as displayed */
	char press;			/* the key that shows it */
};

extern const struct view_row view_rows[NR_VIEWS];

#endif
