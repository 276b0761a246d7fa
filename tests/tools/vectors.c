/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * vectors: decode random streams with each kind of vectors that this machine has, and compare
 * records and statistics. A line per kind and vectors, "same" or "differ"; the last line is a
 * hash of all records, to be compared with that of another architecture. It needs decoder/ and
 * tests/spe/encode.c alone.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/record.h"
#include "tests/spe/encode.h"

#define STREAMS 60
#define RECORDS 800
#define BYTES   (RECORDS * 512)

enum kind { PACKED, PADDED, SHUFFLED, MIXED, DAMAGED, NR_KINDS };

static const char *const kind_names[NR_KINDS] = {
	[PACKED] = "packed",
	[PADDED] = "padded",
	[SHUFFLED] = "shuffled",
	[MIXED] = "mixed",
	[DAMAGED] = "damaged",
};
static const char *const vector_names[NR_SPE_VECTORS] = {
	[SPE_VECTORS_PORTABLE] = "portable",
	[SPE_VECTORS_AVX2] = "avx2",
	[SPE_VECTORS_AVX512] = "avx512",
};

static uint64_t state;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

struct stream {
	uint8_t buf[BYTES];
	size_t len;
};

/* What was decoded, with one kind of vectors. */
struct decoded {
	struct spe_record rec[2 * RECORDS];
	size_t nr;
	struct spe_stats stats;
};

static uint64_t code_address(void)
{
	return (uint64_t)((int64_t)(random64() << 8) >> 8);
}

static void random_record(struct spe_record *r, uint32_t common)
{
	static const uint32_t more[4] = {
		[1] = SPE_HAS_VA | SPE_HAS_XLAT | SPE_HAS_PA | SPE_HAS_SOURCE,
		[2] = SPE_HAS_TARGET | SPE_HAS_PREV_TARGET,
		[3] = SPE_HAS_VA | SPE_HAS_XLAT,
	};
	unsigned int kind = random64() % 4;

	memset(r, 0, sizeof(*r));
	r->has = common | more[kind];
	r->op_class = kind == 3 ? 1 : (uint8_t)kind;
	/* what .has does not name is not encoded */
	r->pc = code_address();
	r->pc_el = random64() & 3;
	r->pc_ns = random64() & 3;
	r->target = code_address();
	r->target_el = random64() & 3;
	r->target_ns = random64() & 3;
	r->prev_target = code_address();
	r->prev_el = random64() & 3;
	r->prev_ns = random64() & 3;
	r->va = random64();
	r->pa = random64() >> 8;
	r->pa_attr = (uint8_t)random64();
	r->ticks = random64();
	r->events = random64();
	r->events >>= random64() & 63;
	r->total = (uint16_t)random64();
	r->issue = (uint16_t)random64();
	r->xlat = (uint16_t)random64();
	r->alt_issue = (uint16_t)random64();
	r->source = (uint16_t)random64();
	r->ctx_el1 = (uint32_t)random64();
	r->ctx_el2 = (uint32_t)random64();
	r->op = (uint8_t)random64();
}

static void make(struct stream *s, enum kind kind, uint64_t seed)
{
	const uint32_t common = SPE_HAS_PC | SPE_HAS_EVENTS | SPE_HAS_OP | SPE_HAS_TOTAL |
				SPE_HAS_ISSUE | (seed & 1 ? SPE_HAS_TICKS : 0) |
				(seed & 2 ? SPE_HAS_CTX_EL2 : 0) |
				(seed & 4 ? SPE_HAS_CTX_EL1 : 0) |
				(seed & 8 ? SPE_HAS_ALT_ISSUE : 0);
	struct spe_encoding e[3];
	struct spe_record rec;

	for (unsigned int i = 0; i < 3; i++) {
		spe_encoding_init(&e[i]);
		if (kind >= SHUFFLED)
			spe_encoding_shuffle(&e[i], seed * 3 + i);
		e[i].events_len = 8; /* hardware has one size for all */
		e[i].source_len = 2;
		if (kind == PACKED)
			e[i].align = 0;
	}
	s->len = 0;
	for (unsigned int i = 0; i < RECORDS; i++) {
		random_record(&rec, common);
		s->len += spe_record_encode(s->buf + s->len, BYTES - s->len, &rec,
					    &e[kind >= MIXED ? random64() % 3 : 0]);
	}
	for (unsigned int i = 0; kind == DAMAGED && i < RECORDS / 10; i++)
		s->buf[random64() % s->len] = (uint8_t)random64();
}

static void decode(const struct stream *s, enum spe_vectors vectors, enum spe_detail detail,
		   struct decoded *out)
{
	static struct spe_decoder d;
	size_t k, max = 2 * RECORDS;

	memset(out, 0, sizeof(*out));
	spe_decoder_init(&d);
	d.shapes.vectors = vectors;
	d.detail = detail;
	spe_decoder_feed(&d, s->buf, s->len, 0);
	while ((k = spe_decoder_next(&d, out->rec + out->nr, max - out->nr)))
		out->nr += k;
	spe_decoder_gap(&d);
	while ((k = spe_decoder_next(&d, out->rec + out->nr, max - out->nr)))
		out->nr += k;
	out->stats = d.stats;
}

/* Only what this detail has: other fields may keep old values. */
static void keep_detail(struct decoded *d, enum spe_detail detail)
{
	for (size_t i = 0; i < d->nr && detail != SPE_ALL; i++) {
		struct spe_record *r = &d->rec[i], whose = {
			.offset = r->offset, .has = r->has, .pc = r->pc, .pc_el = r->pc_el,
			.ctx_el1 = r->ctx_el1, .ctx_el2 = r->ctx_el2, .ticks = r->ticks,
		};

		if (detail != SPE_WHOSE) {
			whose.events = r->events;
			whose.total = r->total;
			whose.issue = r->issue;
			whose.xlat = r->xlat;
			whose.source = r->source;
			whose.op_class = r->op_class;
			whose.op = r->op;
			whose.pc_ns = r->pc_ns;
			whose.nr_extra = r->nr_extra;
			whose.size = r->size;
			whose.pa = detail == SPE_BRIEF_PA ? r->pa : 0;
		}
		*r = whose;
	}
}

static bool same(const struct stream *s, enum spe_vectors v, const struct decoded *portable,
		 enum spe_detail detail)
{
	static struct decoded other;

	decode(s, v, detail, &other);
	keep_detail(&other, detail);
	return other.nr == portable->nr &&
	       !memcmp(&other.stats, &portable->stats, sizeof(other.stats)) &&
	       !memcmp(other.rec, portable->rec, other.nr * sizeof(other.rec[0]));
}

/* By fields: how a record lies in memory is each architecture's own. */
static uint64_t hash(uint64_t h, const struct decoded *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		const struct spe_record *r = &d->rec[i];
		const uint64_t of[] = {
			r->offset, r->ticks, r->pc, r->target, r->prev_target, r->va, r->pa,
			r->events, r->ctx_el1, r->ctx_el2, r->has, r->total, r->issue, r->xlat,
			r->alt_issue, r->source, r->op_class, r->op, r->pc_el, r->pc_ns,
			r->target_el, r->target_ns, r->prev_el, r->prev_ns, r->pa_attr,
			r->nr_extra, r->size,
		};

		for (size_t k = 0; k < sizeof(of) / sizeof(of[0]); k++)
			h = (h ^ of[k]) * 0x100000001b3;
	}
	return h;
}

int main(void)
{
	static struct stream s;
	static struct decoded portable;
	unsigned int differ[NR_KINDS][NR_SPE_VECTORS] = { 0 };
	uint64_t h = 0xcbf29ce484222325, records = 0;

	state = 0x5eed5eed5eed5eed;
	for (unsigned int i = 0; i < NR_KINDS * STREAMS * 3; i++) {
		enum kind kind = i / 3 % NR_KINDS;
		enum spe_detail detail = i % 4;

		if (!detail)
			make(&s, kind, i / 3 / NR_KINDS);
		decode(&s, SPE_VECTORS_PORTABLE, detail, &portable);
		records += portable.nr;
		keep_detail(&portable, detail);
		h = hash(h, &portable);
		for (enum spe_vectors v = SPE_VECTORS_PORTABLE + 1; v < NR_SPE_VECTORS; v++)
			differ[kind][v] += spe_vectors_are_usable(v) && !same(&s, v, &portable, detail);
	}
	for (enum kind k = 0; k < NR_KINDS; k++)
		for (enum spe_vectors v = SPE_VECTORS_PORTABLE + 1; v < NR_SPE_VECTORS; v++)
			printf("%s %s %s\n", kind_names[k], vector_names[v],
			       !spe_vectors_are_usable(v) ? "unusable" : differ[k][v] ? "differ" : "same");
	printf("%llu records %016llx\n", (unsigned long long)records, (unsigned long long)h);
	return 0;
}
