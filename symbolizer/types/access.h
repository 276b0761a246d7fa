/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_ACCESS_H
#define SYMBOLIZER_TYPES_ACCESS_H

#include <stdint.h>

/*
 * Which object the loads and stores of an aarch64 ELF file touch, from their operands and DWARF's
 * locations of variables.  What is known of registers is followed through the whole function.
 */
struct accesses;
struct elf_file;
struct types;

enum access_reason {
	ACCESS_KNOWN,
#define ACCESS(id, text) ACCESS_##id,
#include "symbolizer/types/access_reasons.def"
#undef ACCESS
	ACCESS_REASONS,
};

struct access {
	uint8_t reason;		/* ACCESS_KNOWN, or why it is unknown: enum access_reason */
	uint8_t size;		/* bytes that the instruction touches */
	uint64_t type;		/* of the object, in types_source() */
	uint64_t offset;	/* of the first byte touched, in the object */
};

/*
 * code: the file with the instructions, at the same addresses as in the DWARF of types.  Both must
 * outlive the result.  Of a kernel module, whose DWARF is not relocated, and of other machines' code
 * everything is unknown.  0; -E2BIG: a malicious file; -ENOMEM.
 */
int accesses_new(struct accesses **out, struct types *types, const struct elf_file *code);
void accesses_free(struct accesses *a);	/* NULL is fine */

/*
 * What the instruction at that address of the file touches.  The first question about a function
 * walks all of it.  Where several objects are possible, it is unknown: an answer is never a guess, as
 * long as the program does not access an object by a pointer of another type.
 */
struct access accesses_find(struct accesses *a, uint64_t pc);

/* Why it is unknown, for people: "the instruction is no load or store". */
const char *access_reason_text(enum access_reason reason);

#endif
