/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TABLE_TREE_H
#define TUI_TABLE_TREE_H

#include "profile/profile.h"

/*
 * Rows as a tree: top lines are rows by the first key, below each are its rows by the first two
 * keys, and so on.  Each line is a row of such a table with all of its metrics; nothing is summed
 * here.
 */

/* The open lines, by identity, which outlives a tree. */
struct tree_open {
	uint64_t *id;
	size_t nr;
	bool all;		/* all are open, except those in id */
};

void tree_open_clear(struct tree_open *o);

/* A hash of the first keys' values, never 0: equal for the same row in another result. */
uint64_t row_identity(const struct row *r, size_t nr_keys);

struct tree_line {
	const struct rows *rows;	/* by one more key at each level */
	size_t row;
	size_t first_key;	/* index of the first key in the line's name; those before name
				 * its parents */
	size_t children;	/* number of lines below it */
	bool open;		/* its children are shown */
	uint64_t id;		/* identity, never 0 */
};

struct tree;

/*
 * From tables by the first key, by the first two..., which are borrowed and keep their order.  A
 * line with a single child is merged with it.  NULL: out of memory.
 */
struct tree *tree_new(const struct rows *const by[], size_t nr, const struct tree_open *open);
void tree_free(struct tree *t);		/* NULL is fine */

/* The visible lines. */
size_t tree_nr(const struct tree *t);
struct tree_line tree_line(const struct tree *t, size_t i);
/* The index of the line with that id; false: it is not visible. */
bool tree_find(const struct tree *t, uint64_t id, size_t *i);

/* Open or close a line; then rebuild the tree.  0 or -ENOMEM. */
int tree_turn(struct tree_open *o, uint64_t id);
/* Open all lines, or close all. */
void tree_turn_all(struct tree_open *o, bool open);

#endif
