/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_TRACEFS_H
#define COLLECTOR_LIVE_TRACEFS_H

#include "collector/buffer.h"

/* Tracepoints as tracefs, mounted where host.tracefs_path says, describes them. */

/*
 * The number by which perf knows SYSTEM:NAME; -ENOENT: this kernel has none;
 * else -errno.
 */
long tracefs_id(const char *tracefs, const char *system, const char *name);

/*
 * The tracing data that perf puts into a recording: the formats of these
 * tracepoints of one system.  0 or -errno; bytes are the caller's either way.
 */
int tracefs_data(struct buffer *out, const char *tracefs, const char *system,
		 const char *const *names, size_t nr);

#endif
