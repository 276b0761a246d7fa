/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_CROWD_H
#define TESTS_GEN_CROWD_H

#include "tests/tools/gen_machine.h"
#include "tests/tools/gen_sideband.h"

/*
 * Stress for the reader: thousands of processes, each with an executable of its own (--processes),
 * and processes that repeatedly map code over their own code, like JIT compilers (--remaps).
 */

#define GEN_REMAP_TEXT 0x0000f00000000000ull
#define GEN_REMAP_SIZE (64ull << 20) /* bytes of the range that is mapped over */

/* A process of the crowd; random chooses which. */
struct gen_task gen_crowd_task(const struct gen_config *cfg, uint32_t random);

/* Fork, name and maps of all of them, as perf reads them from /proc. */
void gen_crowd_maps(struct gen_buf *b, const struct gen_machine *m);

/* Is this the id of a process that maps over its code? */
bool gen_crowd_remaps(const struct gen_config *cfg, int32_t pid);

/* The number of mmaps due after the records that m has made. */
uint64_t gen_crowd_due(const struct gen_machine *m);

/* Make one of them, at s, in a random process. */
void gen_crowd_remap(struct gen_buf *b, struct gen_machine *m, struct gen_stamp s);

#endif
