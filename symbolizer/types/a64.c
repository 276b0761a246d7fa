// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/types/a64.h"

#include <stddef.h>

#include "symbolizer/disasm.h"

/* Fields of nearly all instructions. */
#define RT(w)	((w) & 31)
#define RN(w)	((w) >> 5 & 31)
#define RT2(w)	((w) >> 10 & 31)
#define RS(w)	((w) >> 16 & 31)
#define SIZE(w)	((w) >> 30)
#define OPC(w)	((w) >> 22 & 3)
#define SIMD(w)	((w) >> 26 & 1)

enum form {
	FORM_SIMD_MULTIPLE, FORM_SIMD_SINGLE, FORM_SWAP_PAIR, FORM_EXCLUSIVE_PAIR, FORM_SWAP,
	FORM_EXCLUSIVE, FORM_ORDERED, FORM_UNSCALED_ORDERED, FORM_LITERAL, FORM_PAIR,
	FORM_PAIR_POST, FORM_PAIR_PRE, FORM_UNSCALED, FORM_POST, FORM_PRE, FORM_ATOMIC,
	FORM_AUTHENTICATED, FORM_REGISTER, FORM_UNSIGNED,
	FORM_MEMORY,		/* any of its four register fields, or the next one, may change */
	FORM_VECTOR_MEMORY,	/* changes no general register */
	FORM_ADR, FORM_ADRP, FORM_ADD, FORM_SUB, FORM_MOVZ, FORM_MOVE, FORM_SELECT,
	FORM_SUM, FORM_SUM_EXTENDED,
	FORM_RD,		/* changes rd */
	FORM_RD_OR_SP,		/* likewise; 31 is SP */
	FORM_RD_PAIR,		/* changes rd and the next one */
	FORM_NOTHING,		/* changes no general register */
	FORM_ANYTHING,		/* may change all registers */
	FORM_BRANCH, FORM_BRANCH_REGISTER, FORM_EXCEPTION, FORM_HINT, FORM_LOST,
};

static const struct row {
	uint32_t mask, value;
	uint8_t form;
} rows[] = {
#define A64(m, v, f, c) { .mask = (m), .value = (v), .form = FORM_##f },
#include "symbolizer/types/a64.def"
#undef A64
};

static int64_t sign(uint32_t field, unsigned int bits)
{
	return (int64_t)((uint64_t)field << (64 - bits)) >> (64 - bits);
}

/* Register 31 is XZR. */
static uint8_t or_zero(uint32_t nr)
{
	return nr == 31 ? A64_ZERO : nr;
}

static void change(struct a64 *a, uint32_t nr)
{
	if (nr != 31)
		a->changes |= 1u << nr;
}

static void change_or_sp(struct a64 *a, uint32_t nr)
{
	a->changes |= 1u << nr;
}

/* The register, and the one that would be the second of a pair. */
static void change_pair(struct a64 *a, uint8_t r)
{
	change(a, r);
	if (r + 1 < A64_ZERO)
		change(a, r + 1);
}

/* An access whose address is not known, perhaps of an instruction that is newer than this table. */
static void opaque(uint32_t w, struct a64 *a)
{
	a->memory = A64_OPAQUE;
	a->store = true;
	a->size = 0;
	a->load[0] = a->load[1] = a->save[0] = a->save[1] = A64_NONE;
	a->writeback = false;
	change_pair(a, RT(w));
	change_or_sp(a, RN(w));
	change_pair(a, RT2(w));
	change_pair(a, RS(w));
}

static void at(uint32_t w, struct a64 *a, int64_t offset, unsigned int size)
{
	a->memory = A64_OFFSET;
	a->base = RN(w);
	a->offset = offset;
	a->size = size;
}

static void write_back(struct a64 *a, int64_t step)
{
	a->writeback = true;
	a->step = step;
	change_or_sp(a, a->base);
}

/* A general register that memory is loaded into, or stored from. */
static void transfer(struct a64 *a, unsigned int which, uint32_t nr, bool load, bool whole)
{
	a->store |= !load;
	if (load)
		change(a, nr);
	if (whole && load && nr != 31)
		a->load[which] = nr;
	if (whole && !load)
		a->save[which] = or_zero(nr);
}

/* Size and register of most loads and stores; false: it is a prefetch, or not allocated. */
static bool single(uint32_t w, struct a64 *a, int64_t offset, bool scaled)
{
	unsigned int size = SIZE(w), opc = OPC(w);

	if (SIMD(w)) {
		if (opc & 2 && size)
			return false;
		size = opc & 2 ? 4 : size;
	} else if (opc & 2 && size + opc > 4) {
		return false;
	}
	at(w, a, scaled ? offset << size : offset, 1u << size);
	if (SIMD(w)) {
		a->store = !(opc & 1);
		return true;
	}
	transfer(a, 0, RT(w), opc, size == 3);
	if (opc && size < 3 && RT(w) != 31) {
		a->part = RT(w);
		/* opc 3 extends to 32 bits only */
		a->is_signed = opc == 2;
		if (opc == 3)
			a->part = A64_NONE;
	}
	return true;
}

static bool prefetches(uint32_t w)
{
	return !SIMD(w) && SIZE(w) == 3 && OPC(w) == 2;
}

static void single_or_prefetch(uint32_t w, struct a64 *a, int64_t offset, bool scaled)
{
	if (!prefetches(w) && !single(w, a, offset, scaled))
		opaque(w, a);
}

static void pair(uint32_t w, struct a64 *a, enum form form)
{
	unsigned int size = SIMD(w) ? SIZE(w) + 2 : SIZE(w) == 2 ? 3 : 2;
	int64_t step = sign(w >> 15 & 0x7f, 7) * (1 << size);
	bool load = w >> 22 & 1;

	/* STGP, which is scaled by 16, and what is not allocated */
	if (SIZE(w) == 3 || (!SIMD(w) && SIZE(w) == 1 && (!load || !(w >> 23 & 3)))) {
		opaque(w, a);
		return;
	}
	at(w, a, form == FORM_PAIR_POST ? 0 : step, 2u << size);
	a->store = !load;
	if (!SIMD(w)) {
		transfer(a, 0, RT(w), load, size == 3);
		transfer(a, 1, RT2(w), load, size == 3);
	}
	if (form != FORM_PAIR)
		write_back(a, step);
}

/* Atomic operations: rt gets what memory had; those that only store have 31 there. */
static void atomic(uint32_t w, struct a64 *a)
{
	unsigned int opc = w >> 12 & 7;

	if (w >> 15 & 1 && opc != 0 && opc != 4) {
		opaque(w, a);
		a->changes = ~0u;	/* LD64B */
		return;
	}
	at(w, a, 0, 1u << SIZE(w));
	transfer(a, 0, RT(w), true, SIZE(w) == 3);
	a->store = !(w >> 15 & 1) || opc != 4;	/* not LDAPR */
}

static void authenticated(uint32_t w, struct a64 *a)
{
	int64_t offset = sign((w >> 22 & 1) << 9 | (w >> 12 & 0x1ff), 10) * 8;

	at(w, a, offset, 8);
	transfer(a, 0, RT(w), true, true);
	if (w >> 11 & 1)
		write_back(a, offset);
}

static void exclusive(uint32_t w, struct a64 *a, bool is_pair)
{
	unsigned int size = is_pair ? 2 + (SIZE(w) & 1) : SIZE(w);
	bool load = w >> 22 & 1;

	at(w, a, 0, 1u << (size + is_pair));
	/* The store may not happen, and its status is a result. */
	if (!load)
		change(a, RS(w));
	transfer(a, 0, RT(w), load, load && size == 3);
	if (is_pair)
		transfer(a, 1, RT2(w), load, load && size == 3);
}

static void compare_and_swap(uint32_t w, struct a64 *a, bool is_pair)
{
	at(w, a, 0, is_pair ? 8u << (SIZE(w) & 1) : 1u << SIZE(w));
	a->store = true;
	change(a, RS(w));
	if (is_pair)
		change(a, RS(w) | 1);
}

static void simd_multiple(uint32_t w, struct a64 *a)
{
	/* by opcode: LD4, LD1 of 4, LD3, LD1 of 3, LD1 of 1, LD2, LD1 of 2 */
	static const uint8_t registers[16] = { [0] = 4, [2] = 4, [4] = 3, [6] = 3, [7] = 1, [8] = 2,
		[10] = 2 };
	unsigned int size = registers[w >> 12 & 15] * (w >> 30 & 1 ? 16 : 8);

	if (!size) {
		opaque(w, a);
		return;
	}
	at(w, a, 0, size);
	a->store = !(w >> 22 & 1);
	if (w >> 23 & 1) {
		write_back(a, size);
		a->writeback = RS(w) == 31;
	}
}

static void simd_single(uint32_t w, struct a64 *a)
{
	unsigned int opcode = w >> 13 & 7, size = w >> 10 & 3, elements;
	unsigned int scale = opcode >> 1;

	if (scale == 3)
		scale = size;
	else if (scale == 2 && size & 1)
		scale = 3;
	elements = ((opcode & 1) << 1 | (w >> 21 & 1)) + 1;
	at(w, a, 0, elements << scale);
	a->store = !(w >> 22 & 1);
	if (w >> 23 & 1) {
		write_back(a, a->size);
		a->writeback = RS(w) == 31;
	}
}

static void literal(uint32_t w, uint64_t addr, struct a64 *a)
{
	static const uint8_t sizes[2][4] = { { 4, 8, 4, 0 }, { 4, 8, 16, 0 } };

	a->size = sizes[SIMD(w)][SIZE(w)];
	if (!a->size)
		return;		/* PRFM, or not allocated */
	a->memory = A64_LITERAL;
	a->offset = addr + sign(w >> 5 & 0x7ffff, 19) * 4;
	if (!SIMD(w))
		transfer(a, 0, RT(w), true, SIZE(w) == 1);
}

/* Loads and stores; false: it is another form. */
static bool decode_memory(uint32_t w, uint64_t addr, enum form form, struct a64 *a)
{
	int64_t imm9 = sign(w >> 12 & 0x1ff, 9);

	switch (form) {
	case FORM_SIMD_MULTIPLE:
		simd_multiple(w, a);
		return true;
	case FORM_SIMD_SINGLE:
		simd_single(w, a);
		return true;
	case FORM_SWAP_PAIR:
	case FORM_SWAP:
		compare_and_swap(w, a, form == FORM_SWAP_PAIR);
		return true;
	case FORM_EXCLUSIVE_PAIR:
	case FORM_EXCLUSIVE:
		exclusive(w, a, form == FORM_EXCLUSIVE_PAIR);
		return true;
	case FORM_ORDERED:
		at(w, a, 0, 1u << SIZE(w));
		transfer(a, 0, RT(w), w >> 22 & 1, SIZE(w) == 3);
		return true;
	case FORM_LITERAL:
		literal(w, addr, a);
		return true;
	case FORM_PAIR:
	case FORM_PAIR_POST:
	case FORM_PAIR_PRE:
		pair(w, a, form);
		return true;
	case FORM_UNSCALED_ORDERED:
		if (prefetches(w))
			opaque(w, a);
		else
			single_or_prefetch(w, a, imm9, false);
		return true;
	case FORM_UNSCALED:
		single_or_prefetch(w, a, imm9, false);
		return true;
	case FORM_UNSIGNED:
		single_or_prefetch(w, a, w >> 10 & 0xfff, true);
		return true;
	case FORM_REGISTER:
		single_or_prefetch(w, a, 0, false);
		if (a->memory == A64_OFFSET)
			a->memory = A64_INDEX;
		return true;
	case FORM_POST:
	case FORM_PRE:
		if (single(w, a, form == FORM_PRE ? imm9 : 0, false))
			write_back(a, imm9);
		else
			opaque(w, a);
		return true;
	case FORM_ATOMIC:
		atomic(w, a);
		return true;
	case FORM_AUTHENTICATED:
		authenticated(w, a);
		return true;
	case FORM_MEMORY:
		opaque(w, a);
		return true;
	case FORM_VECTOR_MEMORY:
		a->memory = A64_OPAQUE;
		a->store = true;
		return true;
	default:
		return false;
	}
}

static void result(struct a64 *a, enum a64_effect effect, uint8_t rd, uint8_t rn, int64_t imm)
{
	if (rd == A64_ZERO)
		return;
	a->effect = effect;
	a->rd = rd;
	a->rn = rn;
	a->imm = imm;
	change_or_sp(a, rd);
}

/* Arm ARM C4.1, add/subtract (extended register): option 3 is UXTX, 4 to 6 are SXTB to SXTW. */
static void extended_sum(uint32_t w, struct a64 *a)
{
	unsigned int option = w >> 13 & 7;

	change_or_sp(a, RT(w));
	if (option < 3 || option > 6)
		return;
	result(a, A64_SUM, RT(w), RN(w), w >> 10 & 7);
	a->rm = or_zero(RS(w));
	a->extend = option == 3 ? 0 : 1 << (option - 4);
}

/* Hints of pointer authentication change the link register, or x17; CHKFEAT changes x16. */
static void hint(uint32_t w, struct a64 *a)
{
	unsigned int nr = w >> 5 & 0x7f;

	/* Arm ARM C4.1.66, Hints: 0 to 6 NOP to DGH, 16 to 22 ESB to CLRBHB, 32 to 38 BTI. */
	if (w >> 24 == 0xd5 && (nr <= 6 || (nr >= 16 && nr <= 22) || (nr >= 32 && nr <= 38)))
		return;
	a->changes |= 1u << 16 | 1u << 17 | 1u << 30;
}

static void branch(uint32_t w, uint64_t addr, struct a64 *a)
{
	if (disasm_flow(w, addr, &a->target) == FLOW_CALL)
		a->flow = A64_CALL;
	else if (w >> 26 == 5)
		a->flow = A64_JUMP;
	else
		a->flow = A64_BRANCH;
}

static void branch_register(uint32_t w, struct a64 *a)
{
	/* opc: 0 BR, 1 BLR, 2 RET, 4 ERET, and with 8 BRAA and BLRAA */
	static const uint8_t flow[8] = { A64_LOST, A64_CALL, A64_END, A64_LOST, A64_END, A64_LOST,
		A64_LOST, A64_LOST };

	a->flow = flow[w >> 21 & 7];
	a->rn = RN(w);
}

void a64_decode(uint32_t w, uint64_t addr, struct a64 *a)
{
	uint32_t imm12 = (w >> 10 & 0xfff) << (w >> 22 & 1 ? 12 : 0);
	int64_t imm21 = sign(w >> 5 & 0x7ffff, 19) * 4 + (w >> 29 & 3);
	const struct row *r = rows;
	enum form form;

	*a = (struct a64){ .rd = A64_NONE, .rn = A64_NONE, .rm = A64_NONE, .base = A64_NONE, .part = A64_NONE,
		.load = { A64_NONE, A64_NONE }, .save = { A64_NONE, A64_NONE } };
	while ((w & r->mask) != r->value)
		r++;
	form = r->form;
	if (decode_memory(w, addr, form, a))
		return;
	switch (form) {
	case FORM_ADR:
		result(a, A64_ADDRESS, or_zero(RT(w)), A64_NONE, addr + imm21);
		break;
	case FORM_ADRP:
		result(a, A64_ADDRESS, or_zero(RT(w)), A64_NONE, (addr & ~0xfffULL) + imm21 * 4096);
		break;
	case FORM_ADD:
	case FORM_SUB:
		result(a, A64_ADD, RT(w), RN(w), form == FORM_SUB ? -(int64_t)imm12 : imm12);
		break;
	case FORM_MOVZ:
		/* other constants are no addresses in the file */
		if (w >> 5 & 0xffff)
			change(a, RT(w));
		else
			result(a, A64_ADDRESS, or_zero(RT(w)), A64_NONE, 0);
		break;
	case FORM_MOVE:
		result(a, A64_MOVE, or_zero(RT(w)), or_zero(RS(w)), 0);
		break;
	case FORM_SELECT:
		result(a, A64_SELECT, or_zero(RT(w)), or_zero(RN(w)), 0);
		a->rm = or_zero(RS(w));
		break;
	case FORM_SUM:
		result(a, A64_SUM, or_zero(RT(w)), or_zero(RN(w)), w >> 10 & 63);
		a->rm = or_zero(RS(w));
		break;
	case FORM_SUM_EXTENDED:
		extended_sum(w, a);
		break;
	case FORM_RD_OR_SP:
		change_or_sp(a, RT(w));
		break;
	case FORM_RD_PAIR:
		change(a, RT(w) | 1);
		/* fallthrough */
	case FORM_RD:
		change(a, RT(w));
		break;
	case FORM_ANYTHING:
		a->changes = ~0u;
		break;
	case FORM_BRANCH:
		branch(w, addr, a);
		break;
	case FORM_BRANCH_REGISTER:
		branch_register(w, a);
		break;
	case FORM_EXCEPTION:
		/* 0 is not allocated */
		a->flow = A64_EXCEPTION;
		break;
	case FORM_HINT:
		hint(w, a);
		break;
	case FORM_LOST:
		a->flow = A64_LOST;
		break;
	default:
		break;
	}
}
