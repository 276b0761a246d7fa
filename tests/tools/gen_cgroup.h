/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_CGROUP_H
#define TESTS_GEN_CGROUP_H

#include "tests/tools/gen_machine.h"
#include "tests/tools/gen_sideband.h"

/*
 * Which cgroups the machine's tasks are in: --cgroups.  Of the processes every second one moves
 * at every window's end, and the build's compilers are moved right after they began, as a
 * container's first process is.
 */

/* Its number in truth_cgroup.h. */
unsigned int gen_cgroup(const struct gen_machine *m, const struct gen_task *t, uint64_t window);

/* PERF_RECORD_CGROUP of all that there are, where they have paths. */
void gen_cgroup_paths(struct gen_buf *b, const struct gen_machine *m);
/* Records of ours: where the tasks that are there all the time are in that window. */
void gen_cgroup_map(struct gen_buf *b, const struct gen_machine *m, uint64_t time,
		    uint64_t window);
/* prev leaves a CPU to next: the kernel samples it if their cgroups differ. */
void gen_cgroup_switch(struct gen_buf *b, const struct gen_machine *m, struct gen_stamp s,
		       const struct gen_task *prev, const struct gen_task *next, uint64_t window);

#endif
