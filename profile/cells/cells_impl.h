/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_CELLS_IMPL_H
#define PROFILE_CELLS_CELLS_IMPL_H

/* The storage of cells, for cells.c and cells_sum.c only. */

#include "decoder/names.h"
#include "profile/cells/blocks.h"
#include "profile/cells/cells.h"

/* Blocks of about 32 KiB. */
enum { CELL_BITS = 9, MORE_BITS = 9, COUNTS_BITS = 6, SUMS_BITS = 5, WIDE_BITS = 3 };

_Static_assert(sizeof(struct cell) == 64, "a cell is one cache line");

/* Entries of a cell that are not near; one that is free knows the next free one. */
union more_entries {
	struct cell_entry entry[CELL_ENTRIES - CELL_NEAR];
	uint32_t next;		/* index; 0: none */
};

/* Records queued before their cells are touched: as many cache misses overlap. */
#define QUEUE		64

/* Samples before the byte counters are emptied. */
#define PENDING_MAX	255

/* Counted besides the flags of an entry: samples with each latency, and all samples. */
enum {
	FLAG_WITH_LATENCY = NR_CELL_FLAGS,
	FLAG_SAMPLES = FLAG_WITH_LATENCY + NR_CELL_LATENCIES,
	NR_FLAGS
};

/*
 * Buckets are arranged so that a sample touches few cache lines: those of total below 1024 are in
 * one line, and those of issue and of translation below 64 share one.  Brief cells have only the
 * buckets of total; in place of some that total never uses they count how often the other latencies
 * were saturated.
 */
enum {
	BUCKETS_BRIEF = CELL_BUCKETS,
	BUCKETS_ALL = NR_CELL_LATENCIES * CELL_BUCKETS,
	BRIEF_SATURATED = CELL_BUCKETS - 2 * NR_CELL_LATENCIES,
	NR_COUNTERS = NR_FLAGS + BUCKETS_ALL,	/* in this order */
};

/* Index of bucket b (cells.h) of issue; translation's is PAIR_NEXT further. */
#define PAIR(b)		(CELL_BUCKETS + (b) + ((b) & 96))
#define PAIR_NEXT	32

static inline unsigned int place_of_bucket(enum cell_latency which, unsigned int b)
{
	return which == CELL_TOTAL ? b : PAIR(b) + PAIR_NEXT * (which == CELL_XLAT);
}

/* Index for issue or translation saturated at 12 or 16 bits. */
static inline unsigned int place_of_saturated(enum cell_latency which, bool at16)
{
	return BRIEF_SATURATED + 2 * which + at16;
}

/* The index where that latency is counted; for brief cells only that of total. */
unsigned int place_of(enum cell_latency which, uint16_t cycles);

/* One lane per latency, and one more that is ignored. */
typedef uint16_t cell_each __attribute__((vector_size(8)));
typedef uint32_t cell_each_sum __attribute__((vector_size(16)));

/*
 * Latencies of some samples, which brief cells do not count: of loads (total latency), of those
 * that hit L1D (total latency), of those with a TLB walk (translation latency).  The last lane of
 * the pending counters counts loads, plus 65536 for each hit.
 */
enum cell_part { PART_LOAD, PART_HIT, PART_WALK, NR_PARTS };
#define PART_COUNTS	NR_PARTS
#define PART_ONE_LOAD	1u
#define PART_ONE_HIT	(1u << 16)

/*
 * A sample's properties as 4 bits: events L1D access, L1D miss, TLB walk; a load with total
 * latency.
 */
static inline unsigned int part_bits(uint32_t flags, unsigned int has)
{
	return (flags >> SPE_EV_L1D_ACCESS & 3) | (flags >> SPE_EV_TLB_WALK & 1) << 2 |
	       (flags >> CELL_LOAD & has >> CELL_TOTAL & 1) << 3;
}

_Static_assert(SPE_EV_L1D_MISS == SPE_EV_L1D_ACCESS + 1, "neighbours");

#define PART_IS_LOAD(bits)	((bits) >> 3 & 1)
#define PART_IS_HIT(bits)	(((bits) & 11) == 9)
#define PART_IS_WALK(bits)	((bits) >> 2 & 1)

/*
 * The counters of a cell: one cache line that each sample touches, and those of the buckets of its
 * latencies.  They are small, so that many fit in a cache: bytes are emptied into sums before they
 * can overflow.
 */
struct counts {
	cell_each_sum sum;	/* core cycles of the pending samples */
	cell_each max;
	uint8_t flag[NR_FLAGS];	/* of the pending samples */
	uint32_t sums;		/* index of its sums; 0: none yet */
	/*
	 * Of the pending samples; bucket 0 also has those without that latency.  In cells that are
	 * not brief, parts_of() follows.
	 */
	uint8_t bucket[];
};

_Static_assert(sizeof(struct counts) == 64, "what each sample touches is one cache line");

/* The parts of pending samples, in a cache line of their own; only in cells that are not brief. */
#define PARTS_SIZE	64

static inline cell_each_sum *parts_of(const struct counts *n)
{
	return (cell_each_sum *)(void *)((char *)n + sizeof(*n) + BUCKETS_ALL);
}

static inline void part_add(struct latency_part *p, uint64_t samples, uint64_t cycles,
			    uint64_t period)
{
	p->n += samples;
	p->operations += samples * period;
	p->cycles += cycles * period;
}

static inline void parts_add_pending(struct latency_part part[NR_PARTS],
				     const cell_each_sum *pending, uint64_t period)
{
	uint64_t loads = (*pending)[PART_COUNTS] % PART_ONE_HIT;
	uint64_t hits = (*pending)[PART_COUNTS] / PART_ONE_HIT;

	part_add(&part[PART_LOAD], loads, (*pending)[PART_LOAD], period);
	part_add(&part[PART_HIT], hits, (*pending)[PART_HIT], period);
	part_add(&part[PART_WALK], 0, (*pending)[PART_WALK], period);
}

static inline void parts_add(struct latency_part to[NR_PARTS],
			     const struct latency_part from[NR_PARTS])
{
	for (unsigned int i = 0; i < NR_PARTS; i++) {
		to[i].n += from[i].n;
		to[i].operations += from[i].operations;
		to[i].cycles += from[i].cycles;
	}
}

/* Sums of what was pending before. */
struct sums {
	uint64_t operations;
	uint64_t sum[NR_CELL_LATENCIES];	/* core cycles */
	uint64_t cycles[NR_CELL_LATENCIES];	/* core cycles x period */
	struct latency_part part[NR_PARTS];	/* PART_WALK: only the cycles */
	uint64_t *wide;		/* NR_COUNTERS that overflowed; NULL: none */
	uint16_t narrow[];	/* NR_COUNTERS, or the first of them */
};

struct cells {
	unsigned int parts;
	bool brief;
	unsigned int nr_buckets;
	uint64_t period;
	uint64_t *slot;		/* lower half of the hash, number of the cell + 1; 0 free */
	uint64_t mask;
	struct blocks cell, key, more, counts, sums, wide;
	uint32_t free_more;		/* index of the first free one of more; 0: none */
	struct counts **numbered;	/* by number of the cell: its counters; NULL: none yet */
	uint32_t max_numbered;
	unsigned int queued;
	uint64_t queue_hash[QUEUE];
	struct cell_entry queue_entry[QUEUE];
	uint64_t queue_key[QUEUE * CELL_PARTS];
};

/* blocks_at() for every sample: with sizes known at compile time. */
static inline struct cell *cell_at(const struct cells *c, uint32_t i)
{
	return (struct cell *)c->cell.block[i >> CELL_BITS] + (i & ((1u << CELL_BITS) - 1));
}

static inline union more_entries *more_at(const struct cells *c, uint32_t i)
{
	return blocks_at(&c->more, i);
}

/* The entry number i of a cell, which must have it. */
static inline struct cell_entry *entry_at(const struct cells *c, struct cell *cell, unsigned int i)
{
	return i < CELL_NEAR ? &cell->entry[i] : &more_at(c, cell->more)->entry[i - CELL_NEAR];
}

static inline struct counts *counts_at(const struct cells *c, uint32_t i)
{
	return blocks_at(&c->counts, i);
}

/* NULL: nothing was emptied yet. */
static inline struct sums *sums_at(const struct cells *c, const struct counts *n)
{
	return n->sums ? blocks_at(&c->sums, n->sums) : NULL;
}

#endif
