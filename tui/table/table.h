/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/search.h"
#include "tui/table/tree.h"
#include "tui/view.h"

/*
 * The body of views that show the result's rows: all of them, those that match a text, or a tree.
 */
extern const struct body_ops table_body;

/* The subset of rows that is shown. */
struct only {
	struct search search;		/* selects the rows; not set: all */
	size_t depth;			/* the zoom depth it applies to; deeper zooms show all */
	uint32_t *row;			/* indices of the rows, in the result's order; NULL: all */
	size_t nr;
	uint64_t of;			/* the result's serial; 0: must be chosen again */
};

struct table {
	struct only only;
	bool as_tree;			/* show tables as trees */
	struct tree_open open;
	struct tree *tree;		/* of the result; NULL: a flat table */
	uint64_t tree_of;		/* the result's serial, 0: must be rebuilt */
};

/* A copy of a row or line of any view, for comparison with another. */
#define MARK_LEN	512
struct mark_side {
	bool counted;			/* .m is valid; else a pass counts the samples of .filter */
	struct metrics m, sum;		/* sum: of all rows, for shares */
	char name[MARK_LEN];
	char filter[FILTER_LEN], own[FILTER_LEN];	/* of a line: including its zooms', and
							 * its own alone */
};

struct mark {
	bool set;			/* a is set */
	bool waits;			/* for both to be counted */
	struct mark_side a, b;
};

void table_clear(struct table *t);
/* Rebuild order, tree and chosen rows. */
void table_stale(struct table *t);

/* Does the view show rows?  Is there one at the cursor? */
bool table_is_shown(const struct app *a);
bool table_has_row(const struct app *a);
/* Line i as a row; in a tree it may have fewer keys. */
void table_row(const struct app *a, size_t i, const struct rows **rows, size_t *row);
/*
 * The identity of the cursor's row, independent of its position; 0: no row, or the first, at which
 * the cursor stays.
 */
uint64_t table_cursor(const struct app *a);
/* Move the cursor to the row of that identity, if it exists; 0: do nothing. */
void table_follow(struct app *a, uint64_t row);

#define TABLE_HEADS	2
void table_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height);
/* The column at that position; false: none. */
bool table_column_at(const struct app *a, unsigned int x, enum column *out);

/* Operations for views that are tables. */
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

/* Show only rows that contain the text or match it as a regular expression; "": all. */
void only_set(struct app *a, const char *text);
/* Likewise for that depth of zooms. */
void only_set_at(struct app *a, const char *text, size_t depth);
void only_clear(struct only *o);
/* Choose the rows of the present result. */
void only_update(struct app *a);

/* Switch between trees and flat tables; open or close the line; open or close all. */
void tree_switch(struct app *a);
void tree_turn_line(struct app *a);
void tree_turn_lines(struct app *a);
/* Build the tree, if it is wanted and available. */
void tree_update(struct app *a);

/* Mark the cursor's row or line, or compare it with the marked one; false: it has no samples. */
bool mark_row(struct app *a);
/* Show the comparison once both are counted. */
void mark_take(struct app *a);
/* Unmark the row, and report it. */
void mark_clear(struct app *a);
/* Stop waiting for the comparison; the mark stays. */
void mark_leave(struct app *a);

#endif
