// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "collector/clock.h"

#define ROUNDS 200000

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A number of any magnitude. */
static uint64_t any(uint64_t *r, unsigned int bits)
{
	return next(r) >> (64 - bits) >> next(r) % bits;
}

/* Counters as in kernels: 1 MHz to 4 GHz, started before or after the clock. */
static struct input_clock any_clock(uint64_t *r)
{
	struct input_clock c = { 0 };

	c.shift = (uint16_t)(next(r) % 33);
	c.mult = (uint32_t)any(r, 32) | 1;
	c.zero = any(r, 62);
	if (next(r) & 1)
		c.zero = -c.zero;
	c.short_counter = next(r) & 1;
	if (c.short_counter) {
		c.mask = UINT64_MAX >> (7 + next(r) % 25);
		c.cycles = any(r, 56) & c.mask;
	}
	return c;
}

/* The exact value, without wrapping. */
static __int128 ns_of(const struct input_clock *c, uint64_t ticks)
{
	return (__int128)(int64_t)c->zero +
	       (__int128)(((unsigned __int128)ticks * c->mult) >> c->shift);
}

static void ticks_is_the_exact_inverse_of_ns(void **state)
{
	uint64_t r = 88172645463325252ULL;

	for (int i = 0; i < ROUNDS; i++) {
		struct input_clock c = any_clock(&r);
		uint64_t first = c.short_counter ? c.cycles : 0;
		uint64_t span = c.short_counter ? c.mask : UINT64_MAX;
		uint64_t last = span > UINT64_MAX - first ? UINT64_MAX : first + span;
		uint64_t tick = first + any(&r, 60) % (last - first + !(last - first));
		__int128 at = ns_of(&c, tick);
		uint64_t ns, ticks;

		/* Close to a tick's time, as event times are. */
		at += (int)(next(&r) % 5) - 2;
		if (at < 0 || at > UINT64_MAX)
			continue;
		ns = (uint64_t)at;
		ticks = input_clock_ticks(&c, ns);
		if (!ticks) {
			assert_true(ns_of(&c, first) >= ns);
			continue;
		}
		if (ticks == UINT64_MAX) {
			assert_true(ns_of(&c, last) < ns || last == UINT64_MAX);
			continue;
		}
		assert_true(ticks > first && ticks <= last);
		assert_true(ns_of(&c, ticks) >= ns);
		assert_true(ns_of(&c, ticks - 1) < ns);
		assert_int_equal(input_clock_ns(&c, ticks), (uint64_t)ns_of(&c, ticks));
	}
}

/* tools/perf/util/tsc.c, tsc_to_perf_time(), in 64 bits like the kernel. */
static void ns_is_the_kernels_arithmetic(void **state)
{
	uint64_t r = 1234567;

	for (int i = 0; i < ROUNDS; i++) {
		struct input_clock c = any_clock(&r);
		uint64_t ticks = any(&r, 64), cyc = ticks, quot, rem;

		if (c.short_counter)
			cyc = c.cycles + ((cyc - c.cycles) & c.mask);
		quot = cyc >> c.shift;
		rem = cyc & ((1ULL << c.shift) - 1);
		assert_int_equal(input_clock_ns(&c, ticks),
				 c.zero + quot * c.mult + ((rem * c.mult) >> c.shift));
	}
}

static void order_of_ticks_is_order_of_ns(void **state)
{
	uint64_t r = 99;

	for (int i = 0; i < ROUNDS; i++) {
		struct input_clock c = any_clock(&r);
		uint64_t a = any(&r, 62), b = any(&r, 62);

		assert_true((a <= b) <= (input_clock_ticks(&c, a) <= input_clock_ticks(&c, b)));
	}
}

static void a_counter_that_ran_before_the_clock_is_placed(void **state)
{
	/* 62.5 MHz, started 390 ms before the perf clock: from Linux 6.1. */
	const struct input_clock c = {
		.zero = 18446744073319809280ULL, .mult = 33554432, .shift = 21,
		.short_counter = true, .mask = (1ULL << 57) - 1,
	};
	uint64_t ticks = input_clock_ticks(&c, 30737983072ULL);

	assert_int_equal(ticks, 1945482838);
	assert_int_equal(input_clock_ns(&c, ticks), 30737983072ULL);
	assert_true(input_clock_ns(&c, ticks - 1) < 30737983072ULL);
	assert_int_equal(input_clock_ticks(&c, 0), 24358896);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_is_the_exact_inverse_of_ns),
		cmocka_unit_test(ns_is_the_kernels_arithmetic),
		cmocka_unit_test(order_of_ticks_is_order_of_ns),
		cmocka_unit_test(a_counter_that_ran_before_the_clock_is_placed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
