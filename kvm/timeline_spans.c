// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/timeline_spans.h"

#include "kvm/timeline_impl.h"

static struct timeline_span span_of(const struct timeline *t, const struct lane *l,
				    const struct trail_item *s)
{
	const struct task *task = tasks_get(t->tasks, s->kind & SPAN_UNSURE ? TASK_NONE : s->id);

	return (struct timeline_span){
		.cpu = l->cpu, .tid = task ? task->tid : -1, .task = task ? s->id : TIMELINE_NO_TASK,
		.from = s->at && t->has_clock ? input_clock_ns(&t->clock, s->at) : s->at,
	};
}

/* Entries and exits within one task do not start a new span. */
static int each_of(const struct timeline *t, struct lane *l, timeline_span_fn *fn, void *arg)
{
	const struct trail_item *s;
	struct timeline_span last = { .cpu = -1 }, next;
	struct trail_walk w;
	int ret = 0;

	trail_walk(&w, &l->spans, false);
	while (!ret && (s = trail_next(&w))) {
		next = span_of(t, l, s);
		if (last.cpu >= 0 && last.task == next.task)
			continue;
		last.until = next.from;
		if (last.cpu >= 0 && last.until > last.from)
			ret = fn(arg, &last);
		last = next;
	}
	last.until = UINT64_MAX;
	if (!ret && !w.err && last.cpu >= 0)
		ret = fn(arg, &last);
	return ret ?: w.err;
}

int timeline_each_span(const struct timeline *t, timeline_span_fn *fn, void *arg)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < t->nr_lanes; i++)
		if (t->lanes[i].cpu >= 0)
			ret = each_of(t, &t->lanes[i], fn, arg);
	return ret;
}
