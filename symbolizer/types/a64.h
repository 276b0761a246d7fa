/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_A64_H
#define SYMBOLIZER_TYPES_A64_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What an A64 instruction does to addresses in registers: which memory it touches, which registers
 * it changes, and how, where the result may be an address.
 */

#define A64_SP		31	/* x0 to x30 are 0 to 30 */
#define A64_ZERO	32	/* xzr */
#define A64_REGISTERS	32
#define A64_NONE	33

/* What it does to rd. */
enum a64_effect {
	A64_OTHER,	/* nothing but a new value of the registers in changes */
	A64_ADD,	/* rd = rn + imm: ADD, SUB, MOV to and from SP */
	A64_MOVE,	/* rd = rn */
	A64_ADDRESS,	/* rd = imm: ADR, ADRP, MOV of 0 */
	A64_SELECT,	/* rd = rn or rm: CSEL */
	A64_SUM,	/* rd = rn + (extend(rm) << imm): ADD of registers */
};

/* Which memory it touches. */
enum a64_memory {
	A64_NO_MEMORY,
	A64_OFFSET,	/* at base + offset */
	A64_INDEX,	/* at base + another register */
	A64_LITERAL,	/* at offset, an address */
	A64_OPAQUE,	/* somewhere: vectors, tags, copies of memory */
};

/* Where control goes. */
enum a64_flow {
	A64_NEXT,
	A64_JUMP,	/* to target */
	A64_BRANCH,	/* to target or to the next instruction */
	A64_CALL,	/* away, and back to the next instruction */
	A64_EXCEPTION,	/* SVC, HVC, SMC: likewise */
	A64_END,	/* away for good: RET, ERET */
	A64_LOST,	/* to an address in a register, or a branch that is not understood */
};

struct a64 {
	uint8_t effect, rd, rn, rm;
	uint8_t extend;		/* A64_SUM: bytes of rm that are sign-extended; 0: it is as it is */
	int64_t imm;

	uint8_t memory;
	uint8_t base;
	bool writeback;		/* base += step afterwards */
	bool store;		/* it writes memory, and may read it */
	uint8_t size;		/* bytes that it touches; 0: not known */
	/*
	 * Registers of 64 bits that memory at +0 and at +8 is loaded into, or stored from (not of
	 * atomic operations, whose stored value is not known); A64_NONE.
	 */
	uint8_t load[2], save[2];
	uint8_t part;		/* register that less than 64 bits are loaded into; A64_NONE */
	bool is_signed;		/* that is sign-extended */
	int64_t offset, step;

	uint8_t flow;
	uint64_t target;	/* an address */

	/* Registers, by number, that have another value afterwards; includes rd, load and base. */
	uint32_t changes;
};

/* Any word is accepted. */
void a64_decode(uint32_t word, uint64_t addr, struct a64 *out);

#endif
