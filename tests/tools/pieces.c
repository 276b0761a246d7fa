/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * pieces FILE: decode each stream of a recording piece by piece, and once more uncut, by one
 * decoder from its first byte to its last.  Prints how many pieces and records there are, how
 * many records of the one are not in the other, how many bytes are unaccounted for, and how many
 * records are earlier than one before them.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "recording/pipeline.h"

struct list {
	struct spe_record *rec;
	size_t nr;
};

static int take(void *arg, const struct spe_record *recs, size_t n)
{
	struct list *l = arg;

	for (size_t i = 0; i < n; i++) {
		struct spe_record *r = array_add(l->rec, l->nr);

		if (!r)
			return -1;
		*r = recs[i];
	}
	return 0;
}

static bool same(const struct spe_record *a, const struct spe_record *b)
{
	return a->offset == b->offset && a->size == b->size && a->has == b->has &&
	       a->ticks == b->ticks && a->pc == b->pc && a->target == b->target &&
	       a->va == b->va && a->pa == b->pa && a->events == b->events &&
	       a->ctx_el1 == b->ctx_el1 && a->ctx_el2 == b->ctx_el2 && a->total == b->total &&
	       a->issue == b->issue && a->xlat == b->xlat && a->source == b->source &&
	       a->op_class == b->op_class && a->op == b->op && a->pc_el == b->pc_el;
}

/* Records of one list that the other lacks, and the other way round. */
static size_t differ(const struct list *a, const struct list *b)
{
	size_t i = 0, k = 0, n = 0;

	while (i < a->nr && k < b->nr) {
		if (same(&a->rec[i], &b->rec[k])) {
			i++;
			k++;
			continue;
		}
		n++;
		if (a->rec[i].offset <= b->rec[k].offset)
			i++;
		else
			k++;
	}
	return n + a->nr - i + b->nr - k;
}

static uint64_t astray(const struct spe_stats *s, uint64_t bytes)
{
	uint64_t known = s->record + s->pad + s->skipped + s->held;

	return (known > bytes ? known - bytes : bytes - known) + (s->fed != bytes);
}

static size_t backwards(const struct list *l)
{
	uint64_t last = 0;
	size_t n = 0;

	for (size_t i = 0; i < l->nr; i++) {
		if (!(l->rec[i].has & SPE_HAS_TICKS))
			continue;
		if (l->rec[i].ticks < last)
			n++;
		else
			last = l->rec[i].ticks;
	}
	return n;
}

int main(int argc, char **argv)
{
	const struct pipeline_options opt = { .host_mode = HOST_UNKNOWN };
	size_t nr_records = 0, nr_differ = 0, early = 0;
	uint64_t bytes = 0;
	struct pipeline p;
	char err[256];

	if (argc != 2 || pipeline_open(&p, argv[1], &opt, err, sizeof(err)) || pipeline_seal(&p))
		return 2;
	for (size_t i = 0; i < p.nr_streams; i++) {
		const struct stream *s = &p.streams[i];
		const struct stream_piece all = { .stream = i, .len = s->bytes };
		struct list cut = { 0 }, uncut = { 0 };
		struct sink sink = { .records = take, .arg = &cut };
		struct spe_stats stats, whole;

		if (pipeline_decode(&p, s, &sink, &stats))
			return 1;
		sink.arg = &uncut;
		if (pipeline_decode_piece(&p, &all, &sink, &whole))
			return 1;
		early += backwards(&cut);
		nr_records += cut.nr;
		nr_differ += differ(&cut, &uncut);
		bytes += astray(&stats, s->bytes) + astray(&whole, s->bytes);
		free(cut.rec);
		free(uncut.rec);
	}
	printf("pieces %zu\nrecords %zu\ndiffer %zu\nastray %lu\nbackwards %zu\n", p.nr_pieces,
	       nr_records, nr_differ, (unsigned long)bytes, early);
	pipeline_close(&p);
	return 0;
}
