// SPDX-License-Identifier: GPL-2.0-only
#include "base/sysfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/io.h"

__attribute__((format(printf, 3, 0)))
static int make_path(char path[PATH_MAX], const char *root, const char *fmt, va_list ap)
{
	int len = snprintf(path, PATH_MAX, "%s", root);
	int more;

	if (len < 0 || len >= PATH_MAX)
		return -ENAMETOOLONG;
	more = vsnprintf(path + len, PATH_MAX - len, fmt, ap);
	return more < 0 || more >= PATH_MAX - len ? -ENAMETOOLONG : 0;
}

/* path[PATH_MAX] is made of root and fmt; err says whether. */
#define MAKE_PATH(path, err, root, fmt) do {		\
	va_list ap;					\
							\
	va_start(ap, fmt);				\
	(err) = make_path((path), (root), (fmt), ap);	\
	va_end(ap);					\
} while (0)

/* Nothing of a made-up tree, and no FIFO, makes us wait. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

/* A NUL counts as a blank: texts of the device tree end in one. */
static ssize_t trim(char *text, ssize_t len)
{
	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		len--;
	text[len] = '\0';
	return len;
}

ssize_t sysfiles_text(const char *root, char *text, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX];
	ssize_t len;
	int fd, err;

	text[0] = '\0';
	MAKE_PATH(path, err, root, fmt);
	if (err)
		return err;
	fd = open_file(path);
	if (fd < 0)
		return fd;
	len = read_full(fd, text, size - 1);
	close(fd);
	if (len < 0)
		text[0] = '\0';
	return len < 0 ? len : trim(text, len);
}

ssize_t sysfiles_link(const char *root, char *text, size_t size, const char *fmt, ...)
{
	char path[PATH_MAX];
	ssize_t len;
	int err;

	text[0] = '\0';
	MAKE_PATH(path, err, root, fmt);
	if (err)
		return err;
	len = readlink(path, text, size - 1);
	if (len < 0)
		return -errno;
	text[len] = '\0';
	return len;
}

int sysfiles_number(const char *root, int64_t *value, int base, const char *fmt, ...)
{
	char path[PATH_MAX], text[64], *end;
	ssize_t len;
	int err;

	MAKE_PATH(path, err, root, fmt);
	if (err)
		return err;
	len = sysfiles_text("", text, sizeof(text), "%s", path);
	if (len < 0)
		return (int)len;
	errno = 0;
	*value = base == SYSFILES_NUMBER_DECIMAL ? (int64_t)strtoll(text, &end, base) :
					       (int64_t)strtoull(text, &end, base);
	return errno || end == text || *end ? -EINVAL : 0;
}

/* The size of a file of /proc is not known before its end is met. */
static ssize_t read_whole(int fd, char **data, size_t max)
{
	size_t room = 0, at = 0, want;
	ssize_t n;
	char *more;

	do {
		want = room ? room : 4096;
		want = want < max - at ? want : max - at;
		more = realloc(*data, at + want + 1);
		if (!more)
			return -ENOMEM;
		*data = more;
		n = read_full(fd, *data + at, want);
		if (n < 0)
			return n;
		at += n;
		room = at;
	} while ((size_t)n == want && at < max);
	(*data)[at] = '\0';
	return at;
}

ssize_t sysfiles_whole(const char *root, char **data, size_t max, const char *fmt, ...)
{
	char path[PATH_MAX];
	ssize_t len;
	int fd, err;

	*data = NULL;
	MAKE_PATH(path, err, root, fmt);
	if (err)
		return err;
	fd = open_file(path);
	if (fd < 0)
		return fd;
	len = read_whole(fd, data, max);
	close(fd);
	if (len < 0) {
		free(*data);
		*data = NULL;
	}
	return len;
}

int sysfiles_there(const char *root, const char *fmt, ...)
{
	char path[PATH_MAX];
	int err;

	MAKE_PATH(path, err, root, fmt);
	if (err)
		return err;
	return faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) ? -errno : 0;
}

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(struct sysfiles_names *n, const char *name)
{
	char *copy = strdup(name), **new = copy ? array_add(n->name, n->nr) : NULL;

	if (!new) {
		free(copy);
		return -ENOMEM;
	}
	*new = copy;
	return 0;
}

int sysfiles_names(const char *root, struct sysfiles_names *out, size_t max, const char *fmt, ...)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir;
	int err;

	*out = (struct sysfiles_names){ 0 };
	MAKE_PATH(path, err, root, fmt);
	if (err)
		return err;
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!err && out->nr < max && (e = readdir(dir)))
		if (e->d_name[0] != '.')
			err = add_name(out, e->d_name);
	closedir(dir);
	if (out->nr)
		qsort(out->name, out->nr, sizeof(*out->name), by_version);
	return err;
}

void sysfiles_names_free(struct sysfiles_names *n)
{
	for (size_t i = 0; i < n->nr; i++)
		free(n->name[i]);
	free(n->name);
	*n = (struct sysfiles_names){ 0 };
}
