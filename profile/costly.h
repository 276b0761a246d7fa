/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_COSTLY_H
#define PROFILE_COSTLY_H

#include "profile/kinds.h"
#include "profile/profile.h"

/*
 * Samples that missed a cache or the TLB, were mispredicted or took long, kept individually: they
 * locate the causes of cost without a row for each instruction.  Of a long recording only some are
 * kept, more likely the costlier they are, and each represents several.
 */

/* Total latency in cycles from which every kind of sample is costly. */
#define COSTLY_LATENCY	64

struct costly_sample {
	const char *symbol, *object;	/* as in rows: struct place_names; "" unknown */
	uint64_t offset;	/* in the object, as FIELD_OFFSET; 0: no PC */
	uint64_t midr;		/* of the CPU; 0: unknown */
	uint64_t stands_for;	/* operations: the period of its PMU, times the number of samples
				 * it represents */
	uint32_t name;		/* equal for equal .symbol and .object */
	int32_t vm;		/* -1: none, or unknown */
	int32_t pid;		/* of the host; in a guest that of its VMM; -1 unknown */
	const char *comm;	/* of that task, owned by the timeline; "" unknown */
	int16_t cpu_node, node;	/* NUMA nodes of the CPU and of the data; -1: unknown */
	uint16_t total, xlat;	/* core cycles; 0: unknown */
	uint16_t source;	/* data source code, if .has_source */
	uint8_t world;		/* enum world */
	uint8_t kind;		/* enum sample_kind */
	bool has_source;
	bool walk;		/* event 5 (TLB walk) */
};

/*
 * Of a recording with so many records one sample is kept each time the sum of costly_amount()
 * advances by this: some 10,000 in all, and some 400 where one operation in 1,000 is mispredicted,
 * whose shares by function have a standard error of about 2 percentage points.
 */
static inline uint64_t costly_stride(uint64_t records)
{
	return records >> 16 ? (records >> 16) << 8 : 1;
}

/*
 * Mispredicted branches have short latencies, but as many of them as of long operations should be
 * kept.
 */
#define COSTLY_MISPREDICTED	256

/* The amount that a sample of that kind adds to that sum. */
static inline unsigned int costly_amount(const struct spe_record *rec, enum sample_kind kind)
{
	return kind == KIND_MISPREDICTED ? COSTLY_MISPREDICTED : rec->total;
}

/* Keep a sample of that kind, after profile_stream().  0 or -errno. */
int profile_add_costly(struct profile *p, const struct spe_record *rec, const struct owner *o,
		       enum sample_kind kind, uint64_t stands_for);

/*
 * Call once after profile_end(): returns the number of samples; *out, owned by the caller, has them
 * by .name, .vm and .world.
 */
size_t profile_take_costly(struct profile *p, struct costly_sample **out);

#endif
