/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_DEBUGINFOD_H
#define SYMBOLIZER_FILES_DEBUGINFOD_H

#include <stdbool.h>
#include <stdint.h>

/* Fetches files by build-id from the servers in $DEBUGINFOD_URLS. */
struct debuginfod;

/* Why no server can be used, and what helps; NULL: they can be used. */
const char *debuginfod_trouble(void);

struct debuginfod *debuginfod_open(void);	/* NULL: out of memory, or see
						 * debuginfod_trouble() */
void debuginfod_close(struct debuginfod *d);	/* NULL is fine */

/*
 * Fetch the executable or its debug information.  Returns an open file, owned by the caller, and
 * *path, to be freed by the caller; or -errno.  May wait for the network.
 */
int debuginfod_fetch(struct debuginfod *d, const uint8_t *id, uint8_t len, bool debug,
		     char **path);

#endif
