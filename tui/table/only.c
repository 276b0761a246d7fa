// SPDX-License-Identifier: GPL-2.0-only
/* Shows only the rows of a table that match a text; the others are still counted. */
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"

void only_set_at(struct app *a, const char *text, size_t depth)
{
	if (!search_set(&a->table.only.search, text))
		app_say(a, true, "not enough memory");
	a->table.only.of = 0;
	a->table.only.depth = depth;
	app_top(a)->cursor = 0;
}

void only_set(struct app *a, const char *text)
{
	only_set_at(a, text, a->zoom.depth);
}

void only_clear(struct only *o)
{
	search_clear(&o->search);
	free(o->row);
	o->row = NULL;
	o->nr = 0;
}

/* Neighbouring rows share many texts: cache the result by pointer. */
struct asked {
	const char *text;
	bool holds;
};

static bool holds(const struct search *n, const struct row *r, size_t nr_keys,
		  struct asked last[PROFILE_KEYS])
{
	for (size_t k = 0; k < nr_keys; k++) {
		const char *text = r->keys[k].text;

		if (text != last[k].text)
			last[k] = (struct asked){ text, search_matches(n, text) };
		if (last[k].holds)
			return true;
	}
	return false;
}

static void choose_rows(struct app *a, const struct rows *r)
{
	struct asked last[PROFILE_KEYS] = { { NULL, false } };
	struct only *o = &a->table.only;

	free(o->row);
	o->nr = 0;
	o->row = calloc(r->nr + 1, sizeof(*o->row));
	if (!o->row) {
		app_say(a, true, "not enough memory: all rows are shown");
		return;
	}
	for (size_t i = 0; i < r->nr; i++)
		if (holds(&o->search, &r->row[i], r->nr_keys, last))
			o->row[o->nr++] = (uint32_t)i;
}

void only_update(struct app *a)
{
	struct only *o = &a->table.only;

	if (a->zoom.depth < o->depth)
		search_clear(&o->search);
	if (!o->search.text || a->zoom.depth != o->depth ||
	    !table_is_shown(a) || a->table.tree) {
		free(o->row);
		o->row = NULL;
		o->of = 0;
		return;
	}
	if (o->of != a->result->serial)
		choose_rows(a, a->result->rows);
	o->of = a->result->serial;
}
