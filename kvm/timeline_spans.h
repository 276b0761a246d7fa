/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TIMELINE_SPANS_H
#define KVM_TIMELINE_SPANS_H

#include "kvm/timeline.h"

/* Which task had a CPU when, as attribution knows it. */
struct timeline_span {
	int32_t cpu;
	int32_t tid;		/* -1: unknown */
	uint32_t task;		/* for timeline_comm(); TIMELINE_NO_TASK: unknown */
	uint64_t from, until;	/* ns; 0: from the start; UINT64_MAX: to the end */
};

/* 0, or what ends the iteration. */
typedef int timeline_span_fn(void *arg, const struct timeline_span *s);

/*
 * After the seal: the spans of all CPUs, those of one CPU in time order and without gaps.  Where
 * sideband was lost, the task is unknown.  0; what fn returned; -EIO or another -errno: the file
 * cannot be read.
 */
int timeline_each_span(const struct timeline *t, timeline_span_fn *fn, void *arg);

#endif
