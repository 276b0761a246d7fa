// SPDX-License-Identifier: GPL-2.0-only
/* Branch targets, and other addresses relative to an instruction. */
#include "symbolizer/disasm_impl.h"

/* A signed field with that many bits, in units of words. */
static uint64_t words(uint32_t field, unsigned int bits)
{
	return (uint64_t)((int64_t)((uint64_t)field << (64 - bits)) >> (64 - bits)) * 4;
}

enum flow disasm_flow(uint32_t word, uint64_t addr, uint64_t *target)
{
	/* unconditional branch (immediate): B, BL */
	if ((word & 0x7c000000) == 0x14000000) {
		*target = addr + words(word & 0x3ffffff, 26);
		return word >> 31 ? FLOW_CALL : FLOW_JUMP;
	}
	/* conditional branch: B.cond, BC.cond; compare and branch: CBZ, CBNZ */
	if ((word & 0xff000000) == 0x54000000 || (word & 0x7e000000) == 0x34000000) {
		*target = addr + words(word >> 5 & 0x7ffff, 19);
		return FLOW_JUMP;
	}
	/* test and branch: TBZ, TBNZ */
	if ((word & 0x7e000000) == 0x36000000) {
		*target = addr + words(word >> 5 & 0x3fff, 14);
		return FLOW_JUMP;
	}
	/* unconditional branch (register) */
	if ((word & 0xfe000000) == 0xd6000000)
		return FLOW_AWAY;
	return FLOW_NEXT;
}

bool disasm_relative(uint32_t word, uint64_t addr, uint64_t *target)
{
	uint64_t imm = words(word >> 5 & 0x7ffff, 19) | (word >> 29 & 3);
	enum flow flow = disasm_flow(word, addr, target);

	if (flow == FLOW_JUMP || flow == FLOW_CALL)
		return true;
	if ((word & 0x9f000000) == 0x10000000)			/* ADR */
		*target = addr + imm;
	else if ((word & 0x9f000000) == 0x90000000)		/* ADRP */
		*target = (addr & ~0xfffULL) + (imm << 12);
	else if ((word & 0x3b000000) == 0x18000000)		/* LDR, LDRSW, PRFM (literal) */
		*target = addr + words(word >> 5 & 0x7ffff, 19);
	else
		return false;
	return true;
}
