/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_CGROUPS_H
#define KVM_CGROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cgroup_name.h"

/*
 * The cgroup of each thread over time.  The kernel does not report moves between cgroups, so a
 * cgroup is proven only between two pieces of evidence that agree: /proc, a sample, or inheritance
 * by a new thread.
 */
struct cgroups;

/* A cgroup; equal cgroups have the same pointer. */
struct cgroup {
	const char *path;			/* never "" */
	const char *names[NR_CGROUP_KINDS];	/* "": it has none of that kind */
};

struct cgroups *cgroups_new(void);		/* NULL: out of memory */
void cgroups_free(struct cgroups *c);		/* NULL is fine */

/* Call these in any order, before cgroups_seal().  0 or -ENOMEM. */
int cgroups_path(struct cgroups *c, uint64_t id, const char *path);
/* At that time, ns, the thread was in the cgroup of that path, or of that id if path is NULL. */
int cgroups_at(struct cgroups *c, int32_t tid, uint64_t time, const char *path, uint64_t id);
/* Thread ptid created thread tid, which starts in its parent's cgroup. */
int cgroups_fork(struct cgroups *c, int32_t tid, int32_t ptid, uint64_t time);
/*
 * Records were lost between these times, in ns.  If samples report cgroups, evidence before and
 * after proves nothing in between, because a sample in another cgroup may be lost.
 */
int cgroups_lost(struct cgroups *c, uint64_t from, uint64_t to);
int cgroups_seal(struct cgroups *c);

/* From here on const. */

/*
 * The cgroup of a thread at a time; NULL: unknown.  *until: the next time at which that may
 * change; UINT64_MAX: never.
 */
const struct cgroup *cgroups_find(const struct cgroups *c, int32_t tid, uint64_t time,
				  uint64_t *until);

#endif
