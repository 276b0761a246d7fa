/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_GUEST_CLOCK_H
#define KVM_GUEST_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a guest's counter lies to its host's: host = guest + offset, one number as long
 * as the VM neither migrates nor is paused [CNTVOFF_EL2].  No kernel tells it to those
 * who record, but each fact that both sides saw rules some offsets out: a guest was
 * not running while its vCPU was out of it.  What is left is the answer, and its bound.
 */
struct clock_range {
	int64_t lo, hi;		/* offsets in ticks, both possible */
};

struct guest_clock {
	struct clock_range *range;	/* those that nothing rules out; ascending, apart */
	size_t nr;
	int err;			/* -ENOMEM, or -E2BIG: too many ranges; it is of no use */
};

/* More ranges than that are no knowledge. */
#define GUEST_CLOCK_RANGES_MAX	(1u << 20)

/* All from lo to hi are possible.  0 or -ENOMEM. */
int guest_clock_init(struct guest_clock *c, int64_t lo, int64_t hi);
void guest_clock_clear(struct guest_clock *c);	/* all zero is fine */

/* A time on the host's counter, ticks, both ends belong to it. */
struct clock_span {
	uint64_t from, to;
};

/*
 * The offset is in one of these: ascending, they may overlap.
 */
void guest_clock_allow(struct guest_clock *c, const struct clock_range *ranges, size_t nr);

/*
 * On one vCPU the guest ran from `from` to `to` of its own count, without
 * interruption longer than step.  outside: when the vCPU was out of the guest;
 * ascending and apart.  Those of at most step ticks may be hidden in it, unless it
 * is a moment (from == to).  Returns how many of them were near enough to matter.
 */
size_t guest_clock_ran(struct guest_clock *c, uint64_t from, uint64_t to, uint64_t step,
		       const struct clock_span *outside, size_t nr);

/* What is known in the end. */
enum clock_state {
	CLOCK_UNKNOWN,		/* there is no evidence, or too little */
	CLOCK_KNOWN,		/* one range is left */
	CLOCK_AMBIGUOUS,	/* several are */
	CLOCK_CONTRADICTION,	/* none is: the offset changed, or it is another recording */
	CLOCK_GIVEN,		/* somebody said so */
};

struct clock_answer {
	enum clock_state state;
	int64_t offset;		/* ticks: the likeliest; KNOWN and GIVEN */
	uint64_t within;	/* ticks: the true one is no farther from it than that */
};

/*
 * wide: a range of more ticks than that says too little.  loads: of so many samples each
 * ruled out what is above "host's time less the count it was loaded by".  A load comes
 * soon after its count is read, at any time until the next read: of n the soonest is a
 * part of n + 1 from the range's upper end, which is where the offset is expected.  The
 * lower end is a whole turn away, the longest there is.  Without loads it is the middle.
 */
struct clock_answer guest_clock_answer(const struct guest_clock *c, uint64_t wide, uint64_t loads);

/* A recording made in a guest: how its clock was found to lie to the host's. */
struct clock_result {
	int32_t vm;			/* index of the timeline's; -1: none of them */
	const char *path;
	struct clock_answer clock;
	double ns_per_tick;		/* of the host's counter; 0: not known */
	uint64_t loads, exits;		/* the evidence: samples of its clock probes, times outside */
	size_t ranges;			/* CLOCK_AMBIGUOUS: how many offsets fit */
};

#endif
