/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_CENSUS_H
#define KVM_CENSUS_H

#include "kvm/timeline.h"

/*
 * What records prove of the host: where its kernel runs, whether guests were sampled, and
 * which threads run guests.  Records are counted, so that one damaged record decides
 * nothing, and all of them, so that it does not matter where in a recording the proof
 * stands.  doc/attribution.md has the rules.
 */
struct census;

/* What was counted of all records that have a PC. */
struct census_sums {
	uint64_t el[4];		/* by exception level */
	uint64_t kernel_el1;	/* of these, at EL1 at addresses of the upper half */
	uint64_t vhe;		/* at EL2, or with CONTEXT EL2: no nVHE host's [D17.4] */
	uint64_t el0_ctx_el1;	/* at EL0 with CONTEXT EL1: no VHE host's own */
	uint64_t host_el1;	/* at EL1 while no guest was inside, or whose CONTEXT EL1 is the
				 * thread that the CPU had: no VHE host's */
	uint64_t guest_el1;	/* whose CONTEXT EL1 is another than the thread that the CPU had:
				 * no nVHE host's */
	uint64_t guests;	/* at EL1, or with CONTEXT EL1: a guest's under a VHE host */
};

/* Records of one thread, by CONTEXT EL2, else by the time. */
struct census_thread {
	int32_t tid;
	uint64_t records;
	uint64_t guests;	/* as census_sums.guests */
};

/*
 * t: its sideband is sealed.  It is borrowed until census_free().  NULL: out of memory.
 */
struct census *census_new(const struct timeline *t);
void census_free(struct census *c);	/* NULL is fine */

/* The next records are those of a CPU's stream, or of a thread's if cpu is -1. */
void census_stream(struct census *c, int32_t cpu, int32_t tid);
/* 0 or -ENOMEM; -EIO or what the system says: the timeline's file cannot be read. */
int census_add(struct census *c, const struct spe_record *recs, size_t n);

/* Add what another counted of other streams of the same recording.  0 or -ENOMEM. */
int census_merge(struct census *c, const struct census *other);

const struct census_sums *census_sums(const struct census *c);
/* The threads seen, in no order.  Returns how many. */
size_t census_threads(const struct census *c, const struct census_thread **out);

/* Where the host's kernel runs.  no_kernel: the events exclude the host's. */
enum host_mode census_mode(const struct census_sums *s, bool no_kernel);
/* Is it so clearly a VHE host's that more records cannot change it? */
bool census_is_vhe(const struct census_sums *s);
/*
 * Records that are impossible in that mode: EL2 or CONTEXT EL2 of an nVHE host.  None is
 * under VHE: a guest's CONTEXT EL1 may equal any thread's id.
 */
uint64_t census_against(const struct census_sums *s, enum host_mode mode);

/*
 * Does the thread run a guest?  1: proven; 0: no record says so; -1: some do, too few.
 * strange: no event of the recording names it.
 */
int census_is_vcpu(const struct census_sums *s, const struct census_thread *k, bool strange);

#endif
