// SPDX-License-Identifier: GPL-2.0-only
#include "collector/agent/clock_probe.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"

/* Turns that are timed to find the length of one. */
#define TRIAL		1001
/* A turn that takes this many times as long was interrupted. */
#define LONG_TURN	4
#define STEP_MIN	4	/* ticks */
/* The addresses do not repeat within 1 / SIZE_HZ seconds. */
#define SIZE_HZ		25
#define SIZE_MAX_LOG	27

#ifdef __aarch64__

/* Defined by the linker: begin and end of the section. */
#define PROBE_CODE __attribute__((noinline, section("clock_probe_code")))
extern const char __start_clock_probe_code[], __stop_clock_probe_code[];

/*
 * One turn.  Each of its eight loads depends on its own read of the counter.  The ISB keeps a read
 * behind the loads of the previous turn [D11.1.2: a read of a counter is not ordered by itself], so
 * that the timestamp of each load lies between two reads.  There are eight so that most samples in
 * the loop hit one of them.
 */
static inline __attribute__((always_inline)) uint64_t turn(const struct clock_probe *b)
{
	uint64_t now, scratch;

	asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now) : : "memory");
	asm volatile("ldrb %w0, [%1]\n\tldrb %w0, [%1]\n\tldrb %w0, [%1]\n\tldrb %w0, [%1]\n\t"
		     "ldrb %w0, [%1]\n\tldrb %w0, [%1]\n\tldrb %w0, [%1]\n\tldrb %w0, [%1]"
		     : "=&r"(scratch) : "r"(b->base + (now & (b->size - 1))) : "memory");
	return now;
}

PROBE_CODE size_t clock_probe_run(const struct clock_probe *b, uint64_t ticks,
				  struct clock_probe_stretch *out, size_t max)
{
	uint64_t now = turn(b), last = now, end = now + ticks;
	size_t n = 0;

	for (out[0].from = now; now < end; last = now) {
		now = turn(b);
		if (now - last <= b->step)
			continue;
		out[n++].to = last;
		if (n == max)
			return n;
		out[n].from = now;
	}
	out[n++].to = last;
	return n;
}

static int by_size(const void *a, const void *b)
{
	return array_order(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* Uses the median turn, which was not interrupted. */
static uint64_t find_step(const struct clock_probe *b)
{
	uint64_t took[TRIAL], last = turn(b), now;

	for (int i = 0; i < TRIAL; i++, last = now) {
		now = turn(b);
		took[i] = now - last;
	}
	qsort(took, TRIAL, sizeof(took[0]), by_size);
	return took[TRIAL / 2] * LONG_TURN > STEP_MIN ? took[TRIAL / 2] * LONG_TURN : STEP_MIN;
}

int clock_probe_open(struct clock_probe *b)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	unsigned int log = 20;
	void *p;

	*b = (struct clock_probe){ 0 };
	asm("mrs %0, cntfrq_el0" : "=r"(b->hz));
	while (log < SIZE_MAX_LOG && 1ull << log < b->hz / SIZE_HZ)
		log++;
	b->size = 1ull << log;
	p = mmap(NULL, b->size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	/* Every page is the zero page, which stays in the cache; a huge page would not. */
	madvise(p, b->size, MADV_NOHUGEPAGE);
	b->base = p;
	for (uint64_t at = 0; at < b->size; at += page)
		*(const volatile uint8_t *)(b->base + at);
	b->code = (uintptr_t)__start_clock_probe_code;
	b->code_end = (uintptr_t)__stop_clock_probe_code;
	b->step = find_step(b);
	return 0;
}

#else

size_t clock_probe_run(const struct clock_probe *b, uint64_t ticks,
		       struct clock_probe_stretch *out, size_t max)
{
	return 0;
}

int clock_probe_open(struct clock_probe *b)
{
	*b = (struct clock_probe){ 0 };
	return -ENOSYS;
}

#endif

void clock_probe_close(struct clock_probe *b)
{
	if (b->base)
		munmap((void *)b->base, b->size);
	*b = (struct clock_probe){ 0 };
}
