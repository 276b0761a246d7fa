/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "report/report.h"
#include "tui/key.h"
#include "tui/pass.h"

/*
 * A view is a row VIEW() of tui/keys.def and its operations.  To add one:
 *
 *  1. Write tui/views/WORD.c, which defines `const struct view_ops view_WORD`.  What it
 *     leaves out is usual: a pass by .keys over all samples, no columns, no keys of its own.
 *  2. Add its row to keys.def: the key, the help, WORD and the title.
 *
 * Then the key, the first line of the screen, Tab, the mouse, help, the menu, zooms, saving,
 * and the manual's table of keys know it.  (doc/spelunk-tui.1.in says in its own words what a
 * view shows; tests/golden/docs.sh compares the titles.)
 *
 * What a view has to remember from one key to the next is a struct in its own header, and a
 * member of struct app (tui/app_impl.h); what another zoom has of its own, in struct level.
 * Nothing outside tui/views/ asks which view it is.
 */

enum view_id {
#define VIEW(press, name, id, what, word, title) VIEW_##id,
#define KEY(press, name, id, what)
#include "tui/keys.def"
	NR_VIEWS
};

#define CRUMB_LEN	96	/* bytes of what a zoom is called, with the NUL */

struct app;
struct app_config;
struct canvas;
struct level;
struct lines;
struct search;
struct setup;
struct text;

/*
 * What stands on the screen, a row or a line each: table_body (tui/table/table.h) or
 * lines_body (tui/lines_body.h).  Where nothing else is said, only while there is a result.
 */
struct body_ops {
	/* Bring the result into the order, or make the lines, that the user wants. */
	void (*update)(struct app *a);
	size_t (*nr)(const struct app *a);
	/* Lines that stand still above the others; also without a result. */
	unsigned int (*heads)(const struct app *a);
	void (*draw)(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
	bool (*matches)(const struct app *a, size_t i, const struct search *search);
	/* Which samples line i stands for, and what it is called; false: none, a message says why. */
	bool (*zoom)(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);
	/* Does it stand for some? */
	bool (*has_samples)(const struct app *a, size_t i);
	/* The keys that line i has one value of each of; NULL: it is no such line. */
	const enum field *(*keys)(const struct app *a, size_t i, size_t *nr);
	/* The mouse's button goes down on the heads, in a column.  NULL: nothing. */
	void (*press_head)(struct app *a, unsigned int x);
};

struct view_ops {
	const struct body_ops *body;
	/* lines_body: the lines of the result, t->lines (tui/views/text.h). */
	void (*build)(struct app *a, struct text *t);

	/* What it asks for.  filter NULL: all samples; keys: where the user has chosen none. */
	const char *filter;
	const enum field *keys;
	size_t nr_keys;
	/* The keys, where they depend on the recording.  NULL: those above. */
	size_t (*recording_keys)(const struct app_config *cfg, enum field out[PROFILE_KEYS]);
	/* Ask for more, once keys and filter are there.  NULL: no more. */
	void (*query)(const struct app *a, const struct level *l, struct pass_query *q);
	/* There is no such result, now or ever.  NULL: the message is enough. */
	void (*failed)(struct app *a, struct pass_result *r);

	/* Columns and order to begin with.  NULL: those of a report; 0: by samples. */
	const enum column *columns;
	const size_t *nr_columns;
	enum column sort;

	bool has_keys;		/* the user may choose them */
	bool has_columns;	/* likewise */
	bool is_configured;	/* keys, columns and order of the command line are its */
	bool is_instructions;	/* its lines are: from them Enter leads to records */
	bool is_unlisted;	/* named in the first line only while it is shown; not for Tab */
	bool is_held;		/* no other recording takes the place of this one meanwhile */

	/* Show it: what its key does.  NULL: app_show(). */
	void (*open)(struct app *a);
	/* Another is shown instead.  NULL: nothing. */
	void (*leave)(struct app *a);
	/* A zoom leads from it to another level.  NULL: nothing. */
	void (*zoom_from)(const struct app *a, struct level *next);
	/* Add to which samples a line stands for; false: a message says why not.  NULL: nothing. */
	bool (*narrow)(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN]);

	/* Lines above the body, also without a result; drawn where there is one. */
	unsigned int heads;
	void (*draw_heads)(struct app *a, struct canvas *c, unsigned int y);

	/* Do what a key does here; false: what it does everywhere.  NULL: always that. */
	bool (*act)(struct app *a, enum action action);
	/* The mouse's button goes down on a line, in a column, and up.  NULL: as Enter. */
	void (*press)(struct app *a, unsigned int x);
	void (*release)(struct app *a, unsigned int x);
	/* What its menu has: of the line, and of the view; ACTION_NONE ends them.  NULL: nothing. */
	const enum action *line_menu, *view_menu;
	/* Is there something such an action could do?  NULL: where there are lines. */
	bool (*offers)(const struct app *a, enum action action);

	/* Write the command line that prints the same.  NULL: spelunk report. */
	void (*command)(const struct app *a, FILE *out, const struct pass_query *q);
	/* What it prints otherwise, as lines.  NULL: nothing. */
	void (*note)(const struct app *a, const struct pass_query *q, struct lines *l,
		     unsigned int width);
	/* Write the result as CSV or JSON: 0 or -errno.  NULL: rows by world. */
	int (*write)(const struct app *a, FILE *out, struct report_data *d,
		     struct report_options *opt);
};

/* Overview, VMs and Quality have the same: one pass serves them. */
#define OVERVIEW_KEYS	FIELD_WORLD, FIELD_VM

/* Lists, for a view's own file. */
#define VIEW_LIST(type, ...)	(const type[]){ __VA_ARGS__ }
#define VIEW_NR(type, ...)	(sizeof(VIEW_LIST(type, __VA_ARGS__)) / sizeof(type))
#define VIEW_KEYS(...) \
	.keys = VIEW_LIST(enum field, __VA_ARGS__), .nr_keys = VIEW_NR(enum field, __VA_ARGS__)
#define VIEW_COLUMNS(...) \
	.columns = VIEW_LIST(enum column, __VA_ARGS__), \
	.nr_columns = &VIEW_LIST(size_t, VIEW_NR(enum column, __VA_ARGS__))[0]
#define VIEW_ACTIONS(...)	VIEW_LIST(enum action, __VA_ARGS__, ACTION_NONE)

const struct view_ops *view_ops(enum view_id v);
/* In settings and command lines; on the screen. */
const char *view_word(enum view_id v);
const char *view_title(enum view_id v);
/* The key that shows it. */
char view_press(enum view_id v);

#endif
