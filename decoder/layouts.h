/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_LAYOUTS_H
#define DECODER_LAYOUTS_H

#include "decoder/record.h"

/* No CPU has so many layouts; what comes after them is of no use. */
#define SPE_CANDIDATES	256

/*
 * The layouts of one kind of CPU, and how its records begin and end, found in
 * pieces of its streams before they are decoded.  A decoder that expects them
 * knows damage from the first record on, and a rare layout where it first comes.  Damage is in the pieces, too,
 * but does not repeat itself from one to the next.
 */
struct spe_layouts {
	struct spe_candidate {
		struct spe_shape shape;
		uint32_t votes;		/* pieces that have it */
	} candidate[SPE_CANDIDATES];
	uint32_t nr;
	uint32_t pieces;	/* that voted */
	uint32_t starts[256];	/* pieces with records that began so */
	uint32_t ends[2];	/* or ended so */
	uint32_t records;	/* undoubted ones in all */
};

/*
 * d, started anew for it, has decoded a piece: the layouts that it learned are
 * in this piece.  Layouts of none are all zero.
 */
void spe_layouts_vote(struct spe_layouts *l, const struct spe_decoder *d);

/* All pieces have voted: d, before it is fed, expects what several have. */
void spe_layouts_expect(const struct spe_layouts *l, struct spe_decoder *d);

#endif
