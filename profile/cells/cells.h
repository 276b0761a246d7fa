/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_CELLS_H
#define PROFILE_CELLS_CELLS_H

#include "decoder/record.h"
#include "profile/profile.h"

/*
 * Counters by key: the hot end of counting.  A key is a few 64-bit parts; the
 * memory grows with different keys, never with records.
 */

#define CELL_PARTS	16	/* most parts of a key */

/*
 * Latency buckets: exact below 16, then eight to the octave, and one each for
 * the values at which counters of 12 and 16 bits saturate.
 */
#define CELL_BUCKETS	128
#define CELL_SAT12	112
#define CELL_SAT16	113

enum cell_latency { CELL_TOTAL, CELL_ISSUE, CELL_XLAT, NR_CELL_LATENCIES };

/* Flags counted: events 0 to 25, and what the operation was. */
enum {
	CELL_LOAD = METRIC_EVENTS, CELL_STORE, CELL_BRANCH, CELL_OTHER, CELL_NO_OP,
	CELL_WITH_EVENTS, NR_CELL_FLAGS
};

/* What one record adds to a cell. */
struct cell_entry {
	uint16_t latency[NR_CELL_LATENCIES];
	uint16_t has;		/* bit per latency; without it the latency is 0 */
	uint32_t flags;		/* bit per flag */
};

#define CELL_ENTRIES	8	/* kept before they are counted */
#define CELL_INLINE	3	/* key parts kept in the cell itself */

/*
 * Two cache lines: the last few records as they came.  Counting is put off
 * until there are enough of them, since the counters are several lines more,
 * and most cells never need any.
 */
struct cell {
	uint64_t key[CELL_INLINE];	/* if the key is no longer */
	uint32_t counts;	/* number of its counters; 0: none yet */
	uint32_t nr;		/* entries waiting */
	struct cell_entry entry[CELL_ENTRIES];
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

/* Operations that each record added from here on stands for.  0 or -ENOMEM. */
int cells_period(struct cells *c, uint64_t period);

/*
 * Count one record under a key.  It is queued, and its memory fetched, until
 * a few have come: cells_flush() before anything else is asked.  0 or -ENOMEM.
 */
int cells_add(struct cells *c, const uint64_t *key, const struct spe_record *rec);
int cells_flush(struct cells *c);

/*
 * For a caller that remembers: the number of a key's cell, made if there is
 * none (0 or -ENOMEM); and n records counted at once, each in the cell of that
 * number (0 or -ENOMEM).
 */
int cells_number(struct cells *c, const uint64_t *key, uint32_t *out);
/* The same, of a cell that is there; false: there is none. */
bool cells_find(const struct cells *c, const uint64_t *key, uint32_t *out);
int cells_add_numbered(struct cells *c, const uint32_t *number,
		       const struct spe_record *const *rec, unsigned int n);

/*
 * Add what cell number i of another cells counted; both are brief, or none is.  0 or
 * -ENOMEM.
 */
int cells_merge(struct cells *c, const uint64_t *key, const struct cells *from, size_t i);

size_t cells_nr(const struct cells *c);
uint64_t cells_samples(const struct cells *c, size_t i);	/* of cell number i */
uint64_t cells_latency(const struct cells *c, size_t i);	/* its total latencies, summed */
const uint64_t *cells_key(const struct cells *c, size_t i);	/* borrowed until cells_add() */

/* What some cells counted together; those that are added are all brief, or none is. */
struct cells_sum;

struct cells_sum *cells_sum_new(void);		/* of none yet.  NULL: out of memory */
void cells_sum_free(struct cells_sum *s);	/* NULL is fine */
void cells_sum_clear(struct cells_sum *s);	/* of none again */
void cells_sum_add(struct cells_sum *s, const struct cells *c, size_t i);	/* cell number i */
void cells_sum_add_sum(struct cells_sum *s, const struct cells_sum *from);
/*
 * count_size: bits of a latency counter, 12 or 16; 0: unknown.  Of brief cells p50 and p99
 * of issue and translation are 0, and so are load, load_hit and walk_cycles.
 */
void cells_sum_metrics(const struct cells_sum *s, unsigned int count_size, struct metrics *out);

#endif
