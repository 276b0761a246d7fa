/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_SPOOL_H
#define COLLECTOR_SPOOL_H

#include "collector/input_impl.h"

/*
 * The user's cache directory, $XDG_CACHE_HOME/spelunk or ~/.cache/spelunk, created if necessary;
 * false: it cannot be created, or its name does not fit into len bytes.
 */
bool spool_directory(char *dir, size_t len);

/*
 * Create an unnamed file in that directory, which vanishes when closed.  Returns its descriptor,
 * owned by the caller; -1: no place for it.
 */
int spool_file(void);

/*
 * Copy a pipe's contents into such a file; if there is none, into memory up to a limit.  accept()
 * checks the first bytes.
 *
 * Returns the descriptor of the copy, owned by the caller, and *size; or -errno with a sentence.
 */
int spool_pipe(int pipe_fd, int (*accept)(const uint8_t *head, size_t len,
					  const struct input_error *err),
	       uint64_t *size, const struct input_error *err);

#endif
