// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/record/remote/remote_impl.h"

/* Our recordings have their data behind this [collector/perfdata/write.h]: less has no samples. */
#define WORTH_KEEPING	(64u << 10)

static void complete(struct remote_host *h)
{
	struct remote_file *f = &h->files[h->at];
	int ret = close(h->fd) ? -errno : 0;

	h->fd = -1;
	if (!ret && rename(f->partial, f->path))
		ret = -errno;
	f->whole = !ret;
	if (ret)
		remote_host_fail(h, "cannot write %s: %s", f->path, strerror(-ret));
	else
		remote_host_next(h);
}

void remote_file_open(struct remote_host *h)
{
	struct remote_file *f = &h->files[h->at];
	struct statvfs fs;

	h->fd = open(f->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (h->fd < 0 || fstatvfs(h->fd, &fs))
		remote_host_fail(h, "cannot write %s: %s", f->partial, strerror(errno));
	else if (f->size > (uint64_t)fs.f_bavail * fs.f_frsize)
		remote_host_fail(h, "its %s has %" PRIu64 " MiB, and there is room for %" PRIu64 " MiB here",
				 f->what, f->size >> 20, (uint64_t)fs.f_bavail * fs.f_frsize >> 20);
}

void remote_file_write(struct remote_host *h, const char *data, size_t len)
{
	struct remote_file *f = &h->files[h->at];
	int ret = write_full(h->fd, data, len);

	if (ret) {
		remote_host_fail(h, "cannot write %s: %s", f->partial, strerror(-ret));
		return;
	}
	f->got += len;
	if (f->got == f->size)
		complete(h);
}

void remote_file_abandon(struct remote_host *h)
{
	struct remote_file *f = &h->files[h->at];
	size_t len = strlen(h->why);

	if (h->fd < 0)
		return;
	close(h->fd);
	h->fd = -1;
	if (h->at != REMOTE_FILE_RECORDING || f->got <= WORTH_KEEPING)
		unlink(f->partial);
	else
		snprintf(h->why + len, sizeof(h->why) - len, "; the first %.2f of %.2f MiB are in %s",
			 (double)f->got / 1048576.0, (double)f->size / 1048576.0, f->partial);
}
