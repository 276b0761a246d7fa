/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_PLACES_H
#define COLLECTOR_LIVE_PLACES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where tasks are now: the cgroups of threads and the ids of processes in their PID namespaces,
 * as /proc has them.  The kernel records neither of tasks that run already.
 */

/* Who takes the bodies of OWN_TASKS records, of at most PERFDATA_OWN_MAX bytes.  0 or -errno. */
struct places_sink {
	int (*put)(void *to, const void *p, size_t len);
	uint64_t (*now)(void *to);	/* ns, perf clock; 0: not known */
	void *to;
};

/*
 * Of all processes, or of those of nr threads if tids is not NULL.  root as in base/sysfiles.h.
 * What ends meanwhile is left out; where the clock is not known, all is.  0 or the -errno of out.
 */
int places_read(const struct places_sink *out, const char *root, const int32_t *tids, size_t nr);

/*
 * The path in a file of /proc/PID/cgroup, which is cut into pieces: of the hierarchy that perf
 * knows, perf_event's of cgroup v1 or the only one of v2; if that is the root, systemd's.  NULL:
 * none.
 */
const char *places_cgroup(char *text);

#endif
