// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/sysfiles.h"
#include "collector/live/running_impl.h"

/* cgroup v1 with perf_event, v1 and v2 together, v2 alone: perf uses the first that exists. */
static const char *const mounts[] = {
	"/sys/fs/cgroup/perf_event", "/sys/fs/cgroup/unified", "/sys/fs/cgroup",
};

#define PATH_ROOM	4096
#define FOLDERS_MAX	(1u << 16)	/* in one */
#define DEPTH_MAX	64

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

/* Exactly the folders of cgroups have this file. */
static bool is_cgroup(const char *path)
{
	return !sysfiles_there("", "%s/cgroup.procs", path);
}

/* A cgroup and those below it; root: bytes of path up to where its own begins. */
static void add_below(struct batch *t, char path[PATH_ROOM], size_t root, unsigned int depth)
{
	struct sysfiles_names names;
	size_t len = strlen(path);
	uint64_t id;

	if (!is_cgroup(path))
		return;
	if (id_of(path, &id))
		batch_cgroup(t, id, path[root] ? path + root : "/");
	if (depth == DEPTH_MAX)
		return;
	sysfiles_names("", &names, FOLDERS_MAX, "%s", path);
	for (size_t i = 0; i < names.nr && !t->ret; i++) {
		if (len + strlen(names.name[i]) + 2 > PATH_ROOM)
			continue;
		snprintf(path + len, PATH_ROOM - len, "/%s", names.name[i]);
		add_below(t, path, root, depth + 1);
		path[len] = '\0';
	}
	sysfiles_names_free(&names);
}

int running_cgroups(const struct running_sink *out)
{
	struct batch t = { .out = out };
	char path[PATH_ROOM];

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		if (!is_cgroup(mounts[i]))
			continue;
		snprintf(path, sizeof(path), "%s", mounts[i]);
		add_below(&t, path, strlen(path), 0);
		break;
	}
	return batch_end(&t);
}
