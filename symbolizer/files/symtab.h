/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_SYMTAB_H
#define SYMBOLIZER_FILES_SYMTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Named address ranges of one file: add all symbols, seal, then look up.
 *
 * Rules for the name of an address:
 *  - Of symbols with the same start, preference is in this order: a function
 *    before an untyped label before data; not a marker of a linker script
 *    (_stext, __irqentry_text_start); of known size; global before local
 *    before weak; fewer leading underscores; longer; alphabetical.
 *  - A symbol of known size covers exactly that range, but not beyond the end
 *    of its section.  Addresses in a gap have no name.
 *  - A symbol of unknown size extends to the next one.  Inside a function of
 *    known size it is a label, and the function's name is used.
 *  - Of nested symbols of known size the innermost is used.
 *  - End markers (_etext, __entry_text_end) end the previous symbol and name
 *    nothing.
 */
struct symtab;

enum symtab_type { SYMTAB_FUNCTION, SYMTAB_NOTYPE, SYMTAB_DATA };
enum symtab_bind { SYMTAB_GLOBAL, SYMTAB_LOCAL, SYMTAB_WEAK };

/* A symbol as in the file. */
struct symtab_symbol {
	uint64_t start, size;	/* size 0: unknown */
	uint64_t limit;		/* first address it cannot cover; UINT64_MAX: unknown */
	const char *name;	/* borrowed */
	uint8_t type, bind;
};

/* A range of addresses and its name. */
struct symtab_range {
	uint64_t start, size;	/* size never 0 */
	const char *name;	/* borrowed */
};

struct symtab *symtab_new(void);	/* NULL: out of memory */
void symtab_free(struct symtab *t);	/* NULL is fine */

/*
 * Ignores mapping symbols ($x, $d: ELF for the Arm 64-bit Architecture, 5.5.5), assembler-local
 * (.L) and empty names.  0 or -ENOMEM.
 */
int symtab_add(struct symtab *t, const struct symtab_symbol *s);
int symtab_seal(struct symtab *t);	/* 0 or -ENOMEM */

/* The symbol that covers addr, or NULL. */
const struct symtab_range *symtab_find(const struct symtab *t, uint64_t addr);

/* The address of the kernel's "_text" or "_stext"; false: not in the file. */
bool symtab_reference(const struct symtab *t, const char *name, uint64_t *addr);

size_t symtab_count(const struct symtab *t);	/* number of names added */

#endif
