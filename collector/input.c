// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/io.h"
#include "collector/input_impl.h"
#include "collector/spool.h"

int input_fail(const struct input_error *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, err->len, fmt, ap);
	va_end(ap);
	return code;
}

#define MAGIC_SIZE 8
#define HEAD_SIZE 4096

enum content { CONTENT_PERFDATA, CONTENT_RAW };

/* The program that compressed a file, by its first bytes; NULL: none. */
static const char *packed_by(const uint8_t *head, size_t len)
{
	static const struct { const char *magic; size_t len; const char *name; } packers[] = {
		{ "\xfd" "7zXZ", 5, "xz" }, { "\x1f\x8b", 2, "gzip" },
		{ "\x28\xb5\x2f\xfd", 4, "zstd" }, { "BZh", 3, "bzip2" },
	};

	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (len >= packers[i].len && !memcmp(head, packers[i].magic, packers[i].len))
			return packers[i].name;
	return NULL;
}

/* The kind of input, by its first bytes; else -EINVAL with a sentence. */
static int identify(const uint8_t *head, size_t len, const struct input_error *err)
{
	const char *packer;

	if (!len)
		return input_fail(err, -EINVAL, "it is empty; record again");
	if (len >= MAGIC_SIZE && !memcmp(head, "PERFILE2", MAGIC_SIZE))
		return CONTENT_PERFDATA;
	if (len >= MAGIC_SIZE && !memcmp(head, "2ELIFREP", MAGIC_SIZE))
		return input_fail(err, -EINVAL, "it was recorded on a big-endian machine, "
				   "which cannot be read; Arm SPE needs a little-endian "
				   "kernel");
	if (len >= MAGIC_SIZE && (!memcmp(head, "PERFFILE", MAGIC_SIZE) ||
				  !memcmp(head, "ELIFFREP", MAGIC_SIZE)))
		return input_fail(err, -EINVAL, "it has perf.data version 1, which no perf since "
				  "2010 writes; record again");
	if (len < MAGIC_SIZE && !memcmp(head, "PERFILE2", len))
		return input_fail(err, -EINVAL, "it ends after %zu bytes; record again",
				   len);
	packer = packed_by(head, len);
	if (packer)
		return input_fail(err, -EINVAL, "it is compressed with %s; decompress it first, "
				  "or into a pipe: %s -dc FILE | spelunk report -i -",
				   packer, packer);
	if (raw_aux_plausible(head, len))
		return CONTENT_RAW;
	return input_fail(err, -EINVAL, "it is not a perf.data file and does not read as raw "
			   "SPE data; give a file that perf record wrote");
}

/* Is that a usual name for raw trace data? */
static bool named_raw(const char *path)
{
	static const char *const ends[] = { ".aux", ".bin", ".raw" };
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len > 4 && !strcmp(path + len - 4, ends[i]))
			return true;
	return false;
}

static int accept_pipe(const uint8_t *head, size_t len, const struct input_error *err)
{
	int content = identify(head, len, err);

	return content < 0 ? content : 0;
}

static int open_path(const char *path, const struct input_error *err)
{
	int fd;

	if (!strcmp(path, "-")) {
		if (isatty(STDIN_FILENO))
			return input_fail(err, -EINVAL, "standard input is a terminal; "
					   "pipe a recording into it, as in: perf record "
					   "-o - ... | spelunk report -i -");
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	} else {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	if (fd >= 0)
		return fd;
	switch (errno) {
	case ENOENT:
		return input_fail(err, -ENOENT, "no such file or directory");
	case EACCES:
	case EPERM:
		return input_fail(err, -errno, "permission denied; files that perf writes as root "
				  "can be read by root only: use sudo or chown");
	default:
		return input_fail(err, -errno, "%s", strerror(errno));
	}
}

/* If fd is not seekable, replace it with a copy that is. */
static int make_seekable(int fd, uint64_t *size, const struct input_error *err)
{
	struct stat st;
	int copy;

	if (fstat(fd, &st)) {
		copy = input_fail(err, -errno, "%s", strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		copy = input_fail(err, -EISDIR, "it is a directory, as perf record --threads "
				  "writes it, which is not supported: record without --threads");
	} else if (S_ISREG(st.st_mode) && lseek(fd, 0, SEEK_CUR) == 0) {
		*size = (uint64_t)st.st_size;
		return fd;
	} else {
		copy = spool_pipe(fd, accept_pipe, size, err);
	}
	close(fd);
	return copy;
}

static int open_any(struct input **out, const char *path, bool any, char *err, size_t errlen)
{
	const struct input_error error = { err, errlen };
	uint8_t head[HEAD_SIZE];
	uint64_t size = 0;
	int fd, content;
	long n;

	*out = NULL;
	if (errlen)
		err[0] = '\0';
	fd = open_path(path, &error);
	if (fd >= 0)
		fd = make_seekable(fd, &size, &error);
	if (fd < 0)
		return fd;
	n = read_at(fd, 0, head, sizeof(head));
	if (n < 0) {
		close(fd);
		return input_fail(&error, (int)n, "reading it failed: %s",
				   strerror((int)-n));
	}
	content = identify(head, (size_t)n, &error);
	if (content == -EINVAL && n >= MAGIC_SIZE && named_raw(path) &&
	    memcmp(head, "2ELIFREP", MAGIC_SIZE))
		content = CONTENT_RAW;
	if (content < 0) {
		close(fd);
		return content;
	}
	if (content == CONTENT_RAW)
		return raw_aux_open(out, fd, path, size, &error);
	return perfdata_open(out, fd, path, size, any, &error);
}

int input_open_file(struct input **out, const char *path, char *err, size_t errlen)
{
	return open_any(out, path, false, err, errlen);
}

int input_open_sideband(struct input **out, const char *path, char *err, size_t errlen)
{
	return open_any(out, path, true, err, errlen);
}

int input_next(struct input *s, struct event *ev)
{
	return s->ops->next(s, ev);
}

long input_read(const struct input *s, uint64_t file_offset, void *buf, size_t len)
{
	return s->ops->read(s, file_offset, buf, len);
}

void input_progress(const struct input *s, uint64_t *done, uint64_t *total)
{
	s->ops->progress(s, done, total);
}

const struct input_info *input_get_info(const struct input *s)
{
	return &s->info;
}

const struct input_clock *input_get_clock(const struct input *s)
{
	return s->has_clock ? &s->clock : NULL;
}

uint64_t input_midr(const struct input *s, int cpu)
{
	return s->ops->midr(s, cpu);
}

void input_close(struct input *s)
{
	if (s)
		s->ops->close(s);
}
