// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/layouts.h"

#include <string.h>

/* A layout must occur in at least SEVERAL pieces, plus one of every ONE_IN. */
#define SEVERAL		3
#define ONE_IN		64
/* A start that fewer than one of COMMON pieces have is damage. */
#define COMMON		8
/* If more than one of RARE pieces begins otherwise, this is not damage. */
#define RARE		16

static bool same_shape(const struct spe_shape *a, const struct spe_shape *b)
{
	return a->size == b->size && a->stride == b->stride &&
	       !memcmp(a->mask, b->mask, sizeof(a->mask)) &&
	       !memcmp(a->value, b->value, sizeof(a->value));
}

static void vote_for(struct spe_layouts *l, const struct spe_shape *shape)
{
	size_t i;

	for (i = 0; i < l->nr; i++) {
		if (same_shape(&l->candidate[i].shape, shape)) {
			l->candidate[i].votes++;
			return;
		}
	}
	if (l->nr < SPE_CANDIDATES)
		l->candidate[l->nr++] = (struct spe_candidate){ .shape = *shape, .votes = 1 };
}

void spe_layouts_vote(struct spe_layouts *l, const struct spe_decoder *d)
{
	unsigned int i;

	if (!d->clean)		/* the piece is too short to say anything */
		return;
	l->pieces++;
	for (i = 0; i < 256; i++)
		l->starts[i] += d->starts[i / 32] >> i % 32 & 1;
	for (i = 0; i < 2; i++)
		l->ends[i] += d->closers >> i & 1;
	l->records = l->records + d->clean < l->records ? UINT32_MAX :
							  l->records + d->clean;
	for (i = 0; i < d->shapes.nr; i++)
		vote_for(l, &d->shapes.shape[i]);
}

/* The candidate with most votes below that number; the first of equals. */
static const struct spe_candidate *best_below(const struct spe_layouts *l, uint64_t below,
					      size_t after)
{
	const struct spe_candidate *best = NULL;
	size_t i;

	for (i = 0; i < l->nr; i++) {
		const struct spe_candidate *c = &l->candidate[i];

		if (c->votes > below || (c->votes == below && i <= after))
			continue;
		if (!best || c->votes > best->votes)
			best = c;
	}
	return best;
}

/* The rest of a damaged record looks like a layout but does not begin like one. */
static void expect_shapes(const struct spe_layouts *l, struct spe_decoder *d,
			  uint32_t least, uint32_t common)
{
	const struct spe_candidate *c;
	uint64_t below = UINT64_MAX;
	size_t after = 0, n = 0;

	while (n++ < SPE_SHAPES && (c = best_below(l, below, after)) && c->votes >= least) {
		if (l->starts[c->shape.value[0]] >= common)
			spe_decoder_expect_shape(d, &c->shape);
		below = c->votes;
		after = c - l->candidate;
	}
}

/* Do all records begin as common ones do, except for damage? */
static bool starts_known(const struct spe_layouts *l, uint32_t common)
{
	uint64_t all = 0, usual = 0;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		all += l->starts[i];
		usual += l->starts[i] >= common ? l->starts[i] : 0;
	}
	return usual && (all - usual) * RARE <= all;
}

void spe_layouts_expect(const struct spe_layouts *l, struct spe_decoder *d)
{
	uint32_t least = SEVERAL + l->pieces / ONE_IN;
	uint32_t common = l->pieces / COMMON > SEVERAL ? l->pieces / COMMON : SEVERAL;
	uint8_t closers = 0;
	unsigned int i;

	for (i = 0; i < 2; i++)
		closers |= (l->ends[i] >= least) << i;
	/* do not require of the stream what is unknown about the pieces */
	if (!closers || !starts_known(l, common))
		return;
	expect_shapes(l, d, least, common);
	for (i = 0; i < 256; i++) {
		if (l->starts[i] >= common)
			spe_decoder_expect_start(d, i);
	}
	spe_decoder_expect_end(d, closers, l->records);
}
