/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_CELLS_H
#define SYMBOLIZER_CELLS_H

#include "decoder/record.h"
#include "symbolizer/profile.h"

/*
 * Counters by key: the hot end of counting.  A key is a few 64-bit parts; the
 * memory grows with different keys, never with records.
 */

#define CELL_PARTS	16	/* most parts of a key */

/*
 * Latency buckets: exact below 16, then eight to the octave, and one each for
 * the values at which counters of 12 and 16 bits saturate.  In chunks of 16,
 * since most cells need few.
 */
#define CELL_CHUNK	16
#define CELL_CHUNKS	8
#define CELL_SAT12	112
#define CELL_SAT16	113

enum cell_latency { CELL_TOTAL, CELL_ISSUE, CELL_XLAT, NR_CELL_LATENCIES };

/* Flags counted: events 0 to 25, and what the operation was. */
enum {
	CELL_LOAD = METRIC_EVENTS, CELL_STORE, CELL_BRANCH, CELL_OTHER, CELL_NO_OP,
	CELL_WITH_EVENTS, NR_CELL_FLAGS
};

struct cell {
	uint64_t samples;
	uint64_t operations;
	uint64_t sum[NR_CELL_LATENCIES];	/* core cycles */
	uint64_t lanes[NR_CELL_FLAGS / 8];	/* a byte counter per flag */
	uint32_t flags;		/* where the bytes were spilled to; 0: nowhere yet */
	uint16_t pending;	/* samples in the byte counters, at most 255 */
	uint16_t max[NR_CELL_LATENCIES];
	uint32_t chunk[NR_CELL_LATENCIES][CELL_CHUNKS];	/* 0: all buckets empty */
};

struct cells;

/* parts: 1 to CELL_PARTS.  NULL: out of memory. */
struct cells *cells_new(unsigned int parts);
void cells_free(struct cells *c);	/* NULL is fine */

/* The cell of that key, made if there is none.  NULL: out of memory. */
struct cell *cells_get(struct cells *c, const uint64_t *key);

/* Count one record.  0 or -ENOMEM. */
int cells_add(struct cells *c, struct cell *cell, const struct spe_record *rec,
	      uint64_t period);

/* Add what src counted, of another cells or the same.  0 or -ENOMEM. */
int cells_merge(struct cells *c, struct cell *cell, const struct cells *from,
		const struct cell *src);

size_t cells_nr(const struct cells *c);
const struct cell *cells_at(const struct cells *c, size_t i);
const uint64_t *cells_key(const struct cells *c, size_t i);	/* borrowed until cells_get() */

/* count_size: bits of a latency counter, 12 or 16; 0: unknown. */
void cells_metrics(const struct cells *c, const struct cell *cell,
		   unsigned int count_size, struct metrics *out);

#endif
