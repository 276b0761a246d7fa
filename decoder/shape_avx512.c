// SPDX-License-Identifier: GPL-2.0-only
/* Records of known shapes by byte permutes: one comparison, one permute, one store. */
#ifdef __x86_64__

#include <immintrin.h>

#include "decoder/shape_impl.h"

_Static_assert(offsetof(struct spe_record, target) == 64, "a permute fills all that counting reads");

#define WITH_VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/* Is it a record of the shape?  low and high: its first and second 64 bytes. */
WITH_VBMI static inline bool fits_wide(const struct spe_shape *s, __m512i low, __m512i high)
{
	__mmask64 off = _mm512_mask_cmpneq_epi8_mask(s->headers[0], low,
						     _mm512_loadu_si512(s->value));

	if (s->stride > 64)
		off |= _mm512_mask_cmpneq_epi8_mask(s->headers[1], high,
						    _mm512_loadu_si512(s->value + 64));
	return !off;
}

/* Load all fields except the offset and what load_rest() loads. */
WITH_VBMI static inline void load_wide(const struct spe_shape *s, __m512i low, __m512i high,
				       const uint8_t *p, struct spe_record *rec)
{
	const __m512i from = _mm512_loadu_si512(s->from), fixed = _mm512_loadu_si512(s->fixed);
	uint64_t pc = field(s, p, SHAPE_PC);

	if (__builtin_expect(s->stride > 64, 0))
		low = _mm512_permutex2var_epi8(low, from, high);
	else
		low = _mm512_permutexvar_epi8(from, low);
	_mm512_storeu_si512(rec, _mm512_mask_mov_epi8(fixed, s->moved, low));
	rec->pc = spe_sign_extend(pc);
	rec->pc_el = pc >> 61 & 3;
	rec->pc_ns = spe_state_of(pc);
}

WITH_VBMI
size_t spe_shapes_read_avx512(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
			      uint64_t offset, struct spe_record *recs, size_t max,
			      enum spe_detail detail, uint64_t *record, uint64_t *pad,
			      size_t *after)
{
	const uint8_t *p = *start, *first = p;
	uintptr_t zero = (uintptr_t)p - offset;
	const struct spe_shape *shape = NULL;
	size_t n = 0, bytes = 0;

	while (n < max && end - p >= SPE_SHAPE_READS) {
		unsigned int slot = slot_of(s, p);
		const struct spe_shape *fit = shape_at(s, s->slot[slot].at);
		const uint8_t *next = p + s->slot[slot].stride;
		__m512i low = _mm512_loadu_si512(p), high = _mm512_loadu_si512(p + 64);

		__builtin_prefetch(p + AHEAD);
		if (__builtin_expect(!fits_wide(fit, low, high), 0)) {
			fit = spe_shapes_search(s, p, slot);
			if (!fit)
				break;
			next = p + fit->stride;
		}
		shape = fit;
		load_wide(shape, low, high, p, &recs[n]);
		if (detail == SPE_ALL)
			load_rest(shape, p, &recs[n]);
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

#endif
