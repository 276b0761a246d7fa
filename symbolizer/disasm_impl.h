/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DISASM_IMPL_H
#define SYMBOLIZER_DISASM_IMPL_H

#include "symbolizer/disasm.h"

/*
 * The two libraries.  They are loaded on first use, because relocating their tables takes longer
 * than the rest of the program's start (capstone 4: 5 ms; LLVM 15: 150 ms).
 */
struct capstone;
struct llvm;

/* The versions of capstone that are tried, the newest first. */
#define CAPSTONE_OLDEST	4
#define CAPSTONE_NEWEST	6

/* NULL: the library is missing or does not support A64, or out of memory. */
struct capstone *capstone_new(void);
struct capstone *capstone_new_of(unsigned int major);
struct llvm *llvm_new(void);
void capstone_free(struct capstone *c);	/* NULL is fine, here and below */
void llvm_free(struct llvm *l);

/* The major version, from the file's name. */
unsigned int capstone_major(const struct capstone *c);
unsigned int llvm_major(const struct llvm *l);

/* False: unknown instruction, and out is undefined.  Numbers: disasm_text(). */
bool capstone_text(struct capstone *c, uint32_t word, uint64_t addr, char out[DISASM_LEN]);
bool llvm_text(struct llvm *l, uint32_t word, uint64_t addr, char out[DISASM_LEN]);

/* Print a number as capstone does, decimal up to 9: "#9", "#0xa", "#-0xa"; the length, as snprintf(). */
int disasm_number(char *out, size_t size, uint64_t value, bool negative);

/*
 * The text of words that different versions of the libraries print differently; false: not one of
 * these.
 */
bool disasm_preferred(uint32_t word, char out[DISASM_LEN]);

/*
 * The address that an instruction encodes relative to its own: Arm ARM C4.1, branches, ADR, ADRP
 * and loads of literals.  False: none, and *target is undefined.
 */
bool disasm_relative(uint32_t word, uint64_t addr, uint64_t *target);

#endif
