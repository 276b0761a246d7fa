/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_PERF_OPEN_H
#define COLLECTOR_LIVE_PERF_OPEN_H

#include <stddef.h>
#include <stdint.h>

#include "collector/live/spe_event.h"

/* perf events, as libperf opens them, or the system call where there is no libperf. */

/* What opens them in this program: "libperf" or "perf_event_open(2), built without libperf". */
const char *perf_opens_by(void);

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
/*
 * The same, in the group of leader: the PMU counts both at once, or neither; -EINVAL also
 * where it never can.
 */
int perf_open_beside(struct perf_opened *out, const union perf_attr_room *attr, int cpu, int tid,
		     const struct perf_opened *leader);

/* What read(2) of an event gives, with PERF_FORMAT_TOTAL_TIME_ENABLED and _RUNNING. */
struct perf_count {
	uint64_t value;			/* also of tasks that inherited it */
	uint64_t enabled, running;	/* ns */
};
/* 0 or -errno. */
int perf_read(const struct perf_opened *ev, struct perf_count *out);
void perf_close(struct perf_opened *ev);

#endif
