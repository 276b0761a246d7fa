/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_FUNCTIONS_H
#define EXPORT_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

struct elf_file;

/* The functions of a file, with names as llvm-bolt has them. */

struct function {
	uint64_t start, end;	/* virtual addresses */
	const char *name;	/* of a local symbol: NAME/N, for the Nth of that name by address */
};

struct functions {
	struct function *list;	/* by address, one for each */
	size_t nr;
	struct pool names;
};

/* 0 or -ENOMEM; call functions_clear() in either case. */
int functions_read(struct functions *f, const struct elf_file *elf);
void functions_clear(struct functions *f);	/* all zeros is fine */

/* The function that covers addr; NULL: none. */
const struct function *functions_find(const struct functions *f, uint64_t addr);

#endif
