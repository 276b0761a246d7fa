// SPDX-License-Identifier: GPL-2.0-only
/* The record decoder on streams with known records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/layouts.h"
#include "decoder/record.h"

#define MAX_RECORDS	6000
#define MAX_BYTES	(MAX_RECORDS * 128)

static uint64_t seed;

static uint32_t rnd(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

/* A stream and its contents. */
struct stream {
	uint8_t buf[MAX_BYTES];
	size_t len;
	struct spe_record truth[MAX_RECORDS];
	size_t nr;
	size_t packet[MAX_RECORDS * 12];	/* offsets of headers */
	size_t nr_packets;
	uint8_t damaged[MAX_RECORDS];
	size_t end[MAX_RECORDS];	/* end of each record */
};

static struct stream stream;
static struct spe_record got[2 * MAX_RECORDS], other[2 * MAX_RECORDS];

static void put(struct stream *s, unsigned int header, uint64_t payload)
{
	unsigned int n = header > 1 ? 1u << (header >> 4 & 3) : 0;

	s->packet[s->nr_packets++] = s->len;
	s->buf[s->len++] = header;
	while (n--) {
		s->buf[s->len++] = payload;
		payload >>= 8;
	}
}

static uint64_t address(void)
{
	return 0x8000aaaa00000000ull | rnd(1u << 30) << 2;
}

enum { PK_PC, PK_OP, PK_EV, PK_TOTAL, PK_ISSUE, PK_CTX, PK_VA, PK_XLAT, PK_PA, PK_SRC, PK_TGT,
       NR_PK };

static void put_one(struct stream *s, struct spe_record *r, int what, int class)
{
	switch (what) {
	case PK_PC:
		r->pc = address();
		put(s, 0xb0, r->pc);
		r->pc_el = r->pc >> 61 & 3;
		r->pc_ns = 1;
		r->pc = (uint64_t)((int64_t)(r->pc << 8) >> 8);
		r->has |= SPE_HAS_PC;
		break;
	case PK_TGT:
		r->target = address();
		put(s, 0xb1, r->target);
		r->target_ns = 1;
		r->target = (uint64_t)((int64_t)(r->target << 8) >> 8);
		r->has |= SPE_HAS_TARGET;
		break;
	case PK_VA:
		r->va = address() & 0xffffffffffffffull;
		put(s, 0xb2, r->va);
		r->has |= SPE_HAS_VA;
		break;
	case PK_PA:
		r->pa = address();
		put(s, 0xb3, r->pa);
		r->pa_attr = r->pa >> 56;
		r->pa &= 0xffffffffffffffull;
		r->has |= SPE_HAS_PA;
		break;
	case PK_OP:
		r->op_class = class;
		r->op = rnd(2);
		put(s, 0x48 + class, r->op);
		r->has |= SPE_HAS_OP;
		break;
	case PK_EV:
		r->events = 2 | rnd(1024) << 2;
		put(s, 0x52, r->events);
		r->has |= SPE_HAS_EVENTS;
		break;
	case PK_TOTAL:
		r->total = rnd(4096);
		put(s, 0x98, r->total);
		r->has |= SPE_HAS_TOTAL;
		break;
	case PK_ISSUE:
		r->issue = rnd(4096);
		put(s, 0x99, r->issue);
		r->has |= SPE_HAS_ISSUE;
		break;
	case PK_XLAT:
		r->xlat = rnd(50);
		put(s, 0x9a, r->xlat);
		r->has |= SPE_HAS_XLAT;
		break;
	case PK_CTX:
		r->ctx_el2 = rnd(70000);
		put(s, 0x65, r->ctx_el2);
		r->has |= SPE_HAS_CTX_EL2;
		break;
	case PK_SRC:
		r->source = rnd(15);
		put(s, 0x43, r->source);
		r->has |= SPE_HAS_SOURCE;
		break;
	}
}

static void put_record(struct stream *s, int random_order, int align)
{
	static const int load[] = { PK_PC, PK_CTX, PK_OP, PK_EV, PK_ISSUE, PK_TOTAL, PK_VA,
				    PK_XLAT, PK_PA, PK_SRC };
	static const int branch[] = { PK_PC, PK_CTX, PK_OP, PK_EV, PK_ISSUE, PK_TOTAL, PK_TGT };
	static const int plain[] = { PK_PC, PK_CTX, PK_OP, PK_EV, PK_ISSUE, PK_TOTAL };
	struct spe_record *r = &s->truth[s->nr];
	int class = rnd(3), n, i, k, order[NR_PK];
	const int *from = class == 1 ? load : class == 2 ? branch : plain;
	size_t start = s->len;

	n = class == 1 ? 10 : class == 2 ? 7 : 6;
	if (class == 1 && rnd(3) == 0)
		n = 8;		/* a store: no PA, no source */
	memcpy(order, from, n * sizeof(order[0]));
	for (i = 0; random_order && i < n; i++) {
		k = rnd(n);
		int t = order[i];

		order[i] = order[k];
		order[k] = t;
	}
	memset(r, 0, sizeof(*r));
	r->offset = start;
	for (i = 0; i < n; i++)
		put_one(s, r, order[i], class);
	r->ticks = 1000000 + s->nr * 37;
	r->has |= SPE_HAS_TICKS;
	put(s, 0x71, r->ticks);
	r->size = s->len - start;
	s->end[s->nr++] = s->len;
	while (align && s->len % align)
		s->buf[s->len++] = 0;
}

static void make(struct stream *s, uint64_t sd, size_t n, int random_order, int align)
{
	memset(s, 0, sizeof(*s));
	seed = sd;
	while (n--)
		put_record(s, random_order, align);
}

static void check_balance(const struct spe_decoder *d)
{
	const struct spe_stats *t = &d->stats;

	assert_int_equal(t->fed, t->record + t->pad + t->skipped + t->held);
}

/* Decode, in pieces of at most chop bytes (0: all at once). */
static size_t decode(const struct stream *s, struct spe_record *out, uint32_t chop,
		     int no_shapes, struct spe_stats *stats)
{
	static struct spe_decoder d;
	size_t at = 0, n = 0, k, step;

	spe_decoder_init(&d);
	d.no_shapes = no_shapes;
	while (at < s->len) {
		step = chop ? 1 + rnd(chop) : s->len;
		if (step > s->len - at)
			step = s->len - at;
		spe_decoder_feed(&d, s->buf + at, step, at);
		while ((k = spe_decoder_next(&d, out + n, 1 + rnd(7))))
			n += k;
		check_balance(&d);
		at += step;
	}
	spe_decoder_gap(&d);
	while ((k = spe_decoder_next(&d, out + n, 1)))
		n += k;
	check_balance(&d);
	assert_int_equal(d.stats.held, 0);
	assert_int_equal(d.stats.records, n);
	*stats = d.stats;
	return n;
}

static void same_records(const struct spe_record *a, const struct spe_record *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (memcmp(&a[i], &b[i], sizeof(*a)))
			fail_msg("record %zu of %zu differs (offsets %llu, %llu)", i, n,
				 (unsigned long long)a[i].offset,
				 (unsigned long long)b[i].offset);
	}
}

static void clean_streams_come_out_as_they_went_in(void **state)
{
	static const int aligns[] = { 0, 64, 4, 32 };
	struct spe_stats t;
	int order, a;

	for (order = 0; order < 2; order++) {
		for (a = 0; a < 4; a++) {
			make(&stream, 1 + a, 5000, order, aligns[a]);
			assert_int_equal(decode(&stream, got, 0, 0, &t), stream.nr);
			same_records(got, stream.truth, stream.nr);
			assert_int_equal(t.torn + t.skipped, 0);
			assert_int_equal(decode(&stream, got, 0, 1, &t), stream.nr);
			same_records(got, stream.truth, stream.nr);
		}
	}
}

static void any_chopping_gives_the_same(void **state)
{
	struct spe_stats t, u;
	size_t n, m;
	int i;

	for (i = 0; i < 60; i++) {
		make(&stream, 100 + i, 600, i & 1, i & 2 ? 64 : 0);
		for (int k = 0; i >= 20 && k < 60; k++)		/* noise */
			stream.buf[rnd(stream.len)] = rnd(256);
		n = decode(&stream, got, 0, 0, &t);
		m = decode(&stream, other, 1 + i * 3, 0, &u);
		assert_int_equal(n, m);
		same_records(got, other, n);
		assert_memory_equal(&t, &u, sizeof(t));
	}
}

/* Let pieces of the stream vote, with up to max whole records each. */
static void vote(struct spe_layouts *l, const struct stream *s, size_t pieces, size_t max)
{
	static struct spe_decoder d;
	size_t first, last, from;

	while (pieces--) {
		first = rnd(s->nr);
		last = first + rnd(max);
		last = last < s->nr ? last : s->nr - 1;
		from = first ? s->end[first - 1] : 0;
		spe_decoder_init(&d);
		spe_decoder_feed(&d, s->buf + from, s->end[last] - from, from);
		while (spe_decoder_next(&d, other, 64))
			;
		spe_layouts_vote(l, &d);
	}
}

/* Few pieces or many, some with a single record, of this stream or another. */
static void what_is_expected_changes_no_clean_stream(void **state)
{
	static struct spe_layouts l;
	static struct spe_decoder d;
	size_t n, k;
	int i;

	for (i = 0; i < 200; i++) {
		memset(&l, 0, sizeof(l));
		make(&stream, 900 + i, 2500, i & 1, i & 2 ? 64 : 0);
		vote(&l, &stream, 1 + rnd(i & 4 ? 4 : 60), i & 8 ? 3 : 200);
		spe_decoder_init(&d);
		spe_layouts_expect(&l, &d);
		spe_decoder_feed(&d, stream.buf, stream.len, 0);
		for (n = 0; (k = spe_decoder_next(&d, got + n, 100)); n += k)
			;
		spe_decoder_gap(&d);
		n += spe_decoder_next(&d, got + n, 100);
		assert_int_equal(n, stream.nr);
		same_records(got, stream.truth, stream.nr);
		check_balance(&d);
	}
}

/* Does truth contain every field of rec, apart from unknown packets? */
static int within(const struct spe_record *rec, const struct spe_record *truth)
{
	return rec->offset == truth->offset;
}

static size_t mark_damaged(struct stream *s, size_t at)
{
	size_t lo = 0, hi = s->nr;

	while (lo + 1 < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->truth[mid].offset <= at)
			lo = mid;
		else
			hi = mid;
	}
	s->damaged[lo] = 1;
	return lo;
}

static void damaged_packets_hurt_no_other_record(void **state)
{
	struct spe_stats t;
	size_t n, i, k, found, undamaged, invented;
	int round;

	for (round = 0; round < 40; round++) {
		make(&stream, 1000 + round, 5000, 0, round & 1 ? 64 : 0);
		for (i = 0; i < stream.nr_packets; i++) {
			size_t at = stream.packet[i];

			/* the first records teach the layouts */
			if (at < 6000 || rnd(100))
				continue;
			stream.buf[at] = rnd(256);
			mark_damaged(&stream, at);
		}
		n = decode(&stream, got, 0, 0, &t);
		found = undamaged = invented = 0;
		for (i = 0, k = 0; i < stream.nr; i++) {
			undamaged += !stream.damaged[i];
			while (k < n && got[k].offset < stream.truth[i].offset) {
				invented++;
				k++;
			}
			if (k < n && within(&got[k], &stream.truth[i])) {
				if (!stream.damaged[i])
					found += !memcmp(&got[k], &stream.truth[i],
							 sizeof(got[k]));
				k++;
			}
		}
		invented += n - k;
		if (invented || found != undamaged)
			fail_msg("round %d: %zu invented, %zu of %zu undamaged found", round,
				 invented, found, undamaged);
	}
}

static void a_gap_tears_only_what_it_cuts(void **state)
{
	static struct spe_decoder d;
	struct spe_record r[8];
	size_t cut;

	make(&stream, 7, 2, 0, 0);
	for (cut = 1; cut < stream.end[0]; cut++) {
		spe_decoder_init(&d);
		spe_decoder_feed(&d, stream.buf, cut, 0);
		assert_int_equal(spe_decoder_next(&d, r, 8), 0);
		spe_decoder_gap(&d);
		assert_int_equal(spe_decoder_next(&d, r, 8), 0);
		assert_int_equal(d.stats.torn, 1);
		spe_decoder_feed(&d, stream.buf + stream.end[0],
				 stream.len - stream.end[0], stream.end[0]);
		spe_decoder_gap(&d);
		assert_int_equal(spe_decoder_next(&d, r, 8), 1);
		same_records(r, stream.truth + 1, 1);
		check_balance(&d);
	}
}

static void a_stream_that_begins_inside_a_record_finds_the_next(void **state)
{
	static struct spe_decoder d;
	size_t cut, n, k;

	make(&stream, 8, 50, 0, 64);
	for (cut = 1; cut < 64; cut++) {
		spe_decoder_init(&d);
		spe_decoder_unaligned(&d);
		spe_decoder_feed(&d, stream.buf + cut, stream.len - cut, cut);
		for (n = 0; (k = spe_decoder_next(&d, got + n, 100)); n += k)
			;
		spe_decoder_gap(&d);
		n += spe_decoder_next(&d, got + n, 100);
		assert_true(n == 49 || n == 50);
		same_records(got + n - 49, stream.truth + 1, 49);
		assert_int_equal(n, 49);
		check_balance(&d);
	}
}

/* A record without timestamp among thousands with one [D17.6]. */
static void put_untimed(struct stream *s, int align)
{
	struct spe_record *r = &s->truth[s->nr];
	size_t start = s->len;

	memset(r, 0, sizeof(*r));
	r->offset = start;
	put_one(s, r, PK_PC, 0);
	r->events = 3;
	put(s, 0x52, r->events);
	r->has |= SPE_HAS_EVENTS;
	put(s, 0x01, 0);
	r->size = s->len - start;
	s->end[s->nr++] = s->len;
	while (align && s->len % align)
		s->buf[s->len++] = 0;
}

static void a_rare_way_to_end_is_no_damage(void **state)
{
	struct spe_stats t;
	int align, i;

	for (align = 0; align <= 64; align += 64) {
		make(&stream, 77, 3000, 0, align);
		for (i = 0; i < 3; i++) {
			put_untimed(&stream, align);
			put_record(&stream, 0, align);
		}
		assert_int_equal(decode(&stream, got, 0, 0, &t), stream.nr);
		same_records(got, stream.truth, stream.nr);
		assert_int_equal(t.torn, 0);
	}
}

static void a_packet_that_comes_twice_tears(void **state)
{
	static const uint8_t twice[] = {
		0xb0, 0, 0x10, 0, 0, 0, 0, 0, 0x80, 0x52, 2, 0, 0x98, 5, 0,
		0xb0, 4, 0x10, 0, 0, 0, 0, 0, 0x80, 0x52, 2, 0, 0x98, 6, 0, 0x01,
		0xb0, 8, 0x10, 0, 0, 0, 0, 0, 0x80, 0x52, 2, 0, 0x98, 7, 0, 0x01,
	};
	static struct spe_decoder d;
	struct spe_record r[4];

	spe_decoder_init(&d);
	spe_decoder_feed(&d, twice, sizeof(twice), 0);
	spe_decoder_gap(&d);
	assert_int_equal(spe_decoder_next(&d, r, 4), 2);
	assert_int_equal(r[0].pc, 0x1004);
	assert_int_equal(r[1].pc, 0x1008);
	assert_int_equal(d.stats.torn, 1);
}

static void unknown_packets_are_kept_by_number(void **state)
{
	static const uint8_t odd[] = {
		0xb0, 0, 0x10, 0, 0, 0, 0, 0, 0x80, 0x5c, 0x34, 0x12, 0x52, 2, 0,
		0x9e, 9, 0, 0x21, 0xb3, 1, 2, 3, 4, 5, 6, 7, 8, 0x01,
	};
	static struct spe_decoder d;
	struct spe_record r;

	spe_decoder_init(&d);
	spe_decoder_feed(&d, odd, sizeof(odd), 0);
	spe_decoder_gap(&d);
	assert_int_equal(spe_decoder_next(&d, &r, 1), 1);
	assert_int_equal(r.nr_extra, 3);
	assert_int_equal(r.extra_header[0], 0x5c);
	assert_int_equal(r.extra[0], 0x1234);
	assert_int_equal(r.extra_header[1], 0x9e);
	assert_int_equal(r.extra[1], 9);
	assert_int_equal(d.stats.unknown, 1);
	assert_int_equal(d.stats.record, sizeof(odd));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_streams_come_out_as_they_went_in),
		cmocka_unit_test(any_chopping_gives_the_same),
		cmocka_unit_test(what_is_expected_changes_no_clean_stream),
		cmocka_unit_test(damaged_packets_hurt_no_other_record),
		cmocka_unit_test(a_gap_tears_only_what_it_cuts),
		cmocka_unit_test(a_stream_that_begins_inside_a_record_finds_the_next),
		cmocka_unit_test(a_rare_way_to_end_is_no_damage),
		cmocka_unit_test(a_packet_that_comes_twice_tears),
		cmocka_unit_test(unknown_packets_are_kept_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
