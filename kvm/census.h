/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_CENSUS_H
#define KVM_CENSUS_H

#include "kvm/timeline.h"

/*
 * What the records themselves prove about the host: the exception level of its kernel, whether
 * guests were sampled, and which threads run guests.  All records are counted, so that a single
 * damaged record decides nothing and the place of the proof in the recording does not matter.
 * doc/attribution.md has the rules.
 */
struct census;

/* Counts of the records that have a PC. */
struct census_sums {
	uint64_t el[4];		/* by exception level */
	uint64_t kernel_el1;	/* at EL1, with a PC in the upper half */
	uint64_t vhe;		/* at EL2, or with CONTEXT EL2: impossible under nVHE [D17.4] */
	uint64_t el0_ctx_el1;	/* at EL0 with CONTEXT EL1: under VHE, from a guest */
	uint64_t host_el1;	/* at EL1 outside entry..exit, or with CONTEXT EL1 equal to the
				 * thread on the CPU: impossible under VHE */
	uint64_t guest_el1;	/* with CONTEXT EL1 different from the thread on the CPU:
				 * impossible under nVHE */
	uint64_t guests;	/* at EL1, or with CONTEXT EL1: under VHE, from a guest */
};

/* Records of one thread, found by CONTEXT EL2, else by time. */
struct census_thread {
	int32_t tid;
	uint64_t records;
	uint64_t guests;	/* as census_sums.guests */
};

/* t: a timeline with sealed sideband, borrowed until census_free().  NULL: out of memory. */
struct census *census_new(const struct timeline *t);
void census_free(struct census *c);	/* NULL is fine */

/* Begin the records of a CPU's stream, or of a thread's if cpu is -1. */
void census_stream(struct census *c, int32_t cpu, int32_t tid);
/* 0 or -ENOMEM; -EIO or another -errno: the timeline's file cannot be read. */
int census_add(struct census *c, const struct spe_record *recs, size_t n);

/* Add the counts of other streams of the same recording.  0 or -ENOMEM. */
int census_merge(struct census *c, const struct census *other);

const struct census_sums *census_sums(const struct census *c);
/* The threads seen, unsorted.  Returns their number. */
size_t census_threads(const struct census *c, const struct census_thread **out);

/* The exception level of the host's kernel.  no_kernel: the events exclude it. */
enum host_mode census_mode(const struct census_sums *s, bool no_kernel);
/* Do these records prove a VHE host, whatever follows them? */
bool census_is_vhe(const struct census_sums *s);
/*
 * The number of records that are impossible in that mode: EL2 or CONTEXT EL2 under nVHE.  Under
 * VHE always 0, because a guest's CONTEXT EL1 may equal the id of any host thread.
 */
uint64_t census_against(const struct census_sums *s, enum host_mode mode);

/*
 * Does the thread run a guest?  1: proven; 0: no record says so; -1: too few records say so.
 * strange: no event of the recording names the thread.
 */
int census_is_vcpu(const struct census_sums *s, const struct census_thread *k, bool strange);

#endif
