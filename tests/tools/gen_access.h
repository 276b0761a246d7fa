/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_ACCESS_H
#define TESTS_GEN_ACCESS_H

#include "tests/tools/gen.h"
#include "tests/tools/truth.h"

/*
 * --accesses FILE: loads and stores of given code at given data, instead of random ones.  Lines:
 *
 *	WORLD r|w PC VA
 *
 * WORLD is host-user, host-kernel or guest-kernel.  PC and VA are hexadecimal: of user code, PC is the
 * address in a program that is linked with its code at GEN_PROGRAM_OFFSET, and so is +VA; of kernels,
 * addresses as linked.  VA without + is absolute.
 */

/* Exits with a message on failure; file NULL: none. */
void gen_access_read(const char *file);
/* Is there one for that world? */
bool gen_access_any(uint8_t world);
/* Choose one: sets pc, va, and op to 1 for a store.  text: address of the program's code. */
void gen_access_choose(struct gen_rng *rng, struct truth_record *rec, uint64_t text,
		       uint64_t slide);

#endif
