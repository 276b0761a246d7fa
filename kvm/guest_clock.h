/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_GUEST_CLOCK_H
#define KVM_GUEST_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The offset between a guest's counter and its host's: host = guest + offset, constant as long
 * as the VM is neither migrated nor paused [CNTVOFF_EL2].  No kernel reports it to a profiler,
 * but each fact that both sides recorded excludes some offsets: a guest did not run while its
 * vCPU was outside.  The offsets that remain are the answer and its error bound.
 */
struct clock_range {
	int64_t lo, hi;		/* offsets in ticks, inclusive */
};

struct guest_clock {
	struct clock_range *range;	/* offsets not yet excluded; ascending, disjoint */
	size_t nr;
	int err;			/* -ENOMEM, or -E2BIG: too many ranges; no answer */
};

/* More ranges than this are no useful answer. */
#define GUEST_CLOCK_RANGES_MAX	(1u << 20)

/* Start with all offsets from lo to hi.  0 or -ENOMEM. */
int guest_clock_init(struct guest_clock *c, int64_t lo, int64_t hi);
void guest_clock_clear(struct guest_clock *c);	/* all zero is fine */

/* A time span on the host's counter: ticks, inclusive. */
struct clock_span {
	uint64_t from, to;
};

/* Exclude all offsets outside these ranges, which ascend and may overlap. */
void guest_clock_allow(struct guest_clock *c, const struct clock_range *ranges, size_t nr);

/*
 * One vCPU ran in the guest from `from` to `to` on the guest's counter, without an interruption
 * longer than step ticks.  outside: the times at which the vCPU was outside the guest, ascending
 * and disjoint.  Those of at most step ticks may lie within the run, unless it is a moment
 * (from == to).  Returns how many of them were close enough to matter.
 */
size_t guest_clock_ran(struct guest_clock *c, uint64_t from, uint64_t to, uint64_t step,
		       const struct clock_span *outside, size_t nr);

/* The result. */
enum clock_state {
	CLOCK_UNKNOWN,		/* no evidence, or too little */
	CLOCK_KNOWN,		/* one range is left */
	CLOCK_AMBIGUOUS,	/* several ranges are left */
	CLOCK_CONTRADICTION,	/* none is left: the offset changed, or the recording is of another VM */
	CLOCK_GIVEN,		/* the user gave it */
};

struct clock_answer {
	enum clock_state state;
	int64_t offset;		/* ticks: the most likely; for KNOWN and GIVEN */
	uint64_t within;	/* ticks: the true offset is at most this far from it */
};

/*
 * wide: a range of more ticks than this is no answer.  loads: the number of clock probe samples,
 * each of which excluded the offsets above (host time - guest count).  The probe's load follows
 * the read of the count after a time that is uniform up to the next read.  Of n such times the
 * smallest is expected at 1/(n + 1) of the range from its upper end, which is where the offset
 * is estimated.  Without loads the estimate is the middle of the range.
 */
struct clock_answer guest_clock_answer(const struct guest_clock *c, uint64_t wide, uint64_t loads);

/* The clock offset found for a recording made in a guest. */
struct clock_result {
	int32_t vm;			/* index in timeline_vms(); -1: none of them */
	const char *path;
	struct clock_answer clock;
	double ns_per_tick;		/* of the host's counter; 0: not known */
	uint64_t loads, exits;		/* evidence: samples of clock probes, times outside */
	size_t ranges;			/* CLOCK_AMBIGUOUS: the number of ranges left */
};

#endif
