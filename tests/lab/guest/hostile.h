/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_GUEST_HOSTILE_H
#define LAB_GUEST_HOSTILE_H

#include <stdint.h>

typedef uint64_t u64;

/* A guest without SPE that tries to use it. */

/* Registers of SPE: those that must trap, and last one that Linux 6.12 does not trap. */
enum hostile_register {
#define REGISTER(name, op1, m, op2) HOSTILE_##name,
#include "cmd/doctor/probe/registers.def"
#undef REGISTER
	HOSTILE_PMBIDR_EL1,
	HOSTILE_COUNT
};

#define HOSTILE_PROBES	(2 * HOSTILE_COUNT)	/* each is read and written */
#define HOSTILE_PMBIDR	(1UL << HOSTILE_PMBIDR_EL1)

/*
 * Read all of them, and write value to all, at EL1 and at EL0, with TPIDR_EL0 set to 1 (start.S).
 * Returns the number of accesses that were UNDEFINED.  *readable gets a bit for each register that
 * could be read, in the order above.
 */
u64 hostile_probe(u64 value, u64 *readable);
u64 hostile_user_probe(u64 value);	/* 0 if one could be read */

#endif
