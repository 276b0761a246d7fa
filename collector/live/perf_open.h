/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_PERF_OPEN_H
#define COLLECTOR_LIVE_PERF_OPEN_H

#include <stddef.h>
#include <stdint.h>

#include "collector/live/spe_event.h"

/* perf events, opened with libperf, or with the system call if built without it. */

/* How this program opens them: "libperf" or "perf_event_open(2), built without libperf". */
const char *perf_opens_by(void);

/* Whose an event is: a thread's (-1: all), on a CPU (-1: any). */
struct perf_scope {
	int cpu, tid;
	int cgroup;		/* open folder of a cgroup, with a CPU and all threads: of its tasks; -1 */
};

/* One instance of an event. */
struct perf_opened {
	int fd;			/* closed on exec; owned: perf_close() */
	struct perf_scope scope;
	uint64_t id;		/* the identifier in its records */
	void *evsel;		/* libperf's, or NULL */
};

/*
 * Open an event.  No other thread of the program may open or close files meanwhile.  0, or the
 * -errno of perf_event_open(2).
 */
int perf_open(struct perf_opened *out, const union perf_attr_room *attr,
	      const struct perf_scope *scope);
/*
 * Likewise, of the same scope as leader and in its group: the PMU counts both or neither.  -EINVAL
 * also if it can never count both.
 */
int perf_open_beside(struct perf_opened *out, const union perf_attr_room *attr,
		     const struct perf_opened *leader);

/* The result of reading an event with PERF_FORMAT_TOTAL_TIME_ENABLED and _RUNNING. */
struct perf_count {
	uint64_t value;			/* includes tasks that inherited the event */
	uint64_t enabled, running;	/* ns */
};
/* 0 or -errno. */
int perf_read(const struct perf_opened *ev, struct perf_count *out);
void perf_close(struct perf_opened *ev);

#endif
