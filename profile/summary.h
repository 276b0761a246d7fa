/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_SUMMARY_H
#define PROFILE_SUMMARY_H

#include <stdbool.h>

#include "collector/event.h"
#include "kvm/timeline.h"
#include "profile/kinds.h"

/* What is counted over a whole recording, in addition to rows. */

#define SUMMARY_SOURCES	256	/* data-source codes counted separately; higher ones count as the
				 * last */

/* Samples and one of their latencies, for a share and its confidence interval. */
struct tally {
	uint64_t samples;
	uint64_t cycles;	/* sum of latency x period of the sample's PMU */
	unsigned __int128 squares;	/* sum of (latency x period)^2 */
};

/* Data sources on the CPUs of one model. */
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
	uint64_t filtered;		/* records rejected by the filter */
	uint64_t period;		/* operations that a record represents */
	uint64_t first_ticks, last_ticks;	/* of records; 0, 0: no timestamps */
	uint64_t backwards;		/* records that are earlier than their predecessor */
};

/* Guest samples of one vCPU. */
struct summary_vcpu {
	uint64_t user, kernel;
};

/* A counter of the PMU. */
struct summary_count {
	uint64_t value;
	uint64_t enabled, running;	/* ns: enabled, and on the PMU; less if counters were
					 * multiplexed */
};

/* The counters of one CPU, by enum counter. */
struct summary_counts {
	int32_t cpu;			/* -1: those of tasks, on all CPUs */
	bool known[COUNTERS_END];	/* it was read */
	/*
	 * Readings are totals since the counter was opened: the recording's share is the
	 * difference.
	 */
	struct summary_count first[COUNTERS_END], last[COUNTERS_END];
	struct summary_count before[COUNTERS_END];	/* the shares of earlier openings */
};

/* Samples of CPU cycles, or of cpu-clock or task-clock if there are none. */
struct summary_cycles {
	bool recorded;			/* there are samples */
	bool clock;			/* of a clock: periods are ns */
	bool not_asked;			/* the filter uses fields that only SPE records: none
					 * counted */
	uint64_t samples[NR_WORLDS][NR_BASES];
	uint64_t periods[NR_WORLDS];	/* cycles, or ns */
	uint64_t filtered;		/* samples rejected by the filter */
	/* Of the counted ones: */
	uint64_t guest_label;		/* the kernel labelled them as a guest's */
	uint64_t differ;		/* the timeline contradicts that label */
	uint64_t no_address;		/* their owner is known, but not its PC */
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
	struct summary_vcpu *vcpus;		/* by the index in timeline_vcpus() */
	size_t nr_vcpus;
	uint8_t count_size;	/* bits of a latency counter, 12 or 16; 0 unknown */
	struct summary_cycles cycles;
	const struct summary_counts *counts;	/* borrowed from the recording, by CPU */
	size_t nr_counts;
};

/*
 * A counter over all CPUs, or over cpu alone (NULL: all).  False: it was not read twice, or was
 * never on the PMU.  *scaled: it was multiplexed, and the result is value x enabled / running
 * [linux tools/perf/Documentation/perf-stat.txt].
 */
bool summary_counter(const struct summary *s, const struct summary_counts *cpu,
		     enum counter what, uint64_t *value, bool *scaled);
/* Samples x period on the same CPUs, regardless of the filter: an estimate of SAMPLE_POP. */
uint64_t summary_operations(const struct summary *s, const struct summary_counts *cpu);

/* Allocate the timeline's vCPUs, all 0.  0 or -ENOMEM. */
int summary_vcpus(struct summary *s, const struct timeline *timeline);
/*
 * The row of that model, which is created if necessary; borrowed until the next call.  NULL: out of
 * memory.
 */
struct summary_model *summary_model(struct summary *s, uint64_t midr);
void tally_add(struct tally *to, const struct tally *from);
/* Add another thread's counts of the same recording, except its CPUs.  0 or -ENOMEM. */
int summary_add(struct summary *to, const struct summary *from);
/*
 * Add another recording's counts, with its CPUs but without its vCPUs and counters, which are of
 * its machine alone.  0 or -ENOMEM.
 */
int summary_join(struct summary *to, const struct summary *from);
/* Sort models by MIDR. */
void summary_sort(struct summary *s);
/* Free everything it owns and set it to zero. */
void summary_clear(struct summary *s);

#endif
