/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_RUNNING_H
#define COLLECTOR_LIVE_RUNNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/*
 * Synthesize records for tasks and maps that predate the recording, like perf (linux
 * tools/perf/util/synthetic-events.c).  Their time is 0: earlier than all others.
 */

/*
 * Bytes of zeros at the end of a synthesized record, in place of the sample_id that all events of
 * the recording share (tid, time, cpu, identifier).
 */
#define RUNNING_TRAILER	32

/* The receiver of the records.  put() gets whole records and returns 0 or -errno. */
struct running_sink {
	int (*put)(void *to, const struct iovec *iov, int nr);
	void *to;
};

/*
 * The kernel and its modules, with build-ids.  If /proc/kallsyms hides the addresses, there are no
 * records and *hidden is set.  0 or the -errno of out.
 */
int running_kernel(const struct running_sink *out, bool *hidden);

/*
 * The ids and paths of all cgroups, as samples name them.  0 or the -errno of out.
 */
int running_cgroups(const struct running_sink *out);

/*
 * Tasks: their parents, names and executable maps, with build-ids.  tids NULL: of all processes;
 * else of the processes of these nr threads.  Tasks that exit meanwhile are left out.  0 or the
 * -errno of out.
 */
int running_tasks(const struct running_sink *out, const int32_t *tids, size_t nr);

/*
 * The present threads of a process; *tids is owned by the caller.  Returns their number, or -errno.
 */
int running_threads(int32_t pid, int32_t **tids);

#endif
