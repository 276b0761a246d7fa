// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "collector/live/perf_open.h"

static union perf_attr_room clock_of_a_task(void)
{
	union perf_attr_room a = { .attr = { .type = PERF_TYPE_SOFTWARE,
					     .config = PERF_COUNT_SW_TASK_CLOCK,
					     .exclude_kernel = 1, .size = 128 } };

	return a;
}

/* This user may not open events, or an emulator without perf_event_open(2) runs this. */
static bool impossible(int err)
{
	return err == -EACCES || err == -ENOSYS;
}

static const struct perf_scope own = { .cpu = -1, .tid = 0, .cgroup = -1 };
static const struct perf_scope nobody = { .cpu = -1, .tid = 0x3ffffff, .cgroup = -1 };

/* Both ways: with libperf, and for attrs longer than it supports. */
static void an_event_counts(void **state)
{
	for (uint32_t size = 128; size <= 144; size += 16) {
		union perf_attr_room a = clock_of_a_task();
		struct perf_opened one, two;
		uint64_t count = 0;

		a.attr.size = size;
		if (impossible(perf_open(&one, &a, &own)))
			skip();
		assert_true(one.fd >= 0);
		assert_int_equal(perf_open(&two, &a, &own), 0);
		assert_int_not_equal(one.fd, two.fd);
		assert_int_not_equal(one.id, two.id);
		for (int i = 0; i < 1000 && !count; i++)
			assert_int_equal(read(one.fd, &count, sizeof(count)), sizeof(count));
		assert_true(count > 0);
		perf_close(&one);
		assert_int_equal(one.fd, -1);
		perf_close(&two);
		perf_close(&two);
	}
}

/* The second event counts exactly when the first does, here all the time. */
static void events_are_counted_together(void **state)
{
	union perf_attr_room a = clock_of_a_task();
	struct perf_opened leader, beside;
	struct perf_count one, two;

	a.attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	a.attr.disabled = 1;
	if (impossible(perf_open(&leader, &a, &own)))
		skip();
	a.attr.disabled = 0;
	assert_int_equal(perf_open_beside(&beside, &a, &leader), 0);
	assert_int_not_equal(leader.id, beside.id);
	assert_int_equal(perf_read(&beside, &two), 0);
	assert_true(!two.value && !two.enabled && !two.running);
	assert_int_equal(ioctl(leader.fd, PERF_EVENT_IOC_ENABLE, 0), 0);
	for (volatile int i = 0; i < 1000000; i++)
		;
	assert_int_equal(ioctl(leader.fd, PERF_EVENT_IOC_DISABLE, 0), 0);
	assert_int_equal(perf_read(&leader, &one), 0);
	assert_int_equal(perf_read(&beside, &two), 0);
	assert_true(one.value && two.value);
	assert_int_equal(one.enabled, two.enabled);
	assert_int_equal(one.enabled, one.running);
	assert_int_equal(two.enabled, two.running);
	perf_close(&beside);
	perf_close(&leader);
	assert_int_equal(perf_read(&leader, &one), -EBADF);
	assert_int_equal(perf_open_beside(&beside, &a, &leader), 0);
	perf_close(&beside);
}

static void a_failure_is_the_kernels(void **state)
{
	union perf_attr_room a = clock_of_a_task();
	struct perf_opened ev;
	int err;

	a.attr.type = 0x7fffffff;
	err = perf_open(&ev, &a, &own);
	if (impossible(err))
		skip();
	assert_int_equal(err, -ENOENT);
	perf_close(&ev);
	a = clock_of_a_task();
	assert_int_equal(perf_open(&ev, &a, &nobody), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_counts),
		cmocka_unit_test(events_are_counted_together),
		cmocka_unit_test(a_failure_is_the_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
