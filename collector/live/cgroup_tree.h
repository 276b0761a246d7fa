/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_CGROUP_TREE_H
#define COLLECTOR_LIVE_CGROUP_TREE_H

/* The hierarchy of cgroups that perf events know; root as in base/sysfiles.h. */

/* Size of a path with its NUL. */
#define CGROUP_PATH_ROOM	4096

/* Where it is mounted: "/sys/fs/cgroup" or below it.  NULL: nowhere. */
const char *cgroup_mount(const char *root);

/*
 * path is a cgroup's folder, without root, and name the part of it that /proc/PID/cgroup has: "/" or
 * "/system.slice".  Returns 0; CGROUP_SKIP to leave out the cgroups below; or -errno to stop.
 */
#define CGROUP_SKIP	1
typedef int cgroup_fn(void *arg, const char *path, const char *name);

/* Calls fn() for each cgroup, parents first.  0, -ENOENT: none is mounted; or the error of fn(). */
int cgroup_walk(const char *root, cgroup_fn *fn, void *arg);

#endif
