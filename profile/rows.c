// SPDX-License-Identifier: GPL-2.0-only
/* From counters by address to rows by name: the cold end of counting. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "decoder/names.h"
#include "profile/groups.h"
#include "profile/key_parts.h"

/* What the values of one table lie in. */
struct memory {
	struct value *value;
	struct pool texts;
};

/* From the keys of a profile's cells to the identities of its query's keys. */
struct fold {
	const struct profile *p;
	struct naming *naming;
	int8_t at[NR_PARTS];	/* place of a part in the profile's key; -1 none */
};

/* Identities of one key: the value, and whether it is known. */
#define IDS	2
/* Known only to be one of many values: WHO_REST. */
#define KNOWN_REST	2

/* Millions of rows take a while: looked at now and then, at the i-th of them. */
static bool is_cancelled(const struct profile *p, size_t i)
{
	return !(i & 0xfff) && p->ctx.cancel &&
	       atomic_load_explicit(p->ctx.cancel, memory_order_relaxed);
}

/* A key part of a cell; 0 where the profile does not have it. */
static uint64_t part(const struct fold *f, const uint64_t *key, enum part which)
{
	return f->at[which] < 0 ? 0 : key[f->at[which]];
}

/*
 * The identity of a value: equal for equal values of a field, 0 is unknown.
 * Numbers are themselves + 1; texts their one pointer, but for the empty one,
 * of which there are many.
 */
static uint64_t text_id(const char *text)
{
	return *text ? (uintptr_t)text : 0;
}

static uint64_t name_id(const struct fold *f, enum field field, const uint64_t *key)
{
	uint32_t number = part(f, key, PART_NAME);
	const struct place_names *n;

	if (number == NO_NAME)
		return 0;
	n = naming_of(f->naming, number);
	return text_id(field == FIELD_OBJECT ? n->object :
		       field == FIELD_SYMBOL ? n->symbol : n->line);
}

static int source_id(const struct fold *f, const uint64_t *key, uint64_t *id)
{
	uint64_t v = part(f, key, PART_SOURCE);
	const char *name;
	char text[24];

	*id = 0;
	if (!v)
		return 0;
	name = spe_source_name(f->p->models[v >> 17], (v & 0x1ffff) - 1);
	if (!name)
		snprintf(text, sizeof(text), "%u", (unsigned int)(v & 0x1ffff) - 1);
	name = naming_intern(f->naming, name ? name : text);
	*id = (uintptr_t)name;
	return name ? 0 : -ENOMEM;
}

static uint64_t number_id(int64_t v)
{
	return v < 0 ? 0 : (uint64_t)v + 1;
}

static uint64_t op_id(enum field field, uint64_t v)
{
	struct spe_record rec = { .has = SPE_HAS_OP };

	if (!v)
		return 0;
	rec.op_class = (v - 1) >> 8;
	rec.op = (v - 1) & 0xff;
	if (field == FIELD_OP)
		return (uint64_t)spe_kind(&rec) + 1;
	if (field == FIELD_ACCESS)
		return (uint64_t)spe_access(&rec);
	return (uint64_t)spe_op(rec.op_class, rec.op) + 1;
}

/* Fields kept in a part of their own, and the bit that says they are there. */
static const struct {
	enum part part;
	uint32_t has;
	uint64_t mask;
} plain_fields[NR_FIELDS] = {
	[FIELD_ADDRESS] = { PART_PC, SPE_HAS_PC, UINT64_MAX },
	[FIELD_OFFSET] = { PART_OFFSET, SPE_HAS_PC, UINT64_MAX },
	[FIELD_TARGET] = { PART_TARGET, SPE_HAS_TARGET, UINT64_MAX },
	[FIELD_PREV_TARGET] = { PART_PREV_TARGET, SPE_HAS_PREV_TARGET, UINT64_MAX },
	[FIELD_VA] = { PART_VA, SPE_HAS_VA, UINT64_MAX },
	[FIELD_CACHE_LINE] = { PART_VA, SPE_HAS_VA, ~63ull },
	[FIELD_PAGE] = { PART_VA, SPE_HAS_VA, ~4095ull },
	[FIELD_PA] = { PART_PA, SPE_HAS_PA, UINT64_MAX },
	[FIELD_PA_LINE] = { PART_PA, SPE_HAS_PA, ~63ull },
	[FIELD_TOTAL] = { PART_TOTAL, SPE_HAS_TOTAL, UINT64_MAX },
	[FIELD_TOTAL_STEP] = { PART_TOTAL, SPE_HAS_TOTAL, UINT64_MAX },
	[FIELD_ISSUE] = { PART_ISSUE, SPE_HAS_ISSUE, UINT64_MAX },
	[FIELD_XLAT] = { PART_XLAT, SPE_HAS_XLAT, UINT64_MAX },
	[FIELD_EVENTS] = { PART_EVENTS, SPE_HAS_EVENTS, UINT64_MAX },
	[FIELD_CTX_EL1] = { PART_CTX_EL1, SPE_HAS_CTX_EL1, UINT64_MAX },
	[FIELD_CTX_EL2] = { PART_CTX_EL2, SPE_HAS_CTX_EL2, UINT64_MAX },
	[FIELD_TIME] = { PART_TIME, SPE_HAS_TICKS, UINT64_MAX },
	[FIELD_SLICE] = { PART_SLICE, SPE_HAS_TICKS, UINT64_MAX },
};

/* Fields that samples of WHO_REST have, too. */
static bool is_of_rest(enum field f)
{
	return f == FIELD_WORLD || f == FIELD_BASIS || f == FIELD_REASON || f == FIELD_EL ||
	       f == FIELD_VM || f == FIELD_VCPU;
}

/* The identity of a field in a cell, in two words: the value, and is it known. */
static int identify(const struct fold *f, enum field field, const uint64_t *key,
		    uint64_t *id, uint64_t *known)
{
	uint64_t who = part(f, key, PART_WHO), v;

	*known = 0;
	if (who & WHO_REST && !is_of_rest(field)) {
		*known = KNOWN_REST;
		*id = 0;
		return 0;
	}
	switch (field) {
	case FIELD_WORLD:
		*id = WHO_WORLD(who);
		return 0;
	case FIELD_BASIS:
		*id = WHO_BASIS(who);
		return 0;
	case FIELD_REASON:
		*id = WHO_REASON(who);
		return 0;
	case FIELD_EL:
		*id = WHO_EL(who);
		return 0;
	case FIELD_VM:
		*id = part(f, key, PART_GUEST) >> 32;
		return 0;
	case FIELD_VCPU:
		*id = part(f, key, PART_GUEST) & UINT32_MAX;
		return 0;
	case FIELD_PID:
		*id = number_id((int32_t)(part(f, key, PART_THREAD) >> 32));
		return 0;
	case FIELD_TID:
		*id = number_id((int32_t)part(f, key, PART_THREAD));
		return 0;
	case FIELD_GUEST_PID:
		*id = number_id((int32_t)(part(f, key, PART_GUEST_THREAD) >> 32));
		return 0;
	case FIELD_GUEST_TID:
		*id = number_id((int32_t)part(f, key, PART_GUEST_THREAD));
		return 0;
	case FIELD_CPU:
		*id = part(f, key, PART_CPU);
		return 0;
	case FIELD_COMM:
		*id = text_id((const char *)(uintptr_t)part(f, key, PART_COMM));
		return 0;
	case FIELD_GUEST_COMM:
		*id = text_id((const char *)(uintptr_t)part(f, key, PART_GUEST_COMM));
		return 0;
	case FIELD_OBJECT:
	case FIELD_SYMBOL:
	case FIELD_LINE:
		*id = name_id(f, field, key);
		return 0;
	case FIELD_OP:
	case FIELD_SUBCLASS:
	case FIELD_ACCESS:
		*id = op_id(field, part(f, key, PART_OP));
		return 0;
	case FIELD_SOURCE:
		return source_id(f, key, id);
	case FIELD_WORD:
		*id = part(f, key, PART_WORD);
		return 0;
	case FIELD_EXTRA:
		*id = part(f, key, PART_EXTRA) + 1;
		return 0;
	default:
		break;
	}
	v = part(f, key, PART_HAS);
	*known = !!(v & plain_fields[field].has);
	*id = part(f, key, plain_fields[field].part) & plain_fields[field].mask;
	if (field == FIELD_TOTAL_STEP)
		*id = latency_step(*id);
	if (field == FIELD_SLICE && !f->p->ctx.slice)
		*known = 0;
	if (!*known)
		*id = 0;
	return 0;
}

static int number_value(struct memory *m, struct value *v, uint64_t num, bool hex)
{
	char text[32];

	v->known = true;
	v->is_num = true;
	v->num = num;
	snprintf(text, sizeof(text), hex ? "0x%" PRIx64 : "%" PRIu64, num);
	v->text = pool_string(&m->texts, text, sizeof(text));
	return v->text ? 0 : -ENOMEM;
}

static void text_value(struct value *v, const char *text)
{
	v->text = text;
	v->known = *text != 0;
}

/* An identity becomes something to print. */
static int make_value(struct memory *m, enum field field, uint64_t id, uint64_t known,
		      struct value *v)
{
	*v = (struct value){ .text = "" };
	switch (field) {
	case FIELD_WORLD:
		v->num = id;
		text_value(v, world_name(id));
		return 0;
	case FIELD_BASIS:
		v->num = id;
		text_value(v, basis_name(id));
		return 0;
	case FIELD_REASON:
		text_value(v, id ? exit_reason_name(id - 1) : "");
		return 0;
	case FIELD_OP:
		text_value(v, id ? spe_kind_name(id - 1) : "");
		return 0;
	case FIELD_SUBCLASS:
		text_value(v, id ? spe_op_name(id - 1) : "");
		return 0;
	case FIELD_ACCESS:
		text_value(v, spe_access_name(id));
		return 0;
	case FIELD_COMM:
	case FIELD_GUEST_COMM:
	case FIELD_OBJECT:
	case FIELD_SYMBOL:
	case FIELD_LINE:
	case FIELD_SOURCE:
		if (id)
			text_value(v, (const char *)(uintptr_t)id);
		return 0;
	case FIELD_EL:
	case FIELD_VM:
	case FIELD_VCPU:
	case FIELD_PID:
	case FIELD_TID:
	case FIELD_GUEST_PID:
	case FIELD_GUEST_TID:
	case FIELD_CPU:
	case FIELD_WORD:
	case FIELD_EXTRA:
		return id ? number_value(m, v, id - 1, false) : 0;
	case FIELD_TOTAL:
	case FIELD_TOTAL_STEP:
	case FIELD_ISSUE:
	case FIELD_XLAT:
	case FIELD_TIME:
	case FIELD_SLICE:
		return known ? number_value(m, v, id, false) : 0;
	default:
		return known ? number_value(m, v, id, true) : 0;
	}
}

/* Identities of all keys of all cells: made once, whatever rows are asked for. */
static int fold_all(struct profile *p, struct naming *naming)
{
	size_t nr = cells_nr(p->cells), nr_keys = p->query->nr_keys, i, k;
	struct fold f = { .p = p, .naming = naming };
	uint64_t *ids, *id;
	int err = 0;

	if (p->ids)
		return 0;
	memset(f.at, -1, sizeof(f.at));
	for (i = 0; i < p->nr_parts; i++)
		f.at[p->part[i]] = i;
	ids = id = malloc((nr + 1) * nr_keys * IDS * sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	for (i = 0; i < nr && !err; i++) {
		err = is_cancelled(p, i) ? -ECANCELED : 0;
		for (k = 0; k < nr_keys && !err; k++, id += IDS)
			err = identify(&f, p->query->keys[k], cells_key(p->cells, i), &id[0], &id[1]);
	}
	if (err)
		free(ids);
	else
		p->ids = ids;
	return err;
}

/* Where a row's key is among the query's; -1: it is not. */
static int key_place(const struct profile *p, enum field f)
{
	size_t i;

	for (i = 0; i < p->query->nr_keys; i++) {
		if (p->query->keys[i] == f)
			return i;
	}
	return -1;
}

/* Cells of some worlds, grouped by some of the keys. */
static int pick(const struct profile *p, const enum field *keys, size_t nr_keys,
		unsigned int worlds, struct groups *into)
{
	int world = key_place(p, FIELD_WORLD), at[PROFILE_KEYS];
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
		if (is_cancelled(p, i))
			return -ECANCELED;
		if (worlds && (world < 0 || !(worlds >> all[IDS * world] & 1)))
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

/* What a row's cells counted, and what all rows' did. */
struct fill {
	const struct cells *cells;
	const struct groups *groups;
	unsigned int count_size;
	struct cells_sum *row, *all;
};

static int fill_row(const struct fill *f, size_t i, struct rows *r)
{
	const uint64_t *id = groups_key(f->groups, i);
	struct memory *m = r->memory;
	struct value *v = m->value + r->nr * r->nr_keys;
	struct row *row = &r->row[r->nr++];
	int err = 0;

	cells_sum_metrics(f->row, f->count_size, &row->m);
	row->keys = v;
	for (size_t k = 0; k < r->nr_keys && !err; k++)
		err = make_value(m, r->keys[k], id[IDS * k], id[IDS * k + 1], &v[k]);
	return err;
}

static void sum_group(const struct fill *f, size_t i)
{
	cells_sum_clear(f->row);
	for (uint32_t n = groups_first(f->groups, i); n != GROUPS_END; n = groups_next(f->groups, n))
		cells_sum_add(f->row, f->cells, n);
	/* quantiles of a sum do not come from the parts' */
	cells_sum_add_sum(f->all, f->row);
}

static int fill_rows(const struct profile *p, const struct fill *f, struct rows *r)
{
	struct metrics m;
	size_t i;
	int err = 0;

	r->rest_below = p->level > 1 ? p->level : 0;
	for (i = 0; i < groups_nr(f->groups) && !err; i++) {
		if (is_cancelled(p, i))
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
	cells_sum_metrics(f->all, f->count_size, &r->sum);
	return err;
}

/* Rows of part of the keys would lack what is in the rest. */
static bool may_have_rows(const struct profile *p, const enum field *keys, size_t nr_keys)
{
	if (!p->level || nr_keys == p->query->nr_keys)
		return true;
	for (size_t k = 0; k < nr_keys; k++)
		if (!is_of_rest(keys[k]))
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

/* Room for nr rows. */
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

/* The rows of some groups of cells. */
static int make_rows(const struct profile *p, const struct groups *groups,
		     unsigned int count_size, struct rows *r)
{
	struct fill f = { .cells = p->cells, .groups = groups, .count_size = count_size,
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
	err = profile_flush(p) ?: fold_all(p, naming);
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
