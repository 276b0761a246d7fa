/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_HOSTILE_H
#define LAB_GUEST_HOSTILE_H

#include <stdint.h>

typedef uint64_t u64;

/* A guest that does not have SPE, and tries to. */

/* Registers of SPE by encoding, S3_op1_C9_CRm_op2 [Arm ARM D24.7]: X(op1, CRm, op2). */
#define HOSTILE_REGISTERS(X)							\
	X(0, 9, 0)	/* PMSCR_EL1 */						\
	X(0, 9, 1)	/* PMSNEVFR_EL1 */					\
	X(0, 9, 2)	/* PMSICR_EL1 */					\
	X(0, 9, 3)	/* PMSIRR_EL1 */					\
	X(0, 9, 4)	/* PMSFCR_EL1 */					\
	X(0, 9, 5)	/* PMSEVFR_EL1 */					\
	X(0, 9, 6)	/* PMSLATFR_EL1 */					\
	X(0, 9, 7)	/* PMSIDR_EL1 */					\
	X(0, 10, 0)	/* PMBLIMITR_EL1 */					\
	X(0, 10, 1)	/* PMBPTR_EL1 */					\
	X(0, 10, 3)	/* PMBSR_EL1 */						\
	X(0, 10, 4)	/* PMSDSFR_EL1 */					\
	X(4, 9, 0)	/* PMSCR_EL2 */						\
	X(5, 9, 0)	/* PMSCR_EL12 */					\
	X(0, 10, 7)	/* PMBIDR_EL1: the last */

#define HOSTILE_ONE(op1, m, op2) + 1
#define HOSTILE_COUNT	(0 HOSTILE_REGISTERS(HOSTILE_ONE))
#define HOSTILE_PROBES	(2 * HOSTILE_COUNT)	/* each is read and written */
#define HOSTILE_PMBIDR	(1UL << (HOSTILE_COUNT - 1))

/*
 * Read all of them, and write value to all, at EL1 and at EL0, with TPIDR_EL0 at 1
 * (start.S).  Give how many accesses were UNDEFINED.  *readable gets a bit for each
 * register that gave something, in the order above.
 */
u64 hostile_probe(u64 value, u64 *readable);
u64 hostile_user_probe(u64 value);	/* 0 if it could read one */

#endif
