/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_RUNNING_H
#define COLLECTOR_LIVE_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * What runs already when a recording begins: the kernel would have told of it
 * earlier.  Records are made up as perf does (linux tools/perf/util/
 * synthetic-events.c): they have no time, which is before all others.
 */

/*
 * Trailing zeros of a made-up record: the sample_id that all events of the
 * recording agree on (tid, time, cpu, identifier).
 */
#define RUNNING_TRAILER	32

/* Who takes the records: whole ones.  0 or -errno. */
struct running_sink {
	int (*put)(void *to, const struct iovec *iov, int nr);
	void *to;
};

/*
 * The kernel and its modules, with build-ids.  Where /proc/kallsyms shows no
 * addresses there are none, and *hidden is set.  0 or the -errno of out.
 */
int running_kernel(const struct running_sink *out, bool *hidden);

/*
 * Tasks: parents, names, and what is mapped executable, with build-ids.  tids
 * NULL: of all processes; else of the processes of those nr threads.  Tasks come
 * and go meanwhile: those that vanish are left out.  0 or the -errno of out.
 */
int running_tasks(const struct running_sink *out, const int32_t *tids, size_t nr);

/* The threads of a process now; *tids is the caller's.  How many, or -errno. */
int running_threads(int32_t pid, int32_t **tids);

#endif
