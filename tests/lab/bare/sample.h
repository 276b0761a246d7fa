/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_BARE_SAMPLE_H
#define LAB_BARE_SAMPLE_H

#include "tests/lab/bare/bare.h"

/* Events [D18.2.6]. */
#define EXCEPTION	(1 << 0)
#define RETIRED		(1 << 1)
#define FAILED		(1 << 6)
#define PARTIAL		(1 << 17)
#define EMPTY		(1 << 18)

/* A record, packet by packet. */
struct record {
	unsigned int op_class, payload, events;
	bool has_va, has_target;
	uint64_t va, target;
};

/* The first record in the buffer. */
struct record sampled(void);
/* Base address of accesses, with room on both sides. */
uintptr_t sample_base(void);

/*
 * The record of one operation.  COUNT is 2: the ISB, and then the operation itself.  x0 is its
 * base, x2 is 3, x3 is 0; the flags say "equal".
 */
#define SAMPLE(code) ({							\
	enable(4096, 0);						\
	asm volatile("mov x0, %0\n mov x2, #3\n mov x3, #0\n mov x4, #2\n"	\
		     "msr " PMSICR ", x4\n cmp xzr, xzr\n"		\
		     "msr " PMSCR_EL2 ", x4\n isb\n"			\
		     code "\n nop\n7: nop\n"				\
		     : : "r"(sample_base())				\
		     : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x30",	\
		       "v0", "v1", "cc", "memory");			\
	disable();							\
	sampled(); })

/* Check class and payload, RETIRED, and which of the events above are set. */
void check(const char *what, struct record r, unsigned int op_class, unsigned int payload,
	   unsigned int events);
/* Likewise for a load, store or atomic; offset: of the lowest accessed byte from the base. */
void memory(const char *what, struct record r, unsigned int payload, unsigned int events,
	    long offset);

#endif
