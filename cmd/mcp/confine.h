/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_CONFINE_H
#define CMD_MCP_CONFINE_H

#include "cmd/mcp/folders.h"

/*
 * Confine this process, before it reads a recording: for the rest of its life it can read only
 * files below the folders and the system's shared libraries, write no file, and run no program.
 * That is Landlock's work, of Linux 5.13 and later.  debuginfod: it may also download symbols into
 * its cache.
 *
 * The environment names neither this machine's root nor its caches any more, so that on older
 * kernels no path of a recording is looked up on this machine either.
 *
 * 0; -errno: it is not confined, although the kernel has Landlock.
 */
int confine(const struct folders *f, bool debuginfod);

/* Does this kernel have Landlock? */
bool confine_works(void);

#endif
