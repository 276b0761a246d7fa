/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DISASM_H
#define SYMBOLIZER_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Instructions of A64 as text, whatever this machine is. */
struct disasm;

/* 0, -ENOMEM.  Without a library that reads them every instruction is ".inst". */
int disasm_new(struct disasm **out);
void disasm_free(struct disasm *d);	/* NULL is fine */

#define DISASM_LEN	200

/*
 * "ldr x0, [x1, #8]", at the address addr; true.  False: ".inst 0x1234abcd": no library here
 * knows such an instruction; it may be a newer one, or none.  Any word will do.  Numbers
 * up to 9 are decimal, others hexadecimal, whichever library reads them.
 */
bool disasm_text(struct disasm *d, uint32_t word, uint64_t addr, char out[DISASM_LEN]);

/* "capstone 4 and LLVM 15": what has been loaded so far; "": nothing.  Valid until the next. */
const char *disasm_libraries(struct disasm *d);

/* Where an instruction may lead to. */
enum flow {
	FLOW_NEXT,		/* to the next one, only */
	FLOW_JUMP,		/* B, B.cond, CBZ, CBNZ, TBZ, TBNZ: to a known place */
	FLOW_CALL,		/* BL: to a known place, and back */
	FLOW_AWAY,		/* to a place in a register: BR, BLR, RET, ERET */
};

/* Arm ARM C4.1.66: branches.  *target is filled for FLOW_JUMP and FLOW_CALL. */
enum flow disasm_flow(uint32_t word, uint64_t addr, uint64_t *target);

#endif
