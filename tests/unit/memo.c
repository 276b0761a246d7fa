// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "profile/cells/memo.h"

#define MANY	100000

/* Few addresses in many worlds, and many in few; including 0, as in a free place. */
static uint64_t pc_of(uint32_t i)
{
	return i % 2 ? i / 4 % 16 * 4 : i * 4ull | 0xffffull << 48;
}

static uint32_t where_of(uint32_t i)
{
	return i % 2 ? i + 1 : 1;
}

static void each_is_found_and_no_other(void **state)
{
	struct memos m;
	uint32_t cell;

	assert_int_equal(memos_init(&m), 0);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_false(memo_find(&m, pc_of(i), where_of(i), &cell));
		assert_int_equal(memo_add(&m, pc_of(i), where_of(i), ~i - 1), 0);
	}
	assert_int_equal(m.nr, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_true(memo_find(&m, pc_of(i), where_of(i), &cell));
		assert_int_equal(cell, ~i - 1);
		assert_false(memo_find(&m, pc_of(i) + 1, where_of(i), &cell));
		assert_false(memo_find(&m, pc_of(i), MANY + 2, &cell));
	}
	memos_free(&m);
}

/* Memos that do not fit into their first line are still found. */
static void a_full_line_goes_on_in_the_next(void **state)
{
	uint32_t cell, nr = 0, last = 0, far = 0, end;
	struct memos m;

	assert_int_equal(memos_init(&m), 0);
	end = (1u << m.bits) - 1;
	for (uint32_t pc = 0; nr < 3 * MEMO_WAYS; pc++) {
		if (memo_home(&m, pc, 1) != end)
			continue;
		assert_int_equal(memo_add(&m, pc, 1, pc), 0);
		last = pc;
		nr++;
	}
	for (uint32_t pc = 0; pc <= last; pc++) {
		bool there = memo_home(&m, pc, 1) == end;

		assert_int_equal(memo_find(&m, pc, 1, &cell), there);
		if (!there)
			continue;
		assert_int_equal(cell, pc);
		far += !memo_is_near(&m, end, pc, 1, &cell);
	}
	assert_int_equal(far, 2 * MEMO_WAYS);
	memos_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_and_no_other),
		cmocka_unit_test(a_full_line_goes_on_in_the_next),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
