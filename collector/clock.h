/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_CLOCK_H
#define COLLECTOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Generic-timer ticks to ns of the perf clock, as PERF_RECORD_TIME_CONV and
 * perf_event_mmap_page state it (linux include/uapi/linux/perf_event.h).
 */
struct input_clock {
	uint64_t zero;		/* ns */
	uint64_t cycles, mask;	/* ticks; for counters shorter than 64 bits */
	uint32_t mult;
	uint16_t shift;		/* below 64 */
	bool short_counter;	/* cap_user_time_short: cycles and mask count */
};

/* ns on the perf clock.  Wraps as the kernel's arithmetic does. */
uint64_t input_clock_ns(const struct input_clock *c, uint64_t ticks);

/*
 * The smallest tick whose input_clock_ns() is at least ns: intervals can be
 * turned into ticks once, and records compared without converting each.
 * 0 where every tick is late enough, UINT64_MAX where none is.
 *
 * c->zero counts as signed: it is negative where the counter ran before the
 * perf clock did.  Of a short counter only the ticks from cycles to
 * cycles + mask are searched, those the kernel's arithmetic does not fold.
 */
uint64_t input_clock_ticks(const struct input_clock *c, uint64_t ns);

/* The counter that a clock's ticks are of, now; 0: of this machine it is not known. */
uint64_t clock_counter(void);

/* ms of CLOCK_MONOTONIC: for what happens every so often, not for records. */
uint64_t clock_now_ms(void);

/* A recording's time cut into equal slices, for what changes as it goes on. */
#define TIME_SLICES	32

/* ns on the perf clock; begin 0, or end not after it: not known. */
struct time_span {
	uint64_t begin, end;
};

static inline bool time_span_known(const struct time_span *s)
{
	return s->begin && s->end > s->begin;
}

#endif
