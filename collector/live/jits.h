/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_JITS_H
#define COLLECTOR_LIVE_JITS_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "collector/perfdata/write.h"

/*
 * The roots of processes in other mount namespaces, opened while that is allowed: a
 * recorder drops its capabilities, and then may no longer follow /proc/PID/root.
 */
struct jits_roots;

/* NULL: out of memory, or there are none.  root as in base/sysfiles.h. */
struct jits_roots *jits_look(const char *root);
void jits_roots_free(struct jits_roots *r);	/* NULL is fine */

/* What to collect: see jits_put(). */
struct jits_wish {
	const struct jits_roots *roots;	/* NULL: none */
	const char *root;	/* as in base/sysfiles.h */
	const int32_t *pids;	/* the recorded processes; NULL: all */
	size_t nr_pids;
	time_t since;		/* CLOCK_REALTIME, s: files changed since then are of processes
				 * that ran during the recording, whatever pids says */
};

/*
 * Write the files in which runtimes write down the functions that they make, before they vanish
 * (OWN_JIT): of a process that runs its perf map in /tmp, or the jitdump that it has mapped if we may
 * read its maps, both as it sees them, in its own mount namespace and by its own pid; of one that has
 * ended its perf map in /tmp.  A file must be the process's own user's, for a process that has ended root's or this
 * process's user's (as for perf), a regular one, not behind a link, and at most 64 MiB large.  Stops
 * after 256 MiB.  0 or the writer's -errno, or -ENOMEM.
 */
int jits_put(struct perfdata_writer *w, const struct jits_wish *wish);

#endif
