/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_SYMTAB_H
#define SYMBOLIZER_FILES_SYMTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Named address ranges of one file: add all, seal, then look up.
 *
 * Which name an address gets:
 *  - Of symbols that start at the same address the one that is, in this
 *    order: a function before an untyped label before data; no marker of a
 *    linker script (_stext, __irqentry_text_start); of known size; global
 *    before local before weak; of fewer leading underscores; longer; first
 *    in the alphabet.
 *  - A symbol of known size covers that much and no more, at most to the end
 *    of its section.  Addresses in a gap have no name.
 *  - A symbol of unknown size reaches to the next one.  Inside a function of
 *    known size it is a label, and the function's name is given.
 *  - Of nested symbols of known size the innermost counts.
 *  - Markers of an end (_etext, __entry_text_end) end what comes before and
 *    name nothing.
 */
struct symtab;

enum symtab_type { SYMTAB_FUNCTION, SYMTAB_NOTYPE, SYMTAB_DATA };
enum symtab_bind { SYMTAB_GLOBAL, SYMTAB_LOCAL, SYMTAB_WEAK };

/* As a file has it. */
struct symtab_symbol {
	uint64_t start, size;	/* size 0: unknown */
	uint64_t limit;		/* first address it cannot cover; UINT64_MAX: unknown */
	const char *name;	/* borrowed */
	uint8_t type, bind;
};

/* What it is an address' name for. */
struct symtab_range {
	uint64_t start, size;	/* size never 0 */
	const char *name;	/* borrowed */
};

struct symtab *symtab_new(void);	/* NULL: out of memory */
void symtab_free(struct symtab *t);	/* NULL is fine */

/*
 * Mapping symbols ($x, $d: ELF for the Arm 64-bit Architecture, 5.5.5),
 * assembler-local (.L) and empty names are left out.  0 or -ENOMEM.
 */
int symtab_add(struct symtab *t, const struct symtab_symbol *s);
int symtab_seal(struct symtab *t);	/* 0 or -ENOMEM */

/* The symbol that covers addr, or NULL. */
const struct symtab_range *symtab_find(const struct symtab *t, uint64_t addr);

/* Where the kernel's "_text" or "_stext" is; false: not in the file. */
bool symtab_reference(const struct symtab *t, const char *name, uint64_t *addr);

size_t symtab_count(const struct symtab *t);	/* of names that were added */

#endif
