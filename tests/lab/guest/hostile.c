// SPDX-License-Identifier: GPL-2.0-only
#include "tests/lab/guest/hostile.h"

#define CANARY	0x5ca1ab1eUL	/* unchanged if a read is UNDEFINED */

/* An access may cause an exception: start.S counts these in x15. */
#define READ(op1, m, op2)								\
	asm volatile("mrs %0, S3_" #op1 "_C9_C" #m "_" #op2				\
		     : "+r"(got), "+r"(undefined) : : "x16", "x17", "memory");		\
	*readable |= (u64)(got != CANARY) << nr++;					\
	got = CANARY;

#define WRITE(op1, m, op2)								\
	asm volatile("msr S3_" #op1 "_C9_C" #m "_" #op2 ", %1\n\thint #17\n\t"		\
		     : "+r"(undefined) : "r"(value) : "x16", "x17", "memory");

static inline __attribute__((always_inline)) u64 probe(u64 value, u64 *readable)
{
	register u64 undefined asm("x15") = 0;
	u64 got = CANARY;
	int nr = 0;

	*readable = 0;
#define REGISTER(name, op1, m, op2) READ(op1, m, op2)
#include "cmd/doctor/probe/registers.def"
#undef REGISTER
	READ(0, 10, 7)		/* PMBIDR_EL1 */
#define REGISTER(name, op1, m, op2) WRITE(op1, m, op2)
#include "cmd/doctor/probe/registers.def"
#undef REGISTER
	WRITE(0, 10, 7)
	return undefined;
}

u64 hostile_probe(u64 value, u64 *readable)
{
	return probe(value, readable);
}

/* Runs at EL0, in a section that EL0 may execute. */
__attribute__((section(".user.text.hostile"))) u64 hostile_user_probe(u64 value)
{
	u64 readable, undefined = probe(value, &readable);

	return readable ? 0 : undefined;
}
