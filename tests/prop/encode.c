// SPDX-License-Identifier: GPL-2.0-only
/* Encoding and decoding a record are inverses, for any order of packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/packet.h"
#include "decoder/record.h"
#include "tests/spe/encode.h"

#define ALONE		20000	/* records tested individually */
#define STREAMS		60
#define PER_STREAM	400
#define STREAM_BYTES	(PER_STREAM * 512)

static uint64_t state;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int reset(void **unused)
{
	state = 0x5eed5eed5eed5eed;
	return 0;
}

static uint64_t code_address(void)
{
	return (uint64_t)((int64_t)(random64() << 8) >> 8);
}

static void random_code(struct spe_record *r)
{
	if (r->has & SPE_HAS_PC) {
		r->pc = code_address();
		r->pc_el = random64() & 3;
		r->pc_ns = random64() & 3;
	}
	if (r->has & SPE_HAS_TARGET) {
		r->target = code_address();
		r->target_el = random64() & 3;
		r->target_ns = random64() & 3;
	}
	if (r->has & SPE_HAS_PREV_TARGET) {
		r->prev_target = code_address();
		r->prev_el = random64() & 3;
		r->prev_ns = random64() & 3;
	}
}

static void random_data(struct spe_record *r)
{
	if (r->has & SPE_HAS_VA)
		r->va = random64();
	if (r->has & SPE_HAS_PA) {
		r->pa = random64() >> 8;
		r->pa_attr = (uint8_t)random64();
	}
	if (r->has & SPE_HAS_SOURCE)
		r->source = (uint16_t)random64();
}

static void random_numbers(struct spe_record *r)
{
	if (r->has & SPE_HAS_TOTAL)
		r->total = (uint16_t)random64();
	if (r->has & SPE_HAS_ISSUE)
		r->issue = (uint16_t)random64();
	if (r->has & SPE_HAS_XLAT)
		r->xlat = (uint16_t)random64();
	if (r->has & SPE_HAS_ALT_ISSUE)
		r->alt_issue = (uint16_t)random64();
	if (r->has & SPE_HAS_CTX_EL1)
		r->ctx_el1 = (uint32_t)random64();
	if (r->has & SPE_HAS_CTX_EL2)
		r->ctx_el2 = (uint32_t)random64();
	if (r->has & SPE_HAS_TICKS)
		r->ticks = random64();
}

static void random_record(struct spe_record *r, uint32_t has)
{
	memset(r, 0, sizeof(*r));
	r->has = has;
	random_code(r);
	random_data(r);
	random_numbers(r);
	if (has & SPE_HAS_EVENTS)
		r->events = random64() >> (random64() & 63);
	if (has & SPE_HAS_OP) {
		r->op_class = (uint8_t)(random64() % 3);
		r->op = (uint8_t)random64();
	}
}

/* A packet without a field: reserved, or an unassigned index. */
static void add_extra(struct spe_record *r)
{
	static const uint16_t headers[] = {
		0x02, 0x1f, 0x40, 0x4b, 0x50, 0x63, 0x66, 0x73, 0xb5, 0xb7, 0x9b, 0x9e,
		0xff, 0x2000, 0x203f, 0x21b0, 0x2398, 0x24b0, 0x2071, 0x3fc0,
	};
	uint16_t header = headers[random64() % (sizeof(headers) / sizeof(headers[0]))];
	struct spe_packet pkt = { .header = header, .payload = random64() };
	uint8_t buf[SPE_PACKET_MAX];

	assert_true(spe_packet_encode(buf, sizeof(buf), &pkt) > 0);
	assert_true(spe_packet_decode(&pkt, buf, sizeof(buf)) > 0);
	r->extra_header[r->nr_extra] = header;
	r->extra[r->nr_extra++] = pkt.payload;
}

static uint32_t random_has(void)
{
	/* A final packet without other significant packets is not a record. */
	return ((uint32_t)random64() & ((SPE_HAS_TICKS << 1) - 1)) |
		1u << (uint32_t[]){ 0, 5, 6 }[random64() % 3];
}

static size_t decode_all(const uint8_t *buf, size_t len, size_t piece, bool no_shapes,
			 struct spe_record *out, size_t max, struct spe_stats *stats)
{
	static struct spe_decoder d;
	size_t at, n = 0, k;

	spe_decoder_init(&d);
	d.no_shapes = no_shapes;
	for (at = 0; at <= len; at += piece) {
		spe_decoder_feed(&d, buf + at, len - at < piece ? len - at : piece, at);
		while (n < max && (k = spe_decoder_next(&d, out + n, max - n)))
			n += k;
		assert_int_equal(d.stats.fed, d.stats.record + d.stats.pad +
				 d.stats.skipped + d.stats.held);
	}
	spe_decoder_gap(&d);
	while (n < max && (k = spe_decoder_next(&d, out + n, max - n)))
		n += k;
	*stats = d.stats;
	return n;
}

static void any_record_comes_back_from_any_order(void **unused)
{
	struct spe_encoding e;
	struct spe_record rec, out[2];
	struct spe_stats stats;
	uint8_t buf[SPE_RECORD_MAX];
	size_t len, i;

	for (i = 0; i < ALONE; i++) {
		random_record(&rec, random_has());
		while (rec.nr_extra < SPE_EXTRA_MAX && random64() % 3 == 0)
			add_extra(&rec);
		spe_encoding_shuffle(&e, i);
		len = spe_record_encode(buf, sizeof(buf), &rec, &e);
		assert_true(len > 0);
		assert_int_equal(len & ((1u << e.align) - 1), 0);
		assert_int_equal(decode_all(buf, len, len, i & 1, out, 2, &stats), 1);
		rec.offset = out[0].offset;
		rec.size = out[0].size;
		assert_memory_equal(&out[0], &rec, sizeof(rec));
		assert_int_equal(stats.torn, 0);
		assert_int_equal(stats.record + stats.pad, len);
	}
}

static void a_short_buffer_is_refused_and_not_overrun(void **unused)
{
	struct spe_encoding e;
	struct spe_record rec;
	uint8_t buf[SPE_RECORD_MAX];
	size_t len, room, i;

	for (i = 0; i < 200; i++) {
		random_record(&rec, random_has());
		spe_encoding_shuffle(&e, i);
		len = spe_record_encode(buf, sizeof(buf), &rec, &e);
		for (room = 0; room < len; room++) {
			memset(buf, 0xa5, sizeof(buf));
			assert_int_equal(spe_record_encode(buf, room, &rec, &e), 0);
			assert_int_equal(buf[room], 0xa5);
		}
		assert_int_equal(spe_record_encode(buf, len, &rec, &e), len);
	}
}

static void a_shuffle_is_a_permutation_and_repeats(void **unused)
{
	struct spe_encoding e, again;
	uint64_t seed, seen;
	unsigned int i;

	for (seed = 0; seed < 1000; seed++) {
		spe_encoding_shuffle(&e, seed);
		spe_encoding_shuffle(&again, seed);
		assert_memory_equal(&e, &again, sizeof(e));
		for (i = 0, seen = 0; i < NR_SPE_SLOTS; i++)
			seen |= 1ull << e.order[i];
		assert_int_equal(seen, (1ull << NR_SPE_SLOTS) - 1);
	}
}

/* A CPU's stream: one order of packets, a few sets of them. */
struct stream {
	struct spe_record truth[PER_STREAM];
	uint8_t buf[STREAM_BYTES];
	size_t len;
};

static void make_stream(struct stream *s, uint64_t seed)
{
	const uint32_t common = SPE_HAS_PC | SPE_HAS_EVENTS | SPE_HAS_OP | SPE_HAS_TOTAL |
		SPE_HAS_ISSUE | (seed & 1 ? SPE_HAS_TICKS : 0) |
		(seed & 2 ? SPE_HAS_CTX_EL2 : 0);
	static const uint32_t kinds[3] = {
		[0] = 0,
		[1] = SPE_HAS_VA | SPE_HAS_XLAT | SPE_HAS_PA | SPE_HAS_SOURCE,
		[2] = SPE_HAS_TARGET | SPE_HAS_PREV_TARGET,
	};
	struct spe_encoding e;
	size_t i, n;

	spe_encoding_shuffle(&e, seed);
	e.events_len = 8;	/* hardware uses one size for all */
	e.source_len = 2;
	s->len = 0;
	for (i = 0; i < PER_STREAM; i++) {
		unsigned int class = (unsigned int)(random64() % 3);

		random_record(&s->truth[i], common | kinds[class]);
		s->truth[i].op_class = (uint8_t)class;
		s->truth[i].offset = s->len;
		n = spe_record_encode(s->buf + s->len, STREAM_BYTES - s->len,
				      &s->truth[i], &e);
		assert_true(n > 0);
		s->len += n;
	}
}

static void a_stream_of_any_order_comes_back_in_any_pieces(void **unused)
{
	static struct spe_record out[PER_STREAM + 1];
	static const size_t pieces[] = { STREAM_BYTES, 1, 17, 64, 1000 };
	static struct stream s;
	struct spe_stats stats;
	size_t i, k, p;

	for (i = 0; i < STREAMS; i++) {
		make_stream(&s, i);
		for (p = 0; p < 2 * sizeof(pieces) / sizeof(pieces[0]); p++) {
			k = decode_all(s.buf, s.len, pieces[p / 2], p & 1, out,
				       PER_STREAM + 1, &stats);
			assert_int_equal(k, PER_STREAM);
			for (k = 0; k < PER_STREAM; k++) {
				out[k].size = 0;
				assert_memory_equal(&out[k], &s.truth[k], sizeof(out[k]));
			}
			assert_int_equal(stats.torn + stats.skipped + stats.held, 0);
			assert_int_equal(stats.record + stats.pad, s.len);
		}
	}
}

#define TEST(f)	cmocka_unit_test_setup(f, reset)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(any_record_comes_back_from_any_order),
		TEST(a_short_buffer_is_refused_and_not_overrun),
		TEST(a_shuffle_is_a_permutation_and_repeats),
		TEST(a_stream_of_any_order_comes_back_in_any_pieces),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
