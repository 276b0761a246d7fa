/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DISASM_H
#define SYMBOLIZER_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Disassembles A64 instructions, on any machine. */
struct disasm;

/* 0 or -ENOMEM.  Without a disassembler library every instruction is ".inst". */
int disasm_new(struct disasm **out);
void disasm_free(struct disasm *d);	/* NULL is fine */

#define DISASM_LEN	200

/*
 * True: text such as "ldr x0, [x1, #8]" for the instruction at addr.  False: ".inst 0x1234abcd",
 * because no library here knows the instruction; it may be newer, or no instruction.  Any word is
 * accepted.  Numbers up to 9 are decimal, others hexadecimal, with every library.
 */
bool disasm_text(struct disasm *d, uint32_t word, uint64_t addr, char out[DISASM_LEN]);

/* "capstone 4 and LLVM 15": the libraries loaded so far; "": none.  Valid until the next call. */
const char *disasm_libraries(struct disasm *d);

/*
 * How to disassemble instructions that these libraries do not know: "install libLLVM ..."; "": no
 * known way.
 */
const char *disasm_advice(const struct disasm *d);

/* Where control may go after an instruction. */
enum flow {
	FLOW_NEXT,		/* only to the next one */
	FLOW_JUMP,		/* B, B.cond, CBZ, CBNZ, TBZ, TBNZ: to a fixed address */
	FLOW_CALL,		/* BL: to a fixed address, and back */
	FLOW_AWAY,		/* BR, BLR, RET, ERET: to an address in a register */
};

/* Arm ARM C4.1.66: branches.  *target is filled for FLOW_JUMP and FLOW_CALL. */
enum flow disasm_flow(uint32_t word, uint64_t addr, uint64_t *target);

#endif
