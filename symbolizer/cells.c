// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/cells.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Things are kept in blocks that never move. */
#define BLOCK_BITS	10
#define BLOCK		(1u << BLOCK_BITS)

struct blocks {
	void **block;
	uint32_t nr;		/* things, from 1 where 0 means none */
	uint32_t max_blocks;
	size_t size;		/* bytes of a thing */
};

struct cells {
	unsigned int parts;
	uint64_t *slot;		/* hash's upper half, index of the cell + 1; 0 free */
	uint64_t mask;
	struct blocks cell, key, chunk, flags;
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

static inline void *blocks_at(const struct blocks *b, uint32_t i)
{
	return (char *)b->block[i >> BLOCK_BITS] + (size_t)(i & (BLOCK - 1)) * b->size;
}

/* One more thing, zeroed; its number in *i.  0 or -ENOMEM. */
static int blocks_add(struct blocks *b, uint32_t *i)
{
	uint32_t block = b->nr >> BLOCK_BITS;

	if (b->nr == UINT32_MAX)
		return -ENOMEM;
	if (!(b->nr & (BLOCK - 1))) {
		if (block == b->max_blocks) {
			uint32_t max = b->max_blocks ? b->max_blocks * 2 : 16;
			void **more = realloc(b->block, max * sizeof(*more));

			if (!more)
				return -ENOMEM;
			b->block = more;
			b->max_blocks = max;
		}
		b->block[block] = calloc(BLOCK, b->size);
		if (!b->block[block])
			return -ENOMEM;
	}
	*i = b->nr++;
	return 0;
}

static void blocks_free(struct blocks *b)
{
	uint32_t i;

	for (i = 0; b->nr && i <= (b->nr - 1) >> BLOCK_BITS; i++)
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
	c->cell.size = sizeof(struct cell);
	c->key.size = parts * sizeof(uint64_t);
	c->chunk.size = CELL_CHUNK * sizeof(uint32_t);
	c->flags.size = NR_CELL_FLAGS * sizeof(uint64_t);
	if (!c->slot || blocks_add(&c->chunk, &none) || blocks_add(&c->flags, &none)) {
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
	blocks_free(&c->chunk);
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

static int grow_slots(struct cells *c)
{
	uint64_t mask = c->mask * 2 + 1, k, *slot;
	uint32_t i;

	slot = calloc(mask + 1, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	for (i = 0; i < c->key.nr; i++) {
		uint64_t h = hash_key(blocks_at(&c->key, i), c->parts);

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
	uint32_t i, same;
	uint64_t k;

	if (c->cell.nr * 2ull > c->mask && grow_slots(c))
		return NULL;
	if (blocks_add(&c->cell, &i) || blocks_add(&c->key, &same))
		return NULL;
	memcpy(blocks_at(&c->key, i), key, c->key.size);
	for (k = h >> 32; c->slot[k & c->mask]; k++)
		;
	c->slot[k & c->mask] = (h << 32) | (i + 1);
	return blocks_at(&c->cell, i);
}

struct cell *cells_get(struct cells *c, const uint64_t *key)
{
	uint64_t h = hash_key(key, c->parts), k, s;

	for (k = h >> 32; (s = c->slot[k & c->mask]); k++) {
		uint32_t i = (uint32_t)s - 1;

		if (s >> 32 == (uint32_t)h &&
		    same_key(blocks_at(&c->key, i), key, c->parts))
			return blocks_at(&c->cell, i);
	}
	return new_cell(c, key, h);
}

static inline unsigned int bucket_of(uint32_t v)
{
	unsigned int top;

	if (v < 16)
		return v;
	if (v == 0xfff || v == 0xffff)
		return v == 0xfff ? CELL_SAT12 : CELL_SAT16;
	top = 31 - __builtin_clz(v);
	return 16 + (top - 4) * 8 + (v >> (top - 3) & 7);
}

static int count_latency(struct cells *c, struct cell *cell, unsigned int which,
			 uint32_t v)
{
	unsigned int b = bucket_of(v);
	uint32_t *chunk = &cell->chunk[which][b / CELL_CHUNK];
	uint32_t *bucket;

	if (__builtin_expect(!*chunk, 0) && blocks_add(&c->chunk, chunk))
		return -ENOMEM;
	cell->sum[which] += v;
	if (v > cell->max[which])
		cell->max[which] = v;
	bucket = (uint32_t *)blocks_at(&c->chunk, *chunk) + b % CELL_CHUNK;
	*bucket += *bucket != UINT32_MAX;
	return 0;
}

/* Empty the byte counters. */
static int spill(struct cells *c, struct cell *cell)
{
	uint64_t *flags;
	unsigned int i;

	if (!cell->flags && blocks_add(&c->flags, &cell->flags))
		return -ENOMEM;
	flags = blocks_at(&c->flags, cell->flags);
	for (i = 0; i < NR_CELL_FLAGS; i++)
		flags[i] += cell->lanes[i / 8] >> i % 8 * 8 & 0xff;
	memset(cell->lanes, 0, sizeof(cell->lanes));
	cell->pending = 0;
	return 0;
}

/* The flags of a record, a bit each. */
static inline uint32_t flags_of(const struct spe_record *rec)
{
	uint32_t f = rec->events & ((1u << METRIC_EVENTS) - 1);
	unsigned int op;

	if (!(rec->has & SPE_HAS_OP))
		op = CELL_NO_OP;
	else if (rec->op_class == 1)
		op = rec->op & 1 ? CELL_STORE : CELL_LOAD;
	else
		op = rec->op_class == 2 ? CELL_BRANCH : CELL_OTHER;
	return f | 1u << op | (uint32_t)!!(rec->has & SPE_HAS_EVENTS) << CELL_WITH_EVENTS;
}

int cells_add(struct cells *c, struct cell *cell, const struct spe_record *rec,
	      uint64_t period)
{
	uint32_t f = flags_of(rec);
	int err = 0;

	cell->samples++;
	cell->operations += period;
	cell->lanes[0] += spread[f & 0xff];
	cell->lanes[1] += spread[f >> 8 & 0xff];
	cell->lanes[2] += spread[f >> 16 & 0xff];
	cell->lanes[3] += spread[f >> 24];
	if (__builtin_expect(++cell->pending == 255, 0))
		err = spill(c, cell);
	if (rec->has & SPE_HAS_TOTAL)
		err |= count_latency(c, cell, CELL_TOTAL, rec->total);
	if (rec->has & SPE_HAS_ISSUE)
		err |= count_latency(c, cell, CELL_ISSUE, rec->issue);
	if (rec->has & SPE_HAS_XLAT)
		err |= count_latency(c, cell, CELL_XLAT, rec->xlat);
	return err ? -ENOMEM : 0;
}

static int merge_chunks(struct cells *c, uint32_t *to, const struct cells *from,
			uint32_t chunk)
{
	const uint32_t *src;
	uint32_t *dst;
	unsigned int i;

	if (!chunk)
		return 0;
	if (!*to && blocks_add(&c->chunk, to))
		return -ENOMEM;
	src = blocks_at(&from->chunk, chunk);
	dst = blocks_at(&c->chunk, *to);
	for (i = 0; i < CELL_CHUNK; i++)
		dst[i] = dst[i] + src[i] < src[i] ? UINT32_MAX : dst[i] + src[i];
	return 0;
}

static uint64_t flag_count(const struct cells *c, const struct cell *cell, unsigned int i)
{
	const uint64_t *flags = blocks_at(&c->flags, cell->flags);

	return (cell->lanes[i / 8] >> i % 8 * 8 & 0xff) + (cell->flags ? flags[i] : 0);
}

int cells_merge(struct cells *c, struct cell *cell, const struct cells *from,
		const struct cell *src)
{
	unsigned int i, k;
	uint64_t *flags;

	cell->samples += src->samples;
	cell->operations += src->operations;
	if (!cell->flags && blocks_add(&c->flags, &cell->flags))
		return -ENOMEM;
	flags = blocks_at(&c->flags, cell->flags);
	for (i = 0; i < NR_CELL_FLAGS; i++)
		flags[i] += flag_count(from, src, i);
	for (i = 0; i < NR_CELL_LATENCIES; i++) {
		cell->sum[i] += src->sum[i];
		if (src->max[i] > cell->max[i])
			cell->max[i] = src->max[i];
		for (k = 0; k < CELL_CHUNKS; k++) {
			if (merge_chunks(c, &cell->chunk[i][k], from, src->chunk[i][k]))
				return -ENOMEM;
		}
	}
	return 0;
}

size_t cells_nr(const struct cells *c)
{
	return c->cell.nr;
}

const struct cell *cells_at(const struct cells *c, size_t i)
{
	return blocks_at(&c->cell, i);
}

const uint64_t *cells_key(const struct cells *c, size_t i)
{
	return blocks_at(&c->key, i);
}

static uint64_t bucket_count(const struct cells *c, const struct cell *cell,
			     unsigned int which, unsigned int b)
{
	uint32_t chunk = cell->chunk[which][b / CELL_CHUNK];

	return chunk ? ((uint32_t *)blocks_at(&c->chunk, chunk))[b % CELL_CHUNK] : 0;
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

static uint32_t quantile(const struct cells *c, const struct cell *cell,
			 unsigned int which, uint64_t rank)
{
	uint64_t seen = 0;
	unsigned int i, b;

	for (i = 0; i <= CELL_SAT16; i++) {
		b = bucket_order(i);
		seen += bucket_count(c, cell, which, b);
		if (seen > rank)
			return bucket_value(b) < cell->max[which] ? bucket_value(b) :
								    cell->max[which];
	}
	return cell->max[which];
}

static void fill_latency(const struct cells *c, const struct cell *cell,
			 unsigned int which, unsigned int count_size, struct latency *l)
{
	unsigned int b;

	for (b = 0; b <= CELL_SAT16; b++)
		l->n += bucket_count(c, cell, which, b);
	l->sum = cell->sum[which];
	l->max = cell->max[which];
	if (!l->n)
		return;
	if (count_size != 16)
		l->saturated += bucket_count(c, cell, which, CELL_SAT12);
	if (count_size != 12)
		l->saturated += bucket_count(c, cell, which, CELL_SAT16);
	l->p50 = quantile(c, cell, which, (l->n - 1) / 2);
	l->p99 = quantile(c, cell, which, (l->n * 99 + 99) / 100 - 1);
}

void cells_metrics(const struct cells *c, const struct cell *cell,
		   unsigned int count_size, struct metrics *out)
{
	unsigned int i;

	memset(out, 0, sizeof(*out));
	out->samples = cell->samples;
	out->operations = cell->operations;
	fill_latency(c, cell, CELL_TOTAL, count_size, &out->total);
	fill_latency(c, cell, CELL_ISSUE, count_size, &out->issue);
	fill_latency(c, cell, CELL_XLAT, count_size, &out->xlat);
	out->loads = flag_count(c, cell, CELL_LOAD);
	out->stores = flag_count(c, cell, CELL_STORE);
	out->branches = flag_count(c, cell, CELL_BRANCH);
	out->others = flag_count(c, cell, CELL_OTHER);
	out->no_op = flag_count(c, cell, CELL_NO_OP);
	out->with_events = flag_count(c, cell, CELL_WITH_EVENTS);
	for (i = 0; i < METRIC_EVENTS; i++)
		out->events[i] = flag_count(c, cell, i);
}
