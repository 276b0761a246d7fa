/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_PLACES_H
#define COLLECTOR_LIVE_PLACES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the cgroups of threads and the ids of processes in their PID namespaces from /proc.  The
 * kernel does not record these for tasks that already exist.
 */

/* Receives the bodies of OWN_TASKS records, at most PERFDATA_OWN_MAX bytes.  0 or -errno. */
struct places_sink {
	int (*put)(void *to, const void *p, size_t len);
	uint64_t (*now)(void *to);	/* ns, perf clock; 0: not known */
	void *to;
};

/*
 * For all processes, or those of nr threads if tids is not NULL.  root as in base/sysfiles.h.
 * Omits tasks that end meanwhile, and all tasks if the clock is unknown.  0 or the -errno of out.
 */
int places_read(const struct places_sink *out, const char *root, const int32_t *tids, size_t nr);

/*
 * The path in the text of /proc/PID/cgroup, which this function modifies.  It is that of perf's
 * hierarchy: perf_event of cgroup v1, or the only one of v2; if that is the root, systemd's.  NULL:
 * none.
 */
const char *places_cgroup(char *text);

#endif
