// SPDX-License-Identifier: GPL-2.0-only
/* A table as a tree: when to build it, and the actions of keys. */
#include <string.h>

#include "tui/app_impl.h"

void tree_update(struct app *a)
{
	const struct pass_result *r = a->result;
	const struct rows *by[PROFILE_KEYS];
	size_t nr = 0;

	if (a->table.tree && a->table.tree_of == r->serial)
		return;
	tree_free(a->table.tree);
	a->table.tree = NULL;
	a->table.tree_of = r->serial;
	if (!r->by[0]) {
		if (r->query.tree)
			app_say(a, true, "too many rows for a tree: filter, group by less, "
				"or --max-rows 0");
		return;
	}
	while (nr < PROFILE_KEYS && r->by[nr]) {
		by[nr] = r->by[nr];
		nr++;
	}
	by[nr++] = r->rows;
	a->table.tree = tree_new(by, nr, &a->table.open);
	if (!a->table.tree)
		app_say(a, true, "not enough memory for a tree");
}

void tree_switch(struct app *a)
{
	a->table.as_tree = !a->table.as_tree;
	app_top(a)->cursor = 0;
	a->stopped = false;
	if (a->table.as_tree && app_top(a)->nr_keys < 2)
		app_say(a, false, "a tree has two keys at least: g");
}

static bool needs_tree(struct app *a)
{
	if (a->result && a->table.tree)
		return true;
	app_say(a, false, "only in a tree: T");
	return false;
}

void tree_turn_line(struct app *a)
{
	struct tree_line line;

	if (!needs_tree(a) || !tree_nr(a->table.tree))
		return;
	line = tree_line(a->table.tree, app_top(a)->cursor);
	if (!line.children)
		app_say(a, false, "there is nothing below this line");
	else if (tree_turn(&a->table.open, line.id))
		app_say(a, true, "not enough memory");
	a->table.tree_of = 0;
}

void tree_turn_lines(struct app *a)
{
	uint64_t row = table_cursor(a);

	if (!needs_tree(a))
		return;
	tree_turn_all(&a->table.open, !a->table.open.all);
	a->table.tree_of = 0;
	tree_update(a);
	app_top(a)->cursor = 0;
	table_follow(a, row);
}
