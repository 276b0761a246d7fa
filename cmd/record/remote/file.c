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
	int ret = close(h->file) ? -errno : 0;

	h->file = -1;
	if (!ret && rename(h->partial, h->path))
		ret = -errno;
	if (ret)
		remote_host_fail(h, "cannot write %s: %s", h->path, strerror(-ret));
	else
		remote_host_finish(h, REMOTE_DONE);
}

void remote_file_open(struct remote_host *h)
{
	struct statvfs fs;

	h->file = open(h->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (h->file < 0 || fstatvfs(h->file, &fs))
		remote_host_fail(h, "cannot write %s: %s", h->partial, strerror(errno));
	else if (h->size > (uint64_t)fs.f_bavail * fs.f_frsize)
		remote_host_fail(h, "its recording has %" PRIu64 " MiB, and there is room for %" PRIu64
				 " MiB here", h->size >> 20,
				 (uint64_t)fs.f_bavail * fs.f_frsize >> 20);
}

void remote_file_write(struct remote_host *h, const char *data, size_t len)
{
	int ret;

	if (len > h->size - h->got)
		len = (size_t)(h->size - h->got);
	ret = write_full(h->file, data, len);
	if (ret) {
		remote_host_fail(h, "cannot write %s: %s", h->partial, strerror(-ret));
		return;
	}
	h->got += len;
	if (h->got == h->size)
		complete(h);
}

void remote_file_abandon(struct remote_host *h)
{
	size_t len = strlen(h->why);

	if (h->file < 0)
		return;
	close(h->file);
	h->file = -1;
	if (h->got <= WORTH_KEEPING)
		unlink(h->partial);
	else
		snprintf(h->why + len, sizeof(h->why) - len, "; the first %.2f of %.2f MiB are in %s",
			 h->got / 1048576.0, h->size / 1048576.0, h->partial);
}
