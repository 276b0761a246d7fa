/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TIMELINE_SPANS_H
#define KVM_TIMELINE_SPANS_H

#include "kvm/timeline.h"

/* The task on each CPU over time, as in attribution. */
struct timeline_span {
	int32_t cpu;
	int32_t tid;		/* -1: unknown */
	uint32_t task;		/* for timeline_comm(); TIMELINE_NO_TASK: unknown */
	uint64_t from, until;	/* ns; 0: from the start; UINT64_MAX: to the end */
};

/* Returns 0, or a value that ends the iteration. */
typedef int timeline_span_fn(void *arg, const struct timeline_span *s);

/*
 * Call fn for the spans of all CPUs, those of one CPU in time order and without gaps; after the
 * seal.  Where sideband was lost, the task is unknown.  Returns 0, fn's value, or -EIO or another
 * -errno if the file cannot be read.
 */
int timeline_each_span(const struct timeline *t, timeline_span_fn *fn, void *arg);

#endif
