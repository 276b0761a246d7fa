/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_LAYOUTS_H
#define DECODER_LAYOUTS_H

#include "decoder/record.h"

/* More layouts than any CPU has; further ones are dropped. */
#define SPE_CANDIDATES	256

/*
 * The layouts of one type of CPU and how its records begin and end, learned from pieces of its
 * streams before these are decoded.  A decoder that expects them recognizes damage from the
 * first record on, and a rare layout at its first occurrence.  The pieces may be damaged, too,
 * but damage does not repeat from one piece to the next.
 */
struct spe_layouts {
	struct spe_candidate {
		struct spe_shape shape;
		uint32_t votes;		/* pieces in which it occurs */
	} candidate[SPE_CANDIDATES];
	uint32_t nr;
	uint32_t pieces;	/* that voted */
	uint32_t starts[256];	/* pieces in which records begin with that header byte */
	uint32_t ends[2];	/* pieces in which records end with END, with TIMESTAMP */
	uint32_t records;	/* certain records in all pieces */
};

/*
 * Add the layouts that d learned from one piece; d must have been initialized for that piece.
 * A struct spe_layouts of all zero has no pieces.
 */
void spe_layouts_vote(struct spe_layouts *l, const struct spe_decoder *d);

/* After all pieces: make d expect what several of them have.  Call before d is fed. */
void spe_layouts_expect(const struct spe_layouts *l, struct spe_decoder *d);

#endif
