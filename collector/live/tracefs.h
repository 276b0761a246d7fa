/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_TRACEFS_H
#define COLLECTOR_LIVE_TRACEFS_H

#include "base/buffer.h"

/* Tracepoints as described by tracefs, which is mounted at host.tracefs_path. */

/* perf's number of SYSTEM:NAME; -ENOENT: this kernel does not have it; else -errno. */
long tracefs_id(const char *tracefs, const char *system, const char *name);

/*
 * The tracing data of a perf recording: the formats of these tracepoints of one system.  0 or
 * -errno; in either case the caller owns out's bytes.
 */
int tracefs_data(struct buffer *out, const char *tracefs, const char *system,
		 const char *const *names, size_t nr);

#endif
