// SPDX-License-Identifier: GPL-2.0-only
#include "recording/recording_impl.h"

/*
 * Counts the records of a piece that are earlier than a record of an earlier piece, but not
 * earlier than a preceding record of their own piece.
 */
struct early {
	uint64_t last;		/* ticks: the latest before the piece */
	uint64_t own;		/* and the latest in it so far */
	uint64_t nr;
};

#define LATE_ENOUGH	1	/* ends the decoding; not an error */

static int count_early(void *arg, const struct spe_record *recs, size_t n)
{
	struct early *e = arg;

	for (const struct spe_record *rec = recs; rec < recs + n; rec++) {
		if (!(rec->has & SPE_HAS_TICKS) || rec->ticks < e->own)
			continue;
		if (rec->ticks >= e->last)
			return LATE_ENOUGH;
		e->own = rec->ticks;
		e->nr++;
	}
	return 0;
}

/* Add the counts of a stream's next piece.  0 or -errno. */
static int add_piece(const struct pipeline *p, const struct stream_piece *piece,
		     struct summary_cpu *to, const struct summary_cpu *c)
{
	struct early early = { .last = to->last_ticks };
	struct sink sink = { .records = count_early, .arg = &early, .detail = SPE_WHOSE };
	struct spe_stats stats;
	int err = 0;

	spe_stats_add(&to->stats, &c->stats);
	to->filtered += c->filtered;
	to->backwards += c->backwards;
	if (!c->first_ticks)
		return 0;
	if (c->first_ticks < to->last_ticks)
		err = pipeline_decode_piece(p, piece, &sink, &stats);
	to->backwards += early.nr;
	if (!to->first_ticks || c->first_ticks < to->first_ticks)
		to->first_ticks = c->first_ticks;
	if (c->last_ticks > to->last_ticks)
		to->last_ticks = c->last_ticks;
	return err < 0 ? err : 0;
}

int join_pieces(const struct pipeline *p, const struct summary_cpu *pieces,
		struct summary_cpu *streams)
{
	int err = 0;

	for (size_t i = 0; i < p->nr_streams && !err; i++) {
		const struct stream *s = &p->streams[i];

		streams[i].cpu = s->cpu;
		streams[i].tid = s->tid;
		streams[i].period = s->period;
		for (size_t k = s->first_piece; k < s->first_piece + s->nr_pieces && !err; k++)
			err = add_piece(p, &p->pieces[k], &streams[i], &pieces[k]);
	}
	return err;
}
