// SPDX-License-Identifier: GPL-2.0-only
#include "recording/count.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "profile/cells/sketch.h"
#include "profile/costly.h"
#include "profile/cycles.h"
#include "recording/recording_impl.h"
#include "recording/shares.h"

/* Interval of updates of the progress line. */
#define TICK_NS	100000000l

/* Shared by the threads. */
struct job {
	const struct pipeline *p;
	struct shares shares;
	atomic_uint_fast64_t bytes, *count;	/* of AUX data so far: count is where to add them */
	const atomic_bool *cancel;
	uint64_t part;			/* stop after this many bytes in total; 0: all */
	struct summary_cpu *cpus;	/* one per piece */
	pthread_mutex_t lock;		/* protects running */
	pthread_cond_t done;
	unsigned int running;
};

/* Indices for records without an operation or a data source. */
#define NO_OP		(4 * 256)
#define NO_SOURCE	SUMMARY_SOURCES

/* Sums over samples of one latency, in core cycles. */
struct sums {
	uint64_t samples, sum, squares;
};

/*
 * Counts for streams of one model and period, by world.  Each record is counted in both dimensions.
 */
struct mix {
	uint64_t midr, period;
	uint64_t ops[NR_WORLDS][NO_OP + 1];	/* by class and payload */
	/* total latency; kinds by operation and events only */
	struct sums source[NR_WORLDS][NO_SOURCE + 1][NR_KINDS];
	struct sums walks;		/* translation latency of TLB walks */
};

/* Events that determine a kind, or whether a sample is costly: the low ones, and rare ones. */
#define KIND_EVENTS \
	(1u << SPE_EV_L1D_ACCESS | 1u << SPE_EV_L1D_MISS | 1u << SPE_EV_TLB_WALK | \
	 1u << SPE_EV_MISPREDICTED | KIND_RARE_EVENTS)
#define KIND_FOLD	12	/* folding with this shift gives each event a bit of its own */
#define KIND_ROW	(1u << KIND_FOLD)

static inline unsigned int kind_events(uint64_t events)
{
	uint32_t some = events & KIND_EVENTS;

	return (some | some >> KIND_FOLD) & (KIND_ROW - 1);
}

_Static_assert(!(KIND_EVENTS & (KIND_ROW - 1) & KIND_EVENTS >> KIND_FOLD) &&
	       !(KIND_EVENTS >> 2 * KIND_FOLD), "no event is another one's bit");

/* The kind of a sample apart from its data source, by operation and kind_events(). */
struct kinds {
	uint16_t row[NO_OP + 1];	/* where the kinds of an operation begin in .of */
	/* KIND_ROW for each enum spe_kind: enum sample_kind, and KIND_COSTLY */
	uint8_t of[(SPE_KIND_BRANCH + 1) * KIND_ROW];
};

#define KIND_COSTLY	0x80	/* costly regardless of latency */

/* Default alignment of records in bytes [PMBIDR_EL1.Align]. */
#define RECORD_SIZE	64

/* One thread. */
struct worker {
	struct job *job;
	pthread_t thread;
	struct profile *profile;
	struct summary summary;
	const struct stream *stream;
	struct summary_cpu *cpu;
	struct mix mix;
	struct timeline_cursor cursor;
	struct kinds kinds;
	/*
	 * costly samples: cycles since the last one was kept, and the number at which the next will
	 * be; see costly.h
	 */
	uint64_t credit, stride;
	int costly_err;			/* 0 or -errno: why no more are kept */
	uint16_t latencies;		/* OR of all latencies */
	const struct timeline *timeline;
	int err;
};

/* A record that is not simply later than all before: returns the time of the last one. */
static __attribute__((noinline)) uint64_t note_time(struct summary_cpu *c,
						    const struct spe_record *rec, uint64_t last)
{
	if (!(rec->has & SPE_HAS_TICKS))
		return last;
	c->backwards += c->first_ticks != 0;
	if (!c->first_ticks)
		last = rec->ticks;
	if (!c->first_ticks || rec->ticks < c->first_ticks)
		c->first_ticks = rec->ticks;
	return last;
}

static void note_times(struct summary_cpu *c, const struct spe_record *rec, unsigned int n)
{
	uint64_t last = c->first_ticks ? c->last_ticks : UINT64_MAX;

	/* records without a time have 0 */
	for (const struct spe_record *end = rec + n; rec < end; rec++)
		last = __builtin_expect(rec->ticks >= last, 1) ? rec->ticks : note_time(c, rec, last);
	if (c->first_ticks)
		c->last_ticks = last;
}

static inline void add_latency(struct sums *s, uint64_t latency)
{
	s->samples++;
	s->sum += latency;
	s->squares += latency * latency;
}

/* The row in which an owner's samples of a batch are summed. */
struct mix_row {
	uint64_t *ops;
	struct sums (*source)[NR_KINDS];
	uint64_t samples;
};

/* Keep one of the costly samples since the last one. */
static __attribute__((noinline)) void keep_costly(struct worker *w, const struct spe_record *rec,
						  const struct owner *o, enum sample_kind kind,
						  uint64_t amount)
{
	uint64_t times = w->credit / w->stride;

	w->credit %= w->stride;
	if (!w->costly_err)
		w->costly_err = profile_add_costly(w->profile, rec, o, kind, times * w->stride *
						   w->stream->period / amount);
}

/* Index in kinds.row and in mix.ops. */
static inline unsigned int op_of(const struct spe_record *rec)
{
	return rec->has & SPE_HAS_OP ? (rec->op_class & 3u) << 8 | rec->op : NO_OP;
}

/* From struct kinds. */
static inline uint8_t kind_of_record(const struct kinds *k, const struct spe_record *rec,
				     unsigned int op)
{
	return k->of[k->row[op] | kind_events(rec->events)];
}

_Static_assert(PROFILE_BATCH <= 64, "a bit for each sample of a batch");

/* Sum up the costly samples of a batch: a bit for each. */
static void sum_costly(struct worker *w, const struct samples *s, uint64_t costly)
{
	for (; costly; costly &= costly - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(costly);
		const struct spe_record *rec = &s->rec[i];
		unsigned int kind = kind_of_record(&w->kinds, rec, op_of(rec)) & ~KIND_COSTLY;
		unsigned int amount = costly_amount(rec, kind);

		if (rec->events & 1u << SPE_EV_TLB_WALK)
			add_latency(&w->mix.walks, rec->xlat);
		w->credit += amount;
		if (w->credit >= w->stride && amount)
			keep_costly(w, rec, &s->owner[s->owner_of[i]], kind, amount);
	}
}

/*
 * Count a sample; returns whether it is costly.  No branch depends on the kind of a sample, because
 * it would be unpredictable.
 */
static inline bool sum_record(struct worker *w, struct mix_row *row, const struct spe_record *rec)
{
	/* fields that a record lacks are 0 */
	unsigned int no_source = (~rec->has & SPE_HAS_SOURCE) / (SPE_HAS_SOURCE / NO_SOURCE);
	unsigned int code = rec->source | no_source, op = op_of(rec), kind;

	if (__builtin_expect(rec->source >= SUMMARY_SOURCES, 0))
		code = SUMMARY_SOURCES - 1;
	kind = kind_of_record(&w->kinds, rec, op);
	row->samples++;
	row->ops[op]++;
	add_latency(&row->source[code][kind & ~KIND_COSTLY], rec->total);
	return kind / KIND_COSTLY | (rec->total >= COSTLY_LATENCY);
}

_Static_assert(offsetof(struct spe_record, issue) == offsetof(struct spe_record, total) + 2 &&
	       offsetof(struct spe_record, xlat) == offsetof(struct spe_record, total) + 4,
	       "three latencies and one more, read at once");

/* Count what needs no key: operations, kinds and data sources by world. */
static inline __attribute__((always_inline)) void
sum_records(struct worker *w, const struct samples *s, struct mix_row *rows, bool all)
{
	const struct spe_record *rec = s->rec;
	uint64_t latencies = 0, costly = 0, four;
	unsigned int i, n = s->n;
	uint16_t of[4];

	for (i = 0; i < n; i++, rec++) {
		if (!all && !s->keep[i]) {
			w->cpu->filtered++;
			continue;
		}
		costly |= (uint64_t)sum_record(w, &rows[s->owner_of[i]], rec) << i;
		memcpy(&four, &rec->total, sizeof(four));
		latencies |= four;
	}
	sum_costly(w, s, costly);
	memcpy(of, &latencies, sizeof(of));
	w->latencies |= of[0] | of[1] | of[2];
}

static void sum_up(struct worker *w, const struct samples *s)
{
	struct mix_row rows[PROFILE_BATCH];
	struct summary *sum = &w->summary;

	for (unsigned int i = 0; i < s->nr_owners; i++)
		rows[i] = (struct mix_row){ w->mix.ops[s->owner[i].world],
					    w->mix.source[s->owner[i].world], 0 };
	if (s->all)
		sum_records(w, s, rows, true);
	else
		sum_records(w, s, rows, false);
	for (unsigned int i = 0; i < s->nr_owners; i++) {
		const struct owner *o = &s->owner[i];

		sum->samples[o->world][o->basis] += rows[i].samples;
		sum->operations[o->world] += rows[i].samples * w->stream->period;
		if (o->vcpu_index < 0)
			continue;
		if (o->world == WORLD_GUEST_USER)
			sum->vcpus[o->vcpu_index].user += rows[i].samples;
		else
			sum->vcpus[o->vcpu_index].kernel += rows[i].samples;
	}
}

static int take_records(void *arg, const struct spe_record *recs, size_t n)
{
	struct worker *w = arg;
	struct samples s;
	size_t at;
	int err = 0;

	if (w->job->cancel && atomic_load_explicit(w->job->cancel, memory_order_relaxed))
		return -ECANCELED;
	for (at = 0; at < n && !err; at += s.n) {
		s.rec = recs + at;
		s.n = n - at < PROFILE_BATCH ? n - at : PROFILE_BATCH;
		attribute_samples(w->timeline, &w->cursor, &s);
		note_times(w->cpu, s.rec, s.n);
		profile_filter(w->profile, &s);
		err = profile_add(w->profile, &s);
		sum_up(w, &s);
		err = err ?: w->costly_err;
	}
	return err;
}

static void take_progress(void *arg, uint64_t bytes)
{
	struct worker *w = arg;

	atomic_fetch_add_explicit(w->job->count, bytes, memory_order_relaxed);
}

/* The bytes of a stream to count if only a part is wanted; UINT64_MAX: all. */
static uint64_t share_of(const struct job *job, const struct stream *s)
{
	double share = job->part ? (double)job->part / (double)job->p->aux_bytes : 1;

	return share < 1 ? (uint64_t)((double)s->bytes * share) + 1 : UINT64_MAX;
}

/* Start each piece at another phase of the stride, so that sampling stays unbiased. */
static uint64_t first_credit(const struct worker *w, const struct stream_piece *piece)
{
	if (w->stride == UINT64_MAX)	/* none are kept */
		return 0;
	return (uint64_t)((unsigned __int128)(piece->before * 0x9e3779b97f4a7c15) * w->stride >> 64);
}

static void tally(struct tally *to, const struct sums *s, uint64_t period)
{
	tally_add(to, &(struct tally){ s->samples, s->sum * period,
				       (unsigned __int128)s->squares * period * period });
}

/* Add one kind, world and data source of the mix. */
static void sum_source(struct worker *w, struct summary_model *m, enum world world,
		       unsigned int code, enum sample_kind by_events)
{
	struct sums *s = &w->mix.source[world][code][by_events];
	uint64_t period = w->mix.period;
	enum sample_kind kind;

	if (!s->samples)
		return;
	kind = kind_with_source(by_events, code < SUMMARY_SOURCES - 1 ?
				spe_source_reach(m->midr, (uint16_t)code) : SPE_REACH_UNKNOWN);
	tally(&w->summary.kinds[kind], s, period);
	if (code == NO_SOURCE)
		goto done;
	m->samples[world][code] += s->samples;
	m->total_sum[world][code] += s->sum;
	if (kind == KIND_LOAD_MISS || kind == KIND_LOAD_PEER || kind == KIND_LOAD_FAR)
		tally(&m->behind[code], s, period);
done:
	*s = (struct sums){ 0 };
}

/* Move the mix to the summary of its model. */
static int sum_mix(struct worker *w)
{
	struct summary_model *m;

	if (!w->mix.period)	/* no stream yet */
		return 0;
	m = summary_model(&w->summary, w->mix.midr);
	if (!m)
		return -ENOMEM;
	for (unsigned int world = 0; world < NR_WORLDS; world++) {
		for (unsigned int op = 0; op < NO_OP; op++)
			w->summary.ops[world][op >> 8][op & 0xff] += w->mix.ops[world][op];
		for (unsigned int code = 0; code <= NO_SOURCE; code++)
			for (unsigned int kind = 0; kind < NR_KINDS; kind++)
				sum_source(w, m, world, code, kind);
	}
	tally(&w->summary.walks, &w->mix.walks, w->mix.period);
	memset(w->mix.ops, 0, sizeof(w->mix.ops));
	w->mix.walks = (struct sums){ 0 };
	return 0;
}

/* Prepare the mix for the next stream.  0 or -ENOMEM. */
static int mix_stream(struct worker *w, const struct stream *s)
{
	if (w->mix.midr == s->midr && w->mix.period == s->period)
		return 0;
	if (sum_mix(w))
		return -ENOMEM;
	w->mix.midr = s->midr;
	w->mix.period = s->period;
	return 0;
}

static int count_piece(struct worker *w, const struct stream_piece *piece)
{
	const struct pipeline *p = w->job->p;
	uint64_t share;
	struct sink sink = {
		.records = take_records, .progress = take_progress, .arg = w,
		.detail = profile_detail(w->profile),
	};
	int err;

	w->stream = &p->streams[piece->stream];
	w->credit = first_credit(w, piece);
	w->cpu = &w->job->cpus[piece - p->pieces];
	share = share_of(w->job, w->stream);
	if (share <= piece->before)
		return 0;
	sink.limit = share == UINT64_MAX ? 0 : share - piece->before;
	err = profile_stream(w->profile, w->stream->cpu, w->stream->period, w->stream->midr) ?:
	      mix_stream(w, w->stream);
	if (err)
		return err;
	timeline_cursor_init(&w->cursor, w->timeline, w->stream->cpu, w->stream->tid);
	err = pipeline_decode_piece(p, piece, &sink, &w->cpu->stats);
	return err ?: w->cursor.failed ? -EIO : profile_flush(w->profile);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	const struct stream_piece *piece = NULL;
	struct job *job = w->job;

	while (!w->err && (piece = shares_next(&job->shares, piece)))
		w->err = count_piece(w, piece);
	w->err = w->err ?: sum_mix(w);
	pthread_mutex_lock(&job->lock);
	job->running--;
	pthread_cond_signal(&job->done);
	pthread_mutex_unlock(&job->lock);
	return NULL;
}

/* The first worker's profile becomes the result. */
static int merge(struct worker *workers, unsigned int n, struct profile **profile,
		 struct summary *summary)
{
	uint16_t latencies = 0;
	int err = 0;

	for (unsigned int i = 0; !err && i < n; i++) {
		err = workers[i].err;
		if (!err)
			err = summary_add(summary, &workers[i].summary);
		if (!err && i)
			err = profile_merge(workers[0].profile, workers[i].profile);
		latencies |= workers[i].latencies;
	}
	err = err ?: profile_end(workers[0].profile);
	summary_sort(summary);
	if (latencies & 0xf000)
		summary->count_size = 16;
	if (!err) {
		*profile = workers[0].profile;
		workers[0].profile = NULL;
	}
	return err;
}

/* Events and kinds that make a sample costly, regardless of latency. */
static uint8_t kind_entry(const struct kind_facts *f)
{
	enum sample_kind kind = kind_of(f);
	bool costly = kind == KIND_LOAD_MISS || kind == KIND_MISPREDICTED ||
		      f->events & (1u << SPE_EV_TLB_WALK | KIND_RARE_EVENTS);

	return (uint8_t)(kind | (costly ? KIND_COSTLY : 0));
}

static void fill_kinds(struct kinds *k)
{
	for (unsigned int op = 0; op <= NO_OP; op++) {
		struct kind_facts f = { .has_op = op < NO_OP, .op_class = (uint8_t)(op >> 8),
					.op = (uint8_t)op };
		struct spe_record rec = { .has = f.has_op ? SPE_HAS_OP : 0, .op_class = f.op_class,
					  .op = f.op };
		enum spe_kind kind = spe_kind(&rec);

		k->row[op] = (uint16_t)(kind * KIND_ROW);
		/* the first two payloads of each class cover all its kinds */
		if ((op & 0xff) > 1)
			continue;
		do {	/* for each subset of these events */
			k->of[k->row[op] | kind_events(f.events)] = kind_entry(&f);
			f.events = (f.events - KIND_EVENTS) & KIND_EVENTS;
		} while (f.events);
	}
}

static int init_worker(struct worker *w, struct job *job, const struct profile_query *query,
		       const struct profile_context *ctx)
{
	w->job = job;
	w->stride = query->costly ? costly_stride(job->p->aux_bytes / RECORD_SIZE) : UINT64_MAX;
	w->timeline = ctx->timeline;
	fill_kinds(&w->kinds);
	w->profile = profile_new(query, ctx);
	return w->profile ? summary_vcpus(&w->summary, ctx->timeline) : -ENOMEM;
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
		progress_show(&progress, atomic_load(job->count), job->p->aux_bytes);
	}
	pthread_mutex_unlock(&job->lock);
	progress_end(&progress);
}

/* Start n threads; fewer, possibly only this one, if the system refuses more. */
static void run(struct job *job, struct worker *workers, unsigned int n, bool show)
{
	unsigned int started = 0;

	job->running = n;
	for (unsigned int i = 0; i < n; i++) {
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
	for (unsigned int i = 0; i < started; i++)
		pthread_join(workers[i].thread, NULL);
}

static int count_once(const struct pipeline *p, const struct profile_query *query,
		      const struct profile_context *ctx, const struct count_options *opt,
		      struct profile **profile, struct summary *summary)
{
	unsigned int n = opt->jobs < p->nr_pieces ? opt->jobs : p->nr_pieces;
	struct job job = { .p = p, .count = opt->done, .cancel = opt->cancel,
			   .part = opt->part };
	struct worker *workers;
	int err;

	memset(summary, 0, sizeof(*summary));
	summary->count_size = p->count_size;
	summary->nr_cpus = p->nr_streams;
	summary->cpus = calloc(p->nr_streams + 1, sizeof(*summary->cpus));
	job.cpus = calloc(p->nr_pieces + 1, sizeof(*job.cpus));
	n = n ? n : 1;
	if (!job.count)
		job.count = &job.bytes;
	workers = calloc(n, sizeof(*workers));
	err = shares_init(&job.shares, p);
	if (!workers || !summary->cpus || !job.cpus || err ||
	    summary_vcpus(summary, ctx->timeline)) {
		shares_free(&job.shares);
		free(job.cpus);
		free(workers);
		return -ENOMEM;
	}
	pthread_mutex_init(&job.lock, NULL);
	pthread_cond_init(&job.done, NULL);
	for (unsigned int i = 0; i < n && !err; i++)
		err = init_worker(&workers[i], &job, query, ctx);
	if (!err) {
		run(&job, workers, n, opt->progress);
		err = join_pieces(p, job.cpus, summary->cpus) ?:
		      merge(workers, n, profile, summary);
	}
	for (unsigned int i = 0; i < n; i++) {
		profile_free(workers[i].profile);
		summary_clear(&workers[i].summary);
	}
	shares_free(&job.shares);
	free(job.cpus);
	free(workers);
	return err;
}

/* Adding samples of cycles to a profile. */
struct cycles_job {
	struct profile *profile;
	struct summary_cycles *sum;
	const atomic_bool *cancel;
};

static int count_sample(void *arg, const struct cycles_sample *s)
{
	struct cycles_job *job = arg;
	struct summary_cycles *sum = job->sum;
	const struct profile_cycles c = {
		.owner = &s->owner, .ip = s->ip, .time = s->time, .period = s->period,
		.cpu = s->cpu, .el = s->el,
	};
	int ret;

	if (job->cancel && atomic_load_explicit(job->cancel, memory_order_relaxed))
		return -ECANCELED;
	/* if a recording has both, only cycles count, not time */
	if (s->clock != sum->clock)
		return 0;
	ret = profile_add_cycles(job->profile, &c);
	if (ret <= 0) {
		sum->filtered += !ret;
		return ret;
	}
	sum->samples[s->owner.world][s->owner.basis]++;
	sum->periods[s->owner.world] += s->period;
	sum->guest_label += s->guest_label;
	sum->differ += s->differs;
	sum->no_address += s->owner.world != WORLD_UNKNOWN && !s->ip;
	return 0;
}

/* Samples of cycles, and the counters.  0 or -errno. */
static int count_cycles(const struct pipeline *p, const struct count_options *opt,
			struct profile *profile, struct summary *summary)
{
	struct cycles_job job = { .profile = profile, .sum = &summary->cycles,
				  .cancel = opt->cancel };

	summary->counts = p->cycles.counts;
	summary->nr_counts = p->cycles.nr_counts;
	summary->cycles.recorded = p->cycles.nr_cycles || p->cycles.nr_clock;
	summary->cycles.clock = !p->cycles.nr_cycles;
	if (!summary->cycles.recorded)
		return 0;
	summary->cycles.not_asked = !profile_begin_cycles(profile, summary->cycles.clock);
	return summary->cycles.not_asked ? 0 : cycles_each(p, count_sample, &job);
}

int count_all(const struct pipeline *p, const struct profile_query *query,
	      const struct profile_context *ctx, const struct count_options *opt,
	      struct profile **profile, struct summary *summary)
{
	struct profile_context again = *ctx;
	struct sketch *sketch;
	int err = count_once(p, query, ctx, opt, profile, summary);

	if (err)
		return err;
	sketch = profile_take_sketch(*profile);
	if (!sketch)
		return count_cycles(p, opt, *profile, summary);
	profile_free(*profile);
	*profile = NULL;
	summary_clear(summary);
	if (opt->done)
		atomic_store(opt->done, 0);
	again.sketch = sketch;
	err = count_once(p, query, &again, opt, profile, summary);
	sketch_free(sketch);
	return err ?: count_cycles(p, opt, *profile, summary);
}
