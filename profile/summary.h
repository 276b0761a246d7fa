/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_SUMMARY_H
#define PROFILE_SUMMARY_H

#include <stdbool.h>

#include "collector/event.h"
#include "kvm/timeline.h"
#include "profile/kinds.h"

/* What is counted over a whole recording, beside its rows. */

#define SUMMARY_SOURCES	256	/* data-source codes counted apart; higher: the last one */

/* Samples and a latency of theirs: what a share of it and its interval are made of. */
struct tally {
	uint64_t samples;
	uint64_t cycles;	/* sum of latency x period of the sample's PMU */
	unsigned __int128 squares;	/* sum of (latency x period)^2 */
};

/* Data sources of the CPUs of one model. */
struct summary_model {
	uint64_t midr;		/* 0: unknown */
	uint64_t samples[NR_WORLDS][SUMMARY_SOURCES];
	uint64_t total_sum[NR_WORLDS][SUMMARY_SOURCES];	/* core cycles */
	struct tally behind[SUMMARY_SOURCES];	/* total latency of loads of KIND_LOAD_MISS, _PEER and _FAR */
};

/* One CPU (or one task's own stream: cpu -1). */
struct summary_cpu {
	int32_t cpu, tid;
	struct spe_stats stats;		/* bytes, records, torn */
	uint64_t filtered;		/* records the filter left out */
	uint64_t period;		/* operations that a record stands for */
	uint64_t first_ticks, last_ticks;	/* of records; 0, 0: no timestamps */
	uint64_t backwards;		/* records earlier than the one before */
};

/* Guest samples of one vCPU. */
struct summary_vcpu {
	uint64_t user, kernel;
};

/* A counter of the PMU. */
struct summary_count {
	uint64_t value;
	uint64_t enabled, running;	/* ns: wanted, and on the PMU; fewer: it took turns */
};

/* The counters of one CPU, by enum counter. */
struct summary_counts {
	int32_t cpu;			/* -1: those of tasks, on all CPUs */
	bool known[COUNTERS_END];	/* it was read */
	/* Readings are totals since the counter was opened: the recording's part is between. */
	struct summary_count first[COUNTERS_END], last[COUNTERS_END];
	struct summary_count before[COUNTERS_END];	/* the parts of earlier openings of it */
};

/* Samples of CPU cycles, or, where there are none, of cpu-clock or task-clock. */
struct summary_cycles {
	bool recorded;			/* there are samples */
	bool clock;			/* of a clock: periods are ns */
	bool not_asked;			/* the filter asks what only SPE records: none counted */
	uint64_t samples[NR_WORLDS][NR_BASES];
	uint64_t periods[NR_WORLDS];	/* cycles, or ns */
	uint64_t filtered;		/* samples the filter left out */
	/* Of those counted: */
	uint64_t guest_label;		/* the kernel labelled them a guest's */
	uint64_t differ;		/* its label is wrong by the timeline */
	uint64_t no_address;		/* their owner is known, and its PC is not */
};

struct summary {
	uint64_t samples[NR_WORLDS][NR_BASES];
	uint64_t operations[NR_WORLDS];		/* samples x period */
	uint64_t ops[NR_WORLDS][4][256];	/* samples by class and payload */
	struct tally kinds[NR_KINDS];		/* total latency */
	struct tally walks;	/* translation latency of samples with event 5 (TLB walk) */
	struct summary_cpu *cpus;
	size_t nr_cpus;
	struct summary_model *models;
	size_t nr_models;
	struct summary_vcpu *vcpus;		/* as timeline_vcpus() numbers them */
	size_t nr_vcpus;
	uint8_t count_size;	/* bits of a latency counter, 12 or 16; 0 unknown */
	struct summary_cycles cycles;
	const struct summary_counts *counts;	/* borrowed from the recording, by CPU */
	size_t nr_counts;
};

/*
 * A counter over all CPUs, or cpu alone (as struct summary_counts has it; NULL: all).  False:
 * it was not recorded twice, or was never on the PMU.  *scaled: it took turns with others, and
 * value x enabled / running is given [linux tools/perf/Documentation/perf-stat.txt].
 */
bool summary_counter(const struct summary *s, const struct summary_counts *cpu,
		     enum counter what, uint64_t *value, bool *scaled);
/* Samples x period of the same CPUs, whatever the filter: an estimate of SAMPLE_POP. */
uint64_t summary_operations(const struct summary *s, const struct summary_counts *cpu);

/* Room for the timeline's vCPUs, all 0.  0 or -ENOMEM. */
int summary_vcpus(struct summary *s, const struct timeline *timeline);
/* Its row, made if there is none, and borrowed until the next; NULL: out of memory. */
struct summary_model *summary_model(struct summary *s, uint64_t midr);
void tally_add(struct tally *to, const struct tally *from);
/* Add what another counted of the same recording, but for its CPUs.  0 or -ENOMEM. */
int summary_add(struct summary *to, const struct summary *from);
/* Models in the order of their MIDR. */
void summary_sort(struct summary *s);
/* All that it owns; it is all zero then. */
void summary_clear(struct summary *s);

#endif
