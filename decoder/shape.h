/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_SHAPE_H
#define DECODER_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The records of one CPU have a handful of layouts: the same packets in the same order, with
 * different payloads.  A shape is such a layout.  A record that fits a known shape is decoded
 * with one masked comparison and loads at fixed offsets instead of packet by packet; and bytes
 * that miss a shape by one header byte are recognized as a damaged record.
 *
 * Shapes only make decoding faster: an undamaged stream gives the same records without them
 * (tests/prop/record.c).
 */

struct spe_record;

/* The fields that a caller reads.  Others may keep old values, even if .has claims them. */
enum spe_detail {
	SPE_ALL,
	SPE_BRIEF,	/* all but target, prev_target, va, pa and their attributes,
			 * alt_issue and extra */
	SPE_BRIEF_PA,	/* SPE_BRIEF, and pa */
	SPE_WHOSE,	/* only offset, has, pc, pc_el, ctx_el1, ctx_el2 and ticks */
};

/* The vectors that decode records of known shapes. */
enum spe_vectors {
	SPE_VECTORS_BEST,	/* the best that this machine has */
	SPE_VECTORS_PORTABLE,	/* the compiler's, for any CPU of the architecture: SSE2, NEON */
	SPE_VECTORS_AVX2,
	SPE_VECTORS_AVX512,	/* with byte permutes: AVX512_VBMI */
	NR_SPE_VECTORS
};

/* Not for SPE_VECTORS_BEST. */
bool spe_vectors_are_usable(enum spe_vectors v);

#define SPE_SHAPE_BYTES	128	/* longest layout remembered, padding included */
#define SPE_SHAPES	32	/* how many */
#define SPE_SHAPES_EXPECTED 24	/* how many of them may be set in advance */
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
	uint8_t stride;			/* bytes of the padding after it */
	uint8_t closing;		/* place of the closing packet */
	uint8_t op_class;
	/* the same for vector permutes that fill the first 64 bytes of a spe_record */
	uint8_t from[64];	/* source of each byte, as an offset from the record's start */
	uint8_t fixed[64];	/* bytes that are the same in all records of the shape */
	uint64_t moved;		/* bit per byte that comes from the stream */
	uint64_t headers[SPE_SHAPE_BYTES / 64];	/* bit per byte of mask */
};

struct spe_shapes {
	struct spe_shape shape[SPE_SHAPES];
	struct spe_shape_slot {	/* by a hash of the probed bytes: the shape to try first */
		uint16_t at;		/* bytes from the first shape */
		uint16_t stride;	/* a copy: known before the shape is compared */
	} slot[SPE_SLOTS];
	struct spe_probe {	/* bytes that tell shapes apart */
		uint64_t mask;	/* in the order of memory */
		uint8_t at;	/* place of the first of eight */
	} probe[2];
	uint8_t vectors;	/* enum spe_vectors: for tests any that are usable */
	bool stale;		/* slots and probes are out of date */
	uint8_t nr;
	uint8_t expected;	/* the first so many are never replaced */
	uint8_t hand;		/* clock hand: the next shape to replace */
	uint32_t used;		/* bit per shape: met recently */
	uint32_t hits, misses;	/* since shapes were last judged worth their cost */
	uint32_t rest;		/* records until shapes are tried again; 0: in use */
	uint8_t rests;		/* how often they were switched off */
};

/* No byte further than this from the start of a record is read. */
#define SPE_SHAPE_READS	(SPE_SHAPE_BYTES + 8)

/*
 * Decode consecutive records of known shapes from *p, which is at offset in the stream, into
 * recs, at most max.  Stops at the first that has no known shape, or of which fewer than
 * SPE_SHAPE_READS bytes are left before end.  *p is moved past the last record and its padding;
 * *after is set to the length of that padding (unchanged if no record was read); *record and
 * *pad are increased by the bytes of each kind.  Returns the number of records.
 */
size_t spe_shapes_read(struct spe_shapes *s, const uint8_t **p, const uint8_t *end,
		       uint64_t offset, struct spe_record *recs, size_t max,
		       enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after);

/* The shape of the record at p, where len bytes are left; NULL: none is known. */
const struct spe_shape *spe_shape_find_short(const struct spe_shapes *s,
					     const uint8_t *p, size_t len);

/*
 * Remember the layout of a whole record, the size bytes at p, and of the pad bytes of padding
 * after it.  False: it is not usable, being too long, or with too few packets or no field.
 */
bool spe_shape_learn(struct spe_shapes *s, const uint8_t *p, size_t size, size_t pad);

/* Set a shape that the stream will have; it is never replaced.  Call before all others. */
void spe_shapes_expect(struct spe_shapes *s, const struct spe_shape *shape);

/*
 * A shape from which the bytes at p differ in exactly one header byte; NULL: none.  *at is the
 * offset of that byte.  *more: bytes after the len that are there could change the answer; never
 * set if end, when there are no more.
 */
const struct spe_shape *spe_shape_near(const struct spe_shapes *s, const uint8_t *p,
				       size_t len, bool end, size_t *at, bool *more);

#endif
