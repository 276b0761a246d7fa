/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_SPE_ENCODE_H
#define TESTS_SPE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decoder/record.h"

/* The packets of a record except the last; each occurs at most once. */
enum spe_slot {
	SPE_SLOT_PC,
	SPE_SLOT_CTX_EL1,
	SPE_SLOT_CTX_EL2,
	SPE_SLOT_ISSUE,
	SPE_SLOT_TOTAL,
	SPE_SLOT_EVENTS,
	SPE_SLOT_OP,
	SPE_SLOT_TARGET,
	SPE_SLOT_PREV_TARGET,
	SPE_SLOT_VA,
	SPE_SLOT_XLAT,
	SPE_SLOT_PA,
	SPE_SLOT_SOURCE,
	SPE_SLOT_ALT_ISSUE,
	SPE_SLOT_EXTRA,		/* the first of SPE_EXTRA_MAX */
	SPE_SLOT_EXTRA_LAST = SPE_SLOT_EXTRA + SPE_EXTRA_MAX - 1,
	NR_SPE_SLOTS
};

/* Freedom that the architecture leaves to the implementation (Arm ARM D18.1). */
struct spe_encoding {
	uint8_t order[NR_SPE_SLOTS];	/* a permutation of enum spe_slot */
	uint8_t align;		/* log2 of the alignment of a record's size */
	bool pad_inside;	/* padding comes before END or TIMESTAMP, not after */
	bool extended;		/* addresses and counters get two-byte headers */
	uint8_t events_len;	/* bytes of the events payload: 1, 2, 4, 8; at least as many as
				 * it needs */
	uint8_t source_len;	/* likewise for the data source: 1, 2 */
};

/*
 * The choices of server cores (seen on Neoverse and Kunpeng): PC first, 64-byte records with PAD
 * before TIMESTAMP, two bytes of events, one of data source.
 */
void spe_encoding_init(struct spe_encoding *e);

/* Random legal choices, reproducible by the seed. */
void spe_encoding_shuffle(struct spe_encoding *e, uint64_t seed);

/*
 * Write rec as the hardware would: END or, with SPE_HAS_TICKS, TIMESTAMP last.  Decoding returns
 * rec if it is canonical: fields not in .has are zero, nr_extra <= SPE_EXTRA_MAX, code addresses
 * are sign-extended from bit 55, pa has bits 55:0, exception levels and *_ns are 0 to 3.  offset
 * and size are ignored.  Returns the number of bytes written, including padding; 0: len is too
 * small.
 */
size_t spe_record_encode(uint8_t *buf, size_t len, const struct spe_record *rec,
			 const struct spe_encoding *e);

#endif
