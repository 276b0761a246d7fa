/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_LATENCY_H
#define KVM_LATENCY_H

#include <stdint.h>

/*
 * How long something took, many times: a histogram of ns, exact below 32, 16
 * buckets to the octave above, so that a quantile is at most 1/16 too high.
 * All zero is an empty one.
 */
struct latency {
	uint64_t nr, sum, max;	/* ns */
	uint64_t *count;	/* by bucket; NULL: none yet */
};

/* 0 or -ENOMEM. */
int latency_add(struct latency *l, uint64_t ns);
int latency_merge(struct latency *to, const struct latency *from);
void latency_clear(struct latency *l);

/* ns that a share q (0 to 1) of all is at or below; 0 of none. */
uint64_t latency_quantile(const struct latency *l, double q);

#endif
