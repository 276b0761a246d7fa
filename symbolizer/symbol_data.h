/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SYMBOL_DATA_H
#define SYMBOLIZER_SYMBOL_DATA_H

#include "symbolizer/symbol.h"
#include "symbolizer/types/layout.h"

/*
 * Names data: variables that are in memory for as long as their program runs by their addresses, and
 * all else by the code that accesses it.  Slow, and from one thread at a time, like all of the symbolizer.
 */

/* A range of addresses in a space, and the object whose variables may be there. */
struct data_range {
	uint64_t first, last;		/* addresses */
	const struct object *object;	/* NULL: none's */
	uint64_t shift;			/* address for symbolizer_variable() = address + shift */
};

/*
 * The range around an address.  A recording usually has maps of code only.  The memory of an ELF
 * file's data is at the linked distance from its code, with nothing between that another file could
 * have [System V ABI, chapter 5, Program Loading].
 */
void symbolizer_data(struct symbolizer *s, const struct spaces *spaces, uint32_t space,
		     uint64_t address, struct data_range *out);

/* The variable, and what of it, is at such an address of an object.  False: unknown. */
bool symbolizer_variable(struct symbolizer *s, const struct object *o, uint64_t addr,
			 struct type_place *out);

/*
 * The type, and what of it, that the load or store at a place accesses, whatever the address: by the
 * code and the debug information of its function.  False: unknown.
 */
bool symbolizer_access(struct symbolizer *s, const struct place *pc, struct type_place *out);

#endif
