// SPDX-License-Identifier: GPL-2.0-only
/* Layouts that several pieces of a stream have are known before it is decoded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "decoder/layouts.h"

struct bytes {
	uint8_t at[4096];
	size_t len;
};

static void put(struct bytes *b, uint8_t header, unsigned int payload)
{
	b->at[b->len++] = header;
	while (payload--)
		b->at[b->len++] = 0x11 * payload;
}

/* An operation as recorded by a CPU; issue: with that latency, too. */
static void put_record(struct bytes *b, bool issue)
{
	put(b, 0xb0, 8);
	put(b, 0x48, 1);
	put(b, 0x52, 2);
	put(b, 0x65, 4);
	if (issue)
		put(b, 0x98, 2);
	put(b, 0x71, 8);
}

/* The rest of a record whose beginning is lost. */
static void put_tail(struct bytes *b)
{
	put(b, 0x52, 2);
	put(b, 0x65, 4);
	put(b, 0x98, 2);
	put(b, 0x99, 2);
	put(b, 0x71, 8);
}

static struct spe_decoder d;

static size_t decode(const struct bytes *b)
{
	struct spe_record recs[64];
	size_t n, all = 0;

	spe_decoder_feed(&d, b->at, b->len, 0);
	while ((n = spe_decoder_next(&d, recs, 64)))
		all += n;
	spe_decoder_gap(&d);
	while ((n = spe_decoder_next(&d, recs, 64)))
		all += n;
	return all;
}

/* A piece of the stream votes: usual records, and optionally one of another kind. */
static void vote(struct spe_layouts *l, bool rare, bool tail)
{
	struct bytes b = { .len = 0 };
	unsigned int i;

	for (i = 0; i < 60; i++)
		put_record(&b, true);
	if (rare)
		put_record(&b, false);
	if (tail)
		put_tail(&b);
	put_record(&b, true);
	spe_decoder_init(&d);
	decode(&b);
	spe_layouts_vote(l, &d);
}

static unsigned int expected(const struct spe_layouts *l)
{
	spe_decoder_init(&d);
	spe_layouts_expect(l, &d);
	return d.shapes.nr;
}

static void several_pieces_must_have_it(void **state)
{
	struct spe_layouts l = { .nr = 0 };
	unsigned int i;

	for (i = 0; i < 100; i++)
		vote(&l, i < 3, false);
	assert_int_equal(expected(&l), 1);
	for (i = 0; i < 3; i++)
		vote(&l, true, false);
	assert_int_equal(expected(&l), 2);
}

static void one_piece_is_no_proof(void **state)
{
	struct spe_layouts l = { .nr = 0 };

	vote(&l, true, false);
	assert_int_equal(expected(&l), 0);
}

static void the_tail_of_a_record_is_no_layout(void **state)
{
	struct spe_layouts l = { .nr = 0 };
	unsigned int i;

	for (i = 0; i < 100; i++)
		vote(&l, i % 10 == 0, i % 10 == 5);
	assert_int_equal(expected(&l), 2);
	for (i = 0; i < 2; i++)
		assert_int_equal(d.shapes.shape[i].value[0], 0xb0);
}

/* The beginning of the first record is lost; only the expected layouts are known. */
static void damage_is_known_from_the_first_record_on(void **state)
{
	struct spe_layouts l = { .nr = 0 };
	struct bytes b = { .len = 0 };
	unsigned int i;

	put_tail(&b);
	put_record(&b, false);
	for (i = 0; i < 4; i++)
		put_record(&b, true);
	spe_decoder_init(&d);
	assert_int_equal(decode(&b), 6);	/* the rest is taken for a record */
	for (i = 0; i < 20; i++)
		vote(&l, true, false);
	assert_int_equal(expected(&l), 2);
	assert_int_equal(decode(&b), 5);
	assert_int_equal(d.stats.torn, 1);
}

/* More false layouts than there is room for do not displace the true ones. */
static void what_is_expected_stays(void **state)
{
	struct spe_layouts l = { .nr = 0 };
	struct bytes b = { .len = 0 };
	unsigned int i;

	for (i = 0; i < 20; i++)
		vote(&l, true, false);
	assert_int_equal(expected(&l), 2);
	for (i = 0; i < 3 * SPE_SHAPES; i++) {
		memset(&b, 0, sizeof(b));
		put(&b, 0xb0, 8);
		put(&b, 0x52, 2);
		put(&b, 0x65, 4);
		put(&b, 0x98, 2);
		b.len += 1 + i % 80;	/* padding inside: each has a layout of its own */
		put(&b, 0x71, 8);
		assert_true(spe_shape_learn(&d.shapes, b.at, b.len, 0));
	}
	assert_int_equal(d.shapes.nr, SPE_SHAPES);
	b.len = 0;
	put_record(&b, true);
	assert_non_null(spe_shape_find_short(&d.shapes, b.at, b.len));
	b.len = 0;
	put_record(&b, false);
	assert_non_null(spe_shape_find_short(&d.shapes, b.at, b.len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_pieces_must_have_it),
		cmocka_unit_test(one_piece_is_no_proof),
		cmocka_unit_test(the_tail_of_a_record_is_no_layout),
		cmocka_unit_test(damage_is_known_from_the_first_record_on),
		cmocka_unit_test(what_is_expected_stays),
	};

	return cmocka_run_group_tests_name("layouts", tests, NULL, NULL);
}
