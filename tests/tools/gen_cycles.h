/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_CYCLES_H
#define TESTS_GEN_CYCLES_H

#include "tests/tools/gen_machine.h"
#include "tests/tools/gen_sideband.h"

/*
 * Samples of CPU cycles and counters, as an arm64 kernel reports them, with the truth about each in
 * a text file.
 */

/* The mode that the interrupt found. */
enum gen_mode { GEN_MODE_KERNEL = 1, GEN_MODE_USER = 2, GEN_MODE_GUEST_KERNEL = 4, GEN_MODE_GUEST_USER = 5 };

struct gen_cycle {
	enum gen_mode mode;
	uint64_t ip;
	uint64_t kernel[2], user[2]; /* callers; 0: none */
	const char *world;           /* the truth */
	bool ip_is_its;
	int32_t vm, vcpu;            /* in a guest; else -1 */
};

/* Write the sample, and a line of truth: time cpu pid tid world vm vcpu ip period chain. */
void gen_cycles_sample(struct gen_machine *m, struct gen_buf *b, struct gen_stamp s,
		       const struct gen_cycle *c);
/*
 * Write a reading of a CPU's counters after that many records and ns.  All counters start at other
 * values than 0; not started: write only those.
 */
void gen_cycles_counters(struct gen_buf *b, struct gen_stamp s, bool started, uint64_t records,
			 uint64_t ns);

#endif
