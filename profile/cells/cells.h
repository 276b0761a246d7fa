/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_CELLS_H
#define PROFILE_CELLS_CELLS_H

#include "decoder/record.h"
#include "profile/profile.h"

/*
 * Counters by key: the hot end of counting.  A key consists of a few 64-bit parts.  Memory grows
 * with the number of different keys, never with the number of records.
 */

#define CELL_PARTS	16	/* maximum parts of a key */

/*
 * Latency buckets: exact below 16, then eight per octave, and one each for the values at which
 * counters of 12 and 16 bits saturate.
 */
#define CELL_BUCKETS	128
#define CELL_SAT12	112
#define CELL_SAT16	113

enum cell_latency { CELL_TOTAL, CELL_ISSUE, CELL_XLAT, NR_CELL_LATENCIES };

/* Counted flags: events 0 to 25, and the kind of operation. */
enum {
	CELL_LOAD = METRIC_EVENTS, CELL_STORE, CELL_BRANCH, CELL_OTHER, CELL_NO_OP,
	CELL_WITH_EVENTS, NR_CELL_FLAGS
};

/* What one record adds to a cell. */
struct cell_entry {
	uint16_t latency[NR_CELL_LATENCIES];
	uint16_t has;		/* bit per latency; the latency is 0 if unset */
	uint32_t flags;		/* bit per flag */
};

#define CELL_ENTRIES	8	/* kept before they are counted */
#define CELL_NEAR	2	/* of these, stored in the cell itself */
#define CELL_INLINE	3	/* key parts stored in the cell itself */

/*
 * A cache line with the last records, of which most cells of a wide table have one or two; more are
 * elsewhere.  Counting is deferred until there are enough of them, because the counters take several
 * more lines and most cells never need any.
 */
struct cell {
	uint64_t key[CELL_INLINE];	/* only if the key has no more parts */
	uint32_t counts;	/* index of its counters; 0: none yet */
	uint32_t more;		/* index of the entries after the near ones; 0: none */
	uint32_t nr;		/* entries not counted yet */
	struct cell_entry entry[CELL_NEAR];
};

struct cells;

/* parts: 1 to CELL_PARTS.  NULL: out of memory. */
struct cells *cells_new(unsigned int parts);
void cells_free(struct cells *c);	/* NULL is fine */

/*
 * Right after cells_new(): neither quantiles of issue and translation latencies are wanted,
 * nor latencies of loads and TLB walks apart.  Each sample is then counted in fewer places.
 * 0 or -ENOMEM.
 */
int cells_brief(struct cells *c);

/* The number of operations that each further record represents.  0 or -ENOMEM. */
int cells_period(struct cells *c, uint64_t period);

/*
 * Count one record under a key.  Records are queued while their memory is prefetched: call
 * cells_flush() before anything else.  0 or -ENOMEM.
 */
int cells_add(struct cells *c, const uint64_t *key, const struct spe_record *rec);
int cells_flush(struct cells *c);

/*
 * For callers that cache: the number of a key's cell, which is created if necessary (0 or -ENOMEM);
 * and counting of n records, each in the cell of its number (0 or -ENOMEM).
 */
int cells_number(struct cells *c, const uint64_t *key, uint32_t *out);
/* The number of an existing cell; false: there is none. */
bool cells_find(const struct cells *c, const uint64_t *key, uint32_t *out);
int cells_add_numbered(struct cells *c, const uint32_t *number,
		       const struct spe_record *const *rec, unsigned int n);

/* Add cell number i of another cells; both must be brief, or neither.  0 or -ENOMEM. */
int cells_merge(struct cells *c, const uint64_t *key, const struct cells *from, size_t i);

size_t cells_nr(const struct cells *c);
uint64_t cells_samples(const struct cells *c, size_t i);	/* of cell number i */
uint64_t cells_latency(const struct cells *c, size_t i);	/* sum of its total latencies */
const uint64_t *cells_key(const struct cells *c, size_t i);	/* borrowed until cells_add() */

/* The sum of some cells; either all of them are brief, or none is. */
struct cells_sum;

struct cells_sum *cells_sum_new(void);		/* the sum of none.  NULL: out of memory */
void cells_sum_free(struct cells_sum *s);	/* NULL is fine */
void cells_sum_clear(struct cells_sum *s);	/* back to the sum of none */
void cells_sum_add(struct cells_sum *s, const struct cells *c, size_t i);	/* cell number i */
void cells_sum_add_sum(struct cells_sum *s, const struct cells_sum *from);
/*
 * count_size: bits of a latency counter, 12 or 16; 0: unknown.  For brief cells p50 and p99 of
 * issue and translation are 0, and so are load, load_hit and walk_cycles.
 */
void cells_sum_metrics(const struct cells_sum *s, unsigned int count_size, struct metrics *out);

#endif
