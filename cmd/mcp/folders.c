// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/mcp/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "report/report.h"

/* How often openat2() is repeated if a rename races with it. */
#define RACES	16

int folders_add(struct folders *f, const char *path, char *err, size_t errlen)
{
	struct folder new = { .fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) }, *at;
	int ret = new.fd < 0 ? -errno : 0;

	if (!ret) {
		new.real = realpath(path, NULL);
		ret = new.real ? 0 : -errno;
		new.given = strdup(path);
	}
	at = !ret && new.given ? array_add(f->list, f->nr) : NULL;
	if (at) {
		*at = new;
		return 0;
	}
	snprintf(err, errlen, "--root %.200s: %s", path, strerror(ret ? -ret : ENOMEM));
	if (new.fd >= 0)
		close(new.fd);
	free(new.real);
	free(new.given);
	return ret ?: -ENOMEM;
}

void folders_clear(struct folders *f)
{
	for (size_t i = 0; i < f->nr; i++) {
		close(f->list[i].fd);
		free(f->list[i].given);
		free(f->list[i].real);
	}
	free(f->list);
	*f = (struct folders){ 0 };
}

/* Has it a component ".."? */
static bool goes_up(const char *path)
{
	while (*path) {
		size_t len = strcspn(path, "/");

		if (len == 2 && !memcmp(path, "..", 2))
			return true;
		path += len + strspn(path + len, "/");
	}
	return false;
}

/* What follows the folder in an absolute path; NULL: it lies elsewhere. */
static const char *below(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	while (len && folder[len - 1] == '/')
		len--;
	if (strncmp(path, folder, len) || (path[len] && path[len] != '/'))
		return NULL;
	path += len;
	return path + strspn(path, "/");
}

int folders_walk(int folder, const char *path)
{
	int fd = dup(folder);

	while (fd >= 0 && *path) {
		char name[NAME_MAX + 1];
		size_t len = strcspn(path, "/");
		struct stat st;
		int next;

		if (len > NAME_MAX) {
			close(fd);
			return -ENAMETOOLONG;
		}
		memcpy(name, path, len);
		name[len] = '\0';
		next = openat(fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		if (next < 0)
			return -errno;
		/* a link is opened itself, and leads nowhere */
		if (!fstat(next, &st) && S_ISLNK(st.st_mode)) {
			close(next);
			return -ELOOP;
		}
		fd = next;
		path += len + strspn(path + len, "/");
	}
	return fd < 0 ? -errno : fd;
}

static int open_below(int folder, const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	for (int i = 0; i < RACES; i++) {
		long fd = syscall(SYS_openat2, folder, *path ? path : ".", &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN)
			break;
	}
	if (errno == ENOSYS || errno == EPERM)
		return folders_walk(folder, path);
	return -errno;
}

/* The kind of file at path below a folder: 0, or -errno. */
static int check_below(int folder, const char *path, bool directory)
{
	int fd = open_below(folder, path), ret = 0;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		ret = -errno;
	else if (directory ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		ret = directory ? -ENOTDIR : -EINVAL;
	close(fd);
	return ret;
}

static int fail(const char *path, int ret, bool directory, char *err, size_t errlen)
{
	const char *why = ret == -EXDEV ? "it leads out of the folders of --root" :
			  ret == -ELOOP ? "it is a link, or contains one" :
			  ret == -EINVAL ? "it is not a plain file" : strerror(-ret);
	char shown[256];

	report_escape(shown, sizeof(shown), path);
	snprintf(err, errlen, "cannot open %s%s: %s", directory ? "the folder " : "", shown, why);
	return ret;
}

int folders_find(const struct folders *f, const char *path, bool directory, char **out, char *err,
		 size_t errlen)
{
	int ret = -EXDEV;

	*out = NULL;
	if (!*path || goes_up(path))
		return fail(path, *path ? -EXDEV : -ENOENT, directory, err, errlen);
	for (size_t i = 0; i < f->nr && ret; i++) {
		const struct folder *at = &f->list[i];
		const char *rest = *path != '/' ? path :
				   below(at->real, path) ?: below(at->given, path);
		int tried = rest ? check_below(at->fd, rest, directory) : -EXDEV;

		if (!tried &&
		    asprintf(out, "%s/%s", strcmp(at->real, "/") ? at->real : "", rest) < 0)
			tried = -ENOMEM;
		/* of several folders, the one that has the file says what is wrong with it */
		if (ret == -EXDEV || (tried != -ENOENT && tried != -EXDEV))
			ret = tried;
	}
	return ret ? fail(path, ret, directory, err, errlen) : 0;
}
