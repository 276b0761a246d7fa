// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "kvm/timeline_impl.h"

/* 64 MiB of spans; longer recordings are not processed. */
#define SPANS_MAX	(4u << 20)

/* Times of events were rounded to ticks, and were taken shortly before the event. */
#define SLOP		3	/* ticks */

struct spans {
	struct clock_span *span;
	size_t nr;
};

static int add(struct spans *s, uint64_t from, uint64_t to)
{
	struct clock_span *new;

	if (s->nr == SPANS_MAX)
		return -E2BIG;
	new = array_add(s->span, s->nr);
	if (!new)
		return -ENOMEM;
	*new = (struct clock_span){ from, to };
	return 0;
}

/* Add the times when the thread may have been in its guest on one CPU. */
static int add_inside(const struct timeline *t, struct lane *l, int32_t tid, struct spans *s)
{
	struct trail_item last = { .id = TASK_NONE };
	const struct trail_item *f;
	const struct task *task;
	struct trail_walk w;
	int err = 0;

	trail_walk(&w, &l->spans, false);
	while (!err && (f = trail_next(&w))) {
		task = tasks_get(t->tasks, last.id);
		if (last.kind & SPAN_UNSURE ||
		    (last.kind & SPAN_INSIDE && task && task->tid == tid))
			err = add(s, last.at, f->at);
		last = *f;
	}
	return err ?: w.err;
}

static int by_begin(const void *a, const void *b)
{
	const struct clock_span *x = a, *y = b;

	return array_order(x->from, y->from);
}

/* Convert to the times between these, in place, as there are fewer. */
static size_t turn_inside_out(struct clock_span *s, size_t nr)
{
	uint64_t end = nr ? s[0].to : 0, from, to;
	size_t out = 0;

	for (size_t i = 1; i < nr; i++) {
		from = end + SLOP;
		to = s[i].from - SLOP;
		if (s[i].to > end)
			end = s[i].to;
		if (s[i].from > 2 * SLOP && from < to)
			s[out++] = (struct clock_span){ from, to };
	}
	return out;
}

int timeline_outside(const struct timeline *t, int32_t tid, struct clock_span **out, size_t *nr)
{
	struct spans s = { 0 };
	int err = 0;

	for (size_t i = 0; i < t->nr_lanes && !err; i++) {
		if (t->lanes[i].cpu >= 0)
			err = add_inside(t, &t->lanes[i], tid, &s);
	}
	if (err) {
		free(s.span);
		return err;
	}
	if (s.nr)
		qsort(s.span, s.nr, sizeof(*s.span), by_begin);
	*out = s.span;
	*nr = turn_inside_out(s.span, s.nr);
	return 0;
}
