/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_DURATIONS_H
#define KVM_DURATIONS_H

#include <stdint.h>

/*
 * How long something took, many times: a histogram of ns, exact below 32, 16
 * buckets to the octave above, so that a quantile is at most 1/16 too high; what is
 * beyond half an hour is told apart from the largest no more.
 * All zero is an empty one.
 */
struct durations {
	uint64_t nr, sum, max;	/* ns */
	uint32_t *count;	/* by bucket; NULL: none yet */
};

/* 0 or -ENOMEM. */
int durations_add(struct durations *l, uint64_t ns);
int durations_merge(struct durations *to, const struct durations *from);
void durations_clear(struct durations *l);

/* ns that a share q (0 to 1) of all is at or below; 0 of none. */
uint64_t durations_quantile(const struct durations *l, double q);

/* How many took from one time to less than the other: 0, UINT64_MAX or powers of 2. */
uint64_t durations_between(const struct durations *l, uint64_t from, uint64_t to);

#endif
