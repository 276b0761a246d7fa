/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_FLOW_H
#define SYMBOLIZER_TYPES_FLOW_H

#include <stddef.h>

#include "symbolizer/types/access.h"
#include "symbolizer/types/locals.h"
#include "symbolizer/types/patches.h"

/* One load or store. */
struct flow_access {
	uint64_t pc;
	struct access access;
};

/*
 * All loads and stores of a function, by pc.  0: *out is owned by the caller; -E2BIG: the function is
 * too large; -ENOEXEC: its code is not in the file; -ENOMEM.
 */
int flow_walk(struct types *types, const struct elf_file *code, const struct patches *patches,
	      const struct locals *locals, struct flow_access **out, size_t *nr);

#endif
