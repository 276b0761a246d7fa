/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CYCLES_H
#define PROFILE_CYCLES_H

#include "profile/profile.h"

/*
 * Samples of CPU cycles in a profile, counted beside SPE's records and under the same keys.  They
 * have a place, an owner, a CPU and a time, but no other field of a record.
 */
struct profile_cycles {
	const struct owner *owner;
	uint64_t ip;		/* 0: unknown */
	uint64_t time;		/* ns; 0: unknown */
	uint64_t period;	/* cycles, or ns of a clock */
	int32_t cpu;		/* -1 unknown */
	int8_t el;		/* -1 unknown */
};

/*
 * Prepare for samples of a clock or of cycles; call after profile_end(), before any rows.  False:
 * the query's filter uses fields that only SPE records, so that no sample can be counted and rows
 * lack them.
 */
bool profile_begin_cycles(struct profile *p, bool clock);

/* Does the sample pass the query's filter? */
bool profile_passes_cycles(struct profile *p, const struct profile_cycles *c);

/* Count samples in the cell of that number.  0 or -ENOMEM. */
int profile_count_cycles(struct profile *p, uint32_t number, const struct cycle_count *c);

/* Count a sample.  1; 0: the filter rejects it; -ENOMEM. */
int profile_add_cycles(struct profile *p, const struct profile_cycles *c);

#endif
