/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/search.h"
#include "tui/table/tree.h"
#include "tui/view.h"

/*
 * What stands on the screen where it is the result's rows: all of them, those that hold a
 * text, or a tree.
 */
extern const struct body_ops table_body;

/* The rows that are shown, where it is not all. */
struct only {
	struct search search;		/* they hold it; not set: all */
	size_t depth;			/* where it was asked for; deeper zooms show all */
	uint32_t *row;			/* in the result's order; NULL: all are shown */
	size_t nr;
	uint64_t of;			/* the result's serial; 0: to be chosen anew */
};

struct table {
	struct only only;
	bool as_tree;			/* tables are trees */
	struct tree_open open;
	struct tree *tree;		/* of the result; NULL: a flat table */
	uint64_t tree_of;		/* the result's serial, 0: it is to be made anew */
};

/* A row or line to compare with another: a copy, of whatever view. */
#define MARK_LEN	512
struct mark_side {
	bool counted;			/* .m is there; else a pass counts what .filter keeps */
	struct metrics m, sum;		/* sum: of all rows, for shares */
	char name[MARK_LEN];
	char filter[FILTER_LEN], own[FILTER_LEN];	/* of a line: with its zooms', and its own */
};

struct mark {
	bool set;			/* a is marked */
	bool waits;			/* for both to be counted */
	struct mark_side a, b;
};

void table_clear(struct table *t);
/* Order, tree and chosen rows are made anew. */
void table_stale(struct table *t);

/* Does the view show rows?  Is there one below the cursor? */
bool table_is_shown(const struct app *a);
bool table_has_row(const struct app *a);
/* Line i, as a row; in a tree it may be one of fewer keys. */
void table_row(const struct app *a, size_t i, const struct rows **rows, size_t *row);
/*
 * What the cursor's row is called, wherever it will be; 0: there is none, or it is the
 * first, which stays so.
 */
uint64_t table_cursor(const struct app *a);
/* Put the cursor on the row of that table_cursor(), if it is there; 0: leave it. */
void table_follow(struct app *a, uint64_t row);

#define TABLE_HEADS	2
void table_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* Which column stands there; false: none. */
bool table_column_at(const struct app *a, unsigned int x, enum column *out);

/* Operations of views that are tables. */
#define TABLE_VIEW \
	.body = &table_body, .has_keys = true, .has_columns = true, .query = table_query, \
	.act = table_act, .offers = table_offers, \
	.line_menu = VIEW_ACTIONS(ACTION_TURN, ACTION_TURN_ALL, ACTION_MARK), .view_menu = \
	VIEW_ACTIONS(ACTION_SORT, ACTION_GROUPING, ACTION_COLUMNS, ACTION_ONLY, ACTION_TREE, \
		     ACTION_INVERT, ACTION_HOTTEST), \
	.command = table_command, .note = table_note, .write = table_write
void table_query(const struct app *a, const struct level *l, struct pass_query *q);
bool table_act(struct app *a, enum action action);
bool table_offers(const struct app *a, enum action action);
void table_command(const struct app *a, FILE *out, const struct pass_query *q);
void table_note(const struct app *a, const struct pass_query *q, struct lines *l,
		unsigned int width);
int table_write(const struct app *a, FILE *out, struct report_data *d,
		struct report_options *opt);

/* Show only rows that hold the text, or this regular expression; "": all. */
void only_set(struct app *a, const char *text);
/* As it was at that depth of zooms. */
void only_set_at(struct app *a, const char *text, size_t depth);
void only_clear(struct only *o);
/* Choose them, of the result. */
void only_update(struct app *a);

/* Tables as trees, or flat; open the line or close it; all of them. */
void tree_switch(struct app *a);
void tree_turn_line(struct app *a);
void tree_turn_lines(struct app *a);
/* Make the tree, if that is wanted and there is one. */
void tree_update(struct app *a);

/* Mark the cursor's row or line, or, if another is, show both; false: it has no samples. */
bool mark_row(struct app *a);
/* Show both, once they are counted. */
void mark_take(struct app *a);
/* They are not wanted any more. */
void mark_leave(struct app *a);

#endif
