/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_LATENCIES_H
#define REPORT_LATENCIES_H

#include "profile/profile.h"

/*
 * Latency cycles of loads and stores by data source, world and step of total latency: the data of
 * heat maps.
 */

/* Two steps per power of two, as latency_step(), of a 16-bit latency. */
#define LATENCY_STEPS		(2 * 16)
/* The shortest latency of a step, in core cycles. */
uint64_t latency_step_start(unsigned int step);

#define LATENCY_SOURCES		64	/* further sources are left out */
#define LATENCY_ALL_WORLDS	NR_WORLDS

struct latency_source {
	const char *name;		/* "load", "store" if the samples have none; borrowed from the rows */
	bool named;
	/* By world, and of all. */
	uint64_t cycles[NR_WORLDS + 1][LATENCY_STEPS];	/* x sampling period */
	uint64_t samples[NR_WORLDS + 1][LATENCY_STEPS];
	uint64_t all_cycles[NR_WORLDS + 1], all_samples[NR_WORLDS + 1];
};

struct latencies {
	struct latency_source source[LATENCY_SOURCES];	/* most cycles first */
	unsigned int nr;
	unsigned int first, end;	/* range of steps with samples */
	uint64_t cycles;		/* of all sources */
};

/* Owned by the caller: free().  NULL: no memory.  rows: by world, op, source, total_step at least. */
struct latencies *latencies_new(const struct rows *rows);

#endif
