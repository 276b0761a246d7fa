// SPDX-License-Identifier: GPL-2.0-only
/* Records of SVE operations: predicates [D18.2.6, E17 and E18], addresses. */
#include "tests/lab/bare/bare.h"
#include "tests/lab/bare/sample.h"

/* 256 bits: eight elements of 32 bits. */
#define EVL		0x30
#define LOADS		(EVL | 0x08)
#define PREDICATED	0x04
#define STORE		0x01
#define FP		0x02
#define GATHER		0x80

/*
 * p0 all, p1 the first three, p2 none, p3 only the third element; z1 is 1, 3, 5, ...; z2 and z3 are
 * the base in 64 and in 32 bits, which suffice because it is low in memory.
 */
static void set_up(void)
{
	asm volatile(".arch armv8.2-a+sve2\n"
		     "msr s3_4_c1_c2_0, %0\n isb\n"	/* ZCR_EL2: 256 bits */
		     "ptrue p0.s\n ptrue p1.s, vl3\n pfalse p2.b\n"
		     "ptrue p4.s, vl2\n eor p3.b, p0/z, p1.b, p4.b\n"
		     "index z1.s, #1, #2\n dup z2.d, %1\n dup z3.s, %w1"
		     : : "r"(1ul), "r"(sample_base()));
}

#define SVE(code) SAMPLE(".arch armv8.2-a+sve2\n" code)

static void predicates(void)
{
	memory("LD1W, all elements", SVE("ld1w {z0.s}, p0/z, [x0]"), LOADS | PREDICATED, 0, 0);
	memory("LD1W, three elements", SVE("ld1w {z0.s}, p1/z, [x0]"), LOADS | PREDICATED,
	       PARTIAL, 0);
	memory("LD1W, the third element", SVE("ld1w {z0.s}, p3/z, [x0]"), LOADS | PREDICATED,
	       PARTIAL, 8);
	check("LD1W, no element", SVE("ld1w {z0.s}, p2/z, [x0]"), 1, LOADS | PREDICATED,
	      PARTIAL | EMPTY);
	memory("LD1B to 32 bits, the third element", SVE("ld1b {z0.s}, p3/z, [x0]"),
	       LOADS | PREDICATED, PARTIAL, 2);
	memory("ST1W", SVE("st1w {z0.s}, p0, [x0]"), LOADS | PREDICATED | STORE, 0, 0);
	check("ADD, predicated", SVE("add z0.s, p1/m, z0.s, z1.s"), 0, LOADS | PREDICATED,
	      PARTIAL);
	check("ADD, of no element", SVE("add z0.s, p2/m, z0.s, z1.s"), 0, LOADS | PREDICATED,
	      PARTIAL | EMPTY);
	check("ADD of 64 bits, every second predicate bit", SVE("add z0.d, p0/m, z0.d, z1.d"), 0,
	      LOADS | PREDICATED, 0);
	check("LSL by a number", SVE("lsl z0.s, p1/m, z0.s, #3"), 0, LOADS | PREDICATED, PARTIAL);
	check("FADD, predicated", SVE("fadd z0.s, p0/m, z0.s, z1.s"), 0, LOADS | PREDICATED | FP,
	      0);
	check("FADD, not", SVE("fadd z0.s, z0.s, z1.s"), 0, LOADS | FP, 0);
	check("ADD, not", SVE("add z0.s, z0.s, z1.s"), 0, LOADS, 0);
}

static void contiguous(void)
{
	memory("LD1W, a vector further", SVE("ld1w {z0.s}, p0/z, [x0, #1, mul vl]"),
	       LOADS | PREDICATED, 0, 32);
	memory("LD1W, scalar plus scalar", SVE("ld1w {z0.s}, p0/z, [x0, x2, lsl #2]"),
	       LOADS | PREDICATED, 0, 12);
	memory("LD1SH to 32 bits", SVE("ld1sh {z0.s}, p0/z, [x0, #1, mul vl]"),
	       LOADS | PREDICATED, 0, 16);
	memory("LD2W", SVE("ld2w {z4.s, z5.s}, p3/z, [x0]"), LOADS | PREDICATED, PARTIAL, 16);
	memory("LD1RW", SVE("ld1rw {z0.s}, p0/z, [x0, #8]"), LOADS | PREDICATED, 0, 8);
	memory("LDR of a vector", SVE("ldr z0, [x0, #1, mul vl]"), LOADS, 0, 32);
	memory("STR of a predicate", SVE("str p0, [x0, #-1, mul vl]"), LOADS | STORE, 0, -4);
	check("PRFW is no load", SVE("prfw pldl1keep, p0, [x0]"), 0, 0, 0);
}

static void scattered(void)
{
	memory("LD1W, gathered", SVE("ld1w {z0.s}, p0/z, [x0, z1.s, uxtw #2]"),
	       LOADS | PREDICATED | GATHER, 0, 4);
	memory("LD1W, gathered, the third element",
	       SVE("ld1w {z0.s}, p3/z, [x0, z1.s, sxtw]"), LOADS | PREDICATED | GATHER,
	       PARTIAL, 5);
	check("LD1W, gathered, no element", SVE("ld1w {z0.s}, p2/z, [x0, z1.s, uxtw]"), 1,
	      LOADS | PREDICATED | GATHER, PARTIAL | EMPTY);
	memory("LD1D from a vector of bases", SVE("ld1d {z0.d}, p0/z, [z2.d, #8]"),
	       LOADS | PREDICATED | GATHER, 0, 8);
	memory("LD1W from bases of 32 bits", SVE("ld1w {z0.s}, p0/z, [z3.s, #12]"),
	       LOADS | PREDICATED | GATHER, 0, 12);
	memory("ST1W, scattered", SVE("st1w {z0.s}, p0, [x0, z1.s, uxtw #2]"),
	       LOADS | PREDICATED | GATHER | STORE, 0, 4);
	memory("ST1D to a vector of bases", SVE("st1d {z0.d}, p0, [z2.d, #16]"),
	       LOADS | PREDICATED | GATHER | STORE, 0, 16);
}

void sve(void)
{
	set_up();
	predicates();
	contiguous();
	scattered();
}
