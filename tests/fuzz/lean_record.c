// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes are a stream: its statistics balance, and its records are ordered, disjoint and inside
 * it.  The input is as for fuzz_record.c, but the stream comes in one or two pieces.
 */
#include "decoder/names.h"
#include "decoder/record.h"
#include "tests/fuzz/lean.h"

#define HEADER	4

/* Where the last record ended. */
static uint64_t check(const struct spe_record *recs, size_t nr, uint64_t end)
{
	for (size_t i = 0; i < nr; i++) {
		const struct spe_record *rec = &recs[i];

		lean_require(rec->offset >= end && rec->size && rec->size <= SPE_RECORD_MAX &&
			     rec->pc_el < 4 && rec->pc_ns < 4);
		spe_kind(rec);
		end = rec->offset + rec->size;
	}
	return end;
}

static uint64_t drain(struct spe_decoder *d, uint64_t end)
{
	struct spe_record recs[16];
	size_t n;

	while ((n = spe_decoder_next(d, recs, 16)))
		end = check(recs, n, end);
	lean_require(d->stats.fed ==
		     d->stats.record + d->stats.pad + d->stats.skipped + d->stats.held);
	return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct spe_decoder d;
	uint64_t end = 0;
	size_t gap;

	if (size < HEADER)
		return 0;
	spe_decoder_init(&d);
	d.no_shapes = data[0] & 1;
	if (data[0] & 2)
		spe_decoder_unaligned(&d);
	gap = data[2] | (size_t)data[3] << 8;
	data += HEADER;
	size -= HEADER;
	if (gap && gap < size) {
		spe_decoder_feed(&d, data, gap, 0);
		end = drain(&d, end);
		spe_decoder_gap(&d);
		end = drain(&d, end);
	} else {
		gap = 0;
	}
	spe_decoder_feed(&d, data + gap, size - gap, gap);
	end = drain(&d, end);
	spe_decoder_gap(&d);
	end = drain(&d, end);
	lean_require(end <= size && !d.stats.held);
	return 0;
}
