// SPDX-License-Identifier: GPL-2.0-only
/* Decodes records of known shapes with the compiler's vectors, and chooses the vectors. */
#include "decoder/shape_impl.h"

/* Fill rec from the record at p of that shape, except its offset and what load_rest() fills. */
static inline __attribute__((always_inline)) void
load_record(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	uint64_t pc = field(shape, p, SHAPE_PC);

	rec->ticks = field(shape, p, SHAPE_TICKS);
	rec->pc = spe_sign_extend(pc);
	rec->events = field(shape, p, SHAPE_EVENTS);
	rec->ctx_el1 = field(shape, p, SHAPE_CTX_EL1);
	rec->ctx_el2 = field(shape, p, SHAPE_CTX_EL2);
	rec->has = shape->has;
	rec->total = field(shape, p, SHAPE_TOTAL);
	rec->issue = field(shape, p, SHAPE_ISSUE);
	rec->xlat = field(shape, p, SHAPE_XLAT);
	rec->source = field(shape, p, SHAPE_SOURCE);
	rec->op_class = shape->op_class;
	rec->op = field(shape, p, SHAPE_OP);
	rec->pc_el = pc >> 61 & 3;
	rec->pc_ns = spe_state_of(pc);
	rec->nr_extra = 0;
	rec->size = shape->size;
}

/* Load only the fields that identify the owner. */
static inline __attribute__((always_inline)) void
load_whose(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	uint64_t pc = field(shape, p, SHAPE_PC);

	rec->ticks = field(shape, p, SHAPE_TICKS);
	rec->pc = spe_sign_extend(pc);
	rec->ctx_el1 = field(shape, p, SHAPE_CTX_EL1);
	rec->ctx_el2 = field(shape, p, SHAPE_CTX_EL2);
	rec->has = shape->has;
	rec->pc_el = pc >> 61 & 3;
}

static inline __attribute__((always_inline)) void
load(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec,
     enum spe_detail detail)
{
	if (detail == SPE_WHOSE)
		load_whose(shape, p, rec);
	else
		load_record(shape, p, rec);
}

#define FITS	fits
#define LOAD	load
#include "decoder/shape_loop_impl.h"

static size_t read_portable(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
			    uint64_t offset, struct spe_record *recs, size_t max,
			    enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after)
{
	return READ_DETAIL;
}

#ifdef __x86_64__

__attribute__((target("avx2")))
static size_t read_avx2(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
			uint64_t offset, struct spe_record *recs, size_t max,
			enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after)
{
	return READ_DETAIL;
}

bool spe_vectors_are_usable(enum spe_vectors v)
{
	return v == SPE_VECTORS_PORTABLE ||
	       (v == SPE_VECTORS_AVX2 && __builtin_cpu_supports("avx2")) ||
	       (v == SPE_VECTORS_AVX512 && __builtin_cpu_supports("avx512vbmi") &&
		__builtin_cpu_supports("avx512bw"));
}

#else
#define read_avx2	read_portable
#define spe_shapes_read_avx512	read_portable

bool spe_vectors_are_usable(enum spe_vectors v)
{
	return v == SPE_VECTORS_PORTABLE;
}

#endif

static enum spe_vectors best_vectors(void)
{
	enum spe_vectors v = NR_SPE_VECTORS - 1;

	while (!spe_vectors_are_usable(v))
		v--;
	return v;
}

size_t spe_shapes_read(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
		       uint64_t offset, struct spe_record *recs, size_t max,
		       enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after)
{
	static spe_shapes_reader *const readers[NR_SPE_VECTORS] = {
		[SPE_VECTORS_PORTABLE] = read_portable, [SPE_VECTORS_AVX2] = read_avx2,
		[SPE_VECTORS_AVX512] = spe_shapes_read_avx512,
	};

	if (s->stale)
		spe_shapes_choose_probes(s);
	if (!s->vectors)
		s->vectors = best_vectors();
	return readers[s->vectors](s, start, end, offset, recs, max, detail, record, pad, after);
}
