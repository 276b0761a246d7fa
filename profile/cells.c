// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Things are kept in blocks that never move, of about 32 KiB. */
enum { CELL_BITS = 8, COUNTS_BITS = 5, WIDE_BITS = 3, FLAGS_BITS = 7 };

struct blocks {
	void **block;
	uint32_t nr;		/* things, from 1 where 0 means none */
	uint32_t max_blocks;
	size_t size;		/* bytes of a thing */
	unsigned int bits;	/* log2 of things in a block */
};

/* Records queued before their cells are touched: as many misses at once. */
#define QUEUE		64

/* The counters of so many cells are about a second-level cache. */
#define FEW_CELLS	512

/* Samples before the byte counters are emptied. */
#define PENDING_MAX	255

/* Counted besides the flags of an entry: how many had each latency. */
enum {
	FLAG_WITH_LATENCY = NR_CELL_FLAGS, NR_FLAGS = NR_CELL_FLAGS + 8
};

/* The counters of a cell. */
struct counts {
	uint64_t samples;	/* those pending apart */
	uint64_t operations;	/* likewise */
	uint64_t sum[NR_CELL_LATENCIES];	/* core cycles */
	uint64_t lanes[NR_FLAGS / 8];	/* a byte counter per flag */
	uint32_t flags;		/* where the bytes were spilled to; 0: nowhere yet */
	uint32_t narrow;	/* samples in the 16-bit buckets, those pending apart */
	uint16_t pending;	/* samples in the byte counters */
	uint16_t max[NR_CELL_LATENCIES];
	uint64_t *wide;		/* what buckets overflowed to, as many; NULL: none did */
	/* bucket 0 has those without that latency, too */
	uint16_t bucket[NR_CELL_LATENCIES][CELL_BUCKETS];
};

struct cells {
	unsigned int parts;
	uint64_t period;
	uint64_t *slot;		/* hash's lower half, number of the cell + 1; 0 free */
	uint64_t mask;
	struct blocks cell, key, counts, wide, flags;
	struct counts *few[FEW_CELLS];	/* of the first cells; NULL: none yet */
	unsigned int queued;
	uint64_t queue_hash[QUEUE];
	struct cell_entry queue_entry[QUEUE];
	uint64_t queue_key[QUEUE * CELL_PARTS];
};

/* Each bit of a byte to a byte of its own. */
#define SPREAD1(b) ((b) & 1 ? 1ull : 0) | ((b) & 2 ? 1ull << 8 : 0) | \
		   ((b) & 4 ? 1ull << 16 : 0) | ((b) & 8 ? 1ull << 24 : 0) | \
		   ((b) & 16 ? 1ull << 32 : 0) | ((b) & 32 ? 1ull << 40 : 0) | \
		   ((b) & 64 ? 1ull << 48 : 0) | ((b) & 128 ? 1ull << 56 : 0)
#define SPREAD4(b)	SPREAD1(b), SPREAD1((b) + 1), SPREAD1((b) + 2), SPREAD1((b) + 3)
#define SPREAD16(b)	SPREAD4(b), SPREAD4((b) + 4), SPREAD4((b) + 8), SPREAD4((b) + 12)
#define SPREAD64(b)	SPREAD16(b), SPREAD16((b) + 16), SPREAD16((b) + 32), SPREAD16((b) + 48)

static const uint64_t spread[256] = {
	SPREAD64(0), SPREAD64(64), SPREAD64(128), SPREAD64(192)
};

static void blocks_init(struct blocks *b, size_t size, unsigned int bits)
{
	b->size = size;
	b->bits = bits;
}

static inline void *blocks_at(const struct blocks *b, uint32_t i)
{
	return (char *)b->block[i >> b->bits] + (i & ((1u << b->bits) - 1)) * b->size;
}

/* blocks_at() where it is asked for every sample: sizes known when compiled. */
static inline struct cell *cell_at(const struct cells *c, uint32_t i)
{
	return (struct cell *)c->cell.block[i >> CELL_BITS] + (i & ((1u << CELL_BITS) - 1));
}

static inline struct counts *counts_at(const struct cells *c, uint32_t i)
{
	return (struct counts *)c->counts.block[i >> COUNTS_BITS] +
	       (i & ((1u << COUNTS_BITS) - 1));
}

/* One more thing, zeroed; its number in *i.  0 or -ENOMEM. */
static int blocks_add(struct blocks *b, uint32_t *i)
{
	uint32_t block = b->nr >> b->bits;
	size_t bytes = b->size << b->bits;

	if (b->nr == UINT32_MAX)
		return -ENOMEM;
	if (!(b->nr & ((1u << b->bits) - 1))) {
		if (block == b->max_blocks) {
			uint32_t max = b->max_blocks ? b->max_blocks * 2 : 16;
			void **more = realloc(b->block, max * sizeof(*more));

			if (!more)
				return -ENOMEM;
			b->block = more;
			b->max_blocks = max;
		}
		if (posix_memalign(&b->block[block], 64, bytes))
			return -ENOMEM;
		memset(b->block[block], 0, bytes);
	}
	*i = b->nr++;
	return 0;
}

/* One more thing, zeroed, that stays where it is.  NULL: out of memory. */
static void *blocks_new(struct blocks *b)
{
	uint32_t i;

	return blocks_add(b, &i) ? NULL : blocks_at(b, i);
}

static void blocks_free(struct blocks *b)
{
	uint32_t i;

	for (i = 0; b->nr && i <= (b->nr - 1) >> b->bits; i++)
		free(b->block[i]);
	free(b->block);
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
	blocks_init(&c->counts, sizeof(struct counts), COUNTS_BITS);
	blocks_init(&c->wide, NR_CELL_LATENCIES * CELL_BUCKETS * sizeof(uint64_t),
		    WIDE_BITS);
	blocks_init(&c->flags, NR_FLAGS * sizeof(uint64_t), FLAGS_BITS);
	if (!c->slot || blocks_add(&c->flags, &none) || blocks_add(&c->counts, &none)) {
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
	blocks_free(&c->counts);
	blocks_free(&c->wide);
	blocks_free(&c->flags);
	free(c->slot);
	free(c);
}

static inline uint64_t hash_key(const uint64_t *key, unsigned int parts)
{
	uint64_t h = 0;
	unsigned int i;

	for (i = 0; i < parts; i++) {
		h = (h ^ key[i]) * 0x9fb21c651e98df25ull;
		h ^= h >> 29;
	}
	return h * 0xd6e8feb86659fd93ull;
}

static inline int same_key(const uint64_t *a, const uint64_t *b, unsigned int parts)
{
	unsigned int i;
	uint64_t off = 0;

	for (i = 0; i < parts; i++)
		off |= a[i] ^ b[i];
	return !off;
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

	slot = calloc(mask + 1, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	for (i = 0; i < c->cell.nr; i++) {
		uint64_t h = hash_key(key_of(c, i), c->parts);

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

/* The cell of that key, made if there is none.  NULL: out of memory. */
static inline struct cell *get(struct cells *c, const uint64_t *key, uint64_t h)
{
	uint64_t k, s;

	for (k = h >> 32; (s = c->slot[k & c->mask]); k++) {
		uint32_t i = (uint32_t)s - 1;

		if (s >> 32 == (uint32_t)h && same_key(key_of(c, i), key, c->parts))
			return cell_at(c, i);
	}
	return new_cell(c, key, h);
}

/*
 * Eight buckets to the octave from 16 on: the value's top four bits and their
 * place.  As a table: its low end is all that most latencies touch.
 */
#define SHIFT(v)	(28 - __builtin_clz((v) | 8))
#define BUCKET(v)	((v) == 0xfff ? CELL_SAT12 : (v) == 0xffff ? CELL_SAT16 : \
			 SHIFT(v) * 8 + ((v) >> SHIFT(v)))
#define BUCKETS4(v)	BUCKET(v), BUCKET((v) + 1), \
			BUCKET((v) + 2), BUCKET((v) + 3)
#define BUCKETS16(v)	BUCKETS4(v), BUCKETS4((v) + 4), \
			BUCKETS4((v) + 8), BUCKETS4((v) + 12)
#define BUCKETS64(v)	BUCKETS16(v), BUCKETS16((v) + 16), \
			BUCKETS16((v) + 32), BUCKETS16((v) + 48)
#define BUCKETS256(v)	BUCKETS64(v), BUCKETS64((v) + 64), \
			BUCKETS64((v) + 128), BUCKETS64((v) + 192)
#define BUCKETS1K(v)	BUCKETS256(v), BUCKETS256((v) + 256), \
			BUCKETS256((v) + 512), BUCKETS256((v) + 768)
#define BUCKETS4K(v)	BUCKETS1K(v), BUCKETS1K((v) + 1024), \
			BUCKETS1K((v) + 2048), BUCKETS1K((v) + 3072)
#define BUCKETS16K(v)	BUCKETS4K(v), BUCKETS4K((v) + 4096), \
			BUCKETS4K((v) + 8192), BUCKETS4K((v) + 12288)

static const uint8_t bucket_of[65536] = {
	BUCKETS16K(0), BUCKETS16K(16384), BUCKETS16K(32768), BUCKETS16K(49152)
};

/* Empty the 16-bit buckets into wide ones. */
static int widen(struct cells *c, struct counts *n)
{
	const uint16_t *from = n->bucket[0];
	unsigned int i;

	if (!n->wide && !(n->wide = blocks_new(&c->wide)))
		return -ENOMEM;
	for (i = 0; i < NR_CELL_LATENCIES * CELL_BUCKETS; i++)
		n->wide[i] += from[i];
	memset(n->bucket, 0, sizeof(n->bucket));
	return 0;
}

/*
 * Books what is pending: the samples, and the byte counters before they can
 * overflow.
 */
static __attribute__((noinline)) int spill(struct cells *c, struct counts *n, uint64_t period)
{
	uint64_t *flags;
	unsigned int i;

	if (!n->flags && blocks_add(&c->flags, &n->flags))
		return -ENOMEM;
	flags = blocks_at(&c->flags, n->flags);
	for (i = 0; i < NR_FLAGS; i++)
		flags[i] += n->lanes[i / 8] >> i % 8 * 8 & 0xff;
	memset(n->lanes, 0, sizeof(n->lanes));
	n->samples += n->pending;
	n->operations += n->pending * period;
	n->narrow += n->pending;
	n->pending = 0;
	/* no bucket can overflow before as many samples have come */
	if (n->narrow <= UINT16_MAX - 2 * PENDING_MAX)
		return 0;
	n->narrow = 0;
	return widen(c, n);
}

/* The flags of a record, a bit each. */
static inline uint32_t flags_of(const struct spe_record *rec)
{
	static const uint32_t kind[8] = {	/* by class, and the store bit */
		1u << CELL_OTHER, 1u << CELL_OTHER, 1u << CELL_LOAD, 1u << CELL_STORE,
		1u << CELL_BRANCH, 1u << CELL_BRANCH, 1u << CELL_OTHER, 1u << CELL_OTHER,
	};
	uint32_t op = kind[(rec->op_class & 3u) << 1 | (rec->op & 1u)];

	op = rec->has & SPE_HAS_OP ? op : 1u << CELL_NO_OP;
	return (rec->events & ((1u << METRIC_EVENTS) - 1)) | op |
	       (rec->has / SPE_HAS_EVENTS & 1) << CELL_WITH_EVENTS;
}

static inline void count_latency(struct counts *n, unsigned int which, uint16_t v)
{
	if (__builtin_expect(v > n->max[which], 0))
		n->max[which] = v;
	n->sum[which] += v;
	n->bucket[which][bucket_of[v]]++;
}

/* Count one sample; has: bit per latency, those it has not being 0. */
static inline __attribute__((always_inline)) int
count_sample(struct cells *c, struct counts *n, const struct cell_entry *e,
	     uint64_t period)
{
	uint32_t flags = e->flags;
	int err = 0;

	if (__builtin_expect(n->pending == PENDING_MAX, 0))
		err = spill(c, n, period);
	n->pending++;
	n->lanes[0] += spread[flags & 0xff];
	n->lanes[1] += spread[flags >> 8 & 0xff];
	n->lanes[2] += spread[flags >> 16 & 0xff];
	n->lanes[3] += spread[flags >> 24];
	n->lanes[4] += spread[e->has];
	count_latency(n, CELL_TOTAL, e->latency[CELL_TOTAL]);
	count_latency(n, CELL_ISSUE, e->latency[CELL_ISSUE]);
	count_latency(n, CELL_XLAT, e->latency[CELL_XLAT]);
	return err;
}

/* Count what waits in a cell, of whichever cells, in n. */
static int count_entries(struct cells *c, struct counts *n, const struct cell *cell,
			 uint64_t period)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < cell->nr; i++)
		err |= count_sample(c, n, &cell->entry[i], period);
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
	int err = n ? count_entries(c, n, cell, c->period) : -ENOMEM;

	cell->nr = 0;
	return err;
}

/* Which latencies a record has, a bit each. */
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
	uint64_t h = hash_key(key, c->parts);
	unsigned int q = c->queued++, i;

	__builtin_prefetch(&c->slot[h >> 32 & c->mask]);
	c->queue_hash[q] = h;
	for (i = 0; i < c->parts; i++)
		c->queue_key[q * c->parts + i] = key[i];
	make_entry(&c->queue_entry[q], rec);
	return c->queued == QUEUE ? cells_flush(c) : 0;
}

int cells_number(struct cells *c, const uint64_t *key, uint32_t *out)
{
	uint64_t h = hash_key(key, c->parts), k;
	uint32_t n = c->cell.nr;

	if (!get(c, key, h))
		return -ENOMEM;
	*out = n;
	if (c->cell.nr > n)
		return 0;
	for (k = h >> 32; ; k++) {
		n = (uint32_t)c->slot[k & c->mask] - 1;
		if (same_key(key_of(c, n), key, c->parts))
			break;
	}
	*out = n;
	return 0;
}

static inline void fetch(const void *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i += 64)
		__builtin_prefetch((const char *)p + i, 1);
}

/* Put a record into a cell. */
static int enter_at(struct cells *c, uint32_t number, const struct spe_record *rec)
{
	struct cell *cell = cell_at(c, number);

	make_entry(&cell->entry[cell->nr], rec);
	if (__builtin_expect(++cell->nr < CELL_ENTRIES, 1))
		return 0;
	if (settle(c, cell))
		return -ENOMEM;
	if (number < FEW_CELLS)
		c->few[number] = counts_at(c, cell->counts);
	return 0;
}

/* So few cells have their counters in a cache: count at once. */
static int add_few(struct cells *c, const uint32_t *number,
		   const struct spe_record *const *rec, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		struct counts *counts = c->few[number[i]];
		struct cell_entry e;

		if (!counts) {
			err = enter_at(c, number[i], rec[i]);
			continue;
		}
		make_entry(&e, rec[i]);
		err = count_sample(c, counts, &e, c->period);
	}
	return err;
}

int cells_add_numbered(struct cells *c, const uint32_t *number,
		       const struct spe_record *const *rec, unsigned int n)
{
	unsigned int i;
	int err = 0;

	if (c->cell.nr <= FEW_CELLS)
		return add_few(c, number, rec, n);
	for (i = 0; i < n; i++)
		fetch(cell_at(c, number[i]), sizeof(struct cell));
	for (i = 0; i < n && !err; i++)
		err = enter_at(c, number[i], rec[i]);
	return err;
}

/* Fetch the buckets that the entries of a full cell will be counted in. */
static void fetch_buckets(const struct cells *c, const struct cell *cell)
{
	const struct counts *n = counts_at(c, cell->counts);
	unsigned int i, k;

	for (i = 0; i < CELL_ENTRIES; i++) {
		for (k = 0; k < NR_CELL_LATENCIES; k++)
			__builtin_prefetch(&n->bucket[k][bucket_of[cell->entry[i].latency[k]]],
					   1);
	}
}

/* Put a queued record into its cell.  1 if the cell is now full. */
static int enter(struct cells *c, unsigned int q, struct cell **out)
{
	struct cell *cell = get(c, &c->queue_key[q * c->parts], c->queue_hash[q]);

	*out = cell;
	if (!cell || (cell->nr == CELL_ENTRIES && settle(c, cell)))
		return -ENOMEM;
	cell->entry[cell->nr++] = c->queue_entry[q];
	if (cell->nr < CELL_ENTRIES)
		return 0;
	fetch(counts_at(c, cell->counts), offsetof(struct counts, bucket));
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
			fetch(cell_at(c, (uint32_t)s - 1), sizeof(struct cell));
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

/* Add another cell's buckets, narrow and wide. */
static int merge_buckets(struct cells *c, struct counts *n, const struct counts *src)
{
	const uint16_t *narrow = src->bucket[0];
	uint16_t *to = n->bucket[0];
	unsigned int i;

	if (!src->wide && n->narrow + n->pending + src->narrow + src->pending <=
			  UINT16_MAX - 2 * PENDING_MAX) {
		for (i = 0; i < NR_CELL_LATENCIES * CELL_BUCKETS; i++)
			to[i] += narrow[i];
		n->narrow += src->narrow + src->pending;
		return 0;
	}
	if (!n->wide && !(n->wide = blocks_new(&c->wide)))
		return -ENOMEM;
	for (i = 0; i < NR_CELL_LATENCIES * CELL_BUCKETS; i++)
		n->wide[i] += narrow[i] + (src->wide ? src->wide[i] : 0);
	return 0;
}

static uint64_t flag_count(const struct cells *c, const struct counts *n, unsigned int i)
{
	const uint64_t *flags = blocks_at(&c->flags, n->flags);

	return (n->lanes[i / 8] >> i % 8 * 8 & 0xff) + (n->flags ? flags[i] : 0);
}

static int merge_counts(struct cells *c, struct counts *n, const struct cells *from,
			const struct counts *src)
{
	uint64_t *flags;
	unsigned int i;

	n->samples += src->samples + src->pending;
	n->operations += src->operations + src->pending * from->period;
	if (!n->flags && blocks_add(&c->flags, &n->flags))
		return -ENOMEM;
	flags = blocks_at(&c->flags, n->flags);
	for (i = 0; i < NR_FLAGS; i++)
		flags[i] += flag_count(from, src, i);
	for (i = 0; i < NR_CELL_LATENCIES; i++) {
		n->sum[i] += src->sum[i];
		if (src->max[i] > n->max[i])
			n->max[i] = src->max[i];
	}
	return merge_buckets(c, n, src);
}

int cells_merge(struct cells *c, const uint64_t *key, const struct cells *from, size_t i)
{
	const struct cell *src = cell_at(from, i);
	struct cell *cell = get(c, key, hash_key(key, c->parts));
	struct counts *n;
	int err;

	if (!cell)
		return -ENOMEM;
	if (c->cell.nr == 1 && !cell->nr && !cell->counts)
		c->period = from->period;
	/* a few entries stay entries: most cells of a wide table have no more */
	if (!src->counts && c->period == from->period &&
	    cell->nr + src->nr < CELL_ENTRIES) {
		memcpy(cell->entry + cell->nr, src->entry, src->nr * sizeof(src->entry[0]));
		cell->nr += src->nr;
		return 0;
	}
	n = counts_of(c, cell);
	if (!n)
		return -ENOMEM;
	/* what is pending is booked with the period of c */
	err = spill(c, n, c->period);
	if (!err)
		err = count_entries(c, n, src, from->period);
	if (!err && from->period != c->period)
		err = spill(c, n, from->period);
	if (!err && src->counts)
		err = merge_counts(c, n, from, counts_at(from, src->counts));
	return err;
}

size_t cells_nr(const struct cells *c)
{
	return c->cell.nr;
}

uint64_t cells_samples(const struct cells *c, size_t i)
{
	const struct cell *cell = cell_at(c, i);
	const struct counts *n = counts_at(c, cell->counts);

	return cell->nr + (cell->counts ? n->samples + n->pending : 0);
}

const uint64_t *cells_key(const struct cells *c, size_t i)
{
	return key_of(c, i);
}

static uint64_t bucket_count(const struct counts *n, unsigned int which, unsigned int b)
{
	return n->bucket[which][b] +
	       (n->wide ? n->wide[which * CELL_BUCKETS + b] : 0);
}

/* The middle of what a bucket holds, in cycles. */
static uint32_t bucket_value(unsigned int b)
{
	unsigned int top;
	uint32_t low;

	if (b < 16)
		return b;
	if (b >= CELL_SAT12)
		return b == CELL_SAT12 ? 0xfff : 0xffff;
	top = (b - 16) / 8 + 4;
	low = (8 + (b - 16) % 8) << (top - 3);
	return low + ((1u << (top - 3)) - 1) / 2;
}

/* Buckets in order of value: 0xfff is the last of its octave. */
static unsigned int bucket_order(unsigned int i)
{
	const unsigned int last12 = 16 + 7 * 8 + 7;

	if (i <= last12)
		return i;
	if (i == last12 + 1)
		return CELL_SAT12;
	return i < CELL_SAT12 + 1 ? i - 1 : CELL_SAT16;
}

/* rank: in order of value, with those before that lack the latency. */
static uint32_t quantile(const struct counts *n,
			 unsigned int which, uint64_t rank)
{
	uint64_t seen = 0;
	unsigned int i, b;

	for (i = 0; i <= CELL_SAT16; i++) {
		b = bucket_order(i);
		seen += bucket_count(n, which, b);
		if (seen > rank)
			return bucket_value(b) < n->max[which] ? bucket_value(b) :
								    n->max[which];
	}
	return n->max[which];
}

static void fill_latency(const struct cells *c, const struct counts *n,
			 unsigned int which, unsigned int count_size, struct latency *l)
{
	uint64_t without;

	l->n = flag_count(c, n, FLAG_WITH_LATENCY + which);
	without = n->samples + n->pending - l->n;
	l->sum = n->sum[which];
	l->max = n->max[which];
	if (!l->n)
		return;
	if (count_size != 16)
		l->saturated += bucket_count(n, which, CELL_SAT12);
	if (count_size != 12)
		l->saturated += bucket_count(n, which, CELL_SAT16);
	l->p50 = quantile(n, which, without + (l->n - 1) / 2);
	l->p99 = quantile(n, which, without + (l->n * 99 + 99) / 100 - 1);
}

int cells_metrics(struct cells *c, size_t cell, unsigned int count_size,
		  struct metrics *out)
{
	struct cell *front = cell_at(c, cell);
	struct counts few = { 0 }, *n = &few;
	unsigned int i;

	if (front->counts) {
		if (settle(c, front))
			return -ENOMEM;
		n = counts_at(c, front->counts);
	} else if (count_entries(c, n, front, c->period)) {
		return -ENOMEM;
	}
	memset(out, 0, sizeof(*out));
	out->samples = n->samples + n->pending;
	out->operations = n->operations + n->pending * c->period;
	fill_latency(c, n, CELL_TOTAL, count_size, &out->total);
	fill_latency(c, n, CELL_ISSUE, count_size, &out->issue);
	fill_latency(c, n, CELL_XLAT, count_size, &out->xlat);
	out->loads = flag_count(c, n, CELL_LOAD);
	out->stores = flag_count(c, n, CELL_STORE);
	out->branches = flag_count(c, n, CELL_BRANCH);
	out->others = flag_count(c, n, CELL_OTHER);
	out->no_op = flag_count(c, n, CELL_NO_OP);
	out->with_events = flag_count(c, n, CELL_WITH_EVENTS);
	for (i = 0; i < METRIC_EVENTS; i++)
		out->events[i] = flag_count(c, n, i);
	return 0;
}
