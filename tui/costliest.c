// SPDX-License-Identifier: GPL-2.0-only
/* Moves from a row to the next less costly one, and from the last to the costliest. */
#include "tui/app_impl.h"

/* Does a come before b: it costs more, or as much and is above? */
static bool is_before(const struct lines *l, size_t a, size_t b)
{
	uint64_t wa = l->line[a].weight, wb = l->line[b].weight;

	return wa != wb ? wa > wb : a < b;
}

static bool go_in_lines(struct app *a)
{
	struct level *top = app_top(a);
	const struct lines *l = &a->body.lines;
	size_t next = SIZE_MAX, first = SIZE_MAX;

	for (size_t i = 0; i < app_nr(a); i++) {
		if (!l->line[i].weight)
			continue;
		if (first == SIZE_MAX || is_before(l, i, first))
			first = i;
		if (l->line[top->cursor].weight && is_before(l, top->cursor, i) &&
		    (next == SIZE_MAX || is_before(l, i, next)))
			next = i;
	}
	if (first != SIZE_MAX)
		top->cursor = next == SIZE_MAX ? first : next;
	return first != SIZE_MAX;
}

/* In a table sorted by cost the next row is simply the following one. */
static bool go_in_table(struct app *a)
{
	struct setup *s = app_setup(a);
	struct level *top = app_top(a);

	if (s->sort != COLUMN_COST || s->ascending || top->cursor + 1 >= app_nr(a))
		top->cursor = 0;
	else
		top->cursor++;
	s->sort = COLUMN_COST;
	s->ascending = false;
	return app_nr(a);
}

bool costliest_go(struct app *a)
{
	if (!a->result)
		return false;
	return table_is_shown(a) ? go_in_table(a) : app_view(a)->body == &lines_body && go_in_lines(a);
}
