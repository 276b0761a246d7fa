// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/count.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/progress.h"

/* How often the progress line is looked after. */
#define TICK_NS	100000000l

/* What the threads share. */
struct job {
	const struct pipeline *p;
	atomic_size_t next_stream;
	atomic_uint_fast64_t bytes;
	struct summary_cpu *cpus;	/* one per stream */
	pthread_mutex_t lock;		/* of running */
	pthread_cond_t done;
	unsigned int running;
};

/* One thread. */
struct worker {
	struct job *job;
	pthread_t thread;
	struct profile *profile[COUNT_QUERIES];
	size_t nr_profiles;
	struct summary summary;
	const struct stream *stream;
	struct summary_cpu *cpu;
	struct summary_model *model;
	struct timeline_cursor cursor;
	uint16_t latencies;		/* all bits seen in a latency */
	const struct timeline *timeline;
	int err;
};

void summary_clear(struct summary *s)
{
	free(s->cpus);
	free(s->models);
	memset(s, 0, sizeof(*s));
}

static struct summary_model *model_of(struct summary *s, uint64_t midr)
{
	struct summary_model *m;
	size_t i;

	for (i = 0; i < s->nr_models; i++) {
		if (s->models[i].midr == midr)
			return &s->models[i];
	}
	m = realloc(s->models, (s->nr_models + 1) * sizeof(*m));
	if (!m)
		return NULL;
	s->models = m;
	memset(&m[s->nr_models], 0, sizeof(*m));
	m[s->nr_models].midr = midr;
	return &m[s->nr_models++];
}

static inline void sum_up(struct worker *w, const struct spe_record *rec,
			  const struct owner *o)
{
	struct summary *s = &w->summary;
	unsigned int code;

	s->samples[o->world][o->basis]++;
	s->operations[o->world] += w->stream->period;
	if (rec->has & SPE_HAS_OP)
		s->ops[o->world][rec->op_class & 3][rec->op]++;
	if (rec->has & SPE_HAS_SOURCE) {
		code = rec->source < SUMMARY_SOURCES ? rec->source : SUMMARY_SOURCES - 1;
		w->model->samples[o->world][code]++;
		w->model->total_sum[o->world][code] += rec->total;
	}
	w->latencies |= rec->total | rec->issue | rec->xlat;
}

static inline void note_time(struct summary_cpu *c, const struct spe_record *rec)
{
	if (!(rec->has & SPE_HAS_TICKS))
		return;
	if (!c->first_ticks)
		c->first_ticks = c->last_ticks = rec->ticks;
	c->backwards += rec->ticks < c->last_ticks;
	if (rec->ticks < c->first_ticks)
		c->first_ticks = rec->ticks;
	if (rec->ticks > c->last_ticks)
		c->last_ticks = rec->ticks;
}

static int take_batch(struct worker *w, const struct spe_record *recs, size_t n)
{
	struct owner owners[PROFILE_BATCH];
	bool keep[PROFILE_BATCH];
	size_t i, k;
	int err = 0;

	for (i = 0; i < n; i++) {
		owners[i] = *timeline_attribute(w->timeline, &w->cursor, &recs[i]);
		note_time(w->cpu, &recs[i]);
	}
	profile_filter(w->profile[0], recs, owners, n, keep);
	for (k = 0; k < w->nr_profiles && !err; k++)
		err = profile_add(w->profile[k], recs, owners, n, keep);
	for (i = 0; i < n; i++) {
		if (keep[i])
			sum_up(w, &recs[i], &owners[i]);
		else
			w->cpu->filtered++;
	}
	return err;
}

static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	size_t at, batch;
	int err = 0;

	for (at = 0; at < n && !err; at += batch) {
		batch = n - at < PROFILE_BATCH ? n - at : PROFILE_BATCH;
		err = take_batch(arg, recs + at, batch);
	}
	return err;
}

static void take_progress(void *arg, uint64_t bytes)
{
	struct worker *w = arg;

	atomic_fetch_add_explicit(&w->job->bytes, bytes, memory_order_relaxed);
}

static int count_stream(struct worker *w, size_t i)
{
	const struct pipeline *p = w->job->p;
	struct sink sink = { .records = take_records, .progress = take_progress, .arg = w };
	size_t k;
	int err = 0;

	w->stream = &p->streams[i];
	w->cpu = &w->job->cpus[i];
	w->cpu->cpu = w->stream->cpu;
	w->cpu->tid = w->stream->tid;
	w->model = model_of(&w->summary, w->stream->midr);
	if (!w->model)
		return -ENOMEM;
	for (k = 0; k < w->nr_profiles && !err; k++)
		err = profile_stream(w->profile[k], w->stream->cpu, w->stream->period,
				     w->stream->midr);
	if (err)
		return err;
	timeline_cursor_init(&w->cursor, w->timeline, w->stream->cpu, w->stream->tid);
	err = pipeline_decode(p, w->stream, &sink, &w->cpu->tally);
	for (k = 0; k < w->nr_profiles && !err; k++)
		err = profile_flush(w->profile[k]);
	return err;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct job *job = w->job;
	size_t i;

	while (!w->err && (i = atomic_fetch_add(&job->next_stream, 1)) < job->p->nr_streams)
		w->err = count_stream(w, i);
	pthread_mutex_lock(&job->lock);
	job->running--;
	pthread_cond_signal(&job->done);
	pthread_mutex_unlock(&job->lock);
	return NULL;
}

static void add_models(struct summary *to, const struct summary *from, int *err)
{
	size_t i, k, w;

	for (i = 0; i < from->nr_models; i++) {
		const struct summary_model *src = &from->models[i];
		struct summary_model *dst = model_of(to, src->midr);

		if (!dst) {
			*err = -ENOMEM;
			return;
		}
		for (w = 0; w < NR_WORLDS; w++) {
			for (k = 0; k < SUMMARY_SOURCES; k++) {
				dst->samples[w][k] += src->samples[w][k];
				dst->total_sum[w][k] += src->total_sum[w][k];
			}
		}
	}
}

static void add_summary(struct summary *to, const struct summary *from, int *err)
{
	size_t w, i, k;

	for (w = 0; w < NR_WORLDS; w++) {
		to->operations[w] += from->operations[w];
		for (i = 0; i < NR_BASES; i++)
			to->samples[w][i] += from->samples[w][i];
		for (i = 0; i < 4; i++) {
			for (k = 0; k < 256; k++)
				to->ops[w][i][k] += from->ops[w][i][k];
		}
	}
	add_models(to, from, err);
}

static int by_midr(const void *a, const void *b)
{
	const struct summary_model *x = a, *y = b;

	return x->midr < y->midr ? -1 : x->midr > y->midr;
}

/* The first worker's profiles become the result. */
static int merge(struct worker *workers, unsigned int n, struct profile **profiles,
		 struct summary *summary)
{
	struct worker *first = &workers[0];
	uint16_t latencies = 0;
	unsigned int i;
	size_t k;
	int err = 0;

	for (i = 0; !err && i < n; i++) {
		err = workers[i].err;
		if (!err)
			add_summary(summary, &workers[i].summary, &err);
		for (k = 0; !err && i && k < first->nr_profiles; k++)
			err = profile_merge(first->profile[k], workers[i].profile[k]);
		latencies |= workers[i].latencies;
	}
	if (summary->nr_models)
		qsort(summary->models, summary->nr_models, sizeof(*summary->models), by_midr);
	if (latencies & 0xf000)
		summary->count_size = 16;
	for (k = 0; !err && k < first->nr_profiles; k++) {
		profiles[k] = first->profile[k];
		first->profile[k] = NULL;
	}
	return err;
}

static int make_profiles(struct worker *w, const struct profile_query *queries, size_t nr,
			 const struct profile_context *ctx)
{
	size_t k;

	w->nr_profiles = nr;
	for (k = 0; k < nr; k++) {
		w->profile[k] = profile_new(&queries[k], ctx);
		if (!w->profile[k])
			return -ENOMEM;
	}
	return 0;
}

static void free_worker(struct worker *w)
{
	size_t k;

	for (k = 0; k < w->nr_profiles; k++)
		profile_free(w->profile[k]);
	summary_clear(&w->summary);
}

static void wait_for(struct job *job, bool show)
{
	struct progress progress;
	struct timespec until;

	progress_start(&progress, show, "decoding");
	pthread_mutex_lock(&job->lock);
	while (job->running) {
		if (!progress.on) {
			pthread_cond_wait(&job->done, &job->lock);
			continue;
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += TICK_NS;
		until.tv_sec += until.tv_nsec / 1000000000l;
		until.tv_nsec %= 1000000000l;
		pthread_cond_timedwait(&job->done, &job->lock, &until);
		progress_show(&progress, atomic_load(&job->bytes), job->p->aux_bytes);
	}
	pthread_mutex_unlock(&job->lock);
	progress_end(&progress);
}

/* Start n threads; fewer, down to this one, where the system gives no more. */
static void run(struct job *job, struct worker *workers, unsigned int n, bool show)
{
	unsigned int i, started = 0;

	job->running = n;
	for (i = 0; i < n; i++) {
		if (pthread_create(&workers[started].thread, NULL, work, &workers[started]))
			break;
		started++;
	}
	if (started < n) {
		pthread_mutex_lock(&job->lock);
		job->running -= n - started - !started;
		pthread_mutex_unlock(&job->lock);
		if (!started)
			work(&workers[0]);
	}
	wait_for(job, show);
	for (i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}

int count_all(const struct pipeline *p, const struct profile_query *queries, size_t nr,
	      const struct profile_context *ctx, const struct count_options *opt,
	      struct profile **profiles, struct summary *summary)
{
	unsigned int n = opt->jobs < p->nr_streams ? opt->jobs : p->nr_streams, i;
	struct job job = { .p = p };
	struct worker *workers;
	int err = 0;

	memset(summary, 0, sizeof(*summary));
	summary->count_size = p->count_size;
	summary->nr_cpus = p->nr_streams;
	summary->cpus = job.cpus = calloc(p->nr_streams + 1, sizeof(*job.cpus));
	n = n ? n : 1;
	workers = calloc(n, sizeof(*workers));
	if (!workers || !summary->cpus) {
		free(workers);
		return -ENOMEM;
	}
	pthread_mutex_init(&job.lock, NULL);
	pthread_cond_init(&job.done, NULL);
	for (i = 0; i < n && !err; i++) {
		workers[i].job = &job;
		workers[i].timeline = ctx->timeline;
		err = make_profiles(&workers[i], queries, nr, ctx);
	}
	if (!err) {
		run(&job, workers, n, opt->progress);
		err = merge(workers, n, profiles, summary);
	}
	for (i = 0; i < n; i++)
		free_worker(&workers[i]);
	free(workers);
	return err;
}
