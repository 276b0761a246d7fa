/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_CELLS_IMPL_H
#define PROFILE_CELLS_CELLS_IMPL_H

/* How cells keep what they count: for cells.c and cells_sum.c alone. */

#include "decoder/names.h"
#include "profile/cells/blocks.h"
#include "profile/cells/cells.h"

/* Blocks of about 32 KiB. */
enum { CELL_BITS = 8, COUNTS_BITS = 6, SUMS_BITS = 5, WIDE_BITS = 3 };

/* Records queued before their cells are touched: as many misses at once. */
#define QUEUE		64

/* Samples before the byte counters are emptied. */
#define PENDING_MAX	255

/* Counted besides the flags of an entry: how many had each latency, and all. */
enum {
	FLAG_WITH_LATENCY = NR_CELL_FLAGS,
	FLAG_SAMPLES = FLAG_WITH_LATENCY + NR_CELL_LATENCIES,
	NR_FLAGS
};

/*
 * Buckets lie so that a sample touches few cache lines: those of total below 1024 are one,
 * those of issue and of translation below 64 share one.  Brief cells have total's alone, and
 * in place of some that total never uses how often the others were at their counters' tops.
 */
enum {
	BUCKETS_BRIEF = CELL_BUCKETS,
	BUCKETS_ALL = NR_CELL_LATENCIES * CELL_BUCKETS,
	BRIEF_SATURATED = CELL_BUCKETS - 2 * NR_CELL_LATENCIES,
	NR_COUNTERS = NR_FLAGS + BUCKETS_ALL,	/* in this order */
};

/* Place of bucket b (cells.h) of issue; translation's is so much further. */
#define PAIR(b)		(CELL_BUCKETS + (b) + ((b) & 96))
#define PAIR_NEXT	32

static inline unsigned int place_of_bucket(enum cell_latency which, unsigned int b)
{
	return which == CELL_TOTAL ? b : PAIR(b) + PAIR_NEXT * (which == CELL_XLAT);
}

/* Of issue or translation: the counters' tops of 12 and of 16 bits. */
static inline unsigned int place_of_saturated(enum cell_latency which, bool at16)
{
	return BRIEF_SATURATED + 2 * which + at16;
}

/* Where that latency is counted; not of issue or translation in brief cells. */
unsigned int place_of(enum cell_latency which, uint16_t cycles);

/* One of each latency, and one more that is not looked at. */
typedef uint16_t cell_each __attribute__((vector_size(8)));
typedef uint32_t cell_each_sum __attribute__((vector_size(16)));

/*
 * Latencies of some samples, which brief cells do not count: of loads (total latency), of
 * those that hit L1D (the same), of those whose TLB refill walked (translation latency).  The
 * last lane of what is pending counts loads, and 65536 for each hit.
 */
enum cell_part { PART_LOAD, PART_HIT, PART_WALK, NR_PARTS };
#define PART_COUNTS	NR_PARTS
#define PART_ONE_LOAD	1u
#define PART_ONE_HIT	(1u << 16)

/* What a sample is, as 4 bits: event L1D access, L1D miss, TLB walk; a load with total latency. */
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
 * The counters of a cell: one cache line that each sample touches, and those of the buckets
 * that its latencies are in.  A cache has room for many of them: bytes are emptied into
 * sums before one can overflow.
 */
struct counts {
	cell_each_sum sum;	/* core cycles of those pending */
	cell_each max;
	uint8_t flag[NR_FLAGS];	/* of those pending */
	uint32_t sums;		/* number of its sums; 0: none yet */
	/*
	 * of those pending; bucket 0 has those without that latency, too.  Of cells that are
	 * not brief, parts_of() is behind them.
	 */
	uint8_t bucket[];
};

_Static_assert(sizeof(struct counts) == 64, "what each sample touches is one cache line");

/* The parts of those pending: cells that are not brief have them, and a cache line for them. */
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

/* What was pending before. */
struct sums {
	uint64_t operations;
	uint64_t sum[NR_CELL_LATENCIES];	/* core cycles */
	uint64_t cycles[NR_CELL_LATENCIES];	/* core cycles x period */
	struct latency_part part[NR_PARTS];	/* of PART_WALK the cycles alone */
	uint64_t *wide;		/* NR_COUNTERS that overflowed; NULL: none did */
	uint16_t narrow[];	/* NR_COUNTERS, or the first of them */
};

struct cells {
	unsigned int parts;
	bool brief;
	unsigned int nr_buckets;
	uint64_t period;
	uint64_t *slot;		/* hash's lower half, number of the cell + 1; 0 free */
	uint64_t mask;
	struct blocks cell, key, counts, sums, wide;
	struct counts **numbered;	/* by number of the cell: its counters; NULL: none yet */
	uint32_t max_numbered;
	unsigned int queued;
	uint64_t queue_hash[QUEUE];
	struct cell_entry queue_entry[QUEUE];
	uint64_t queue_key[QUEUE * CELL_PARTS];
};

/* blocks_at() where it is asked for every sample: sizes known when compiled. */
static inline struct cell *cell_at(const struct cells *c, uint32_t i)
{
	return (struct cell *)c->cell.block[i >> CELL_BITS] + (i & ((1u << CELL_BITS) - 1));
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
