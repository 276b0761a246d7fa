// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes are a stream: the statistics balance, records are inside the fed bytes, ordered and
 * disjoint, and chopping the stream does not change the result.  The first bytes of the input
 * select pieces, gaps and whether shapes are used.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "decoder/record.h"

#define HEADER		4
#define RECORDS_MAX	4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
	struct spe_record recs[RECORDS_MAX];
	size_t nr;
	struct spe_stats stats;
};

static void require(int ok)
{
	if (!ok)
		abort();
}

static void drain(struct spe_decoder *d, struct result *r, size_t max)
{
	struct spe_record extra[8];
	size_t n;

	for (;;) {
		if (r->nr + max <= RECORDS_MAX)
			n = spe_decoder_next(d, r->recs + r->nr, max);
		else
			n = spe_decoder_next(d, extra, 8);
		require(d->stats.fed == d->stats.record + d->stats.pad +
			d->stats.skipped + d->stats.held);
		if (!n)
			return;
		if (r->nr + max <= RECORDS_MAX)
			r->nr += n;
	}
}

/* Copy each piece, so that reads beyond it are detected. */
static void feed(struct spe_decoder *d, const uint8_t *p, size_t n, uint64_t at,
		 struct result *r, size_t max)
{
	uint8_t *piece = malloc(n ? n : 1);

	require(piece != NULL);
	memcpy(piece, p, n);
	spe_decoder_feed(d, piece, n, at);
	drain(d, r, max);
	free(piece);
}

/* gap: the offset of a loss; 0: none. */
static void decode(struct result *r, const uint8_t *p, size_t len, size_t piece,
		   size_t gap, int flags)
{
	struct spe_decoder *d = malloc(sizeof(*d));
	size_t at = 0, n;

	require(d != NULL);
	r->nr = 0;
	spe_decoder_init(d);
	d->no_shapes = flags & 1;
	if (flags & 2)
		spe_decoder_unaligned(d);
	while (at < len) {
		if (gap && at == gap) {
			spe_decoder_gap(d);
			drain(d, r, 16);
		}
		n = len - at < piece ? len - at : piece;
		if (at < gap && gap - at < n)
			n = gap - at;
		feed(d, p + at, n, at, r, piece % 7 + 1);
		at += n;
	}
	spe_decoder_gap(d);
	drain(d, r, 16);
	require(d->stats.held == 0);
	r->stats = d->stats;
	free(d);
}

static void check_records(const struct result *r, size_t len)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < r->nr; i++) {
		const struct spe_record *rec = &r->recs[i];

		require(rec->offset >= end && rec->size && rec->size <= SPE_RECORD_MAX);
		end = rec->offset + rec->size;
		require(end <= len && rec->pc_el < 4 && rec->pc_ns < 4);
		spe_kind(rec);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct result whole, pieces;
	size_t gap, piece;
	int flags;

	if (size < HEADER)
		return 0;
	flags = data[0];
	piece = data[1] + 1u;
	gap = data[2] | (size_t)data[3] << 8;
	data += HEADER;
	size -= HEADER;
	if (gap >= size)
		gap = 0;
	decode(&whole, data, size, size ? size : 1, gap, flags);
	decode(&pieces, data, size, piece, gap, flags);
	require(whole.nr == pieces.nr);
	require(!memcmp(whole.recs, pieces.recs, whole.nr * sizeof(whole.recs[0])));
	require(!memcmp(&whole.stats, &pieces.stats, sizeof(whole.stats)));
	check_records(&whole, size);
	return 0;
}
