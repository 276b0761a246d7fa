/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_CAUSE_H
#define TESTS_GEN_CAUSE_H

#include "tests/tools/gen_machine.h"
#include "tests/tools/truth.h"

/*
 * A recording with one cause of cost and no other: all operations take GEN_CAUSE_BASE cycles and
 * hit, except for some of the host kernel's, which are at one instruction.
 */
#define GEN_CAUSE_BASE	10
#define GEN_CAUSE_PC	(GEN_KERNEL_TEXT + 6 * 512 + 0x10)	/* in kernel_function_6 */

/* For the cause "time": samples of CPU cycles (--cycles) per sample of another operation. */
#define GEN_CAUSE_SLOWER	100

/* Make an operation, instead of gen_operation(). */
void gen_cause(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *r);
/* Cycles that a record contributes to the cause; 0: none.  For stores, every store contributes. */
uint32_t gen_cause_cycles(const struct gen_config *cfg, const struct truth_record *r);

#endif
