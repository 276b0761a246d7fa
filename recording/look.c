// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/array.h"
#include "kvm/census.h"
#include "recording/recording_impl.h"
#include "recording/shares.h"

#define BATCH		64
/* How much of how many regions to read, to learn the layouts of records. */
#define LOOK_BYTES	(8 << 10)
#define LOOK_REGIONS	64

static void note_time(struct pipeline *p, const struct spe_record *rec)
{
	if (!(rec->has & SPE_HAS_TICKS))
		return;
	if (!p->first_ticks || rec->ticks < p->first_ticks)
		p->first_ticks = rec->ticks;
}

/* State of examining records. */
struct look {
	struct spe_decoder *d;
	uint8_t *buf;
	struct census *census;
	bool all;		/* nothing was skipped */
	bool all_timed;		/* all records had a timestamp */
};

static int look_at(struct pipeline *p, const struct region *r, struct look *l,
		   struct spe_layouts *layouts)
{
	struct spe_record recs[BATCH];
	struct spe_decoder *d = l->d;
	size_t len = r->len < LOOK_BYTES ? r->len : LOOK_BYTES, n;
	long got = input_read(p->input, r->file_offset, l->buf, len);
	int err = 0;

	if (got <= 0)
		return got;
	l->all &= len == r->len;
	spe_decoder_init(d);
	if (r->flags & AUX_OVERWRITE)
		spe_decoder_unaligned(d);
	spe_decoder_feed(d, l->buf, got, r->offset);
	while (!err && (n = spe_decoder_next(d, recs, BATCH))) {
		for (size_t i = 0; i < n; i++) {
			note_time(p, &recs[i]);
			p->has |= recs[i].has;
			l->all_timed &= recs[i].has / SPE_HAS_TICKS & 1;
		}
		err = census_add(l->census, recs, n);
	}
	spe_layouts_vote(layouts, d);
	return err;
}

/* The kind of a stream's CPU, created if necessary.  0 or -ENOMEM. */
static int find_kind(struct pipeline *p, struct stream *s)
{
	struct cpu_kind *new;
	size_t i;

	for (i = 0; i < p->nr_kinds; i++) {
		if (p->kinds[i].pmu == s->pmu && p->kinds[i].midr == s->midr)
			break;
	}
	s->kind = i;
	if (i < p->nr_kinds)
		return 0;
	new = array_add(p->kinds, p->nr_kinds);
	if (!new)
		return -ENOMEM;
	*new = (struct cpu_kind){
		.pmu = s->pmu, .midr = s->midr, .layouts = calloc(1, sizeof(struct spe_layouts)),
	};
	return new->layouts ? 0 : -ENOMEM;
}

/* Examine a few records of every stream: they show the layouts, and usually the host's mode. */
static int look(struct pipeline *p, struct look *l)
{
	struct region region;
	int err = 0;

	for (size_t i = 0; !err && i < p->nr_streams; i++) {
		struct stream *s = &p->streams[i];
		size_t step = s->nr / LOOK_REGIONS + 1;

		l->all &= step == 1;
		census_stream(l->census, s->cpu, s->tid);
		err = find_kind(p, s);
		for (size_t k = 0; !err && k < s->nr; k += step)
			err = spooled_read(&p->regions, s->first + k, &region, 1) ?:
			      look_at(p, &region, l, p->kinds[s->kind].layouts);
	}
	return err;
}

/* Make a decoder for each kind of CPU from the layouts. */
static int make_decoders(struct pipeline *p)
{
	for (size_t i = 0; i < p->nr_kinds; i++) {
		struct cpu_kind *k = &p->kinds[i];

		k->decoder = malloc(sizeof(*k->decoder));
		if (!k->decoder)
			return -ENOMEM;
		spe_decoder_init(k->decoder);
		spe_layouts_expect(k->layouts, k->decoder);
		free(k->layouts);
		k->layouts = NULL;
	}
	return 0;
}

/* Threads that count all records for the census. */
struct tellers {
	const struct pipeline *p;
	struct shares shares;
};

struct teller {
	struct tellers *all;
	pthread_t thread;
	struct census *census;
	int err;
};

static int take_census(void *arg, const struct spe_record *recs, size_t n)
{
	struct teller *t = arg;
	const atomic_bool *cancel = t->all->p->cancel;

	if (cancel && atomic_load_explicit(cancel, memory_order_relaxed))
		return -ECANCELED;
	return census_add(t->census, recs, n);
}

static void *tell(void *arg)
{
	struct teller *t = arg;
	const struct pipeline *p = t->all->p;
	struct sink sink = { .records = take_census, .arg = t, .detail = SPE_WHOSE };
	const struct stream_piece *piece = NULL;
	struct spe_stats stats;

	while (!t->err && (piece = shares_next(&t->all->shares, piece))) {
		const struct stream *s = &p->streams[piece->stream];

		census_stream(t->census, s->cpu, s->tid);
		t->err = pipeline_decode_piece(p, piece, &sink, &stats);
	}
	return NULL;
}

/* The first one is this thread; start others as far as the system permits. */
static int run_tellers(struct teller *t, unsigned int n)
{
	unsigned int started = 1;
	int err;

	while (started < n && !pthread_create(&t[started].thread, NULL, tell, &t[started]))
		started++;
	tell(&t[0]);
	err = t[0].err;
	for (unsigned int i = 1; i < started; i++) {
		pthread_join(t[i].thread, NULL);
		err = err ?: t[i].err ?: census_merge(t[0].census, t[i].census);
	}
	return err;
}

static int count_all_records(struct pipeline *p, struct census **out)
{
	unsigned int n = p->jobs < p->nr_pieces ? p->jobs : (unsigned int)p->nr_pieces, i;
	struct tellers all = { .p = p };
	struct teller *t;
	int err = shares_init(&all.shares, p);

	n = n ? n : 1;
	t = calloc(n, sizeof(*t));
	if (!t || err) {
		shares_free(&all.shares);
		free(t);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		t[i].all = &all;
		t[i].census = census_new(p->timeline);
		err = t[i].census ? err : -ENOMEM;
	}
	err = err ?: run_tellers(t, n);
	*out = t[0].census;
	for (i = 1; i < n; i++)
		census_free(t[i].census);
	shares_free(&all.shares);
	free(t);
	return err;
}

/* Does the sideband leave questions open that a look does not answer? */
static bool wants_census(const struct pipeline *p, const struct look *l)
{
	for (size_t i = 0; i < p->nr_streams && !l->all; i++) {
		if (timeline_wants_census(p->timeline, l->census, p->streams[i].cpu,
					  p->streams[i].tid, l->all_timed))
			return true;
	}
	return false;
}

int look_at_records(struct pipeline *p)
{
	struct look l = {
		.d = malloc(sizeof(*l.d)), .buf = malloc(LOOK_BYTES),
		.census = census_new(p->timeline), .all = true, .all_timed = true,
	};
	struct census *full = NULL;
	int err = l.d && l.buf && l.census ? 0 : -ENOMEM;

	err = err ?: look(p, &l) ?: make_decoders(p) ?: cut_pieces(p);
	if (!err && wants_census(p, &l))
		err = count_all_records(p, &full);
	err = err ?: timeline_decide(p->timeline, full ? full : l.census, full || l.all);
	census_free(full);
	census_free(l.census);
	free(l.buf);
	free(l.d);
	return err;
}
