// SPDX-License-Identifier: GPL-2.0-only
#include "collector/clock.h"

#include <time.h>

typedef unsigned __int128 u128;
typedef __int128 s128;

/*
 * floor(ticks * mult / 2^shift).  The kernel computes it in two 64-bit halves (linux
 * include/uapi/linux/perf_event.h, time_shift).  This gives the same result without overflow for
 * every shift that the kernel uses (at most 32).
 */
static u128 scaled(const struct input_clock *c, uint64_t ticks)
{
	return ((u128)ticks * c->mult) >> c->shift;
}

uint64_t input_clock_ns(const struct input_clock *c, uint64_t ticks)
{
	if (c->short_counter)
		ticks = c->cycles + ((ticks - c->cycles) & c->mask);
	return c->zero + (uint64_t)scaled(c, ticks);
}

uint64_t input_clock_ticks(const struct input_clock *c, uint64_t ns)
{
	uint64_t first = c->short_counter ? c->cycles : 0;
	uint64_t last = UINT64_MAX;
	s128 want = (s128)(u128)ns - (int64_t)c->zero;
	u128 ticks;

	if (c->short_counter && c->mask < UINT64_MAX - c->cycles)
		last = c->cycles + c->mask;
	if (want <= (s128)scaled(c, first))
		return 0;
	/* If so, a tick is shorter than 1 ns, and the product below would overflow. */
	if (!c->mult || (want > (s128)UINT64_MAX && c->shift >= 32))
		return UINT64_MAX;
	ticks = (((u128)want << c->shift) + c->mult - 1) / c->mult;
	return ticks > last ? UINT64_MAX : (uint64_t)ticks;
}

uint64_t clock_counter(void)
{
#ifdef __aarch64__
	uint64_t now;

	/* without the barrier CNTVCT_EL0 may be read early [Arm ARM D12.1.2] */
	asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now) : : "memory");
	return now;
#else
	return 0;
#endif
}

uint64_t clock_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
