// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/cells.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/huge.h"
#include "profile/cells/cells_impl.h"
#include "profile/cells/key.h"

/* The counters of this many cells take about half of a second-level cache. */
#define FEW_CELLS	1024

/* Spread each bit of a byte to a byte of its own, in memory order. */
#define SPREAD1(b)	{ (b) & 1, (b) >> 1 & 1, (b) >> 2 & 1, (b) >> 3 & 1, \
			  (b) >> 4 & 1, (b) >> 5 & 1, (b) >> 6 & 1, (b) >> 7 & 1 }
#define SPREAD4(b)	SPREAD1(b), SPREAD1((b) + 1), SPREAD1((b) + 2), SPREAD1((b) + 3)
#define SPREAD16(b)	SPREAD4(b), SPREAD4((b) + 4), SPREAD4((b) + 8), SPREAD4((b) + 12)
#define SPREAD64(b)	SPREAD16(b), SPREAD16((b) + 16), SPREAD16((b) + 32), SPREAD16((b) + 48)

static const uint8_t spread[256][8] __attribute__((aligned(8))) = {
	SPREAD64(0), SPREAD64(64), SPREAD64(128), SPREAD64(192)
};

/*
 * From 16 on, eight buckets per octave: by the value's top four bits and their position.  A table,
 * because most latencies only touch its low end.
 */
#define SHIFT(v)	(28 - __builtin_clz((v) | 8))
#define BUCKET(v)	((v) == 0xfff ? CELL_SAT12 : (v) == 0xffff ? CELL_SAT16 : \
			 SHIFT(v) * 8 + ((v) >> SHIFT(v)))
#define ALL4(f, v)	f(v), f((v) + 1), f((v) + 2), f((v) + 3)
#define ALL16(f, v)	ALL4(f, v), ALL4(f, (v) + 4), ALL4(f, (v) + 8), ALL4(f, (v) + 12)
#define ALL64(f, v)	ALL16(f, v), ALL16(f, (v) + 16), ALL16(f, (v) + 32), ALL16(f, (v) + 48)
#define ALL256(f, v)	ALL64(f, v), ALL64(f, (v) + 64), ALL64(f, (v) + 128), ALL64(f, (v) + 192)
#define ALL1K(f, v)	ALL256(f, v), ALL256(f, (v) + 256), ALL256(f, (v) + 512), ALL256(f, (v) + 768)
#define ALL4K(f, v)	ALL1K(f, v), ALL1K(f, (v) + 1024), ALL1K(f, (v) + 2048), ALL1K(f, (v) + 3072)
#define ALL16K(f, v)	ALL4K(f, v), ALL4K(f, (v) + 4096), ALL4K(f, (v) + 8192), ALL4K(f, (v) + 12288)
#define ALL(f)		ALL16K(f, 0), ALL16K(f, 16384), ALL16K(f, 32768), ALL16K(f, 49152)

#define PAIR_BUCKET(v)	(PAIR(BUCKET(v)) - CELL_BUCKETS)

static const uint8_t bucket_of[65536] = { ALL(BUCKET) };
static const uint8_t pair_of[65536] = { ALL(PAIR_BUCKET) };

inline unsigned int place_of(enum cell_latency which, uint16_t cycles)
{
	return which == CELL_TOTAL ? bucket_of[cycles] :
	       CELL_BUCKETS + pair_of[cycles] + PAIR_NEXT * (which == CELL_XLAT);
}

static unsigned int nr_counters(const struct cells *c)
{
	return NR_FLAGS + c->nr_buckets;
}

/* Make blocks of counters, still empty.  0 or -ENOMEM. */
static int set_detail(struct cells *c, bool brief)
{
	uint32_t none;

	c->brief = brief;
	c->nr_buckets = brief ? BUCKETS_BRIEF : BUCKETS_ALL;
	blocks_free(&c->counts);
	blocks_free(&c->sums);
	blocks_init(&c->counts, sizeof(struct counts) + c->nr_buckets + (brief ? 0 : PARTS_SIZE),
		    COUNTS_BITS);
	blocks_init(&c->sums, offsetof(struct sums, narrow) + nr_counters(c) * sizeof(uint16_t),
		    SUMS_BITS);
	blocks_init(&c->wide, nr_counters(c) * sizeof(uint64_t), WIDE_BITS);
	/* number 0 means none */
	return blocks_add(&c->counts, &none) ?: blocks_add(&c->sums, &none);
}

int cells_brief(struct cells *c)
{
	return set_detail(c, true);
}

/* The cell's sums, created if necessary.  NULL: out of memory. */
static struct sums *make_sums(struct cells *c, struct counts *n)
{
	if (!n->sums && blocks_add(&c->sums, &n->sums))
		return NULL;
	return sums_at(c, n);
}

static int make_wide(struct cells *c, struct sums *s)
{
	uint32_t i;

	if (s->wide)
		return 0;
	if (blocks_add(&c->wide, &i))
		return -ENOMEM;
	s->wide = blocks_at(&c->wide, i);
	return 0;
}

/* Make room in the narrow counters for that many more samples, at most UINT16_MAX. */
static int widen(struct cells *c, struct sums *s, uint32_t samples)
{
	if (s->narrow[FLAG_SAMPLES] + samples <= UINT16_MAX)
		return 0;
	if (make_wide(c, s))
		return -ENOMEM;
	for (unsigned int i = 0; i < nr_counters(c); i++)
		s->wide[i] += s->narrow[i];
	memset(s->narrow, 0, nr_counters(c) * sizeof(*s->narrow));
	return 0;
}

static void add_bytes(uint16_t *restrict to, const uint8_t *restrict from, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		to[i] += from[i];
}

/* Add pending samples to sums. */
static int add_pending(struct cells *c, struct sums *s, const struct counts *n, uint64_t period)
{
	if (widen(c, s, n->flag[FLAG_SAMPLES]))
		return -ENOMEM;
	s->operations += n->flag[FLAG_SAMPLES] * period;
	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		s->sum[i] += n->sum[i];
		s->cycles[i] += n->sum[i] * period;
	}
	if (!c->brief)
		parts_add_pending(s->part, parts_of(n), period);
	add_bytes(s->narrow, n->flag, NR_FLAGS);
	add_bytes(s->narrow + NR_FLAGS, n->bucket, c->nr_buckets);
	return 0;
}

/* Empty the byte counters. */
static __attribute__((noinline)) int spill(struct cells *c, struct counts *n, uint64_t period)
{
	struct sums *s = make_sums(c, n);
	int err = s ? add_pending(c, s, n, period) : -ENOMEM;

	if (err)
		return err;
	memset(&n->sum, 0, sizeof(n->sum));
	memset(n->flag, 0, sizeof(n->flag));
	memset(n->bucket, 0, c->nr_buckets);
	if (!c->brief)
		*parts_of(n) = (cell_each_sum){ 0 };
	return 0;
}

struct cells *cells_new(unsigned int parts)
{
	struct cells *c = calloc(1, sizeof(*c));
	uint32_t none;

	if (!c)
		return NULL;
	c->parts = parts;
	c->mask = 1023;
	c->slot = calloc(c->mask + 1, sizeof(*c->slot));
	c->period = 1;
	blocks_init(&c->cell, sizeof(struct cell), CELL_BITS);
	blocks_init(&c->key, parts * sizeof(uint64_t), CELL_BITS);
	blocks_init(&c->more, sizeof(union more_entries), MORE_BITS);
	/* number 0 means none */
	if (!c->slot || blocks_add(&c->more, &none) || set_detail(c, false)) {
		cells_free(c);
		return NULL;
	}
	return c;
}

void cells_free(struct cells *c)
{
	if (!c)
		return;
	blocks_free(&c->cell);
	blocks_free(&c->key);
	blocks_free(&c->more);
	blocks_free(&c->counts);
	blocks_free(&c->sums);
	blocks_free(&c->wide);
	free(c->numbered);
	free(c->slot);
	free(c);
}

static const uint64_t *key_of(const struct cells *c, uint32_t i)
{
	if (c->parts <= CELL_INLINE)
		return cell_at(c, i)->key;
	return blocks_at(&c->key, i);
}

static int grow_slots(struct cells *c)
{
	uint64_t mask = c->mask * 2 + 1, k, *slot;
	uint32_t i;

	slot = huge_zalloc((mask + 1) * sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	for (i = 0; i < c->cell.nr; i++) {
		uint64_t h = key_hash(key_of(c, i), c->parts);

		for (k = h >> 32; slot[k & mask]; k++)
			;
		slot[k & mask] = (h << 32) | (i + 1);
	}
	free(c->slot);
	c->slot = slot;
	c->mask = mask;
	return 0;
}

static struct cell *new_cell(struct cells *c, const uint64_t *key, uint64_t h)
{
	struct cell *cell;
	uint32_t i, same;
	uint64_t k;

	if (c->cell.nr * 2ull > c->mask && grow_slots(c))
		return NULL;
	if (blocks_add(&c->cell, &i))
		return NULL;
	cell = cell_at(c, i);
	if (c->parts <= CELL_INLINE) {
		memcpy(cell->key, key, c->key.size);
	} else {
		if (blocks_add(&c->key, &same))
			return NULL;
		memcpy(blocks_at(&c->key, same), key, c->key.size);
	}
	for (k = h >> 32; c->slot[k & c->mask]; k++)
		;
	c->slot[k & c->mask] = (h << 32) | (i + 1);
	return cell;
}

/* The cell of that key, created if necessary.  NULL: out of memory. */
static inline struct cell *get(struct cells *c, const uint64_t *key, uint64_t h)
{
	uint64_t k, s;

	for (k = h >> 32; (s = c->slot[k & c->mask]); k++) {
		uint32_t i = (uint32_t)s - 1;

		if (s >> 32 == (uint32_t)h && key_equals(key_of(c, i), key, c->parts))
			return cell_at(c, i);
	}
	return new_cell(c, key, h);
}

/* The flags of a record, one bit each. */
static inline uint32_t flags_of(const struct spe_record *rec)
{
	static const uint32_t kind[16] = {	/* by class, and the store bit: without, with */
#define NONE4	1u << CELL_NO_OP, 1u << CELL_NO_OP, 1u << CELL_NO_OP, 1u << CELL_NO_OP
		NONE4, NONE4,
#undef NONE4
		1u << CELL_OTHER, 1u << CELL_OTHER, 1u << CELL_LOAD, 1u << CELL_STORE,
		1u << CELL_BRANCH, 1u << CELL_BRANCH, 1u << CELL_OTHER, 1u << CELL_OTHER,
	};
	unsigned int op = (rec->op_class & 3u) << 1 | (rec->op & 1u);

	return (rec->events & ((1u << METRIC_EVENTS) - 1)) |
	       kind[op | (rec->has & SPE_HAS_OP) / (SPE_HAS_OP / 8)] |
	       (rec->has & SPE_HAS_EVENTS) * ((1u << CELL_WITH_EVENTS) / SPE_HAS_EVENTS);
}

/* The lanes of its parts that a sample with these bits adds to: a latency completely, or 1. */
#define PARTS(bits)	{ PART_IS_LOAD(bits) ? UINT32_MAX : 0, PART_IS_HIT(bits) ? UINT32_MAX : 0, \
			  PART_IS_WALK(bits) ? UINT32_MAX : 0, \
			  PART_IS_LOAD(bits) * PART_ONE_LOAD + PART_IS_HIT(bits) * PART_ONE_HIT }
#define PARTS4(bits)	PARTS(bits), PARTS((bits) + 1), PARTS((bits) + 2), PARTS((bits) + 3)

/* Increment eight counters at once; none overflows into the next. */
static inline void count_flags(uint8_t *counters, uint8_t bits)
{
	uint64_t all, more;

	memcpy(&all, counters, sizeof(all));
	memcpy(&more, spread[bits], sizeof(more));
	all += more;
	memcpy(counters, &all, sizeof(all));
}

/* Likewise for the last four. */
static inline void count_last_flags(uint8_t *counters, uint8_t bits)
{
	uint32_t all, more;

	memcpy(&all, counters, sizeof(all));
	memcpy(&more, spread[bits], sizeof(more));
	all += more;
	memcpy(counters, &all, sizeof(all));
}

/* Instead of buckets, if quantiles are not needed. */
static __attribute__((noinline)) void count_saturated(struct counts *n, const uint16_t *latency)
{
	for (unsigned int i = CELL_ISSUE; i < NR_CELL_LATENCIES; i++) {
		if (latency[i] == 0xfff || latency[i] == 0xffff)
			n->bucket[place_of_saturated(i, latency[i] == 0xffff)]++;
	}
}

static inline void count_buckets(struct counts *n, const uint16_t *latency, bool brief)
{
	n->bucket[place_of(CELL_TOTAL, latency[CELL_TOTAL])]++;
	if (!brief) {
		n->bucket[place_of(CELL_ISSUE, latency[CELL_ISSUE])]++;
		n->bucket[place_of(CELL_XLAT, latency[CELL_XLAT])]++;
	} else if (__builtin_expect((latency[CELL_ISSUE] | latency[CELL_XLAT]) >= 0xfff, 0)) {
		count_saturated(n, latency);
	}
}

/* Count the parts of a sample, if needed. */
static inline void count_parts(struct counts *n, const uint16_t *latency, unsigned int bits)
{
	static const cell_each_sum of[16] = { PARTS4(0), PARTS4(4), PARTS4(8), PARTS4(12) };

	*parts_of(n) += of[bits] & (cell_each_sum){ latency[CELL_TOTAL], latency[CELL_TOTAL],
						    latency[CELL_XLAT], UINT32_MAX };
}

/*
 * Count one sample: its latencies, plus one lane that is ignored; a bit for each latency that it
 * has, the others being 0; and its flags.
 */
static inline __attribute__((always_inline)) int
count_sample(struct cells *c, struct counts *n, const uint16_t *latency, unsigned int has,
	     uint32_t flags, uint64_t period, bool brief)
{
	cell_each each, larger;
	uint64_t any;
	int err = 0;

	memcpy(&each, latency, sizeof(each));
	each &= (cell_each){ 0xffff, 0xffff, 0xffff, 0 };
	if (__builtin_expect(n->flag[FLAG_SAMPLES] == PENDING_MAX, 0))
		err = spill(c, n, period);
	count_flags(n->flag, flags);
	count_flags(n->flag + 8, flags >> 8);
	count_flags(n->flag + 16, flags >> 16);
	count_flags(n->flag + 24, flags >> 24);
	count_last_flags(n->flag + FLAG_WITH_LATENCY,
			 has | 1u << (FLAG_SAMPLES - FLAG_WITH_LATENCY));
	n->sum += __builtin_convertvector(each, cell_each_sum);
	larger = (cell_each)(each > n->max);
	memcpy(&any, &larger, sizeof(any));
	if (__builtin_expect(any != 0, 0))
		n->max = (each & larger) | (n->max & ~larger);
	count_buckets(n, latency, brief);
	if (!brief)
		count_parts(n, latency, part_bits(flags, has));
	return err;
}

/* Room for one more entry of a cell, which has less than CELL_ENTRIES.  NULL: out of memory. */
static inline struct cell_entry *add_entry(struct cells *c, struct cell *cell)
{
	if (cell->nr == CELL_NEAR) {
		cell->more = c->free_more;
		if (cell->more)
			c->free_more = more_at(c, cell->more)->next;
		else if (blocks_add(&c->more, &cell->more))
			return NULL;
	}
	return entry_at(c, cell, cell->nr++);
}

static void drop_entries(struct cells *c, struct cell *cell)
{
	if (cell->nr > CELL_NEAR) {
		more_at(c, cell->more)->next = c->free_more;
		c->free_more = cell->more;
	}
	cell->nr = 0;
}

/* Count the waiting entries of a cell of from in n. */
static int count_entries(struct cells *c, struct counts *n, const struct cells *from,
			 struct cell *cell)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < cell->nr; i++) {
		const struct cell_entry *e = entry_at(from, cell, i);

		err |= count_sample(c, n, e->latency, e->has, e->flags, from->period, c->brief);
	}
	return err;
}

static struct counts *counts_of(struct cells *c, struct cell *cell)
{
	if (!cell->counts && blocks_add(&c->counts, &cell->counts))
		return NULL;
	return counts_at(c, cell->counts);
}

static int settle(struct cells *c, struct cell *cell)
{
	struct counts *n = counts_of(c, cell);
	int err = n ? count_entries(c, n, c, cell) : -ENOMEM;

	drop_entries(c, cell);
	return err;
}

/* The latencies that a record has, one bit each. */
static inline unsigned int latencies_of(const struct spe_record *rec)
{
	return rec->has / SPE_HAS_TOTAL & ((1u << NR_CELL_LATENCIES) - 1);
}

_Static_assert(SPE_HAS_ISSUE == SPE_HAS_TOTAL << CELL_ISSUE &&
	       SPE_HAS_XLAT == SPE_HAS_TOTAL << CELL_XLAT, "latencies are neighbours");

static inline void make_entry(struct cell_entry *e, const struct spe_record *rec)
{
	e->latency[CELL_TOTAL] = rec->total;
	e->latency[CELL_ISSUE] = rec->issue;
	e->latency[CELL_XLAT] = rec->xlat;
	e->has = latencies_of(rec);
	e->flags = flags_of(rec);
}

int cells_add(struct cells *c, const uint64_t *key, const struct spe_record *rec)
{
	uint64_t h = key_hash(key, c->parts);
	unsigned int q = c->queued++, i;

	__builtin_prefetch(&c->slot[h >> 32 & c->mask]);
	c->queue_hash[q] = h;
	for (i = 0; i < c->parts; i++)
		c->queue_key[q * c->parts + i] = key[i];
	make_entry(&c->queue_entry[q], rec);
	return c->queued == QUEUE ? cells_flush(c) : 0;
}

/* Make room for the counters of that cell number. */
static int grow_numbered(struct cells *c, uint32_t number)
{
	uint32_t max = number + number / 2 + 1024;
	struct counts **more;

	if (number < c->max_numbered)
		return 0;
	more = realloc(c->numbered, max * sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + c->max_numbered, 0, (max - c->max_numbered) * sizeof(*more));
	c->numbered = more;
	c->max_numbered = max;
	return 0;
}

int cells_number(struct cells *c, const uint64_t *key, uint32_t *out)
{
	uint64_t h = key_hash(key, c->parts), k;
	uint32_t before = c->cell.nr, n = before;

	if (!get(c, key, h))
		return -ENOMEM;
	for (k = h >> 32; c->cell.nr == before; k++) {
		n = (uint32_t)c->slot[k & c->mask] - 1;
		if (key_equals(key_of(c, n), key, c->parts))
			break;
	}
	*out = n;
	return grow_numbered(c, n);
}

bool cells_find(const struct cells *c, const uint64_t *key, uint32_t *out)
{
	uint64_t h = key_hash(key, c->parts), s;

	for (uint64_t k = h >> 32; (s = c->slot[k & c->mask]); k++) {
		*out = (uint32_t)s - 1;
		if (s >> 32 == (uint32_t)h && key_equals(key_of(c, *out), key, c->parts))
			return true;
	}
	return false;
}

/* Add a record to a cell. */
static int enter_at(struct cells *c, uint32_t number, const struct spe_record *rec)
{
	struct cell *cell = cell_at(c, number);
	struct cell_entry *e = add_entry(c, cell);

	if (!e)
		return -ENOMEM;
	make_entry(e, rec);
	if (__builtin_expect(cell->nr < CELL_ENTRIES, 1))
		return 0;
	if (settle(c, cell))
		return -ENOMEM;
	c->numbered[number] = counts_at(c, cell->counts);
	return 0;
}

/* Prefetch what records will be counted in. */
static inline __attribute__((always_inline)) void
fetch_numbered(const struct cells *c, const uint32_t *number,
	       const struct spe_record *const *rec, unsigned int n, bool brief)
{
	for (unsigned int i = 0; i < n; i++) {
		const struct counts *counts = c->numbered[number[i]];

		if (__builtin_expect(!counts, 0)) {
			__builtin_prefetch(cell_at(c, number[i]), 1);
			continue;
		}
		__builtin_prefetch(counts, 1);
		__builtin_prefetch(&counts->bucket[place_of(CELL_TOTAL, rec[i]->total)], 1);
		if (!brief) {
			__builtin_prefetch(&counts->bucket[place_of(CELL_ISSUE, rec[i]->issue)], 1);
			__builtin_prefetch(parts_of(counts), 1);
		}
	}
}

_Static_assert(offsetof(struct spe_record, issue) == offsetof(struct spe_record, total) + 2 &&
	       offsetof(struct spe_record, xlat) == offsetof(struct spe_record, total) + 4,
	       "three latencies and one more, read at once");

static inline __attribute__((always_inline)) int
add_numbered(struct cells *c, const uint32_t *number, const struct spe_record *const *rec,
	     unsigned int n, bool brief)
{
	unsigned int i;
	int err = 0;

	if (c->cell.nr > FEW_CELLS)
		fetch_numbered(c, number, rec, n, brief);
	for (i = 0; i < n && !err; i++) {
		struct counts *counts = c->numbered[number[i]];

		if (__builtin_expect(!counts, 0))
			err = enter_at(c, number[i], rec[i]);
		else
			err = count_sample(c, counts, &rec[i]->total, latencies_of(rec[i]),
					   flags_of(rec[i]), c->period, brief);
	}
	return err;
}

int cells_add_numbered(struct cells *c, const uint32_t *number,
		       const struct spe_record *const *rec, unsigned int n)
{
	return c->brief ? add_numbered(c, number, rec, n, true) :
			  add_numbered(c, number, rec, n, false);
}

/* Prefetch the buckets for the entries of a full cell. */
static inline __attribute__((always_inline)) void fetch_buckets(const struct cells *c,
								struct cell *cell)
{
	const struct counts *n = counts_at(c, cell->counts);
	unsigned int i, k;

	for (i = 0; i < CELL_ENTRIES; i++) {
		const struct cell_entry *e = entry_at(c, cell, i);

		for (k = 0; k < (c->brief ? 1 : NR_CELL_LATENCIES); k++)
			__builtin_prefetch(&n->bucket[place_of(k, e->latency[k])], 1);
	}
}

/* Move a queued record to its cell.  1: the cell is full now. */
static int enter(struct cells *c, unsigned int q, struct cell **out)
{
	struct cell *cell = get(c, &c->queue_key[q * c->parts], c->queue_hash[q]);
	struct cell_entry *e;

	*out = cell;
	if (!cell || (cell->nr == CELL_ENTRIES && settle(c, cell)))
		return -ENOMEM;
	e = add_entry(c, cell);
	if (!e)
		return -ENOMEM;
	*e = c->queue_entry[q];
	if (cell->nr < CELL_ENTRIES)
		return 0;
	__builtin_prefetch(counts_at(c, cell->counts), 1);
	return 1;
}

int cells_flush(struct cells *c)
{
	struct cell *full[QUEUE];
	unsigned int q, nr = c->queued, nr_full = 0;
	int ret = 0;

	c->queued = 0;
	for (q = 0; q < nr; q++) {
		uint64_t s = c->slot[c->queue_hash[q] >> 32 & c->mask];

		if (s)
			__builtin_prefetch(cell_at(c, (uint32_t)s - 1), 1);
	}
	for (q = 0; q < nr && ret >= 0; q++) {
		ret = enter(c, q, &full[nr_full]);
		nr_full += ret > 0;
	}
	for (q = 0; q < nr_full; q++)
		fetch_buckets(c, full[q]);
	for (q = 0; q < nr_full && ret >= 0; q++) {
		if (full[q]->nr == CELL_ENTRIES)
			ret = settle(c, full[q]);
	}
	return ret < 0 ? ret : 0;
}

int cells_period(struct cells *c, uint64_t period)
{
	uint32_t i;
	int err = cells_flush(c);

	if (period == c->period)
		return err;
	for (i = 0; i < c->cell.nr && !err; i++) {
		struct cell *cell = cell_at(c, i);

		err = settle(c, cell);
		if (!err)
			err = spill(c, counts_at(c, cell->counts), c->period);
	}
	c->period = period;
	return err;
}

/* Add the pending samples of src to those of n. */
static void merge_pending(const struct cells *c, struct counts *n, const struct counts *src)
{
	n->sum += src->sum;
	for (unsigned int i = 0; i < NR_FLAGS; i++)
		n->flag[i] += src->flag[i];
	for (unsigned int i = 0; i < c->nr_buckets; i++)
		n->bucket[i] += src->bucket[i];
	if (!c->brief)
		*parts_of(n) += *parts_of(src);
}

static int merge_sums(struct cells *c, struct sums *s, const struct sums *src)
{
	if (widen(c, s, src->narrow[FLAG_SAMPLES]) || (src->wide && make_wide(c, s)))
		return -ENOMEM;
	s->operations += src->operations;
	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		s->sum[i] += src->sum[i];
		s->cycles[i] += src->cycles[i];
	}
	parts_add(s->part, src->part);
	for (unsigned int i = 0; i < nr_counters(c); i++)
		s->narrow[i] += src->narrow[i];
	for (unsigned int i = 0; src->wide && i < nr_counters(c); i++)
		s->wide[i] += src->wide[i];
	return 0;
}

static int merge_counts(struct cells *c, struct counts *n, const struct cells *from,
			const struct counts *src)
{
	struct sums *s;
	int err;

	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		if (src->max[i] > n->max[i])
			n->max[i] = src->max[i];
	}
	if (!src->sums && from->period == c->period &&
	    n->flag[FLAG_SAMPLES] + src->flag[FLAG_SAMPLES] <= PENDING_MAX) {
		merge_pending(c, n, src);
		return 0;
	}
	s = make_sums(c, n);
	err = s ? add_pending(c, s, src, from->period) : -ENOMEM;
	return err ?: src->sums ? merge_sums(c, s, sums_at(from, src)) : 0;
}

/* Append the entries of a cell of from to those of another.  0 or -ENOMEM. */
static int copy_entries(struct cells *c, struct cell *cell, const struct cells *from, struct cell *src)
{
	for (unsigned int k = 0; k < src->nr; k++) {
		struct cell_entry *e = add_entry(c, cell);

		if (!e)
			return -ENOMEM;
		*e = *entry_at(from, src, k);
	}
	return 0;
}

int cells_merge(struct cells *c, const uint64_t *key, const struct cells *from, size_t i)
{
	struct cell *src = cell_at(from, i), *cell = get(c, key, key_hash(key, c->parts));
	struct counts *n;
	bool other;
	int err;

	if (!cell)
		return -ENOMEM;
	if (c->cell.nr == 1 && !cell->nr && !cell->counts)
		c->period = from->period;
	/* a few entries stay entries, because most cells of a wide table have no more */
	if (!src->counts && c->period == from->period &&
	    cell->nr + src->nr < CELL_ENTRIES)
		return copy_entries(c, cell, from, src);
	n = counts_of(c, cell);
	if (!n)
		return -ENOMEM;
	/* pending samples will be counted with the period of c */
	other = src->nr && from->period != c->period;
	err = other ? spill(c, n, c->period) : 0;
	err = err ?: count_entries(c, n, from, src);
	err = err || !other ? err : spill(c, n, from->period);
	if (!err && src->counts)
		err = merge_counts(c, n, from, counts_at(from, src->counts));
	return err;
}

size_t cells_nr(const struct cells *c)
{
	return c->cell.nr;
}

uint64_t cells_latency(const struct cells *c, size_t i)
{
	struct cell *cell = cell_at(c, i);
	const struct counts *n = cell->counts ? counts_at(c, cell->counts) : NULL;
	const struct sums *s = n ? sums_at(c, n) : NULL;
	uint64_t sum = (n ? n->sum[CELL_TOTAL] : 0) + (s ? s->sum[CELL_TOTAL] : 0);

	for (unsigned int k = 0; k < cell->nr; k++)
		sum += entry_at(c, cell, k)->latency[CELL_TOTAL];
	return sum;
}

uint64_t cells_samples(const struct cells *c, size_t i)
{
	const struct cell *cell = cell_at(c, i);
	const struct counts *n = cell->counts ? counts_at(c, cell->counts) : NULL;
	const struct sums *s = n ? sums_at(c, n) : NULL;

	return cell->nr + (n ? n->flag[FLAG_SAMPLES] : 0) + (s ? s->narrow[FLAG_SAMPLES] : 0) +
	       (s && s->wide ? s->wide[FLAG_SAMPLES] : 0);
}

const uint64_t *cells_key(const struct cells *c, size_t i)
{
	return key_of(c, i);
}
