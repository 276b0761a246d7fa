/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DISASM_IMPL_H
#define SYMBOLIZER_DISASM_IMPL_H

#include "symbolizer/disasm.h"

/*
 * The two libraries.  Each is loaded when it is made: their tables take longer to relocate
 * than all else that the program starts with (capstone 4: 5 ms; LLVM 15: 150 ms).
 */
struct capstone;
struct llvm;

/* NULL: the library is not there, or knows no A64, or there is no memory for it. */
struct capstone *capstone_new(void);
struct llvm *llvm_new(void);
void capstone_free(struct capstone *c);	/* NULL is fine, here and below */
void llvm_free(struct llvm *l);

/* The major version, as the name of the file says it. */
unsigned int capstone_major(const struct capstone *c);
unsigned int llvm_major(const struct llvm *l);

/* False: it knows no such instruction, and out may have anything.  Numbers: disasm_text(). */
bool capstone_text(struct capstone *c, uint32_t word, uint64_t addr, char out[DISASM_LEN]);
bool llvm_text(struct llvm *l, uint32_t word, uint64_t addr, char out[DISASM_LEN]);

/* The same for words that versions of the libraries spell differently; false: not one. */
bool disasm_preferred(uint32_t word, char out[DISASM_LEN]);

/*
 * The address that an instruction names by its distance: Arm ARM C4.1, branches, ADR, ADRP
 * and loads of literals.  False: it names none, and *target may have anything.
 */
bool disasm_relative(uint32_t word, uint64_t addr, uint64_t *target);

#endif
