// SPDX-License-Identifier: GPL-2.0-only
/* Files in which runtimes write down the functions that they make. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/perfdata/symbols.h"
#include "recording/recording_impl.h"

/* The pid in a name such as "perf-12.map"; -1: it is another file. */
static int32_t pid_of(const char *name, const char *begin, const char *end)
{
	size_t len = strlen(begin);
	char *behind;
	long pid;

	if (strncmp(name, begin, len) || name[len] < '1' || name[len] > '9')
		return -1;
	errno = 0;
	pid = strtol(name + len, &behind, 10);
	return errno || pid > INT32_MAX || strcmp(behind, end) ? -1 : (int32_t)pid;
}

static int take_file(struct recording *r, int32_t pid, const char *folder, const char *name)
{
	char *path;
	int ret;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return -ENOMEM;
	ret = symbolizer_add_jit(r->symbolizer, pid, -1, path) ?: spaces_jit(r->p.spaces, pid);
	free(path);
	return ret;
}

/* All files of that kind.  The first file of a process counts. */
static int take_kind(struct recording *r, const char *folder, const char *begin, const char *end,
		     char *err, size_t errlen)
{
	DIR *dir = opendir(folder);
	const struct dirent *d;
	int32_t pid;
	int ret = 0;

	if (!dir) {
		ret = -errno;
		snprintf(err, errlen, "cannot use --jit %s: %s", folder, strerror(errno));
		return ret;
	}
	while (!ret && (d = readdir(dir))) {
		pid = pid_of(d->d_name, begin, end);
		if (pid >= 0)
			ret = take_file(r, pid, folder, d->d_name);
	}
	closedir(dir);
	return ret;
}

/* What the recording carries.  A damaged file only lacks. */
static int take_recorded(struct recording *r)
{
	size_t at = 0;
	int32_t pid = -1;
	int fd, ret;

	while ((ret = symbols_read_jit(r->p.input, &at, &pid, &fd)) != -ENOENT) {
		if (!ret && pid >= 0)
			ret = symbolizer_add_jit(r->symbolizer, pid, fd, "the recording") ?:
			      spaces_jit(r->p.spaces, pid);
		if (fd >= 0)
			close(fd);
		if (ret == -ENOMEM)
			return ret;
	}
	return 0;
}

int jit_files_take(struct recording *r, const struct word_list *folders, char *err, size_t errlen)
{
	int ret = 0;

	/* A jitdump has more than a perf map: also moves, and its end is never cut in a line. */
	for (size_t i = 0; !ret && i < folders->nr; i++)
		ret = take_kind(r, folders->word[i], "jit-", ".dump", err, errlen) ?:
		      take_kind(r, folders->word[i], "perf-", ".map", err, errlen);
	return ret ?: take_recorded(r);
}

int jit_files_fit(struct recording *r, const struct word_list *folders)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects);

	if (!folders->nr)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (objects[i]->pid != -1)
			return 0;
	return recording_warn(r, "--jit", folders->word[0], "no process of this recording that has "
			      "memory without a file has a perf-PID.map or jit-PID.dump there");
}
