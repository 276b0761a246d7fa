// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/event.h"
#include "collector/perfdata/auxindex.h"

static void chunk(struct auxindex *x, int32_t cpu, uint64_t offset, uint64_t size,
		  uint64_t avail, uint64_t file_offset)
{
	const struct aux_chunk c = {
		.offset = offset, .size = size, .avail = avail, .file_offset = file_offset,
		.cpu = cpu, .tid = -1, .idx = cpu,
	};

	assert_int_equal(auxindex_chunk(x, &c), 0);
}

static void region(struct auxindex *x, int32_t cpu, uint64_t offset, uint64_t size,
		   uint32_t flags)
{
	const struct aux_region r = {
		.offset = offset, .size = size, .flags = flags, .cpu = cpu, .tid = 5,
		.idx = -1, .pmu_type = -1,
	};

	assert_int_equal(auxindex_region(x, &r), 0);
}

static void check(const struct auxindex *x, size_t i, uint64_t offset, uint64_t len,
		  uint64_t file_offset, uint32_t flags)
{
	assert_true(i < x->nr_pieces);
	assert_int_equal(x->pieces[i].offset, offset);
	assert_int_equal(x->pieces[i].len, len);
	assert_int_equal(x->pieces[i].file_offset, file_offset);
	assert_int_equal(x->pieces[i].flags, flags);
}

static void flags_go_with_the_last_piece_of_a_region(void **state)
{
	struct auxindex x = { 0 };

	/* One region in three chunks, and one border inside a chunk. */
	chunk(&x, 0, 0, 100, 100, 1000);
	chunk(&x, 0, 100, 100, 100, 2000);
	chunk(&x, 0, 200, 100, 100, 3000);
	region(&x, 0, 0, 50, AUX_COLLISION);
	region(&x, 0, 50, 200, AUX_TRUNCATED | AUX_PARTIAL);
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_pieces, 5);
	check(&x, 0, 0, 50, 1000, AUX_COLLISION);
	check(&x, 1, 50, 50, 1050, 0);
	check(&x, 2, 100, 100, 2000, 0);
	check(&x, 3, 200, 50, 3000, AUX_TRUNCATED | AUX_PARTIAL);
	check(&x, 4, 250, 50, 3050, 0);
	assert_int_equal(x.streams[0].missing, 0);
	auxindex_free(&x);
}

static void a_region_without_bytes_speaks_of_the_piece_before(void **state)
{
	struct auxindex x = { 0 };

	region(&x, 0, 0, 0, AUX_PARTIAL);	/* nothing precedes it */
	region(&x, 0, 0, 64, 0);
	region(&x, 0, 64, 0, AUX_TRUNCATED);
	region(&x, 0, 64, 64, AUX_COLLISION);
	chunk(&x, 0, 0, 128, 128, 0);
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_pieces, 2);
	check(&x, 0, 0, 64, 0, AUX_TRUNCATED);
	check(&x, 1, 64, 64, 64, AUX_COLLISION);
	auxindex_free(&x);
}

static void what_was_stated_but_is_not_there_is_missing(void **state)
{
	struct auxindex x = { 0 };

	region(&x, 0, 0, 100, AUX_TRUNCATED);
	region(&x, 0, 100, 100, 0);
	chunk(&x, 0, 0, 80, 80, 0);		/* 20 bytes of region 1 are missing */
	chunk(&x, 0, 150, 100, 30, 500);	/* cut by the end of the file */
	region(&x, 7, 0, 33, 0);		/* a CPU without chunks */
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_pieces, 2);
	check(&x, 0, 0, 80, 0, AUX_TRUNCATED);
	check(&x, 1, 150, 30, 500, 0);
	assert_int_equal(x.streams[0].bytes, 110);
	assert_int_equal(x.streams[0].missing, 250 - 110);
	assert_int_equal(x.nr_regions, 1);
	assert_int_equal(x.regions[0].cpu, 7);
	auxindex_free(&x);
}

static void no_byte_is_told_twice(void **state)
{
	struct auxindex x = { 0 };

	chunk(&x, 0, 0, 100, 100, 0);
	chunk(&x, 0, 0, 100, 100, 1000);
	chunk(&x, 0, 50, 100, 100, 2000);
	chunk(&x, 0, 20, 30, 30, 3000);
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_pieces, 2);
	check(&x, 0, 0, 100, 0, 0);
	check(&x, 1, 100, 50, 2050, 0);
	assert_int_equal(x.repeated, 100 + 30 + 50);
	auxindex_free(&x);
}

static void padding_of_perf_is_no_data(void **state)
{
	struct auxindex x = { 0 };

	/* 61 and 30 bytes, each padded to a multiple of 8. */
	chunk(&x, 0, 0, 64, 64, 0);
	chunk(&x, 0, 61, 32, 32, 100);
	region(&x, 0, 0, 61, 0);
	region(&x, 0, 61, 30, AUX_COLLISION);
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_pieces, 2);
	check(&x, 0, 0, 61, 0, 0);
	check(&x, 1, 61, 30, 100, AUX_COLLISION);
	assert_int_equal(x.repeated, 0);
	assert_int_equal(x.streams[0].missing, 0);
	auxindex_free(&x);
}

static void snapshots_keep_file_order_and_never_touch(void **state)
{
	struct auxindex x = { 0 };

	chunk(&x, 0, 1000, 100, 100, 0);
	chunk(&x, 0, 500, 100, 100, 200);
	chunk(&x, 0, 1101, 50, 50, 400);
	region(&x, 0, 1100, 100, AUX_OVERWRITE | AUX_COLLISION);
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_pieces, 3);
	check(&x, 0, 1000, 100, 0, AUX_OVERWRITE | AUX_COLLISION);
	check(&x, 1, 1101, 100, 200, AUX_OVERWRITE | AUX_COLLISION);
	check(&x, 2, 1202, 50, 400, AUX_OVERWRITE | AUX_COLLISION);
	assert_int_equal(x.streams[0].missing, 0);
	auxindex_free(&x);
}

static void streams_are_ordered_by_cpu_and_offset(void **state)
{
	struct auxindex x = { 0 };

	chunk(&x, 3, 64, 64, 64, 0);
	chunk(&x, 1, 0, 64, 64, 100);
	chunk(&x, 3, 0, 64, 64, 200);
	assert_int_equal(auxindex_build(&x), 0);
	assert_int_equal(x.nr_streams, 2);
	assert_int_equal(x.streams[0].cpu, 1);
	assert_int_equal(x.streams[1].cpu, 3);
	check(&x, 0, 0, 64, 100, 0);
	check(&x, 1, 0, 64, 200, 0);
	check(&x, 2, 64, 64, 0, 0);
	assert_int_equal(x.pieces[0].stream, 0);
	assert_int_equal(x.pieces[2].stream, 1);
	auxindex_free(&x);
}

static void ranges_that_wrap_are_refused(void **state)
{
	struct auxindex x = { 0 };
	const struct aux_chunk c = { .offset = UINT64_MAX, .size = 2 };
	const struct aux_region r = { .offset = 2, .size = UINT64_MAX };
	/* from a CPU that went offline: its PMBPTR, 0, minus a kernel address */
	const struct aux_region gone = { .size = 0x7ffff57aa000 };
	const uint64_t most = 1ull << 40;

	assert_int_equal(auxindex_chunk(&x, &c), -EINVAL);
	assert_int_equal(auxindex_region(&x, &r), -EINVAL);
	assert_int_equal(auxindex_region(&x, &gone), -EINVAL);
	chunk(&x, 0, UINT64_MAX - 10, 10, 10, 0);
	region(&x, 0, UINT64_MAX - most, most, AUX_PARTIAL);
	assert_int_equal(auxindex_build(&x), 0);
	check(&x, 0, UINT64_MAX - 10, 10, 0, AUX_PARTIAL);
	assert_int_equal(x.streams[0].missing, most - 10);
	auxindex_free(&x);
}

/* Random input: pieces are disjoint, ordered, inside chunks, and complete. */
static void any_index_keeps_its_books(void **state)
{
	uint64_t r = 42;

	for (int round = 0; round < 3000; round++) {
		struct auxindex x = { 0 };
		uint64_t covered = 0, sum = 0, end = 0;
		uint8_t has[512] = { 0 };

		for (int i = 0; i < 12; i++) {
			uint64_t offset, size, avail;

			r = r * 6364136223846793005ULL + 1442695040888963407ULL;
			offset = 16 * (r >> 33 & 15);
			size = 16 * (r >> 40 & 7);
			avail = r >> 50 & 1 ? size : size / 2;
			if (r >> 51 & 1) {
				region(&x, 0, offset, size, 1);
				continue;
			}
			chunk(&x, 0, offset, size, avail, 4096 * (uint64_t)i + offset);
			memset(has + offset, 1, avail);
		}
		assert_int_equal(auxindex_build(&x), 0);
		for (size_t i = 0; i < x.nr_pieces; i++) {
			const struct aux_piece *p = &x.pieces[i];

			assert_true(p->offset >= end && p->len);
			assert_int_equal(p->file_offset % 4096, p->offset);
			end = p->offset + p->len;
			sum += p->len;
			for (uint64_t k = 0; k < p->len; k++)
				assert_true(has[p->offset + k]);
		}
		for (size_t i = 0; i < sizeof(has); i++)
			covered += has[i];
		assert_int_equal(sum, covered);
		auxindex_free(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_go_with_the_last_piece_of_a_region),
		cmocka_unit_test(a_region_without_bytes_speaks_of_the_piece_before),
		cmocka_unit_test(what_was_stated_but_is_not_there_is_missing),
		cmocka_unit_test(no_byte_is_told_twice),
		cmocka_unit_test(padding_of_perf_is_no_data),
		cmocka_unit_test(snapshots_keep_file_order_and_never_touch),
		cmocka_unit_test(streams_are_ordered_by_cpu_and_offset),
		cmocka_unit_test(ranges_that_wrap_are_refused),
		cmocka_unit_test(any_index_keeps_its_books),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
