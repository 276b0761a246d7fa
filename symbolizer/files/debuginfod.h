/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_DEBUGINFOD_H
#define SYMBOLIZER_FILES_DEBUGINFOD_H

#include <stdbool.h>
#include <stdint.h>

/* Files by build-id from the servers of $DEBUGINFOD_URLS. */
struct debuginfod;

/* Why servers cannot be asked, and what helps; NULL: they can. */
const char *debuginfod_trouble(void);

struct debuginfod *debuginfod_open(void);	/* NULL: out of memory, or there is trouble */
void debuginfod_close(struct debuginfod *d);	/* NULL is fine */

/*
 * The executable, or its debug information.  An open file, owned by the
 * caller, and *path, to be freed by the caller; or -errno.  May take as long
 * as the network does.
 */
int debuginfod_fetch(struct debuginfod *d, const uint8_t *id, uint8_t len, bool debug,
		     char **path);

#endif
