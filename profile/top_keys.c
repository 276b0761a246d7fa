// SPDX-License-Identifier: GPL-2.0-only
/* Limits the memory for keys: profile_impl.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cells/sketch.h"
#include "profile/places.h"

void top_keys_init(struct profile *p)
{
	if (p->by_space)	/* there are at most as many as functions */
		return;
	p->max_cells = p->query->max_cells;
	if (p->max_cells && p->ctx.sketch)
		p->level = sketch_level(p->ctx.sketch, p->max_cells);
}

void top_keys_free(struct profile *p)
{
	sketch_free(p->sketch);
	free(p->name_hash.of);
	free(p->data_hash.of);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9fb21c651e98df25ull;
	return h ^ h >> 29;
}

static uint64_t mix_text(uint64_t h, const char *text)
{
	do
		h = mix(h, (unsigned char)*text);
	while (*text++);
	return h;
}

static bool asks(const struct profile *p, enum field f)
{
	for (size_t i = 0; i < p->query->nr_keys; i++)
		if (p->query->keys[i] == f)
			return true;
	return false;
}

/* The hash of a number, which may be 0: not computed yet.  NULL: out of memory. */
static uint64_t *hash_at(struct hashes *h, uint32_t number)
{
	size_t max = (size_t)number * 2 + 1024;
	uint64_t *more;

	if (number < h->max)
		return &h->of[number];
	more = realloc(h->of, max * sizeof(*more));
	if (!more)
		return NULL;
	memset(more + h->max, 0, (max - h->max) * sizeof(*more));
	h->of = more;
	h->max = max;
	return &h->of[number];
}

/* Hash names by text, because their numbers differ from run to run. */
static int hash_name(struct profile *p, uint32_t number, uint64_t *out)
{
	const struct place_names *n;
	uint64_t *hash, h = 1;

	*out = 0;
	if (number == NO_NAME)
		return 0;
	hash = hash_at(&p->name_hash, number);
	if (hash && !*hash) {
		n = profile_names(p, number);
		if (!n)
			return -ENOMEM;
		if (asks(p, FIELD_OBJECT))
			h = mix_text(h, n->object);
		if (asks(p, FIELD_SYMBOL))
			h = mix_text(h, n->symbol);
		if (asks(p, FIELD_LINE))
			h = mix_text(h, n->line);
		*hash = h | 1;
	}
	*out = hash ? *hash : 0;
	return hash ? 0 : -ENOMEM;
}

/* Likewise the fields of data, several of which may form one row. */
static int hash_data(struct profile *p, uint32_t number, uint64_t *out)
{
	struct data_field f;
	uint64_t *hash, h = 1;

	*out = 0;
	if (number == NAMING_NO_FIELD)
		return 0;
	hash = hash_at(&p->data_hash, number);
	if (hash && !*hash) {
		naming_field(p->ctx.naming, number, &f);
		if (asks(p, FIELD_TYPE))
			h = mix_text(h, f.type);
		if (asks(p, FIELD_MEMBER))
			h = mix_text(h, f.field);
		if (asks(p, FIELD_MEMBER_OFFSET))
			h = mix(h, f.offset);
		*hash = h | 1;
	}
	*out = hash ? *hash : 0;
	return hash ? 0 : -ENOMEM;
}

/* Remove what is in the key although the query does not ask for it. */
static uint64_t who_asked(const struct profile *p, uint64_t who)
{
	return (asks(p, FIELD_WORLD) ? WHO_WORLD(who) : 0) |
	       (asks(p, FIELD_BASIS) ? WHO_BASIS(who) << 8 : 0) |
	       (asks(p, FIELD_EL) ? WHO_EL(who) << 16 : 0) |
	       (asks(p, FIELD_REASON) ? WHO_REASON(who) << 24 : 0);
}

/*
 * Equal for all keys of one row, so that all its samples share one counter, and the same in every
 * run and thread.
 */
static int hash_key(struct profile *p, const uint64_t *key, uint64_t *hash)
{
	uint64_t h = 0, v;
	int err = 0;

	for (unsigned int i = 0; i < p->nr_parts && !err; i++) {
		v = key[i];
		switch ((enum part)p->part[i]) {
		case PART_WHO:
			v = who_asked(p, v);
			break;
		case PART_GUEST:
			v = asks(p, FIELD_VM) ? v : v & UINT32_MAX;
			break;
		case PART_NAME:
			err = hash_name(p, (uint32_t)v, &v);
			break;
		case PART_DATA:
			err = hash_data(p, (uint32_t)v, &v);
			break;
		case PART_COMM:
		case PART_GUEST_COMM:
			v = v ? mix_text(1, (const char *)(uintptr_t)v) : 0;
			break;
		/*
		 * Several values may form one row; ignore these parts, because checking is not
		 * worthwhile.
		 */
		case PART_OP:
		case PART_SOURCE:
			continue;
		default:
			break;
		}
		h = mix(h, v);
	}
	*hash = h * 0xd6e8feb86659fd93ull;
	return err;
}

void top_keys_rest(const struct profile *p, const uint64_t *key, uint64_t rest[CELL_PARTS])
{
	for (unsigned int i = 0; i < p->nr_parts; i++) {
		enum part part = p->part[i];

		rest[i] = part == PART_WHO ? key[i] | WHO_REST : part == PART_GUEST ? key[i] :
			  part == PART_NAME ? NO_NAME : 0;
	}
}

static bool is_rest(const uint64_t *key)
{
	return key[0] & WHO_REST;
}

/*
 * The weight of a sample, and of a cell: samples, or with by_cost total latency plus one cycle per
 * sample, so that no sample has weight 0.
 */
static uint64_t weight(const struct profile *p, const struct spe_record *rec)
{
	return 1 + (p->query->by_cost && rec->has & SPE_HAS_TOTAL ? rec->total : 0);
}

static uint64_t weight_of_cell(const struct profile *p, size_t i)
{
	return cells_samples(p->cells, i) + (p->query->by_cost ? cells_latency(p->cells, i) : 0);
}

/* There are too many keys: move all counts to the sketch, where further samples go, too. */
static int pour(struct profile *p)
{
	struct cells *none = profile_new_cells(p);
	int err = cells_flush(p->cells);
	uint64_t hash;

	p->sketch = sketch_new();
	if (!none || !p->sketch)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < cells_nr(p->cells); i++) {
		err = hash_key(p, cells_key(p->cells, i), &hash);
		if (!err)
			sketch_add(p->sketch, hash, weight_of_cell(p, i));
	}
	if (err) {
		cells_free(none);
		return err;
	}
	cells_free(p->cells);
	p->cells = none;
	profile_plain_end(p);	/* from now on top_keys_add() takes samples */
	return 0;
}

/* Merge cells of keys that may weigh less than level into the rest. */
static int rebuild(struct profile *p, uint32_t level)
{
	struct cells *to = profile_new_cells(p);
	uint64_t rest[CELL_PARTS], hash;
	int err = to ? cells_flush(p->cells) : -ENOMEM;

	for (size_t i = 0; !err && i < cells_nr(p->cells); i++) {
		const uint64_t *key = cells_key(p->cells, i);

		err = hash_key(p, key, &hash);
		if (!err && !is_rest(key) && sketch_most(p->ctx.sketch, hash) < level) {
			top_keys_rest(p, key, rest);
			key = rest;
		}
		if (!err)
			err = cells_merge(to, key, p->cells, i);
	}
	if (err) {
		cells_free(to);
		return err;
	}
	cells_free(p->cells);
	p->cells = to;
	p->level = level;
	return 0;
}

static int descending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

/*
 * Find the lowest level that leaves at most max_cells.  It only rises, and depends only on the set
 * of keys: whatever their order and the number of threads, the same keys are left.
 */
static int shrink(struct profile *p)
{
	size_t nr = cells_nr(p->cells), n = 0;
	uint32_t *most = calloc(nr, sizeof(*most)), level;
	uint64_t hash;
	int err = most ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < nr; i++) {
		const uint64_t *key = cells_key(p->cells, i);

		if (is_rest(key))
			continue;
		err = hash_key(p, key, &hash);
		most[n++] = sketch_most(p->ctx.sketch, hash);
	}
	if (!err && n > p->max_cells) {
		qsort(most, n, sizeof(*most), descending);
		level = most[p->max_cells];
		err = rebuild(p, level < UINT32_MAX ? level + 1 : level);
	}
	free(most);
	return err;
}

int top_keys_check(struct profile *p)
{
	size_t nr = cells_nr(p->cells);

	if (!p->max_cells || p->sketch)
		return 0;
	if (p->level)
		return nr > 2 * p->max_cells ? shrink(p) : 0;
	return nr > p->max_cells ? pour(p) : 0;
}

int top_keys_end(struct profile *p)
{
	int err = cells_flush(p->cells);

	if (err || !p->max_cells || p->sketch || cells_nr(p->cells) <= p->max_cells)
		return err;
	return p->level ? shrink(p) : pour(p);
}

int top_keys_merge(struct profile *p, struct profile *from)
{
	int err = 0;

	if (p->level < from->level)
		err = rebuild(p, from->level);
	else if (from->level < p->level)
		err = rebuild(from, p->level);
	else if (from->sketch && !p->sketch)
		err = pour(p);
	else if (p->sketch && !from->sketch)
		err = pour(from);
	if (!err && p->sketch)
		sketch_merge(p->sketch, from->sketch);
	return err;
}

/* Keys of a batch, while their counters are prefetched. */
struct keys {
	unsigned int n;
	const struct spe_record *rec[PROFILE_BATCH];
	uint64_t hash[PROFILE_BATCH];
	uint64_t key[PROFILE_BATCH][CELL_PARTS];
};

static int make_keys(struct profile *p, const struct samples *s, struct keys *k)
{
	const struct sketch *sketch = p->sketch ? p->sketch : p->ctx.sketch;
	int err = 0;

	k->n = 0;
	for (unsigned int i = 0; i < s->n && !err; i++) {
		if (!s->all && !s->keep[i])
			continue;
		err = profile_key(p, &s->rec[i], &s->owner[s->owner_of[i]], k->key[k->n]) ?:
		      hash_key(p, k->key[k->n], &k->hash[k->n]);
		sketch_fetch(sketch, k->hash[k->n]);
		k->rec[k->n++] = &s->rec[i];
	}
	return err;
}

int top_keys_add(struct profile *p, const struct samples *s)
{
	uint64_t rest[CELL_PARTS];
	struct keys k;
	int err = make_keys(p, s, &k);

	for (unsigned int i = 0; i < k.n && !err; i++) {
		const uint64_t *key = k.key[i];

		if (p->sketch) {
			sketch_add(p->sketch, k.hash[i], weight(p, k.rec[i]));
			continue;
		}
		if (sketch_most(p->ctx.sketch, k.hash[i]) < p->level) {
			top_keys_rest(p, key, rest);
			key = rest;
		}
		err = cells_add(p->cells, key, k.rec[i]);
	}
	return err ?: top_keys_check(p);
}
