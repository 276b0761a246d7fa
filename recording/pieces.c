// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "recording/recording_impl.h"

/*
 * Long streams are cut into pieces, so that several threads can share one.
 *
 * A decoder learns from the bytes it reads, and decides by that what is damage.  Each piece
 * therefore starts with a decoder that knows the layouts found by look_at_records() and nothing
 * else.  The cuts do not depend on the number of threads, so neither do the records.  Undamaged
 * records do not depend on what a decoder has learned (tests/prop/record.c), so an undamaged
 * stream gives the same records cut and uncut.
 *
 * A cut must not split a record.  It is placed in the middle of a run of records with nothing but
 * padding between them, found by a decoder that starts out of sync.  Where there is no such run,
 * the piece gets longer.
 */

/* Length of a piece: a few ms of work. */
#define PIECE	(4 << 20)
/* Attempts per PIECE bytes to find a cut, if the first one fails. */
#define TRIES	16
/* Bytes read to find a cut, and records required before and after it. */
#define PROBE	(16 << 10)
#define RUN	16

/* A position in a stream, which only moves forward. */
struct walker {
	struct region_reader regions;
	struct stream_piece here;	/* .len is unused */
};

/* Move to byte number before of the stream, which must exist.  0 or -errno. */
static int walk_to(struct walker *w, const struct stream *s, uint64_t before)
{
	for (;;) {
		const struct region *r = region_at(&w->regions, s->first + w->here.number);
		uint64_t end;

		if (!r)
			return w->regions.err;
		end = w->here.before - w->here.at + r->len;
		if (before < end)
			break;
		w->here.number++;
		w->here.before = end;
		w->here.at = 0;
	}
	w->here.at += before - w->here.before;
	w->here.before = before;
	return 0;
}

/* Consecutive records with nothing but padding between them. */
struct run {
	unsigned int nr;
	uint64_t middle;	/* offset of record number RUN */
	uint64_t bad;		/* skipped bytes, torn records and unknown packets so far */
};

/* Decode the bytes that were fed.  True: the run is long enough. */
static bool run_on(struct run *run, struct spe_decoder *d)
{
	struct spe_record rec;

	while (spe_decoder_next(d, &rec, 1)) {
		uint64_t bad = d->stats.skipped + d->stats.torn + d->stats.unknown;

		if (bad != run->bad)
			run->nr = 0;
		run->bad = bad;
		if (run->nr++ == RUN)
			run->middle = rec.offset;
		if (run->nr == 2 * RUN)
			return true;
	}
	return false;
}

/* Find a cut after from.  1: at byte *before of the stream; 0: there is none near; -errno. */
static int probe(const struct pipeline *p, const struct stream_piece *from, struct spe_decoder *d,
		 uint64_t *before)
{
	uint64_t begin = 0, next = 0;
	struct run run = { 0 };
	struct windows windows;
	struct window w;
	int ret = windows_init(&windows, p, from);

	*d = *p->kinds[windows.s->kind].decoder;
	d->detail = SPE_WHOSE;
	spe_decoder_unaligned(d);
	while (!ret && (ret = windows_next(&windows, &w)) > 0) {
		begin = next ? begin : w.offset;
		ret = 0;
		if (next && w.offset != next)
			break;
		next = w.offset + w.len;
		spe_decoder_feed(d, w.data, w.len, w.offset);
		if (run_on(&run, d)) {
			*before = from->before + run.middle - begin;
			ret = 1;
		} else if (w.last && w.region.flags & (AUX_TRUNCATED | AUX_PARTIAL)) {
			break;
		}
	}
	windows_free(&windows);
	return ret;
}

/* End the last piece there and start the next.  0 or -ENOMEM. */
static int cut(struct pipeline *p, const struct stream_piece *here)
{
	struct stream_piece *new = array_add(p->pieces, p->nr_pieces);

	if (!new)
		return -ENOMEM;
	new[-1].len = here->before - new[-1].before;
	*new = *here;
	return 0;
}

static int cut_stream(struct pipeline *p, size_t i, struct spe_decoder *d)
{
	struct stream *s = &p->streams[i];
	struct walker w = { .regions.of = &p->regions, .here.stream = i };
	struct stream_piece *first = array_add(p->pieces, p->nr_pieces);
	uint64_t at = PIECE;
	int ret = 0;

	if (!first)
		return -ENOMEM;
	*first = w.here;
	s->first_piece = p->nr_pieces - 1;
	while (ret >= 0 && at + PIECE / 2 < s->bytes) {
		struct stream_piece from;

		ret = walk_to(&w, s, at);
		from = w.here;
		from.len = PROBE;
		ret = ret ?: probe(p, &from, d, &at);
		if (ret > 0)
			ret = walk_to(&w, s, at) ?: cut(p, &w.here) ?: 1;
		at += ret > 0 ? PIECE : PIECE / TRIES;
	}
	p->pieces[p->nr_pieces - 1].len = s->bytes - p->pieces[p->nr_pieces - 1].before;
	s->nr_pieces = p->nr_pieces - s->first_piece;
	return ret < 0 ? ret : 0;
}

int cut_pieces(struct pipeline *p)
{
	struct spe_decoder *d = malloc(sizeof(*d));
	int err = d ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < p->nr_streams; i++)
		err = cut_stream(p, i, d);
	free(d);
	return err;
}
