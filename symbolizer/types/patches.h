/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_PATCHES_H
#define SYMBOLIZER_TYPES_PATCHES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Where a running kernel may do something else than its file says: it replaces instructions, and
 * continues elsewhere after faults.
 */

struct a64;
struct elf_file;

/* Instructions at [from, to) may be others: they may also go on, and change registers. */
struct patch {
	uint64_t from, to;
	uint64_t target;	/* an address they may also go to; 0: none */
	uint32_t changes;	/* registers that may have another value afterwards */
	uint8_t replaced;	/* it is not known what they do */
};

struct patches {
	struct patch *patch;	/* by from */
	size_t nr;
	uint64_t longest;	/* to - from */
};

/* 0, also if the file has none; -E2BIG: too many; -ENOMEM.  Freed with patches_clear(). */
int patches_read(struct patches *p, const struct elf_file *file);
void patches_clear(struct patches *p);

/* Changes what the instruction at that address does to what it may do. */
void patches_apply(const struct patches *p, uint64_t addr, struct a64 *a);

#endif
