// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recording/recording_impl.h"

/* Maximum number of moments: each further one adds little evidence. */
#define MOMENTS_MAX	100000
/* Maximum number of sampled loads, in all streams. */
#define LOADS_MAX	20000
/* Maximum steps of work for exits. */
#define WORK_MAX	300000000ull
/* Maximum time before the first event and after the last one, on either side. */
#define MARGIN_NS	1000000000ull

int guest_evidence_moment(struct guest_evidence *e, uint64_t ticks, int32_t cpu)
{
	struct guest_moment *more;
	size_t max = e->max ? 2 * e->max : 256;

	if (!e->last || ticks < e->first)
		e->first = ticks;
	if (ticks > e->last)
		e->last = ticks;
	if (cpu < 0 || e->nr == MOMENTS_MAX)
		return 0;
	if (e->nr == e->max) {
		more = realloc(e->moments, max * sizeof(*more));
		if (!more)
			return -ENOMEM;
		e->moments = more;
		e->max = max;
	}
	e->moments[e->nr++] = (struct guest_moment){ ticks, cpu };
	return 0;
}

void guest_evidence_free(struct guest_evidence *e)
{
	free(e->moments);
	free(e->stretches);
	*e = (struct guest_evidence){ 0 };
}

/* The agent's loads (collector/agent/clock_probe.h) */

struct search {
	struct guest_evidence *e;
	const struct pipeline *p;
	int32_t vm;
	struct timeline_cursor cursor;
	struct guest_clock *clock;
	struct clock_range *ranges;	/* for one load */
	size_t max;
	uint64_t loads, limit;		/* in this stream */
};

static bool is_probe(const struct search *s, const struct spe_record *rec)
{
	const struct input_agent *a = s->e->agent;
	const uint32_t want = SPE_HAS_PC | SPE_HAS_TICKS | SPE_HAS_VA;

	return (rec->has & want) == want && !rec->pc_el && rec->pc >= a->code &&
	       rec->pc < a->code_end && (rec->va & ~(0xffull << 56)) - a->base < a->size;
}

static int add_range(struct search *s, size_t *nr, int64_t lo, int64_t hi)
{
	struct clock_range *more;
	size_t max = s->max ? 2 * s->max : 64;

	if (*nr == s->max) {
		more = realloc(s->ranges, max * sizeof(*more));
		if (!more)
			return -ENOMEM;
		s->ranges = more;
		s->max = max;
	}
	s->ranges[(*nr)++] = (struct clock_range){ lo, hi };
	return 0;
}

static int by_lo(const void *a, const void *b)
{
	const struct clock_range *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/*
 * The load was executed between the read whose count is in its address and the next read.  That
 * came at most one step later; if the stretch ends here, it begins the next stretch.
 */
static int64_t next_read(const struct guest_evidence *e, size_t i, uint64_t v)
{
	if (v < e->stretches[i].to)
		return (int64_t)(v + e->agent->step);
	return i + 1 < e->agent->nr_stretches ? (int64_t)e->stretches[i + 1].from : INT64_MAX;
}

static int take_probe(struct search *s, const struct spe_record *rec)
{
	const struct input_agent *a = s->e->agent;
	uint64_t low = (rec->va & ~(0xffull << 56)) - a->base;
	size_t nr = 0;
	int err = 0;

	for (size_t i = 0; i < a->nr_stretches && !err; i++) {
		const struct input_stretch *t = &s->e->stretches[i];
		uint64_t v = t->from + ((low - t->from) & (a->size - 1));

		for (; v <= t->to && !err; v += a->size)
			err = add_range(s, &nr, (int64_t)rec->ticks - next_read(s->e, i, v),
					(int64_t)(rec->ticks - v));
	}
	if (err)
		return err;
	/* a clock probe without stretches in the file proves nothing */
	if (!nr)
		return 0;
	qsort(s->ranges, nr, sizeof(*s->ranges), by_lo);
	guest_clock_allow(s->clock, s->ranges, nr);
	s->loads++;
	return s->clock->err;
}

static int look_at(void *arg, const struct spe_record *recs, size_t n)
{
	struct search *s = arg;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		if (!is_probe(s, &recs[i]) ||
		    timeline_attribute(s->p->timeline, &s->cursor, &recs[i])->vm != s->vm)
			continue;
		err = take_probe(s, &recs[i]);
		if (s->loads == s->limit)
			return -ECANCELED;
	}
	return err;
}

/* Guests' timestamps are the host's physical time; attribution says so only about their owners. */
static bool has_physical_time(const struct pipeline *p)
{
	for (size_t i = 0; i < p->info->nr_pmus; i++)
		if (p->info->pmus[i].physical_time != 1)
			return false;
	return p->info->nr_pmus;
}

static int find_loads(struct guest_evidence *e, const struct pipeline *p, int32_t vm,
		      struct guest_clock *c)
{
	struct search s = { .e = e, .p = p, .vm = vm, .clock = c };
	struct sink sink = { .records = look_at, .arg = &s };
	struct spe_stats stats;
	int err = 0;

	if (!e->agent->size || !e->agent->nr_stretches || !has_physical_time(p))
		return 0;
	s.limit = LOADS_MAX / (p->nr_streams + 1) + 1;
	for (size_t i = 0; i < p->nr_streams && !err; i++) {
		const struct stream *t = &p->streams[i];

		s.loads = 0;
		timeline_cursor_init(&s.cursor, p->timeline, t->cpu, t->tid);
		err = pipeline_decode(p, t, &sink, &stats);
		err = err == -ECANCELED ? 0 : err;
		e->loads += s.loads;
	}
	free(s.ranges);
	return err;
}

/* Exits */

static void use_exits(struct guest_evidence *e, int32_t cpu, const struct clock_span *outside,
		      size_t nr, struct guest_clock *c)
{
	const struct input_agent *a = e->agent;
	uint64_t work = 0;

	for (size_t i = 0; i < a->nr_stretches && work < WORK_MAX; i++) {
		const struct input_stretch *t = &a->stretches[i];

		if (t->cpu == cpu)
			work += guest_clock_ran(c, t->from, t->to, a->step, outside, nr) + c->nr;
	}
	for (size_t i = 0; i < e->nr && work < WORK_MAX; i++)
		if (e->moments[i].cpu == cpu)
			work += guest_clock_ran(c, e->moments[i].ticks, e->moments[i].ticks, 0,
						outside, nr) + c->nr;
	e->exits += nr;
}

static int find_exits(struct guest_evidence *e, const struct pipeline *p, int32_t vm,
		      struct guest_clock *c)
{
	const struct timeline_vcpu *vcpus;
	size_t n = timeline_vcpus(p->timeline, &vcpus), nr;
	struct clock_span *outside;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		if (vcpus[i].vm != vm)
			continue;
		err = timeline_outside(p->timeline, vcpus[i].tid, &outside, &nr);
		if (err == -E2BIG)
			return 0;
		if (!err) {
			use_exits(e, vcpus[i].vcpu, outside, nr, c);
			free(outside);
		}
	}
	return err;
}

/*
 * Exits exclude nothing while the other side did not record.  So without a load it is assumed that
 * at least half of the shorter recording overlaps the longer one.
 */
static void assume_overlap(const struct guest_evidence *e, uint64_t from, uint64_t to,
			   struct guest_clock *c)
{
	uint64_t half = (e->last - e->first < to - from ? e->last - e->first : to - from) / 2;
	struct clock_range r = {
		(int64_t)(from - e->last + half), (int64_t)(to - e->first - half),
	};

	guest_clock_allow(c, &r, r.lo <= r.hi);
}

static int by_time(const void *a, const void *b)
{
	const struct input_stretch *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static int sort_stretches(struct guest_evidence *e)
{
	size_t n = e->agent->nr_stretches;

	e->stretches = calloc(n + 1, sizeof(*e->stretches));
	if (!e->stretches)
		return -ENOMEM;
	if (n) {
		memcpy(e->stretches, e->agent->stretches, n * sizeof(*e->stretches));
		qsort(e->stretches, n, sizeof(*e->stretches), by_time);
	}
	return 0;
}

int guest_evidence_clock(struct guest_evidence *e, struct pipeline *p, int32_t vm,
			 struct guest_clock *c)
{
	const struct input_agent *a = e->agent;
	uint64_t from, to, margin;
	int err = sort_stretches(e);

	if (err)
		return err;
	for (size_t i = 0; i < a->nr_stretches; i++) {
		guest_evidence_moment(e, a->stretches[i].from, -1);
		guest_evidence_moment(e, a->stretches[i].to, -1);
	}
	/*
	 * Assume that something in both recordings happened at the same time: else nothing can be
	 * known.
	 */
	margin = input_clock_ticks(p->clock, p->info->last_time + MARGIN_NS) -
		 input_clock_ticks(p->clock, p->info->last_time);
	from = input_clock_ticks(p->clock, p->info->first_time);
	to = input_clock_ticks(p->clock, p->info->last_time);
	err = guest_clock_init(c, (int64_t)(from - margin - e->last),
			       (int64_t)(to + margin - e->first));
	if (err || !e->last)
		return err;
	err = find_loads(e, p, vm, c);
	if (!err && !e->loads)
		assume_overlap(e, from, to, c);
	return err ?: find_exits(e, p, vm, c);
}
