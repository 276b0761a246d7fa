/* SPDX-License-Identifier: GPL-2.0-only */
/* What guests execute, in guest.S; they have no C. */
#ifndef KVM_BARE_GUEST_H
#define KVM_BARE_GUEST_H

#include "kvm/world/world.h"

/* Stage 1, the vectors, and all of the code. */
extern const char guest_map[], guest_vectors[], guest_code[], guest_code_end[];

/* HVC 0 for ever; X0 counts, nothing else changes. */
extern const char guest_calls[], guest_call_at_once[];
/* Work at EL1 (guest_works), at EL0 (guest_works_el0), HVC 0; for ever. */
extern const char guest_both[], guest_works[], guest_works_end[], guest_works_el0[],
	guest_works_el0_end[];
/* Turns its SPE on; then work and HVC 0, for ever.  Its interrupt empties the buffer. */
extern const char guest_profiles[];
/* Two ID registers into X2 and X3, ID_AA64PFR0_EL1 into X4; HVC 0. */
extern const char guest_ids[];
/*
 * Reads into X2 and writes of each S3_0_C9_C9_op2 and S3_0_C9_C10_op2 but a read of
 * PMBIDR_EL1, which goes into X3; HVC 0.
 */
extern const char guest_probes[];
#define GUEST_PROBES	31		/* of them */

/* Instructions in a row; each row of a table is one's address. */
struct guest_row {
	u64 pc, flags;
};
#define GUEST_TAKES	1		/* an exception to the guest's EL1 */

/* To be stepped: each instruction in a row, and the handler's. */
extern const struct guest_row guest_stepped[], guest_stepped_end[];
extern const struct guest_row guest_handler[], guest_handler_end[];
/* Steps through its own EL0's rows; HVC 0. */
extern const char guest_own_steps[];
extern const struct guest_row guest_stepped_el0[], guest_stepped_el0_end[];
/* The same at its own EL1, as a kernel that debugs itself; with vectors of its own. */
extern const char guest_own_steps_el1[], guest_step_vectors[];
extern const struct guest_row guest_stepped_el1[], guest_stepped_el1_end[];
/* Accesses of memory at X1 without a syndrome, the last one with; then HVC 0. */
extern const struct guest_row guest_silent[], guest_silent_end[];
/* The same load at EL0; then HVC 0. */
extern const char guest_silent_el0[], guest_silent_el0_load[];
/* CPYP, CPYM, CPYE of X0, X1, X2; SETP, SETM, SETE of X0, X2, X3; HVC 0 after each. */
extern const char guest_copies[], guest_sets[];

#endif
