/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_DURATIONS_H
#define KVM_DURATIONS_H

#include <stdint.h>

/*
 * A histogram of durations in ns: exact below 32, above that 16 buckets per power of two, so
 * that a quantile is at most 1/16 too high.  All durations above half an hour share the last
 * bucket.  A struct of all zero is empty.
 */
struct durations {
	uint64_t nr, sum, max;	/* ns */
	uint32_t *count;	/* by bucket; NULL: none yet */
};

/* Durations whose counters are on their way into the cache.  All zero: none. */
#define DURATIONS_LATE	16
struct durations_late {
	uint32_t *count[DURATIONS_LATE];
	unsigned int next;
};

/* 0 or -ENOMEM. */
int durations_add(struct durations *l, uint64_t ns);
int durations_merge(struct durations *to, const struct durations *from);
/* As durations_add(), but l->count is complete only after durations_catch_up().  0 or -ENOMEM. */
int durations_add_late(struct durations *l, uint64_t ns, struct durations_late *late);
void durations_catch_up(struct durations_late *late);

void durations_clear(struct durations *l);

/* The quantile q (0 to 1), in ns; 0 if there are no durations. */
uint64_t durations_quantile(const struct durations *l, double q);

/* How many lie in [from, to): both 0, UINT64_MAX or a power of 2. */
uint64_t durations_between(const struct durations *l, uint64_t from, uint64_t to);

/* The columns of all pictures of costs: below 1,024 ns, then by power of two, the last from 4.2 ms. */
#define DURATIONS_SHOWN		14
void durations_shown(const struct durations *l, uint64_t nr[DURATIONS_SHOWN]);

#endif
