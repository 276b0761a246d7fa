// SPDX-License-Identifier: GPL-2.0-only
#include "collector/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#define COPY_SIZE	(256U << 10)
#define MEMORY_MAX	(256ULL << 20)

bool spool_directory(char *dir, size_t len)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int n;

	if (cache && cache[0] == '/') {
		n = snprintf(dir, len, "%s", cache);
	} else if (home && home[0] == '/') {
		n = snprintf(dir, len, "%s/.cache", home);
	} else {
		return false;
	}
	if (n < 0 || (size_t)n + sizeof("/spelunk") > len)
		return false;
	if (mkdir(dir, 0700) && errno != EEXIST)
		return false;
	memcpy(dir + n, "/spelunk", sizeof("/spelunk"));
	return !mkdir(dir, 0700) || errno == EEXIST;
}

int spool_file(void)
{
	char path[PATH_MAX];
	size_t len;
	int fd;

	if (!spool_directory(path, sizeof(path) - sizeof("/spool-XXXXXX")))
		return -1;
	fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	len = strlen(path);
	memcpy(path + len, "/spool-XXXXXX", sizeof("/spool-XXXXXX"));
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static int copy(int from, int to, bool memory, uint8_t *buf, uint64_t *size,
		int (*accept)(const uint8_t *, size_t, const struct input_error *),
		const struct input_error *err)
{
	for (*size = 0;;) {
		ssize_t n = read_full(from, buf, COPY_SIZE);
		int ret;

		if (n < 0)
			return input_fail(err, (int)n, "reading from the pipe failed: %s",
					   strerror((int)-n));
		ret = *size ? 0 : accept(buf, (size_t)n, err);
		if (ret || !n)
			return ret;
		if (memory && *size + (uint64_t)n > MEMORY_MAX)
			return input_fail(err, -ENOSPC, "the pipe delivered more than 256 MiB and "
					  "there is no writable cache directory; set "
					  "XDG_CACHE_HOME to one");
		ret = write_full(to, buf, (size_t)n);
		if (ret)
			return input_fail(err, ret, "cannot save data from the pipe: %s; free "
					  "space in the cache directory, or set XDG_CACHE_HOME to "
					  "a larger one",
					   strerror(-ret));
		*size += (uint64_t)n;
	}
}

int spool_pipe(int pipe_fd, int (*accept)(const uint8_t *head, size_t len,
					  const struct input_error *err),
	       uint64_t *size, const struct input_error *err)
{
	uint8_t *buf = malloc(COPY_SIZE);
	bool memory = false;
	int fd, ret;

	if (!buf)
		return input_fail(err, -ENOMEM, "out of memory");
	fd = spool_file();
	if (fd < 0) {
		memory = true;
		fd = memfd_create("spelunk-pipe", MFD_CLOEXEC);
	}
	if (fd < 0) {
		ret = input_fail(err, -errno, "there is no writable directory for data from the "
				 "pipe; set XDG_CACHE_HOME to one");
	} else {
		ret = copy(pipe_fd, fd, memory, buf, size, accept, err);
		if (ret)
			close(fd);
	}
	free(buf);
	return ret ? ret : fd;
}
