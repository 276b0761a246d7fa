// SPDX-License-Identifier: GPL-2.0-only
/* The time that tasks were on CPUs, by the recorded switches. */
#include "kvm/timeline_impl.h"

/* Idle tasks have the thread id 0 (linux kernel/sched/idle.c, init/init_task.c). */
static bool is_task(const struct timeline *t, uint32_t id)
{
	const struct task *task = tasks_get(t->tasks, id);

	return task && task->tid > 0;
}

static uint64_t overlap(const struct time_span *span, uint64_t from, uint64_t to)
{
	from = from < span->begin ? span->begin : from;
	to = to > span->end ? span->end : to;
	return from < to ? to - from : 0;
}

static int add_lane(const struct timeline *t, const struct lane *l, const struct time_span *span,
		    uint64_t *ns)
{
	struct trail_item item[TRAIL_ITEMS];
	uint64_t from = 0;
	bool ran = false;

	for (size_t b = 0; b < l->spans.nr_blocks; b++) {
		int n = trail_read(&l->spans, b, item);

		for (int i = 0; i < n; i++) {
			/* the first span begins at tick 0, which is before the clock's range */
			uint64_t at = b || i ? input_clock_ns(&t->clock, item[i].at) : 0;

			*ns += ran ? overlap(span, from, at) : 0;
			from = at;
			ran = is_task(t, item[i].id);
		}
		if (n < 0)
			return n;
	}
	*ns += ran ? overlap(span, from, UINT64_MAX) : 0;
	return 0;
}

bool timeline_has_switches(const struct timeline *t, int32_t cpu)
{
	const struct lane *l = cpu < 0 ? NULL : timeline_lane(t, cpu, -1);

	return l && l->has_switches;
}

int timeline_on_cpu(const struct timeline *t, const struct time_span *span, uint64_t *ns)
{
	bool any = false;

	*ns = 0;
	if (t->lost || !t->has_clock || !time_span_known(span))
		return 0;
	for (size_t i = 0; i < t->nr_lanes; i++) {
		const struct lane *l = &t->lanes[i];
		int err = l->cpu >= 0 && l->has_switches ? add_lane(t, l, span, ns) : 0;

		if (err)
			return err;
		any |= l->cpu >= 0 && l->has_switches;
	}
	return any;
}
