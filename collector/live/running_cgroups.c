// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "collector/live/cgroup_tree.h"
#include "collector/live/running_impl.h"

/* The id of a cgroup is its file handle, 8 bytes [linux fs/kernfs/mount.c]. */
static bool id_of(const char *path, uint64_t *id)
{
	union {
		struct file_handle h;
		char room[sizeof(struct file_handle) + sizeof(*id)];
	} handle = { .h.handle_bytes = sizeof(*id) };
	int mount;

	if (name_to_handle_at(AT_FDCWD, path, &handle.h, &mount, 0) ||
	    handle.h.handle_bytes != sizeof(*id))
		return false;
	memcpy(id, handle.room + sizeof(handle.h), sizeof(*id));
	return true;
}

static int add(void *arg, const char *path, const char *name)
{
	struct batch *t = arg;
	uint64_t id;

	if (id_of(path, &id))
		batch_cgroup(t, id, name);
	return t->ret;
}

int running_cgroups(const struct running_sink *out)
{
	struct batch t = { .out = out };

	cgroup_walk("", add, &t);
	return batch_end(&t);
}
