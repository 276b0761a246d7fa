/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_SHAPE_H
#define DECODER_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Records of one CPU come in a handful of layouts: the same packets, in the
 * same order, with other payloads.  A shape is such a layout.  A record that
 * fits a known shape is read with one masked comparison and a row of loads
 * at fixed places, instead of packet by packet; and what nearly fits one is
 * known for what it is, a damaged record.
 *
 * Shapes hold no meaning of their own: with or without them a clean stream
 * gives the same records (tests/prop/record.c).
 */

struct spe_record;

/*
 * Which fields of its records a caller looks at; others may be left as they were, whatever
 * .has says.
 */
enum spe_detail {
	SPE_ALL,
	SPE_BRIEF,	/* all but target, prev_target, va and pa and what goes with them,
			 * alt_issue and extra */
	SPE_WHOSE,	/* offset, has, pc, pc_el, ctx_el1, ctx_el2 and ticks alone */
};

#define SPE_SHAPE_BYTES	128	/* longest layout remembered, padding included */
#define SPE_SHAPES	32	/* how many */
#define SPE_SHAPES_EXPECTED 24	/* how many of them may be expected */
#define SPE_SLOT_BITS	9
#define SPE_SLOTS	(1 << SPE_SLOT_BITS)

/* Fields a shape loads; the order of spe_shape.at and .keep. */
enum spe_shape_field {
	SHAPE_PC, SHAPE_TARGET, SHAPE_PREV_TARGET, SHAPE_VA, SHAPE_PA, SHAPE_TICKS,
	SHAPE_EVENTS, SHAPE_CTX_EL1, SHAPE_CTX_EL2, SHAPE_TOTAL, SHAPE_ISSUE,
	SHAPE_XLAT, SHAPE_ALT_ISSUE, SHAPE_SOURCE, SHAPE_OP, NR_SHAPE_FIELDS
};

struct spe_shape {
	uint8_t value[SPE_SHAPE_BYTES] __attribute__((aligned(16)));
	uint8_t mask[SPE_SHAPE_BYTES];	/* 0xff over header and padding bytes */
	uint64_t keep[NR_SHAPE_FIELDS];	/* the payload's bits; 0: field absent */
	uint8_t at[NR_SHAPE_FIELDS];	/* where the payload starts */
	uint32_t has;			/* SPE_HAS_* */
	uint8_t size;			/* bytes of the record */
	uint8_t stride;			/* and of the padding that followed it */
	uint8_t closing;		/* place of the closing packet */
	uint8_t op_class;
};

struct spe_shapes {
	struct spe_shape shape[SPE_SHAPES];
	struct spe_shape_slot {	/* by the probed bytes: which to try first */
		uint16_t at;		/* bytes from the first shape */
		uint16_t stride;	/* its stride, known before it is compared */
	} slot[SPE_SLOTS];
	struct spe_probe {	/* bytes that tell shapes apart */
		uint64_t mask;	/* in the order of memory */
		uint8_t at;	/* place of the first of eight */
	} probe[2];
	bool stale;		/* slots and probes are those of other shapes */
	uint8_t nr;
	uint8_t expected;	/* the first so many stay */
	uint8_t hand;		/* which may be given up next */
	uint32_t used;		/* bit per shape: met lately */
	uint32_t hits, misses;	/* since the last judgement */
	uint32_t rest;		/* records until shapes are tried again; 0: in use */
	uint8_t rests;		/* how often they were put to rest */
};

/* Nothing is read beyond this many bytes from a record's first. */
#define SPE_SHAPE_READS	(SPE_SHAPE_BYTES + 8)

/*
 * Fill recs, at most max, with the records of known shapes that begin at *p,
 * which is at that offset of the stream, one after the other.  No record of
 * which fewer than SPE_SHAPE_READS bytes are before end is taken.  *p moves
 * behind the last record's padding, *after is how much that is (unchanged if
 * there is none), *record and *pad grow by the bytes of each kind.
 * Returns how many.
 */
size_t spe_shapes_read(struct spe_shapes *s, const uint8_t **p, const uint8_t *end,
		       uint64_t offset, struct spe_record *recs, size_t max,
		       enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after);

/* The shape of the record at p, of which len bytes are there; NULL: none. */
const struct spe_shape *spe_shape_find_short(const struct spe_shapes *s,
					     const uint8_t *p, size_t len);

/*
 * Remember the layout of the size bytes at p, a whole record, and of the pad
 * bytes after it.  False if it is no good one: too long, too few packets,
 * or one that has no field.
 */
bool spe_shape_learn(struct spe_shapes *s, const uint8_t *p, size_t size, size_t pad);

/* Remember one that the stream is expected to have, for good; the first of all. */
void spe_shapes_expect(struct spe_shapes *s, const struct spe_shape *shape);

/*
 * A shape of which the bytes at p miss exactly one header byte, NULL if there
 * is none.  *at is that byte's place.  *more is set where more than len bytes
 * could change the answer; with end there are no more.
 */
const struct spe_shape *spe_shape_near(const struct spe_shapes *s, const uint8_t *p,
				       size_t len, bool end, size_t *at, bool *more);

#endif
