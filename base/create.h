/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_CREATE_H
#define BASE_CREATE_H

#include <stdbool.h>

/*
 * Open path for writing, and empty it.  A new file is only its owner's (0600): what is written
 * comes from recordings, which are private.  fresh: it must not exist yet.
 *
 * If others can write to its folder, as to /tmp, path may be theirs: a link fails with -ELOOP, and
 * a file of another user with -EPERM.  Returns a descriptor, or -errno.
 */
int create_file(const char *path, bool fresh);

/* Can others put a file into the folder of path?  True if that is not known. */
bool create_is_shared(const char *path);

#endif
