// SPDX-License-Identifier: GPL-2.0-only
/* How long tasks had CPUs, by the switches that were recorded. */
#include "kvm/timeline_impl.h"

/* A span of the time asked about, ns, and what of it is in each part. */
struct parts {
	const struct time_span *span;
	double length;			/* ns of a part */
	double *ns;			/* TIME_SLICES */
};

static void add_time(const struct parts *p, uint64_t from, uint64_t to)
{
	double at, end;

	from = from < p->span->begin ? p->span->begin : from;
	to = to > p->span->end ? p->span->end : to;
	if (from >= to)
		return;
	at = (double)(from - p->span->begin);
	end = (double)(to - p->span->begin);
	for (unsigned int i = (unsigned int)(at / p->length); i < TIME_SLICES && at < end; i++) {
		double until = i == TIME_SLICES - 1 || end < p->length * (i + 1) ? end :
			       p->length * (i + 1);

		p->ns[i] += until - at;
		at = until;
	}
}

/* Idle tasks have the thread id 0 (linux kernel/sched/idle.c, init/init_task.c). */
static bool is_task(const struct timeline *t, uint32_t id)
{
	const struct task *task = tasks_get(t->tasks, id);

	return task && task->tid > 0;
}

static int add_lane(const struct timeline *t, const struct lane *l, const struct parts *p)
{
	struct trail_item item[TRAIL_ITEMS];
	uint64_t from = 0;
	bool ran = false;

	for (size_t b = 0; b < l->spans.nr_blocks; b++) {
		int n = trail_read(&l->spans, b, item);

		for (int i = 0; i < n; i++) {
			uint64_t at = input_clock_ns(&t->clock, item[i].at);

			if (ran)
				add_time(p, from, at);
			/* the first span begins at tick 0, which the clock may not reach */
			from = b || i ? at : 0;
			ran = is_task(t, item[i].id);
		}
		if (n < 0)
			return n;
	}
	if (ran)
		add_time(p, from, UINT64_MAX);
	return 0;
}

bool timeline_has_switches(const struct timeline *t, int32_t cpu)
{
	const struct lane *l = cpu < 0 ? NULL : timeline_lane(t, cpu, -1);

	return l && l->has_switches;
}

int timeline_on_cpu(const struct timeline *t, const struct time_span *span, double ns[TIME_SLICES])
{
	const struct parts p = {
		.span = span, .length = (double)(span->end - span->begin) / TIME_SLICES, .ns = ns,
	};
	bool any = false;

	for (unsigned int i = 0; i < TIME_SLICES; i++)
		ns[i] = 0;
	if (t->lost || !t->has_clock || !time_span_known(span))
		return 0;
	for (size_t i = 0; i < t->nr_lanes; i++) {
		const struct lane *l = &t->lanes[i];
		int err = l->cpu >= 0 && l->has_switches ? add_lane(t, l, &p) : 0;

		if (err)
			return err;
		any |= l->cpu >= 0 && l->has_switches;
	}
	return any;
}
