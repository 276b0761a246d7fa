/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_DEBUGINFOD_H
#define SYMBOLIZER_FILES_DEBUGINFOD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Fetches files by build-id from the servers in $DEBUGINFOD_URLS.  A helper does it
 * (base/helper.h), because the network is closed to a process that reads recordings.
 */

/* Start the helper, before sandbox_enter().  0, also if no server is named; or -errno. */
int debuginfod_start(void);

/* Why no server can be used, and what helps; NULL: they can be used.  Starts the helper. */
const char *debuginfod_trouble(void);

/*
 * Fetch the executable or its debug information, if there is no debuginfod_trouble().  Returns an
 * open file, owned by the caller, and *path, to be freed by the caller; or -errno.  May wait for the
 * network.
 */
int debuginfod_fetch(const uint8_t *id, uint8_t len, bool debug, char **path);

#endif
