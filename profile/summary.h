/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_SUMMARY_H
#define PROFILE_SUMMARY_H

#include "kvm/timeline.h"

/* What is counted over a whole recording, beside its rows. */

#define SUMMARY_SOURCES	256	/* data-source codes counted apart; higher: the last one */

/* Data sources of the CPUs of one model. */
struct summary_model {
	uint64_t midr;		/* 0: unknown */
	uint64_t samples[NR_WORLDS][SUMMARY_SOURCES];
	uint64_t total_sum[NR_WORLDS][SUMMARY_SOURCES];	/* core cycles */
};

/* One CPU (or one task's own stream: cpu -1). */
struct summary_cpu {
	int32_t cpu, tid;
	struct spe_stats stats;		/* bytes, records, torn */
	uint64_t filtered;		/* records the filter left out */
	uint64_t first_ticks, last_ticks;	/* of records; 0, 0: no timestamps */
	uint64_t backwards;		/* records earlier than the one before */
};

/* Guest samples of one vCPU. */
struct summary_vcpu {
	uint64_t user, kernel;
};

struct summary {
	uint64_t samples[NR_WORLDS][NR_BASES];
	uint64_t operations[NR_WORLDS];		/* samples x period */
	uint64_t ops[NR_WORLDS][4][256];	/* samples by class and payload */
	struct summary_cpu *cpus;
	size_t nr_cpus;
	struct summary_model *models;
	size_t nr_models;
	struct summary_vcpu *vcpus;		/* as timeline_vcpus() numbers them */
	size_t nr_vcpus;
	uint8_t count_size;	/* bits of a latency counter, 12 or 16; 0 unknown */
};

/* Room for the timeline's vCPUs, all 0.  0 or -ENOMEM. */
int summary_vcpus(struct summary *s, const struct timeline *timeline);
/* Its row, made if there is none, and borrowed until the next; NULL: out of memory. */
struct summary_model *summary_model(struct summary *s, uint64_t midr);
/* Add what another counted of the same recording, but for its CPUs.  0 or -ENOMEM. */
int summary_add(struct summary *to, const struct summary *from);
/* Models in the order of their MIDR. */
void summary_sort(struct summary *s);
/* All that it owns; it is all zero then. */
void summary_clear(struct summary *s);

#endif
