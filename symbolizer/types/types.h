/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_TYPES_H
#define SYMBOLIZER_TYPES_TYPES_H

#include "symbolizer/types/layout.h"

/* The types and variables of one ELF file, from its DWARF. */
struct types;
struct Elf;

/* NULL: elf has no DWARF.  elf must outlive the result. */
struct types *types_open(struct Elf *elf);
void types_close(struct types *t);	/* NULL is fine */

struct type_source *types_source(struct types *t);
struct Dwarf *types_dwarf(struct types *t);	/* for what else it says; owned by t */

/* A variable in memory for as long as the program runs. */
struct type_variable {
	const char *name;	/* lives as long as the types */
	uint64_t start;		/* its address in the file */
	uint64_t type;		/* in types_source() */
};

/*
 * The variable at that address of the file or before it: the last one that starts there.  The first
 * call reads all of the file's variables.  False: there is none, or several units disagree about it.
 */
bool types_variable(struct types *t, uint64_t addr, struct type_variable *out);

#endif
