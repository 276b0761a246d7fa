/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_SPOOL_H
#define COLLECTOR_SPOOL_H

#include "collector/input_impl.h"

/*
 * The user's cache directory, $XDG_CACHE_HOME/spelunk or ~/.cache/spelunk, made if
 * it is not there; false: there is no place for it, or its name is longer than len.
 */
bool spool_directory(char *dir, size_t len);

/*
 * A file in that directory that has no name, so that it is gone when it is closed.
 * Its descriptor, owned by the caller; -1: there is no place for one.
 */
int spool_file(void);

/*
 * Copy what comes out of a pipe into such a file, or into memory if
 * there is none and it is small.  accept is asked about the first bytes.
 *
 * Returns the copy's descriptor, owned by the caller, and its size; or
 * -errno with a sentence.
 */
int spool_pipe(int pipe_fd, int (*accept)(const uint8_t *head, size_t len,
					  const struct input_error *err),
	       uint64_t *size, const struct input_error *err);

#endif
