/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_JIT_MAP_H
#define SYMBOLIZER_FILES_JIT_MAP_H

#include "symbolizer/files/symtab.h"

/*
 * The functions that a process made at run time, as its runtime wrote them down: a perf map
 * (/tmp/perf-PID.map: linux tools/perf/Documentation/jit-interface.txt) or a jitdump
 * (jit-PID.dump: tools/perf/Documentation/jitdump-specification.txt), told apart by the content.
 *
 * Both are logs.  A perf map has no times, and those of a jitdump are of another clock than the
 * samples (CLOCK_MONOTONIC).  So an address has a name only if all entries that cover it agree; code
 * that took the place of other code has none.
 */
struct jit_map;

/*
 * Read all of fd.  0; -EINVAL: neither of the two, or written on a machine of the other byte order;
 * -EFBIG: more than 4 Mi functions or 4 GiB; other -errno.  An end in the middle of an entry is
 * normal, for the process may still run.
 */
int jit_map_open(struct jit_map **out, int fd);
void jit_map_free(struct jit_map *m);	/* NULL is fine */

/* The function that covers addr: the part of it without another's code.  NULL: none, or several. */
const struct symtab_range *jit_map_find(const struct jit_map *m, uint64_t addr);

/* Is addr one of those that several functions had? */
bool jit_map_was_reused(const struct jit_map *m, uint64_t addr);

size_t jit_map_count(const struct jit_map *m);	/* entries read */

#endif
