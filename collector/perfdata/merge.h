/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_MERGE_H
#define COLLECTOR_PERFDATA_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Embeds the recordings of guests in their host's.  They become records of spelunk's own at the end
 * of its data, which perf ignores.  Each has a head:
 *   u64 number	of the guest in the file, from 0
 *   u64 pid	the process of its VM
 *   u64 given	1: the offset was given
 *   s64 offset	ticks: the host's counter minus the guest's
 * and then a piece of the guest's file.  The pieces of a guest are in order.
 */
#define PERFDATA_MERGE_HEAD	32

struct perfdata_part {
	const char *path;	/* the guest's recording */
	int32_t pid;
	bool has_offset;
	int64_t offset;
};

/*
 * Write the merged recording to out, sequentially.  first: the number of the first part, i.e. how
 * many guests the host's file already has.  0, or -errno with a sentence in err that names the
 * file.
 */
int perfdata_merge(int out, const char *host, uint64_t first, const struct perfdata_part *parts,
		   size_t nr, char *err, size_t errlen);

#endif
