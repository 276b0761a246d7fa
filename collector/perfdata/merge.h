/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_MERGE_H
#define COLLECTOR_PERFDATA_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A host's recording with those of its guests inside, so that it is one file.  They are
 * records of ours at the end of its data, which perf passes over: a head of so many bytes,
 *   u64 number	of the guest in the file, from 0
 *   u64 pid	the process of its VM
 *   u64 given	1: the offset was given
 *   s64 offset	ticks: the host's counter less the guest's
 * and a piece of the guest's file, the pieces of a guest in order.
 */
#define PERFDATA_MERGE_HEAD	32

struct perfdata_part {
	const char *path;	/* the guest's recording */
	int32_t pid;
	bool has_offset;
	int64_t offset;
};

/*
 * Write it to out, from front to end.  first: the number of the first part, which is how many
 * host has already.  0, or -errno with a sentence in err that names the file.
 */
int perfdata_merge(int out, const char *host, uint64_t first, const struct perfdata_part *parts,
		   size_t nr, char *err, size_t errlen);

#endif
