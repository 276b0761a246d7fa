/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_SHAPE_IMPL_H
#define DECODER_SHAPE_IMPL_H

/* How shapes are compared, shared by shape.c, which learns them, and shape_read*.c. */

#include <stddef.h>
#include <string.h>

#include "decoder/fields.h"
#include "decoder/packet.h"
#include "decoder/record.h"
#include "decoder/shape.h"

typedef uint64_t block __attribute__((vector_size(32), aligned(1), may_alias));
typedef uint64_t half __attribute__((vector_size(16), may_alias));

#define BLOCK(p, i)	(((const block *)(p))[i])
/* Bits in which the i-th block at p differs from the shape. */
#define DIFFER(s, p, i)	((BLOCK(p, i) & BLOCK((s)->mask, i)) ^ BLOCK((s)->value, i))

static inline __attribute__((always_inline)) bool fits(const struct spe_shape *s,
						       const uint8_t *p)
{
	block off = DIFFER(s, p, 0) | DIFFER(s, p, 1);
	half low;

	if (s->stride > 64)
		off |= DIFFER(s, p, 2) | DIFFER(s, p, 3);
	low = *(const half *)&off | ((const half *)&off)[1];
	return !(low[0] | low[1]);
}

static inline __attribute__((always_inline)) unsigned int slot_of(const struct spe_shapes *s,
								  const uint8_t *p)
{
	uint64_t near = spe_load64(p + s->probe[0].at) & s->probe[0].mask;
	uint64_t far = spe_load64(p + s->probe[1].at) & s->probe[1].mask;

	return (near * 0x9fb21c651e98df25ull + far * 0xd6e8feb86659fd93ull) >> (64 - SPE_SLOT_BITS);
}

static inline const struct spe_shape *shape_at(const struct spe_shapes *s, unsigned int at)
{
	return (const struct spe_shape *)((const char *)s->shape + at);
}

static inline __attribute__((always_inline)) uint64_t field(const struct spe_shape *s, const uint8_t *p,
			     enum spe_shape_field f)
{
	return spe_load64(p + s->at[f]) & s->keep[f];
}

_Static_assert(offsetof(struct spe_record, extra_header) ==
	       offsetof(struct spe_record, extra) +
	       sizeof(((struct spe_record *)0)->extra), "cleared in one go");

static inline void load_previous(const struct spe_shape *shape, const uint8_t *p,
			  struct spe_record *rec)
{
	uint64_t prev = field(shape, p, SHAPE_PREV_TARGET);

	rec->prev_target = spe_sign_extend(prev);
	rec->prev_el = prev >> 61 & 3;
	rec->prev_ns = spe_state_of(prev);
}

static inline __attribute__((always_inline)) void
load_pa(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	rec->pa = field(shape, p, SHAPE_PA) & 0xffffffffffffffull;
}

/* Load targets, data addresses, and other fields that counting does not need. */
static inline __attribute__((always_inline)) void
load_rest(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	uint64_t target = field(shape, p, SHAPE_TARGET);

	memset((uint8_t *)rec + offsetof(struct spe_record, extra), 0,
	       sizeof(rec->extra) + sizeof(rec->extra_header));
	rec->alt_issue = field(shape, p, SHAPE_ALT_ISSUE);
	rec->target = spe_sign_extend(target);
	rec->target_el = target >> 61 & 3;
	rec->target_ns = spe_state_of(target);
	rec->prev_target = 0;
	rec->prev_el = rec->prev_ns = 0;
	rec->va = field(shape, p, SHAPE_VA);
	load_pa(shape, p, rec);
	rec->pa_attr = field(shape, p, SHAPE_PA) >> 56;
	if (shape->has & SPE_HAS_PREV_TARGET)
		load_previous(shape, p, rec);
}

/* Variants of spe_shapes_read() for different vectors, with the same results. */
typedef size_t spe_shapes_reader(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
				 uint64_t offset, struct spe_record *recs, size_t max,
				 enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after);

/* Requires spe_vectors_are_usable(SPE_VECTORS_AVX512). */
spe_shapes_reader spe_shapes_read_avx512;

/* Choose the bytes that distinguish the shapes best, and clear .stale. */
void spe_shapes_choose_probes(struct spe_shapes *s);

/* The slot's prediction was wrong: search all shapes.  NULL: none fits. */
const struct spe_shape *spe_shapes_search(struct spe_shapes *s, const uint8_t *p,
					  unsigned int slot);

#endif
