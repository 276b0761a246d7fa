/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_CROWD_H
#define TESTS_GEN_CROWD_H

#include "tests/tools/gen_machine.h"
#include "tests/tools/gen_sideband.h"

/*
 * What makes a recording hard to read: processes by the thousand, each with an executable
 * of its own (--processes), and processes that map code over their own code again and again,
 * as JIT compilers do (--remaps).
 */

#define GEN_REMAP_TEXT 0x0000f00000000000ull
#define GEN_REMAP_SIZE (64ull << 20) /* bytes of the range that is mapped over */

/* A process of the crowd; random chooses which. */
struct gen_task gen_crowd_task(const struct gen_config *cfg, uint32_t random);

/* Fork, name and maps of all of them, as perf reads them from /proc. */
void gen_crowd_maps(struct gen_buf *b, const struct gen_machine *m);

/* Is this the id of a process that maps over its code? */
bool gen_crowd_remaps(const struct gen_config *cfg, int32_t pid);

/* How many mmaps are due, after as many records as m has made. */
uint64_t gen_crowd_due(const struct gen_machine *m);

/* One of them, at s; whose it is, is chosen here. */
void gen_crowd_remap(struct gen_buf *b, struct gen_machine *m, struct gen_stamp s);

#endif
