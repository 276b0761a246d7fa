/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_CGROUP_NAME_H
#define BASE_CGROUP_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* What the path of a cgroup says of the tasks in it, by the rows of cgroup_names.def. */
enum cgroup_kind {
	CGROUP_POD,
	CGROUP_CONTAINER,
	CGROUP_UNIT,
	CGROUP_MACHINE,
	NR_CGROUP_KINDS
};

/* Bytes of a name, with its NUL: the kernel's names of folders have 255. */
#define CGROUP_NAME_ROOM	256

/*
 * The name of that kind in a path as /proc/PID/cgroup has it.  False, and out is "": it has
 * none.  Names come from someone else: escape them before a terminal sees them.
 */
bool cgroup_name(enum cgroup_kind kind, const char *path, char out[CGROUP_NAME_ROOM]);

#endif
