// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/cgroup_tree.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/sysfiles.h"

/* cgroup v1 with perf_event, v1 and v2 together, v2 alone: perf uses the first that exists. */
static const char *const mounts[] = {
	"/sys/fs/cgroup/perf_event", "/sys/fs/cgroup/unified", "/sys/fs/cgroup",
};

#define FOLDERS_MAX	(1u << 16)	/* in one */
#define DEPTH_MAX	64

struct walk {
	const char *root;
	cgroup_fn *fn;
	void *arg;
	char path[CGROUP_PATH_ROOM];
	size_t mount;		/* bytes of path before the cgroup's own name */
};

/* Exactly the folders of cgroups have this file. */
static bool is_cgroup(const char *root, const char *path)
{
	return !sysfiles_there(root, "%s/cgroup.procs", path);
}

const char *cgroup_mount(const char *root)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (is_cgroup(root, mounts[i]))
			return mounts[i];
	return NULL;
}

static int visit(struct walk *w, unsigned int depth)
{
	struct sysfiles_names names;
	size_t len = strlen(w->path);
	int ret;

	if (!is_cgroup(w->root, w->path))
		return 0;
	ret = w->fn(w->arg, w->path, w->path[w->mount] ? w->path + w->mount : "/");
	if (ret || depth == DEPTH_MAX)
		return ret < 0 ? ret : 0;
	sysfiles_names(w->root, &names, FOLDERS_MAX, "%s", w->path);
	for (size_t i = 0; i < names.nr && !ret; i++) {
		if (len + strlen(names.name[i]) + 2 > sizeof(w->path))
			continue;
		snprintf(w->path + len, sizeof(w->path) - len, "/%s", names.name[i]);
		ret = visit(w, depth + 1);
		w->path[len] = '\0';
	}
	sysfiles_names_free(&names);
	return ret;
}

int cgroup_walk(const char *root, cgroup_fn *fn, void *arg)
{
	struct walk w = { .root = root, .fn = fn, .arg = arg };
	const char *mount = cgroup_mount(root);

	if (!mount)
		return -ENOENT;
	snprintf(w.path, sizeof(w.path), "%s", mount);
	w.mount = strlen(w.path);
	return visit(&w, 0);
}
