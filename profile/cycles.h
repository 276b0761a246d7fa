/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CYCLES_H
#define PROFILE_CYCLES_H

#include "profile/profile.h"

/*
 * Samples of CPU cycles in a profile, counted beside SPE's records and under the same keys.
 * They have a place, an owner, a CPU and a time, and nothing else that a record has.
 */
struct profile_cycles {
	const struct owner *owner;
	uint64_t ip;		/* 0: not known */
	uint64_t time;		/* ns; 0: not known */
	uint64_t period;	/* cycles, or ns of a clock */
	int32_t cpu;		/* -1 unknown */
	int8_t el;		/* -1 unknown */
};

/*
 * After profile_end(), and before any rows: samples come, of a clock or of cycles.  False: the
 * query's filter asks what only SPE records, so that none may be counted, and rows do not
 * know.
 */
bool profile_begin_cycles(struct profile *p, bool clock);

/* Does one pass the query's filter? */
bool profile_passes_cycles(struct profile *p, const struct profile_cycles *c);

/* Count one.  1; 0: the filter leaves it out; -ENOMEM. */
int profile_add_cycles(struct profile *p, const struct profile_cycles *c);

#endif
