// SPDX-License-Identifier: GPL-2.0-only
#include "tui/table/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"

/* A row of one of the tables.  Its children are consecutive in the next table's order by parent. */
struct node {
	uint64_t id;
	uint32_t row;		/* index in its table */
	uint32_t parent;	/* node of the table above */
	uint32_t first, nr;	/* its children, in order */
};

struct shown {
	uint32_t depth, node;	/* the last node of a chain of single children */
	uint32_t first_depth;	/* the first one's depth */
	uint64_t id;		/* of the first one */
};

struct tree {
	const struct rows *by[PROFILE_KEYS];
	struct node *node[PROFILE_KEYS];	/* by row */
	uint32_t *order[PROFILE_KEYS];		/* rows by parent, siblings in their order */
	size_t nr;
	const struct tree_open *open;
	struct shown *shown;
	size_t nr_shown;
};

uint64_t row_identity(const struct row *r, size_t nr_keys)
{
	uint64_t h = HASH_EMPTY;

	for (size_t k = 0; k < nr_keys; k++) {
		h = hash_byte(hash_text(h, r->keys[k].text), '\0');
		h = hash_byte(h, r->keys[k].known);
	}
	return h ? h : 1;
}

/*
 * Parents
 */

struct named {
	uint64_t id;
	uint32_t row;
};

static int by_id(const void *a, const void *b)
{
	uint64_t x = ((const struct named *)a)->id, y = ((const struct named *)b)->id;

	return x < y ? -1 : x > y;
}

static struct named *sorted(const struct tree *t, size_t d)
{
	struct named *n = calloc(t->by[d]->nr + 1, sizeof(*n));

	for (size_t i = 0; n && i < t->by[d]->nr; i++)
		n[i] = (struct named){ t->node[d][i].id, (uint32_t)i };
	if (n)
		qsort(n, t->by[d]->nr, sizeof(*n), by_id);
	return n;
}

/* Find the parents of table d's rows, and count their children. */
static int find_parents(struct tree *t, size_t d)
{
	struct named *above = sorted(t, d - 1);

	if (!above)
		return -ENOMEM;
	for (size_t i = 0; i < t->by[d]->nr; i++) {
		struct named key = { row_identity(&t->by[d]->row[i], d), 0 };
		const struct named *found = bsearch(&key, above, t->by[d - 1]->nr, sizeof(key),
						    by_id);

		t->node[d][i].parent = found ? found->row : UINT32_MAX;
		if (found)
			t->node[d - 1][found->row].nr++;
	}
	free(above);
	return 0;
}

/* Counting sort of children by parent, which preserves their order. */
static void place_children(struct tree *t, size_t d)
{
	uint32_t at = 0;

	for (size_t i = 0; i < t->by[d - 1]->nr; i++) {
		struct node *n = &t->node[d - 1][i];

		n->first = at;
		at += n->nr;
		n->nr = 0;
	}
	for (size_t i = 0; i < t->by[d]->nr; i++) {
		uint32_t parent = t->node[d][i].parent;
		struct node *n = parent != UINT32_MAX ? &t->node[d - 1][parent] : NULL;

		if (n)
			t->order[d][n->first + n->nr++] = (uint32_t)i;
	}
}

static int make_nodes(struct tree *t, size_t d)
{
	size_t nr = t->by[d]->nr;

	t->node[d] = calloc(nr + 1, sizeof(*t->node[d]));
	t->order[d] = calloc(nr + 1, sizeof(*t->order[d]));
	if (!t->node[d] || !t->order[d])
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++) {
		t->node[d][i].id = row_identity(&t->by[d]->row[i], d + 1);
		t->node[d][i].row = (uint32_t)i;
		t->order[d][i] = (uint32_t)i;
	}
	if (!d)
		return 0;
	if (find_parents(t, d))
		return -ENOMEM;
	place_children(t, d);
	return 0;
}

/*
 * Lines
 */

static size_t find_open(const struct tree_open *o, uint64_t id)
{
	size_t i = 0;

	while (i < o->nr && o->id[i] != id)
		i++;
	return i;
}

static bool is_open(const struct tree_open *o, uint64_t id)
{
	return (find_open(o, id) < o->nr) != o->all;
}

static void show(struct tree *t, size_t d, uint32_t i)
{
	struct shown s = { .first_depth = (uint32_t)d, .id = t->node[d][i].id };
	const struct node *n;

	while (d + 1 < t->nr && t->node[d][i].nr == 1) {
		i = t->order[d + 1][t->node[d][i].first];
		d++;
	}
	s.depth = (uint32_t)d;
	s.node = i;
	t->shown[t->nr_shown++] = s;
	n = &t->node[d][i];
	if (d + 1 == t->nr || !is_open(t->open, s.id))
		return;
	for (uint32_t k = 0; k < n->nr; k++)
		show(t, d + 1, t->order[d + 1][n->first + k]);
}

struct tree *tree_new(const struct rows *const by[], size_t nr, const struct tree_open *open)
{
	struct tree *t = calloc(1, sizeof(*t));
	size_t room = 1;
	int err = 0;

	if (!t)
		return NULL;
	t->nr = nr;
	t->open = open;
	memcpy(t->by, by, nr * sizeof(*by));
	for (size_t d = 0; !err && d < nr; room += by[d++]->nr)
		err = make_nodes(t, d);
	t->shown = calloc(room, sizeof(*t->shown));
	if (err || !t->shown) {
		tree_free(t);
		return NULL;
	}
	for (size_t i = 0; nr && i < by[0]->nr; i++)
		show(t, 0, (uint32_t)i);
	return t;
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	for (size_t d = 0; d < t->nr; d++) {
		free(t->node[d]);
		free(t->order[d]);
	}
	free(t->shown);
	free(t);
}

size_t tree_nr(const struct tree *t)
{
	return t->nr_shown;
}

struct tree_line tree_line(const struct tree *t, size_t i)
{
	const struct shown *s = &t->shown[i];
	const struct node *n = &t->node[s->depth][s->node];

	return (struct tree_line){
		.rows = t->by[s->depth], .row = n->row, .first_key = s->first_depth,
		.children = n->nr, .open = n->nr && is_open(t->open, s->id), .id = s->id,
	};
}

bool tree_find(const struct tree *t, uint64_t id, size_t *i)
{
	for (*i = 0; *i < t->nr_shown; ++*i)
		if (t->shown[*i].id == id)
			return true;
	return false;
}

int tree_turn(struct tree_open *o, uint64_t id)
{
	size_t i = find_open(o, id);
	uint64_t *new;

	if (i < o->nr) {
		o->id[i] = o->id[--o->nr];
		return 0;
	}
	new = array_add(o->id, o->nr);
	if (!new)
		return -ENOMEM;
	*new = id;
	return 0;
}

void tree_turn_all(struct tree_open *o, bool open)
{
	o->nr = 0;
	o->all = open;
}

void tree_open_clear(struct tree_open *o)
{
	free(o->id);
	*o = (struct tree_open){ 0 };
}
