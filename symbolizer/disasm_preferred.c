// SPDX-License-Identifier: GPL-2.0-only
/*
 * Common instructions that capstone 4 and 5 print differently: wide moves, logical operations with
 * an immediate, hints.  Capstone 4 prints "movz x0, #1", "movn x0, #0" and "hint #0x22", for which
 * the Arm ARM prefers "mov x0, #1", "mov x0, #-1" and "bti c".
 */
#include <inttypes.h>
#include <stdio.h>

#include "symbolizer/disasm_impl.h"

/* A register's name; number 31 is SP or the zero register. */
struct name {
	char text[8];
};

static struct name reg(bool wide, unsigned int number, bool sp)
{
	struct name n;

	if (number == 31)
		snprintf(n.text, sizeof(n.text), "%s", sp ? (wide ? "sp" : "wsp") :
			 (wide ? "xzr" : "wzr"));
	else
		snprintf(n.text, sizeof(n.text), "%c%u", wide ? 'x' : 'w', number % 31);
	return n;
}

int disasm_number(char *out, size_t size, uint64_t value, bool negative)
{
	return snprintf(out, size, value > 9 ? "#%s0x%" PRIx64 : "#%s%" PRIu64,
			negative ? "-" : "", value);
}

struct number {
	char text[24];
};

static struct number number(uint64_t value, bool negative)
{
	struct number n;

	disasm_number(n.text, sizeof(n.text), value, negative);
	return n;
}

/* Arm ARM C6.2: MOVN, MOVZ, MOVK and MOV (wide immediate), MOV (inverted wide immediate). */
static bool wide_move(uint32_t word, char out[DISASM_LEN])
{
	static const char *const names[] = { "movn", NULL, "movz", "movk" };
	bool wide = word >> 31, invert = !(word >> 29 & 3);
	unsigned int op = word >> 29 & 3, shift = (word >> 21 & 3) * 16;
	uint64_t imm = word >> 5 & 0xffff, value = imm << shift;
	struct name rd = reg(wide, word & 31, false);
	bool negative;

	if (!names[op] || (!wide && shift > 16))
		return false;
	if (op == 3 || (!imm && shift) || (invert && !wide && imm == 0xffff)) {
		snprintf(out, DISASM_LEN, shift ? "%s %s, %s, lsl #%u" : "%s %s, %s",
			 names[op], rd.text, number(imm, false).text, shift);
		return true;
	}
	if (invert)
		value = wide ? ~value : (uint32_t)~value;
	negative = invert && value >> (wide ? 63 : 31);
	if (negative)
		value = wide ? -value : (uint32_t)-value;
	snprintf(out, DISASM_LEN, "mov %s, %s", rd.text, number(value, negative).text);
	return true;
}

/* Arm ARM J1.1.3, DecodeBitMasks(): false if the immediate is reserved. */
static bool bit_mask(unsigned int n, unsigned int imms, unsigned int immr, uint64_t *out)
{
	unsigned int x = n << 6 | (~imms & 63), size, s, r;
	uint64_t bits;

	if (x < 2)
		return false;
	size = 1U << (31 - __builtin_clz(x));
	s = imms & (size - 1);
	r = immr & (size - 1);
	if (s == size - 1)
		return false;
	bits = (1ULL << (s + 1)) - 1;
	if (r)
		bits = bits >> r | bits << (size - r);
	if (size < 64)
		bits &= (1ULL << size) - 1;
	for (; size < 64; size *= 2)
		bits |= bits << size;
	*out = bits;
	return true;
}

/*
 * Arm ARM J1.1.3, MoveWidePreferred(), as implemented by LLVM and binutils: can MOVZ or MOVN do it?
 */
static bool wide_move_does(bool wide, uint64_t value)
{
	uint64_t all = wide ? UINT64_MAX : UINT32_MAX;

	for (unsigned int shift = 0; shift < (wide ? 64 : 32); shift += 16) {
		uint64_t others = all & ~(0xffffULL << shift);

		if (!(value & others) || (value & others) == others)
			return true;
	}
	return false;
}

/* Arm ARM C6.2: AND, ORR, EOR, ANDS (immediate), MOV (bitmask immediate), TST (immediate). */
static bool logical(uint32_t word, char out[DISASM_LEN])
{
	static const char *const names[] = { "and", "orr", "eor", "ands" };
	bool wide = word >> 31;
	unsigned int op = word >> 29 & 3, n = word >> 22 & 1;
	unsigned int immr = word >> 16 & 63, imms = word >> 10 & 63;
	unsigned int rn = word >> 5 & 31, rd = word & 31;
	struct name to = reg(wide, rd, op != 3), from = reg(wide, rn, false);
	uint64_t value;

	if ((!wide && n) || !bit_mask(n, imms, immr, &value))
		return false;
	if (!wide)
		value = (uint32_t)value;
	/* wide moves cannot write SP */
	if (op == 1 && rn == 31 && (rd == 31 || !wide_move_does(wide, value)))
		snprintf(out, DISASM_LEN, "mov %s, %s", to.text, number(value, false).text);
	else if (op == 3 && rd == 31)
		snprintf(out, DISASM_LEN, "tst %s, %s", from.text, number(value, false).text);
	else
		snprintf(out, DISASM_LEN, "%s %s, %s, %s", names[op], to.text, from.text,
			 number(value, false).text);
	return true;
}

static bool hint(uint32_t word, char out[DISASM_LEN])
{
	unsigned int nr = word >> 5 & 0x7f;

	switch (nr) {
#define HINT(number, text)	case number: snprintf(out, DISASM_LEN, text); return true;
#include "symbolizer/hints.def"
#undef HINT
	}
	snprintf(out, DISASM_LEN, "hint %s", number(nr, false).text);
	return true;
}

bool disasm_preferred(uint32_t word, char out[DISASM_LEN])
{
	if ((word & 0x1f800000) == 0x12800000)
		return wide_move(word, out);
	if ((word & 0x1f800000) == 0x12000000)
		return logical(word, out);
	return (word & 0xfffff01f) == 0xd503201f && hint(word, out);
}
