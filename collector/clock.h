/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_CLOCK_H
#define COLLECTOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Converts ticks of the generic timer to ns of the perf clock, as defined for PERF_RECORD_TIME_CONV
 * and perf_event_mmap_page (linux include/uapi/linux/perf_event.h).
 */
struct input_clock {
	uint64_t zero;		/* ns */
	uint64_t cycles, mask;	/* ticks; for counters shorter than 64 bits */
	uint32_t mult;
	uint16_t shift;		/* below 64 */
	bool short_counter;	/* cap_user_time_short: cycles and mask are valid */
};

/* ns on the perf clock.  Wraps like the kernel's arithmetic. */
uint64_t input_clock_ns(const struct input_clock *c, uint64_t ticks);

/*
 * The smallest tick whose input_clock_ns() is at least ns.  With it an interval is converted to
 * ticks once, and records need no conversion.  0: every tick is late enough; UINT64_MAX: none is.
 *
 * c->zero is signed: negative if the counter started before the perf clock.  For a short counter
 * only ticks from cycles to cycles + mask are searched, because the kernel's arithmetic folds all
 * others into that range.
 */
uint64_t input_clock_ticks(const struct input_clock *c, uint64_t ns);

/* The present value of the counter behind a clock's ticks; 0: unknown on this machine. */
uint64_t clock_counter(void);

/* ms of CLOCK_MONOTONIC, for periodic work; unrelated to the time of records. */
uint64_t clock_now_ms(void);

/* The number of equal slices of a recording's time, to show changes over time. */
#define TIME_SLICES	32

/* ns on the perf clock; unknown if begin is 0 or end is not after begin. */
struct time_span {
	uint64_t begin, end;
};

static inline bool time_span_known(const struct time_span *s)
{
	return s->begin && s->end > s->begin;
}

#endif
