/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TABLE_TREE_H
#define TUI_TABLE_TREE_H

#include "profile/profile.h"

/*
 * Rows as a tree: its lines are rows by the first key, below each those of it by the first
 * two, and so on.  Each line is a row of such a table, with all of its metrics; nothing is
 * summed here.
 */

/* Which lines are open, by what they are called: that outlives a tree. */
struct tree_open {
	uint64_t *id;
	size_t nr;
	bool all;		/* all are; id has those that are not */
};

void tree_open_clear(struct tree_open *o);

/* A number for the values of the first keys, never 0: the same row has it in another result. */
uint64_t row_identity(const struct row *r, size_t nr_keys);

struct tree_line {
	const struct rows *rows;	/* by one more key for each step down */
	size_t row;
	size_t first_key;	/* of those that name the line; those before name its parents */
	size_t children;	/* how many lines are below it; 0: none */
	bool open;		/* and they are shown */
	uint64_t id;		/* of what it is called: never 0 */
};

struct tree;

/*
 * Of tables by the first key, by the first two..., borrowed; rows come in the order that they
 * have there.  A line with one line below it is one line with that.  NULL: out of memory.
 */
struct tree *tree_new(const struct rows *const by[], size_t nr, const struct tree_open *open);
void tree_free(struct tree *t);		/* NULL is fine */

/* The lines that are shown. */
size_t tree_nr(const struct tree *t);
struct tree_line tree_line(const struct tree *t, size_t i);
/* Where the line of that id is; false: it is not shown. */
bool tree_find(const struct tree *t, uint64_t id, size_t *i);

/* Open a line or close it; the tree is to be made anew.  0 or -ENOMEM. */
int tree_turn(struct tree_open *o, uint64_t id);
/* Open all, or close all. */
void tree_turn_all(struct tree_open *o, bool open);

#endif
