// SPDX-License-Identifier: GPL-2.0-only
/* Makes rows from cells: the cold end of counting. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/array.h"
#include "profile/cells/groups.h"
#include "profile/columns.h"
#include "profile/identity.h"

/* The memory of one table's values. */
struct memory {
	struct value *value;
	struct value *others;	/* of rows->weight */
	struct pool texts;
};

/* The index of a row's key in the query; -1: not a key. */
static int key_place(const struct profile *p, enum field f)
{
	size_t i;

	for (i = 0; i < p->query->nr_keys; i++) {
		if (p->query->keys[i] == f)
			return i;
	}
	return -1;
}

/* Do samples of cycles have all of these keys? */
static bool has_cycles(const struct profile *p, const enum field *keys, size_t nr_keys)
{
	for (size_t k = 0; k < nr_keys; k++)
		if (field_is_of_record(keys[k]))
			return false;
	return p->cycles.counted && !p->cycles.mixed;
}

/* The keys of rows, as numbers of the query's keys. */
struct row_keys {
	struct identities ids;
	size_t at[PROFILE_KEYS], nr;
};

_Static_assert(IDS * PROFILE_KEYS <= GROUPS_PARTS, "rows are grouped by all keys");

/* 0; -EINVAL: the query does not have one of them. */
static int find_keys(const struct profile *p, const enum field *keys, size_t nr_keys,
		     struct naming *naming, struct row_keys *out)
{
	*out = (struct row_keys){ .ids = identities_of(p, naming), .nr = nr_keys };
	for (size_t k = 0; k < nr_keys; k++) {
		int at = key_place(p, keys[k]);

		if (at < 0)
			return -EINVAL;
		out->at[k] = (size_t)at;
	}
	return 0;
}

/* The identities of a cell's keys: groups_key_fn. */
static int key_of_cell(const void *arg, uint32_t cell, uint64_t *key)
{
	const struct row_keys *keys = arg;
	int err = 0;

	for (size_t k = 0; k < keys->nr && !err; k++)
		err = identity_of(&keys->ids, keys->at[k], cell, &key[IDS * k]);
	return err;
}

/* Group the cells of some worlds by some of the keys. */
static int pick(const struct profile *p, const struct row_keys *keys, bool cycles,
		unsigned int worlds, struct groups *into)
{
	int world = key_place(p, FIELD_WORLD), err = 0;
	uint64_t id[IDS];

	for (size_t i = 0; i < cells_nr(p->cells) && !err; i++) {
		if (profile_is_cancelled(p, i))
			return -ECANCELED;
		if (worlds && (world < 0 || identity_of(&keys->ids, (size_t)world, i, id) ||
			       !(worlds >> id[0] & 1)))
			continue;
		/* created only for samples of cycles */
		if (!cycles && p->cycles.counted && !cells_samples(p->cells, i))
			continue;
		err = groups_put(into, (uint32_t)i);
	}
	return err;
}

/* Sums over a row's cells, and over all rows. */
struct fill {
	const struct profile *p;
	const struct cells *cells;
	const struct groups *groups;
	const struct row_keys *keys;
	unsigned int count_size;
	struct cells_sum *row, *all;
	bool has_cycles;
	struct cycle_count row_cycles, all_cycles;
};

static void add_cycles(struct cycle_count *to, const struct cycle_count *from)
{
	to->samples += from->samples;
	to->periods += from->periods;
}

/* The metrics of counted cells, including samples of cycles. */
static void put_metrics(const struct fill *f, const struct cells_sum *sum,
			const struct cycle_count *cycles, struct metrics *out)
{
	cells_sum_metrics(sum, f->count_size, out);
	out->has_cycles = f->has_cycles;
	out->clock = f->p->cycles.clock;
	out->cycles = *cycles;
}

/* The keys of a group, as values in v. */
static int put_keys(const struct fill *f, size_t i, const struct rows *r, struct value *v)
{
	struct memory *m = r->memory;
	uint64_t id[GROUPS_PARTS];
	int err = key_of_cell(f->keys, groups_first(f->groups, i), id);

	for (size_t k = 0; k < r->nr_keys && !err; k++)
		err = identity_value(&m->texts, r->keys[k], id[IDS * k], id[IDS * k + 1], &v[k]);
	return err;
}

/* Is it all that keys without a cell counted, instead of a row? */
static bool is_rest(const struct fill *f, size_t i)
{
	uint64_t id[GROUPS_PARTS];

	if (!f->p->level || key_of_cell(f->keys, groups_first(f->groups, i), id))
		return false;
	for (size_t k = 0; k < f->keys->nr; k++)
		if (id[IDS * k + 1] == KNOWN_REST)
			return true;
	return false;
}

static int fill_row(const struct fill *f, size_t i, struct rows *r)
{
	struct memory *m = r->memory;
	struct value *v = m->value + r->nr * r->nr_keys;
	struct row *row = &r->row[r->nr++];

	put_metrics(f, f->row, &f->row_cycles, &row->m);
	row->keys = v;
	return put_keys(f, i, r, v);
}

/* Add a cell to a sum. */
static void add_cell(const struct fill *f, struct cells_sum *sum, struct cycle_count *cycles,
		     uint32_t n)
{
	cells_sum_add(sum, f->cells, n);
	if (f->has_cycles && n < f->p->cycles.max)
		add_cycles(cycles, &f->p->cycles.of[n]);
}

static void sum_group(struct fill *f, size_t i)
{
	cells_sum_clear(f->row);
	f->row_cycles = (struct cycle_count){ 0 };
	for (uint32_t n = groups_first(f->groups, i); n != GROUPS_END; n = groups_next(f->groups, n))
		add_cell(f, f->row, &f->row_cycles, n);
}

/* Add a group to the sum over all rows; of the rest, which is not a row, also its samples. */
static void add_group(struct fill *f, struct rows *r, size_t i)
{
	bool rest = is_rest(f, i);

	for (uint32_t n = groups_first(f->groups, i); n != GROUPS_END; n = groups_next(f->groups, n)) {
		add_cell(f, f->all, &f->all_cycles, n);
		r->rest += rest ? cells_samples(f->cells, n) : 0;
	}
}

/* All groups were taken. */
static void put_sum(const struct fill *f, struct rows *r)
{
	r->rest_below = r->rest && f->p->level > 1 ? f->p->level : 0;
	r->rest_by_cost = f->p->query->by_cost;
	put_metrics(f, f->all, &f->all_cycles, &r->sum);
}

/* A group in the order of rows. */
struct standing {
	double value;
	uint32_t group;
	uint8_t place;		/* enum row_place */
};

/* What a group weighs. */
struct weight {
	uint64_t samples, cycles;
};

static int compare_standings(const void *x, const void *y)
{
	const struct standing *a = x, *b = y;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->place == ROW_NONE ? 0 : array_order(b->value, a->value);
}

static int compare_groups(const void *x, const void *y)
{
	return array_order(((const struct standing *)x)->group, ((const struct standing *)y)->group);
}

/*
 * How each group stands, but for the rest's, and what it weighs, unless weight is NULL; the number of
 * them, or -ECANCELED.
 */
static ssize_t stand_all(struct fill *f, struct rows *r, struct standing *of, struct weight *weight)
{
	struct metrics m;
	ssize_t n = 0;

	for (size_t i = 0; i < groups_nr(f->groups); i++) {
		if (profile_is_cancelled(f->p, i))
			return -ECANCELED;
		if (is_rest(f, i))
			continue;
		sum_group(f, i);
		put_metrics(f, f->row, &f->row_cycles, &m);
		if (weight)
			weight[i] = (struct weight){ m.samples, m.total.cycles };
		of[n] = (struct standing){ .group = (uint32_t)i };
		of[n].place = rows_place(r, &m, &of[n].value);
		n++;
	}
	return n;
}

/*
 * Put those from..to-1 that come before one of them in front, and those after it behind: below..above-1
 * are equal to it.
 */
static void part(struct standing *of, size_t from, size_t to, size_t *below, size_t *above)
{
	const struct standing middle = of[from + (to - from) / 2];
	struct standing *with, moved;

	*below = from;
	*above = to;
	while (from < *above) {
		int c = compare_standings(&of[from], &middle);

		if (!c) {
			from++;
			continue;
		}
		with = c < 0 ? &of[(*below)++] : &of[--*above];
		moved = of[from];
		of[from] = *with;
		*with = moved;
		from += c < 0;
	}
}

/* The first ones in the order of rows, and their equals, in the order of groups: how many. */
static size_t keep_first(struct standing *of, size_t n, size_t nr)
{
	size_t from = 0, to = n, below = 0, above = 0;

	if (!nr || nr >= n)
		return nr ? n : 0;
	while (nr <= below || nr > above) {
		part(of, from, to, &below, &above);
		from = nr > above ? above : from;
		to = nr <= below ? below : to;
	}
	qsort(of, above, sizeof(*of), compare_groups);
	return above;
}

static int make_room(struct rows *r, size_t nr)
{
	struct memory *m = r->memory;

	r->row = calloc(nr + 1, sizeof(*r->row));
	m->value = calloc(nr * r->nr_keys + 1, sizeof(*m->value));
	return r->row && m->value ? 0 : -ENOMEM;
}

/* The groups that are neither rows, of[] by group, nor the rest. */
static int fill_weights(struct fill *f, struct rows *r, const struct standing *of, size_t nr,
			const struct weight *weight)
{
	size_t next = 0, n = 0;
	struct memory *m = r->memory;
	int err = 0;

	r->weight = calloc(r->beyond + 1, sizeof(*r->weight));
	m->others = calloc(r->beyond * r->nr_keys + 1, sizeof(*m->others));
	if (!r->weight || !m->others)
		return -ENOMEM;
	for (size_t i = 0; n < r->beyond && !err; i++) {
		struct value *v = m->others + n * r->nr_keys;

		if (next < nr && of[next].group == i) {
			next++;
		} else if (!is_rest(f, i)) {
			r->weight[n++] = (struct row_weight){ v, weight[i].samples, weight[i].cycles };
			err = put_keys(f, i, r, v);
		}
	}
	return err;
}

static int fill_standing(struct fill *f, struct rows *r, const struct rows_first *first,
			 struct standing *of, struct weight *weight)
{
	size_t all = groups_nr(f->groups), nr;
	ssize_t n;
	int err;

	for (size_t i = 0; i < all && !profile_is_cancelled(f->p, i); i++)
		add_group(f, r, i);
	put_sum(f, r);
	rows_order_by(r, first->usual ? rows_usual_order(r) : first->column);
	n = stand_all(f, r, of, weight);
	nr = n > 0 ? keep_first(of, (size_t)n, first->nr) : 0;
	err = n < 0 ? (int)n : make_room(r, nr);
	for (size_t i = 0; i < nr && !err; i++) {
		sum_group(f, of[i].group);
		err = fill_row(f, of[i].group, r);
	}
	r->beyond = err ? 0 : (size_t)n - nr;
	return err ?: weight ? fill_weights(f, r, of, nr, weight) : 0;
}

static int fill_first(struct fill *f, struct rows *r, const struct rows_first *first)
{
	size_t all = groups_nr(f->groups);
	struct standing *of = malloc((all + 1) * sizeof(*of));
	struct weight *weight = first->weigh ? malloc((all + 1) * sizeof(*weight)) : NULL;
	int err = -ENOMEM;

	if (of && (weight || !first->weigh))
		err = fill_standing(f, r, first, of, weight);
	free(of);
	free(weight);
	return err;
}

static int fill_rows(struct fill *f, struct rows *r)
{
	int err = make_room(r, groups_nr(f->groups));

	for (size_t i = 0; i < groups_nr(f->groups) && !err; i++) {
		if (profile_is_cancelled(f->p, i))
			return -ECANCELED;
		add_group(f, r, i);
		if (is_rest(f, i))
			continue;
		sum_group(f, i);
		err = fill_row(f, i, r);
	}
	put_sum(f, r);
	return err;
}

/* Rows by other subsets of the keys would lack the samples in WHO_REST. */
static bool may_have_rows(const struct profile *p, const enum field *keys, size_t nr_keys)
{
	if (!p->level || nr_keys == p->query->nr_keys)
		return true;
	for (size_t k = 0; k < nr_keys; k++)
		if (!identity_is_of_rest(keys[k]))
			return false;
	return true;
}

void rows_free(struct rows *r)
{
	struct memory *m = r ? r->memory : NULL;

	if (!r)
		return;
	if (m) {
		pool_free(&m->texts);
		free(m->value);
		free(m->others);
	}
	free(m);
	free(r->weight);
	free(r->row);
	free(r);
}

static struct rows *new_rows(const enum field *keys, size_t nr_keys)
{
	struct rows *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->keys = keys;
	r->nr_keys = nr_keys;
	r->memory = calloc(1, sizeof(struct memory));
	if (!r->memory) {
		rows_free(r);
		return NULL;
	}
	return r;
}

/* Make the rows for groups of cells: the first ones, or all if that is NULL. */
static int make_rows(const struct profile *p, const struct groups *groups,
		     const struct row_keys *keys, unsigned int count_size,
		     const struct rows_first *first, struct rows *r)
{
	struct fill f = { .p = p, .cells = p->cells, .groups = groups, .keys = keys,
			  .count_size = count_size, .has_cycles = has_cycles(p, r->keys, r->nr_keys),
			  .row = cells_sum_new(), .all = cells_sum_new() };
	int err = !f.row || !f.all ? -ENOMEM : first ? fill_first(&f, r, first) : fill_rows(&f, r);

	cells_sum_free(f.row);
	cells_sum_free(f.all);
	return err;
}

int profile_rows_first(struct profile *p, const enum field *keys, size_t nr_keys,
		       unsigned int worlds, struct naming *naming, unsigned int count_size,
		       const struct rows_first *first, struct rows **out)
{
	struct groups *groups = NULL;
	struct row_keys row_keys;
	struct rows *r = NULL;
	int err;

	*out = NULL;
	if (nr_keys > PROFILE_KEYS || !may_have_rows(p, keys, nr_keys))
		return -EINVAL;
	err = find_keys(p, keys, nr_keys, naming, &row_keys) ?: profile_flush(p);
	if (err)
		return err;
	groups = groups_new((unsigned int)(IDS * nr_keys), cells_nr(p->cells), key_of_cell, &row_keys);
	err = groups ? pick(p, &row_keys, has_cycles(p, keys, nr_keys), worlds, groups) : -ENOMEM;
	if (!err) {
		r = new_rows(keys, nr_keys);
		err = r ? make_rows(p, groups, &row_keys, count_size, first, r) : -ENOMEM;
	}
	groups_free(groups);
	if (err) {
		rows_free(r);
		return err;
	}
	*out = r;
	return 0;
}

int profile_rows(struct profile *p, const enum field *keys, size_t nr_keys,
		 unsigned int worlds, struct naming *naming, unsigned int count_size,
		 struct rows **out)
{
	return profile_rows_first(p, keys, nr_keys, worlds, naming, count_size, NULL, out);
}
