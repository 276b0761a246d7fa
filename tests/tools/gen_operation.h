/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_OPERATION_H
#define TESTS_GEN_OPERATION_H

#include "tests/tools/gen.h"
#include "tests/tools/truth.h"

/* The kind of a place's instruction, if there is code for it (--guest-vmlinux). */
enum gen_kind { GEN_LOAD, GEN_STORE, GEN_BRANCH, GEN_OTHER };
enum gen_kind gen_kind_at(uint64_t offset, uint64_t build);

/*
 * Make the operation of a record whose owner, PC, EL and ticks are set: class, events, latencies,
 * addresses.  Sets rec->has accordingly.
 */
void gen_operation(const struct gen_config *cfg, struct gen_rng *rng, struct truth_record *rec);

/* An ERET to a guest's PC: an EL2 record with a guest address as target. */
void gen_eret(struct truth_record *rec, uint64_t target, uint8_t el);

#endif
