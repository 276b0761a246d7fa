// SPDX-License-Identifier: GPL-2.0-only
#include "base/create.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool create_is_shared(const char *path)
{
	char copy[PATH_MAX];
	struct stat st;

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy) ||
	    stat(dirname(copy), &st))
		return true;
	/* many users have a group of their own */
	return (st.st_mode & S_IWOTH) || ((st.st_mode & S_IWGRP) && st.st_gid != getegid());
}

int create_file(const char *path, bool fresh)
{
	bool shared = create_is_shared(path);
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (fresh ? O_EXCL : 0) |
		    (shared ? O_NOFOLLOW : 0);
	int fd = open(path, flags, 0600), err = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (shared && st.st_uid != geteuid())
		err = -EPERM;
	else if (S_ISREG(st.st_mode) && st.st_size && ftruncate(fd, 0))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}
