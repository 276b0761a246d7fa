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

/* Fetched early: bytes that the next few records will lie in. */
#define AHEAD	512

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

/* Choose the bytes that tell the shapes apart best; not stale any more. */
void spe_shapes_choose_probes(struct spe_shapes *s);

/* The slot's guess was wrong: look through all.  NULL: none fits. */
const struct spe_shape *spe_shapes_search(struct spe_shapes *s, const uint8_t *p,
					  unsigned int slot);

#endif
