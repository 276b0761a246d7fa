// SPDX-License-Identifier: GPL-2.0-only
/* A table as a tree: when it is made, and what the keys do in it. */
#include <string.h>

#include "tui/view.h"

static bool made_of_result(const struct app *a)
{
	return a->tree && a->tree_of == a->result->serial;
}

void tree_update(struct app *a)
{
	const struct pass_result *r = a->result;
	const struct rows *by[PROFILE_KEYS];
	size_t nr = 0;

	if (made_of_result(a))
		return;
	tree_free(a->tree);
	a->tree = NULL;
	a->tree_of = r->serial;
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
	a->tree = tree_new(by, nr, &a->open);
	if (!a->tree)
		app_say(a, true, "not enough memory for a tree");
}

void tree_switch(struct app *a)
{
	a->as_tree = !a->as_tree;
	app_top(a)->cursor = 0;
	a->stopped = false;
	if (a->as_tree && app_top(a)->nr_keys < 2)
		app_say(a, false, "a tree has two keys at least: g");
}

static bool needs_tree(struct app *a)
{
	if (a->result && a->tree)
		return true;
	app_say(a, false, "only in a tree: T");
	return false;
}

void tree_turn_line(struct app *a)
{
	struct tree_line line;

	if (!needs_tree(a) || !tree_nr(a->tree))
		return;
	line = tree_line(a->tree, app_top(a)->cursor);
	if (!line.children)
		app_say(a, false, "there is nothing below this line");
	else if (tree_turn(&a->open, line.id))
		app_say(a, true, "not enough memory");
	a->tree_of = 0;
}

void tree_turn_lines(struct app *a)
{
	uint64_t row = app_row(a);

	if (!needs_tree(a))
		return;
	tree_turn_all(&a->open, !a->open.all);
	a->tree_of = 0;
	tree_update(a);
	app_top(a)->cursor = 0;
	app_follow_row(a, row);
}
