// SPDX-License-Identifier: GPL-2.0-only
/* Makes rows from cells: the cold end of counting. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cells/groups.h"
#include "profile/identity.h"

/* The memory of one table's values. */
struct memory {
	struct value *value;
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
	return p->cycles.counted;
}

/* Group the cells of some worlds by some of the keys. */
static int pick(const struct profile *p, const enum field *keys, size_t nr_keys,
		unsigned int worlds, struct groups *into)
{
	int world = key_place(p, FIELD_WORLD), at[PROFILE_KEYS];
	bool cycles = has_cycles(p, keys, nr_keys);
	size_t i, k, nr = cells_nr(p->cells);
	const uint64_t *all = p->ids;
	uint64_t id[IDS * PROFILE_KEYS];
	int err = 0;

	for (k = 0; k < nr_keys; k++) {
		at[k] = key_place(p, keys[k]);
		if (at[k] < 0)
			return -EINVAL;
	}
	for (i = 0; i < nr && !err; i++, all += IDS * p->query->nr_keys) {
		if (profile_is_cancelled(p, i))
			return -ECANCELED;
		if (worlds && (world < 0 || !(worlds >> all[IDS * world] & 1)))
			continue;
		/* created only for samples of cycles */
		if (!cycles && p->cycles.counted && !cells_samples(p->cells, i))
			continue;
		for (k = 0; k < nr_keys; k++)
			memcpy(&id[IDS * k], &all[IDS * at[k]], IDS * sizeof(id[0]));
		err = groups_put(into, id, (uint32_t)i);
	}
	return err;
}

static bool is_rest(const uint64_t *id, size_t nr_keys)
{
	for (size_t k = 0; k < nr_keys; k++)
		if (id[IDS * k + 1] == KNOWN_REST)
			return true;
	return false;
}

/* Sums over a row's cells, and over all rows. */
struct fill {
	const struct profile *p;
	const struct cells *cells;
	const struct groups *groups;
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

static int fill_row(const struct fill *f, size_t i, struct rows *r)
{
	const uint64_t *id = groups_key(f->groups, i);
	struct memory *m = r->memory;
	struct value *v = m->value + r->nr * r->nr_keys;
	struct row *row = &r->row[r->nr++];
	int err = 0;

	put_metrics(f, f->row, &f->row_cycles, &row->m);
	row->keys = v;
	for (size_t k = 0; k < r->nr_keys && !err; k++)
		err = identity_value(&m->texts, r->keys[k], id[IDS * k], id[IDS * k + 1], &v[k]);
	return err;
}

static void sum_group(struct fill *f, size_t i)
{
	cells_sum_clear(f->row);
	f->row_cycles = (struct cycle_count){ 0 };
	for (uint32_t n = groups_first(f->groups, i); n != GROUPS_END; n = groups_next(f->groups, n)) {
		cells_sum_add(f->row, f->cells, n);
		if (f->has_cycles && n < f->p->cycles.max)
			add_cycles(&f->row_cycles, &f->p->cycles.of[n]);
	}
	/* quantiles of a sum cannot be computed from those of its parts */
	cells_sum_add_sum(f->all, f->row);
	add_cycles(&f->all_cycles, &f->row_cycles);
}

static int fill_rows(const struct profile *p, struct fill *f, struct rows *r)
{
	struct metrics m;
	size_t i;
	int err = 0;

	r->rest_below = p->level > 1 ? p->level : 0;
	r->rest_by_cost = p->query->by_cost;
	for (i = 0; i < groups_nr(f->groups) && !err; i++) {
		if (profile_is_cancelled(p, i))
			return -ECANCELED;
		sum_group(f, i);
		if (is_rest(groups_key(f->groups, i), r->nr_keys)) {
			cells_sum_metrics(f->row, f->count_size, &m);
			r->rest += m.samples;
		} else {
			err = fill_row(f, i, r);
		}
	}
	if (!r->rest)
		r->rest_below = 0;
	put_metrics(f, f->all, &f->all_cycles, &r->sum);
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
	}
	free(m);
	free(r->row);
	free(r);
}

/* Allocate nr rows. */
static struct rows *new_rows(const enum field *keys, size_t nr_keys, size_t nr)
{
	struct rows *r = calloc(1, sizeof(*r));
	struct memory *m;

	if (!r)
		return NULL;
	r->keys = keys;
	r->nr_keys = nr_keys;
	r->row = calloc(nr + 1, sizeof(*r->row));
	r->memory = m = calloc(1, sizeof(*m));
	if (m)
		m->value = calloc(nr * nr_keys + 1, sizeof(*m->value));
	if (!r->row || !m || !m->value) {
		rows_free(r);
		return NULL;
	}
	return r;
}

/* Make the rows for groups of cells. */
static int make_rows(const struct profile *p, const struct groups *groups,
		     unsigned int count_size, struct rows *r)
{
	struct fill f = { .p = p, .cells = p->cells, .groups = groups, .count_size = count_size,
			  .has_cycles = has_cycles(p, r->keys, r->nr_keys),
			  .row = cells_sum_new(), .all = cells_sum_new() };
	int err = f.row && f.all ? fill_rows(p, &f, r) : -ENOMEM;

	cells_sum_free(f.row);
	cells_sum_free(f.all);
	return err;
}

int profile_rows(struct profile *p, const enum field *keys, size_t nr_keys,
		 unsigned int worlds, struct naming *naming, unsigned int count_size,
		 struct rows **out)
{
	struct groups *groups;
	struct rows *r = NULL;
	int err;

	*out = NULL;
	if (nr_keys > PROFILE_KEYS || !may_have_rows(p, keys, nr_keys))
		return -EINVAL;
	err = profile_flush(p) ?: identities_make(p, naming);
	if (err)
		return err;
	groups = groups_new(IDS * nr_keys, cells_nr(p->cells));
	err = groups ? pick(p, keys, nr_keys, worlds, groups) : -ENOMEM;
	if (!err) {
		r = new_rows(keys, nr_keys, groups_nr(groups));
		err = r ? make_rows(p, groups, count_size, r) : -ENOMEM;
	}
	groups_free(groups);
	if (err) {
		rows_free(r);
		return err;
	}
	*out = r;
	return 0;
}
