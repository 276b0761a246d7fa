/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_TARGET_H
#define CMD_RECORD_TARGET_H

#include "cmd/record/options.h"
#include "collector/cpulist.h"
#include "collector/host/host.h"

/* Which tasks and CPUs a command line means. */
struct record_target {
	struct cpu_list cpus;
	int32_t *tids;		/* NULL: all tasks */
	size_t nr_tids;
};

/*
 * child is the waiting command's pid, or 0.  0, or -errno with a sentence;
 * record_target_free() in either case.
 */
int record_target_find(struct record_target *t, const struct record_args *a,
		       const struct host *host, int32_t child, char *err, size_t errlen);
/* Does any of its tasks still exist?  Always, if all are meant. */
bool record_target_lives(const struct record_target *t);
void record_target_free(struct record_target *t);

#endif
