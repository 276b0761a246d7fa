// SPDX-License-Identifier: GPL-2.0-only
/* Records of known shapes by byte permutes: one comparison, one permute, one store. */
#ifdef __x86_64__

#include <immintrin.h>

#include "decoder/shape_impl.h"

_Static_assert(offsetof(struct spe_record, target) == 64, "a permute fills all that counting reads");

#define WITH_VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/* Does the record at p have that shape? */
WITH_VBMI static inline bool fits_wide(const struct spe_shape *s, const uint8_t *p)
{
	__mmask64 off = _mm512_mask_cmpneq_epi8_mask(s->headers[0], _mm512_loadu_si512(p),
						     _mm512_loadu_si512(s->value));

	if (s->stride > 64)
		off |= _mm512_mask_cmpneq_epi8_mask(s->headers[1], _mm512_loadu_si512(p + 64),
						    _mm512_loadu_si512(s->value + 64));
	return !off;
}

/* Load all fields, whatever the detail, except the offset and what load_rest() loads. */
WITH_VBMI static inline void load_wide(const struct spe_shape *s, const uint8_t *p,
				       struct spe_record *rec, enum spe_detail detail)
{
	const __m512i from = _mm512_loadu_si512(s->from), fixed = _mm512_loadu_si512(s->fixed);
	uint64_t pc = field(s, p, SHAPE_PC);
	__m512i low = _mm512_loadu_si512(p);

	(void)detail;
	if (__builtin_expect(s->stride > 64, 0))
		low = _mm512_permutex2var_epi8(low, from, _mm512_loadu_si512(p + 64));
	else
		low = _mm512_permutexvar_epi8(from, low);
	_mm512_storeu_si512(rec, _mm512_mask_mov_epi8(fixed, s->moved, low));
	rec->pc = spe_sign_extend(pc);
	rec->pc_el = pc >> 61 & 3;
	rec->pc_ns = spe_state_of(pc);
}

#define FITS	fits_wide
#define LOAD	load_wide
#include "decoder/shape_loop_impl.h"

WITH_VBMI
size_t spe_shapes_read_avx512(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
			      uint64_t offset, struct spe_record *recs, size_t max,
			      enum spe_detail detail, uint64_t *record, uint64_t *pad,
			      size_t *after)
{
	return READ_DETAIL;
}

#endif
