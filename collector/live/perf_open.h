/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_PERF_OPEN_H
#define COLLECTOR_LIVE_PERF_OPEN_H

#include <stddef.h>
#include <stdint.h>

#include "collector/live/spe_event.h"

/* perf events, as libperf opens them, or the system call where there is no libperf. */

/* One instance of an event: on one CPU, of one thread. */
struct perf_opened {
	int fd;			/* closed on exec; owned: perf_close() */
	uint64_t id;		/* what its records are marked with */
	void *evsel;		/* libperf's, or NULL */
};

/*
 * Open an event on a CPU (-1: any) for a thread (-1: all).  Only while no other
 * thread of the program opens or closes files.  0, or the -errno of
 * perf_event_open(2).
 */
int perf_open(struct perf_opened *out, const union perf_attr_room *attr, int cpu, int tid);
void perf_close(struct perf_opened *ev);

#endif
