// SPDX-License-Identifier: GPL-2.0-only
#include "recording/ordered.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "recording/recording_impl.h"

/* Shared by the threads. */
struct job {
	const struct recording *r;
	const struct ordered_query *q;
	struct profile_query filter;
	pthread_mutex_t lock;		/* protects the rest */
	pthread_cond_t turn;		/* .put has changed, or .err */
	size_t piece;			/* the next one to take */
	size_t given, put;		/* portions: handed out, put */
	uint64_t bytes;			/* of AUX data so far */
	struct progress progress;
	int err;
};

struct worker {
	struct job *job;
	pthread_t thread;
	void *own;			/* of the query's begin() */
	struct profile *filter;		/* NULL: none */
	const struct stream *stream;
	struct timeline_cursor cursor;
};

static const enum field filter_keys[] = { FIELD_WORLD };

static bool is_canceled(const struct job *job)
{
	return job->r->p.cancel && atomic_load_explicit(job->r->p.cancel, memory_order_relaxed);
}

/* The pieces from first that are one portion: returns the number of the first one behind it. */
static size_t portion_end(const struct pipeline *p, size_t first)
{
	uint64_t bytes = 0;
	size_t i = first;

	while (i < p->nr_pieces && bytes < ORDERED_PORTION) {
		/* a portion of one stream has a narrow range of time */
		if (i > first && p->pieces[i].stream != p->pieces[i - 1].stream &&
		    bytes >= ORDERED_PORTION / 4)
			break;
		bytes += p->pieces[i++].len;
	}
	return i;
}

static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	struct worker *w = arg;
	struct samples s;
	int err = is_canceled(w->job) ? -ECANCELED : 0;

	for (size_t at = 0; at < n && !err; at += s.n) {
		s.rec = recs + at;
		s.n = n - at < PROFILE_BATCH ? n - at : PROFILE_BATCH;
		attribute_samples(w->job->r->p.timeline, &w->cursor, &s);
		s.all = !w->filter;
		if (w->filter)
			profile_filter(w->filter, &s);
		err = w->job->q->take(w->own, &s);
	}
	return err;
}

static int read_piece(struct worker *w, const struct stream_piece *piece)
{
	const struct sink sink = { .records = take_records, .arg = w, .detail = SPE_ALL };
	const struct pipeline *p = &w->job->r->p;
	struct spe_stats stats;
	int err;

	w->stream = &p->streams[piece->stream];
	err = w->filter ? profile_stream(w->filter, w->stream->cpu, w->stream->period,
					 w->stream->midr) : 0;
	err = err ?: w->job->q->stream(w->own, w->stream);
	if (err)
		return err;
	timeline_cursor_init(&w->cursor, p->timeline, w->stream->cpu, w->stream->tid);
	err = pipeline_decode_piece(p, piece, &sink, &stats);
	return err ?: w->cursor.failed ? -EIO : 0;
}

/* Wait for the portion's turn.  0, or another thread's error. */
static int put_portion(struct worker *w, size_t portion, uint64_t bytes, int err)
{
	struct job *job = w->job;

	pthread_mutex_lock(&job->lock);
	while (!err && !job->err && job->put != portion)
		pthread_cond_wait(&job->turn, &job->lock);
	err = err ?: job->err;
	/* the others wait for their turn */
	err = err ?: job->q->put(w->own);
	job->put++;
	job->err = job->err ?: err;
	job->bytes += bytes;
	progress_show(&job->progress, job->bytes, job->r->p.aux_bytes);
	pthread_cond_broadcast(&job->turn);
	pthread_mutex_unlock(&job->lock);
	return err;
}

static int read_portion(struct worker *w, size_t first, size_t end, size_t portion)
{
	const struct pipeline *p = &w->job->r->p;
	uint64_t bytes = 0;
	int err = 0;

	for (size_t i = first; i < end && !err; i++) {
		err = read_piece(w, &p->pieces[i]);
		bytes += p->pieces[i].len;
	}
	err = err ?: w->job->q->close(w->own);
	return put_portion(w, portion, bytes, err);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct job *job = w->job;
	const struct pipeline *p = &job->r->p;
	int err = 0;

	while (!err) {
		size_t first, portion;

		pthread_mutex_lock(&job->lock);
		first = job->piece;
		job->piece = portion_end(p, first);
		portion = job->given++;
		err = job->err;
		pthread_mutex_unlock(&job->lock);
		if (first == p->nr_pieces)
			break;
		err = err ?: read_portion(w, first, portion_end(p, first), portion);
	}
	return NULL;
}

static int begin(struct worker *w, struct job *job)
{
	const struct profile_context ctx = recording_context(job->r);

	w->job = job;
	w->own = job->q->begin(job->q->arg);
	w->filter = job->q->filter ? profile_new(&job->filter, &ctx) : NULL;
	return w->own && (w->filter || !job->q->filter) ? 0 : -ENOMEM;
}

/* With fewer threads, possibly only this one, if the system refuses more. */
static void run(struct worker *workers, unsigned int n)
{
	unsigned int started = 1;

	while (started < n && !pthread_create(&workers[started].thread, NULL, work, &workers[started]))
		started++;
	work(&workers[0]);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}

int recording_ordered(const struct recording *r, const struct ordered_query *q)
{
	unsigned int n = r->p.jobs < r->p.nr_pieces ? r->p.jobs : (unsigned int)r->p.nr_pieces;
	struct job job = {
		.r = r, .q = q,
		.filter = { .keys = filter_keys, .nr_keys = 1, .filter = q->filter },
	};
	struct worker *workers;
	int err = 0;

	n = n ? n : 1;
	workers = calloc(n, sizeof(*workers));
	if (!workers)
		return -ENOMEM;
	pthread_mutex_init(&job.lock, NULL);
	pthread_cond_init(&job.turn, NULL);
	progress_start(&job.progress, r->progress, "decoding");
	for (unsigned int i = 0; i < n && !err; i++)
		err = begin(&workers[i], &job);
	if (!err)
		run(workers, n);
	progress_end(&job.progress);
	for (unsigned int i = 0; i < n; i++) {
		if (workers[i].own)
			q->end(workers[i].own);
		profile_free(workers[i].filter);
	}
	pthread_mutex_destroy(&job.lock);
	pthread_cond_destroy(&job.turn);
	free(workers);
	return err ?: job.err;
}
