// SPDX-License-Identifier: GPL-2.0-only
#include "collector/live/cgroup_find.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cgroup_name.h"
#include "base/sysfiles.h"

#define LOGS		"/var/log/pods"
#define PODS_MAX	(1u << 14)

/* A walk in search of a name. */
struct search {
	const char *what;
	bool pods_only;
	struct cgroup_found *out;
	size_t nr;		/* that fit */
};

static void found(struct search *s, const char *path)
{
	char *to = s->nr++ ? s->out->other : s->out->path;

	snprintf(to, CGROUP_PATH_ROOM, "%s", path);
}

static int result(const struct search *s)
{
	return s->nr == 1 ? 0 : s->nr ? -ENOTUNIQ : -ENOENT;
}

static bool has_name(const struct search *s, const char *name)
{
	char part[CGROUP_NAME_ROOM];

	for (int k = 0; k < NR_CGROUP_KINDS; k++)
		if ((k == CGROUP_POD || !s->pods_only) && cgroup_name(k, name, part) &&
		    !strcmp(part, s->what))
			return true;
	return !s->pods_only && name[1] && !strcmp(strrchr(name, '/') + 1, s->what);
}

static int look(void *arg, const char *path, const char *name)
{
	struct search *s = arg;

	if (!has_name(s, name))
		return 0;
	found(s, path);
	return CGROUP_SKIP;
}

static int find_path(struct search *s, const char *root)
{
	const char *mount = cgroup_mount(root);
	size_t len = mount ? strlen(mount) : 0;
	bool whole = mount && !strncmp(s->what, mount, len) && (!s->what[len] || s->what[len] == '/');
	char path[CGROUP_PATH_ROOM];
	int n = snprintf(path, sizeof(path), "%s%s", whole ? "" : mount ?: "", s->what);

	if (!mount)
		return -ENODEV;
	if (n < (int)sizeof(path) && !sysfiles_there(root, "%s/cgroup.procs", path))
		found(s, path);
	return result(s);
}

int cgroup_find(struct cgroup_found *out, const char *root, const char *what)
{
	struct search s = { .what = what, .out = out };

	if (*what == '/')
		return find_path(&s, root);
	return cgroup_walk(root, look, &s) ? -ENODEV : result(&s);
}

/* The UID in a folder's name, if that is of the pod. */
static const char *uid_of(const char *folder, const char *what)
{
	const char *space_end = strchr(folder, '_'), *uid = strrchr(folder, '_');
	const char *slash = strchr(what, '/'), *name = slash ? slash + 1 : what;

	if (!space_end || uid == space_end)
		return NULL;
	if (slash && (slash - what != space_end - folder ||
		      strncmp(folder, what, (size_t)(slash - what)) != 0))
		return NULL;
	if ((size_t)(uid - space_end - 1) != strlen(name) ||
	    strncmp(space_end + 1, name, strlen(name)) != 0)
		return NULL;
	return uid + 1;
}

int cgroup_find_pod(struct cgroup_found *out, const char *root, const char *what)
{
	struct search s = { .what = what, .pods_only = true, .out = out };
	struct sysfiles_names logs;
	int ret = cgroup_walk(root, look, &s) ? -ENODEV : 0;

	if (ret || s.nr)
		return ret ?: result(&s);
	sysfiles_names(root, &logs, PODS_MAX, LOGS);
	for (size_t i = 0; i < logs.nr; i++) {
		s.what = uid_of(logs.name[i], what);
		if (s.what)
			cgroup_walk(root, look, &s);
	}
	sysfiles_names_free(&logs);
	return result(&s);
}
