// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "collector/loss.h"

static void at(struct losses *l, int32_t cpu, uint64_t time)
{
	losses_at(l, losses_row(l, cpu), time);
}

static void a_time_is_kept_once_in_a_millisecond_of_a_cpu(void **state)
{
	struct losses l = { .nr = 0 };

	at(&l, 0, 5000000);
	at(&l, 0, 5999999);
	at(&l, 1, 5500000);	/* another CPU's counts separately */
	at(&l, 0, 6000000);
	at(&l, 0, 0);		/* no time */
	at(&l, 0, 1000000);	/* out of order */
	assert_int_equal(l.nr_times, 4);
	assert_int_equal(l.times[0].time, 5000000);
	assert_int_equal(l.times[1].cpu, 1);
	assert_int_equal(l.times[2].time, 6000000);
	assert_int_equal(l.times[3].time, 1000000);
	assert_int_equal(losses_row(&l, 0)->first_time, 1000000);
	assert_int_equal(losses_row(&l, 0)->last_time, 6000000);
	assert_false(l.more_times);
	losses_free(&l);
}

/* A long loss has entries throughout. */
static void a_long_one_does_not_end_after_a_millisecond(void **state)
{
	struct losses l = { .nr = 0 };

	for (uint64_t t = 0; t < 100; t++)
		for (int32_t cpu = 0; cpu < 4; cpu++)
			at(&l, cpu, 1000000 + t * 250000);
	assert_int_equal(l.nr_times, 4 * 25);
	losses_free(&l);
}

static void memory_is_bounded(void **state)
{
	struct losses l = { .nr = 0 };

	for (uint64_t t = 1; t <= LOSS_TIMES_MAX; t++)
		at(&l, 0, t * LOSS_TIMES_APART);
	assert_int_equal(l.nr_times, LOSS_TIMES_MAX);
	assert_false(l.more_times);
	at(&l, 0, (LOSS_TIMES_MAX + 1ull) * LOSS_TIMES_APART);
	assert_int_equal(l.nr_times, LOSS_TIMES_MAX);
	assert_true(l.more_times);
	losses_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_kept_once_in_a_millisecond_of_a_cpu),
		cmocka_unit_test(a_long_one_does_not_end_after_a_millisecond),
		cmocka_unit_test(memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
