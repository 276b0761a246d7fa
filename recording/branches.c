// SPDX-License-Identifier: GPL-2.0-only
#include "recording/branches.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "recording/edges.h"
#include "recording/recording_impl.h"
#include "recording/shares.h"

#define PAGES		512	/* a power of two */
#define ERRATA_MAX	8

/* Shared by the threads. */
struct job {
	const struct recording *r;
	struct shares shares;
	uint64_t unit;
	atomic_uint_fast64_t bytes;	/* of AUX data so far */
};

/* A page of an address space, in one object. */
struct page {
	uint64_t page;			/* number + 1; 0: none */
	uint64_t bias;			/* offset - address */
	uint32_t space, object;
};

/* One thread. */
struct worker {
	struct job *job;
	pthread_t thread;
	struct profile *profile;	/* only for its filter; NULL: there is none */
	struct timeline_cursor cursor;
	struct edges edges;
	struct branches sum;		/* all but .edge */
	const struct stream *stream;
	bool erratum;			/* of the stream's CPU */
	/* the address space of memory between two times */
	int32_t memory;
	uint32_t space;
	uint64_t from, len;		/* ticks; len 0: none */
	struct page pages[PAGES];
	struct progress *progress;	/* of the first thread; else NULL */
	int err;
};

const char *branch_loss_what(enum branch_loss l)
{
	static const char *const what[] = {
#define LOSS(id, what) what,
#include "recording/branch_losses.def"
#undef LOSS
	};

	return what[l];
}

/* Find the address space of the record, and how long it stays the same. */
static void seek_space(struct worker *w, const struct spe_record *rec, int32_t memory)
{
	const struct pipeline *p = &w->job->r->p;
	bool timed = p->clock && rec->has & SPE_HAS_TICKS;
	uint64_t from = 0, until = UINT64_MAX;

	if (w->memory == memory && rec->ticks - w->from < w->len)
		return;
	w->memory = memory;
	w->space = spaces_find(p->spaces, memory, timed ? input_clock_ns(p->clock, rec->ticks) : 0,
			       &from, &until);
	w->from = timed && from ? input_clock_ticks(p->clock, from) : 0;
	/* without a time, nothing can be remembered */
	w->len = !timed ? 0 : (until == UINT64_MAX ? UINT64_MAX :
			       input_clock_ticks(p->clock, until)) - w->from;
}

/* The object of an address in w->space, and the offset in it. */
static uint32_t locate(struct worker *w, uint64_t addr, uint64_t *offset)
{
	uint64_t number = addr >> 12, first, last;
	struct page *p = &w->pages[(number ^ w->space * 0x9e5u) % PAGES];
	struct place place;

	if (p->page == number + 1 && p->space == w->space) {
		*offset = addr + p->bias;
		return p->object;
	}
	spaces_locate_around(w->job->r->p.spaces, w->space, addr, &place, &first, &last);
	if (first <= number << 12 && last >= (number << 12 | 4095))
		*p = (struct page){ number + 1, place.offset - addr, w->space, place.object->id };
	*offset = place.offset;
	return place.object->id;
}

static int lose(struct worker *w, enum branch_loss l)
{
	w->sum.lost[l]++;
	return 0;
}

/* Code ran from the previous branch's target to this branch, in program order. */
static int add_straight(struct worker *w, const struct spe_record *rec, const struct edge *taken)
{
	struct edge e = { .to = taken->from, .to_object = taken->from_object, .kind = EDGE_STRAIGHT };

	if (!(rec->has & SPE_HAS_PREV_TARGET))
		return 0;
	w->sum.straight[w->stream->kind] = true;
	e.from_object = rec->prev_el == rec->pc_el ? locate(w, rec->prev_target, &e.from) : 0;
	if (e.from_object != e.to_object || e.from > e.to) {
		w->sum.bent++;
		return 0;
	}
	return edges_add(&w->edges, &e, w->stream->period / w->job->unit, false);
}

static int add_branch(struct worker *w, const struct spe_record *rec, const struct owner *o)
{
	bool taken = !(rec->events & 1u << SPE_EV_NOT_TAKEN);
	struct edge e = { .kind = taken ? EDGE_TAKEN : EDGE_NOT_TAKEN,
			  .cpus = (uint32_t)w->stream->kind };
	int err;

	if (w->erratum)
		return lose(w, BRANCH_ERRATUM);
	if (!(rec->events & 1u << SPE_EV_RETIRED) || rec->events & 1u << SPE_EV_EXCEPTION)
		return lose(w, BRANCH_NOT_RETIRED);
	if (o->world == WORLD_UNKNOWN || o->memory == MEMORY_UNKNOWN || !(rec->has & SPE_HAS_PC))
		return lose(w, BRANCH_UNKNOWN);
	if (taken && !(rec->has & SPE_HAS_TARGET))
		return lose(w, BRANCH_NO_TARGET);
	/* an exception return: its target is in another address space */
	if (taken && rec->target_el != rec->pc_el)
		return lose(w, BRANCH_LEVELS);
	seek_space(w, rec, o->memory);
	e.from_object = locate(w, rec->pc, &e.from);
	/* object 0 is unknown */
	if (!e.from_object)
		return lose(w, BRANCH_UNKNOWN);
	if (taken) {
		e.to_object = locate(w, rec->target, &e.to);
	} else {
		e.to = e.from;
		e.to_object = e.from_object;
	}
	w->sum.samples++;
	err = edges_add(&w->edges, &e, w->stream->period / w->job->unit,
			taken && rec->events & 1u << SPE_EV_MISPREDICTED);
	return err ?: taken ? add_straight(w, rec, &e) : 0;
}

static bool passes(struct worker *w, const struct spe_record *rec, const struct owner *o)
{
	struct samples s = { .rec = rec, .n = 1, .nr_owners = 1, .owner = { *o } };

	if (!w->profile)
		return true;
	profile_filter(w->profile, &s);
	return s.all || s.keep[0];
}

static int take_records(void *arg, const struct spe_record *rec, size_t n)
{
	const struct recording *r = ((struct worker *)arg)->job->r;
	struct worker *w = arg;
	const struct owner *o;
	int err = 0;

	if (r->p.cancel && atomic_load_explicit(r->p.cancel, memory_order_relaxed))
		return -ECANCELED;
	for (size_t i = 0; i < n && !err; i++) {
		if (spe_kind(&rec[i]) != SPE_KIND_BRANCH)
			continue;
		o = timeline_attribute(r->p.timeline, &w->cursor, &rec[i]);
		if (passes(w, &rec[i], o))
			err = add_branch(w, &rec[i], o);
	}
	return err;
}

static void take_progress(void *arg, uint64_t bytes)
{
	struct worker *w = arg;
	uint64_t done = atomic_fetch_add_explicit(&w->job->bytes, bytes, memory_order_relaxed);

	if (w->progress)
		progress_show(w->progress, done + bytes, w->job->r->p.aux_bytes);
}

/* Does the CPU have an erratum that makes counts of its branches wrong? */
static bool has_erratum(uint64_t midr)
{
	struct spe_erratum errata[ERRATA_MAX];
	size_t nr = spe_errata(midr, errata, ERRATA_MAX);

	for (size_t i = 0; i < nr && i < ERRATA_MAX; i++)
		if (errata[i].branches)
			return true;
	return false;
}

static int count_piece(struct worker *w, const struct stream_piece *piece)
{
	const struct pipeline *p = &w->job->r->p;
	const struct sink sink = {
		.records = take_records, .progress = take_progress, .arg = w, .detail = SPE_ALL,
	};
	struct spe_stats stats;
	int err = 0;

	w->stream = &p->streams[piece->stream];
	w->erratum = has_erratum(w->stream->midr);
	w->len = 0;
	if (w->profile)
		err = profile_stream(w->profile, w->stream->cpu, w->stream->period, w->stream->midr);
	timeline_cursor_init(&w->cursor, p->timeline, w->stream->cpu, w->stream->tid);
	err = err ?: pipeline_decode_piece(p, piece, &sink, &stats);
	return err ?: w->cursor.failed ? -EIO : 0;
}

static void *work(void *arg)
{
	const struct stream_piece *piece = NULL;
	struct worker *w = arg;

	while (!w->err && (piece = shares_next(&w->job->shares, piece)))
		w->err = count_piece(w, piece);
	return NULL;
}

/* This thread works, too; fewer threads do if the system refuses more. */
static void run(struct job *job, struct worker *workers, unsigned int n)
{
	struct progress progress;
	unsigned int started = 1;

	progress_start(&progress, job->r->progress, "decoding");
	workers[0].progress = &progress;
	while (started < n && !pthread_create(&workers[started].thread, NULL, work, &workers[started]))
		started++;
	work(&workers[0]);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	progress_end(&progress);
}

static int merge(const struct job *job, struct worker *workers, unsigned int n, struct branches *out)
{
	size_t kinds = job->r->p.nr_kinds;
	int err = 0;

	for (unsigned int i = 0; i < n && !err; i++) {
		const struct branches *b = &workers[i].sum;

		err = workers[i].err;
		if (!err && i)
			err = edges_merge(&workers[0].edges, &workers[i].edges);
		out->samples += b->samples;
		out->bent += b->bent;
		for (unsigned int l = 0; l < NR_BRANCH_LOSSES; l++)
			out->lost[l] += b->lost[l];
		for (size_t k = 0; k < kinds; k++)
			out->straight[k] |= b->straight[k];
	}
	if (!err)
		out->edge = edges_take(&workers[0].edges, &out->nr);
	return err;
}

static int init_worker(struct worker *w, struct job *job, const struct profile_query *query,
		       const struct profile_context *ctx)
{
	w->job = job;
	w->sum.straight = calloc(job->r->p.nr_kinds + 1, sizeof(*w->sum.straight));
	if (query->filter)
		w->profile = profile_new(query, ctx);
	edges_init(&w->edges);
	return w->sum.straight && (w->profile || !query->filter) ? 0 : -ENOMEM;
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

int recording_branches(const struct recording *r, const struct filter *filter, struct branches *out)
{
	static const enum field world = FIELD_WORLD;
	const struct profile_query query = { .keys = &world, .nr_keys = 1, .filter = filter };
	const struct profile_context ctx = recording_context(r);
	unsigned int n = r->p.jobs < r->p.nr_pieces ? r->p.jobs : r->p.nr_pieces;
	struct worker *workers;
	struct job job = { .r = r };
	int err = 0;

	*out = (struct branches){ 0 };
	n = n ? n : 1;
	for (size_t i = 0; i < r->p.nr_streams; i++)
		job.unit = greatest_divisor(r->p.streams[i].period, job.unit);
	out->unit = job.unit = job.unit ? job.unit : 1;
	out->straight = calloc(r->p.nr_kinds + 1, sizeof(*out->straight));
	workers = calloc(n, sizeof(*workers));
	if (!workers || !out->straight || shares_init(&job.shares, &r->p)) {
		free(workers);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < n && !err; i++)
		err = init_worker(&workers[i], &job, &query, &ctx);
	if (!err) {
		run(&job, workers, n);
		err = merge(&job, workers, n, out);
	}
	for (unsigned int i = 0; i < n; i++) {
		profile_free(workers[i].profile);
		edges_clear(&workers[i].edges);
		free(workers[i].sum.straight);
	}
	shares_free(&job.shares);
	free(workers);
	return err;
}

void branches_clear(struct branches *b)
{
	free(b->edge);
	free(b->straight);
	*b = (struct branches){ 0 };
}
