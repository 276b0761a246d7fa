/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_SHAPE_LOOP_IMPL_H
#define DECODER_SHAPE_LOOP_IMPL_H

/*
 * The loop of spe_shapes_read(), for each kind of vectors.  A file that includes this defines
 *   FITS(shape, p)               does the record at p have that shape?
 *   LOAD(shape, p, rec, detail)  fill rec, except its offset and what load_rest() loads
 */

#include "decoder/shape_impl.h"

/* Padded records usually take one cache line [PMBIDR_EL1.Align]. */
#define USUAL_STRIDE	64

/* Prefetch distance in bytes, for callers whose bytes are not in a cache yet. */
#define AHEAD		2048

/*
 * Where the next record begins.  A branch for the usual stride lets the processor go on with the
 * next record before the slot, and thus the stride, has been loaded.
 */
static inline __attribute__((always_inline)) const uint8_t *step(const uint8_t *p, size_t stride)
{
	const uint8_t *next = p + stride;

	if (__builtin_expect(stride == USUAL_STRIDE, 1)) {
		next = p + USUAL_STRIDE;
		__asm__("" : "+r"(next));	/* keep the branch */
	}
	return next;
}

static inline __attribute__((always_inline)) size_t
read_records(struct spe_shapes *s, const uint8_t **start, const uint8_t *end, uint64_t offset,
	     struct spe_record *recs, size_t max, enum spe_detail detail, uint64_t *record,
	     uint64_t *pad, size_t *after)
{
	const uint8_t *p = *start, *first = p;
	uintptr_t zero = (uintptr_t)p - offset;
	const struct spe_shape *shape = NULL;
	size_t n = 0, bytes = 0;

	while (n < max && end - p >= SPE_SHAPE_READS) {
		unsigned int slot = slot_of(s, p);
		const struct spe_shape *fit = shape_at(s, s->slot[slot].at);
		const uint8_t *next = step(p, s->slot[slot].stride);

		__builtin_prefetch(p + AHEAD);
		if (__builtin_expect(!FITS(fit, p), 0)) {
			fit = spe_shapes_search(s, p, slot);
			if (!fit)
				break;
			next = p + fit->stride;
		}
		shape = fit;
		LOAD(shape, p, &recs[n], detail);
		if (detail == SPE_ALL)
			load_rest(shape, p, &recs[n]);
		else if (detail == SPE_BRIEF_PA)
			load_pa(shape, p, &recs[n]);
		recs[n++].offset = (uintptr_t)p - zero;
		bytes += shape->size;
		p = next;
	}
	if (shape) {
		*after = shape->stride - shape->size;
		s->used |= 1u << (shape - s->shape);
	}
	*record += bytes;
	*pad += p - first - bytes;
	*start = p;
	return n;
}

/* The body of a reader: specialized for each detail, so that none pays for the others. */
#define READ(detail) read_records(s, start, end, offset, recs, max, detail, record, pad, after)
#define READ_DETAIL \
	(detail == SPE_WHOSE ? READ(SPE_WHOSE) : \
	 detail == SPE_BRIEF ? READ(SPE_BRIEF) : \
	 detail == SPE_BRIEF_PA ? READ(SPE_BRIEF_PA) : READ(SPE_ALL))

#endif
