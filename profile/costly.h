/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_COSTLY_H
#define PROFILE_COSTLY_H

#include "profile/kinds.h"
#include "profile/profile.h"

/*
 * Samples that missed a cache or the TLB, were mispredicted or took long, kept one by one: where
 * the causes of cost lie, without a row for each instruction of the recording.  Of a long
 * recording some are kept, the dearer the likelier, and each stands for so many.
 */

/* Total latency, cycles, from which on every kind of sample is costly. */
#define COSTLY_LATENCY	64

struct costly_sample {
	const char *symbol, *object;	/* as in rows: struct place_names; "" unknown */
	uint64_t offset;	/* where in the object, as FIELD_OFFSET; 0: no PC */
	uint64_t midr;		/* of the CPU; 0: unknown */
	uint64_t stands_for;	/* operations: the period of its PMU, times so many samples */
	uint32_t name;		/* equal for equal .symbol and .object */
	int32_t vm;		/* -1: none, or unknown */
	uint16_t total, xlat;	/* core cycles; 0: none */
	uint16_t source;	/* data source code, if .has_source */
	uint8_t world;		/* enum world */
	uint8_t kind;		/* enum sample_kind */
	bool has_source;
	bool walk;		/* event 5 (TLB walk) */
};

/* How far latencies of a recording of so many records add up before one more is kept. */
static inline uint64_t costly_stride(uint64_t records)
{
	return records >> 16 ? (records >> 16) << 10 : 1;
}

/* Mispredicted branches are short, and yet as many of them are wanted as of long operations. */
#define COSTLY_MISPREDICTED	256

/* What a sample of that kind adds to that sum. */
static inline unsigned int costly_amount(const struct spe_record *rec, enum sample_kind kind)
{
	return kind == KIND_MISPREDICTED ? COSTLY_MISPREDICTED : rec->total;
}

/* Keep one of that kind, after profile_stream().  0 or -errno. */
int profile_add_costly(struct profile *p, const struct spe_record *rec, const struct owner *o,
		       enum sample_kind kind, uint64_t stands_for);

/* After profile_end(), once: the samples by .name, .vm and .world; free() them.  How many they are. */
size_t profile_take_costly(struct profile *p, struct costly_sample **out);

#endif
