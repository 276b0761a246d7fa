/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LIVE_RUNNING_IMPL_H
#define COLLECTOR_LIVE_RUNNING_IMPL_H

#include "base/buffer.h"
#include "base/elf_image.h"
#include "collector/live/running.h"

/* Shared by running.c, running_kernel.c and places.c. */

/* The number that is the name of a folder in /proc; 0: not a number. */
int32_t running_number(const char *name);
/* The process of a thread; 0: the thread has ended.  root as in base/sysfiles.h. */
int32_t running_process(const char *root, int32_t tid);

/*
 * The process's number in its innermost PID namespace; 0: not known.  It is the last number of
 * "NSpid: 4711 12 1" in /proc/PID/status.
 */
int32_t running_nspid(const char *root, int32_t pid);

/* Synthesized records on their way to the sink, in blocks. */
struct batch {
	const struct running_sink *out;
	struct buffer b;
	int ret;		/* the first failure */
};

struct running_map {
	uint16_t misc;		/* PERF_MISC_* */
	int32_t pid, tid;
	uint64_t start, len, pgoff;
	uint32_t major, minor, prot, flags;
	uint64_t ino;
	uint8_t id[BUILD_ID_MAX];
	size_t id_len;		/* 0: major, minor and ino identify the file */
	const char *path;
};

/* Add a CGROUP record. */
void batch_cgroup(struct batch *t, uint64_t id, const char *path);
/* Add an MMAP2 record. */
void batch_map(struct batch *t, const struct running_map *m);
/* Flush the batch and free its memory; 0 or the first failure. */
int batch_end(struct batch *t);

#endif
