/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_CGROUP_NAME_H
#define BASE_CGROUP_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Kinds of names in the path of a cgroup, found by the rows of cgroup_names.def. */
enum cgroup_kind {
	CGROUP_POD,
	CGROUP_CONTAINER,
	CGROUP_UNIT,
	CGROUP_MACHINE,
	NR_CGROUP_KINDS
};

/* Size of a name with its NUL: the kernel limits names of folders to 255 bytes. */
#define CGROUP_NAME_ROOM	256

/*
 * The name of that kind in a path as in /proc/PID/cgroup.  Returns false and sets out to "" if
 * there is none.  Names are untrusted: escape them before printing.
 */
bool cgroup_name(enum cgroup_kind kind, const char *path, char out[CGROUP_NAME_ROOM]);

#endif
