// SPDX-License-Identifier: GPL-2.0-only
/* Makes spans of what each CPU did from facts of the sideband. */
#include "kvm/timeline_impl.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/array.h"

/* Ignore CPUs and threads beyond this number: the recording is damaged. */
#define LANES_MAX	65536

/* Threads that build spans beside the caller's; more wait for memory. */
#define BUILDERS_MAX	7

void lane_clear(struct lane *l)
{
	trail_clear(&l->facts);
	trail_clear(&l->spans);
}

static int order_of(const struct lane *l, int32_t cpu, int32_t tid)
{
	return array_order(l->cpu, cpu) ?: array_order(l->tid, tid);
}

/* The index of the lane, or where to insert it. */
static size_t lane_place(const struct timeline *t, int32_t cpu, int32_t tid)
{
	return array_first(t->nr_lanes, i, order_of(&t->lanes[i], cpu, tid) >= 0);
}

static struct lane *find_lane(const struct timeline *t, int32_t cpu, int32_t tid)
{
	size_t i = lane_place(t, cpu, tid);

	return i < t->nr_lanes && !order_of(&t->lanes[i], cpu, tid) ? &t->lanes[i] : NULL;
}

const struct lane *timeline_lane(const struct timeline *t, int32_t cpu, int32_t tid)
{
	return find_lane(t, cpu, cpu < 0 ? tid : -1);
}

void timeline_set_reasons(struct timeline *t, int32_t cpu, const struct trail *spans)
{
	struct lane *l = find_lane(t, cpu, -1);

	if (l)
		l->reasons = spans;
}

/* Separate from make_lane(), which is called for each event. */
static __attribute__((noinline)) bool new_lane(struct timeline *t, int32_t cpu, int32_t tid,
					       size_t at)
{
	if (t->nr_lanes == LANES_MAX || !array_insert(t->lanes, t->nr_lanes, at))
		return false;
	t->lanes[at] = (struct lane){
		.cpu = cpu, .tid = tid,
		.facts.file = t->has_file ? &t->file : NULL,
		.spans.file = t->has_file ? &t->file : NULL,
	};
	return true;
}

static struct lane *make_lane(struct timeline *t, int32_t cpu, int32_t tid)
{
	size_t i;

	if (t->last_lane < t->nr_lanes && !order_of(&t->lanes[t->last_lane], cpu, tid))
		return &t->lanes[t->last_lane];
	i = lane_place(t, cpu, tid);
	if ((i == t->nr_lanes || order_of(&t->lanes[i], cpu, tid)) && !new_lane(t, cpu, tid, i))
		return NULL;
	t->last_lane = i;
	return &t->lanes[i];
}

int lanes_add(struct timeline *t, int32_t cpu, int32_t tid, const struct trail_item *fact)
{
	struct lane *l = make_lane(t, cpu, tid);

	if (!l)
		return t->nr_lanes == LANES_MAX ? 0 : -ENOMEM;
	if (l->facts.nr_blocks && l->facts.last > fact->at)
		l->unsorted = 1;
	if (fact->kind == LANE_ENTER || fact->kind == LANE_EXIT)
		l->has_kvm = 1;
	if (fact->kind == LANE_OUT)
		l->has_switches = 1;
	if (fact->kind == LANE_LOST)
		l->lost = t->lost = 1;
	return trail_add(&l->facts, fact);
}

int lanes_lose_tail(struct timeline *t, int32_t cpu)
{
	struct lane *l = cpu < 0 ? NULL : make_lane(t, cpu, -1);

	t->lost = 1;
	if (!l && cpu >= 0 && t->nr_lanes < LANES_MAX)
		return -ENOMEM;
	if (l)
		l->lost = l->lost_tail = 1;
	else
		t->lost_tail = 1;
	return 0;
}

int timeline_want_thread(struct timeline *t, int32_t tid)
{
	struct lane *l = make_lane(t, -1, tid);

	if (!l)
		return t->nr_lanes == LANES_MAX ? 0 : -ENOMEM;
	l->wanted = 1;
	t->threads_wanted = 1;
	return 0;
}

static int sort_facts(struct lane *l)
{
	int err = l->unsorted ? trail_sort(&l->facts) : 0;

	l->unsorted = 0;
	return err;
}

/* The state that results from a lane's facts. */
struct state {
	int32_t tid;		/* -1: unknown */
	bool inside, unsure;
	uint32_t task;		/* found last */
};

/* The state before a lane's first fact, as far as the fact proves it.  0 or -errno. */
static int first_state(const struct lane *l, struct state *s)
{
	struct trail_item f;
	int err;

	*s = (struct state){ .tid = l->tid, .task = TASK_NONE };
	if (!l->facts.nr_blocks)
		return 0;
	err = trail_first(&l->facts, 0, &f);
	if (err)
		return err;
	if (f.kind == LANE_OUT || f.kind == LANE_EXIT || f.kind == LANE_ENTER ||
	    f.kind == LANE_COMM)
		s->tid = f.id;
	s->inside = f.kind == LANE_EXIT;
	return 0;
}

static void step_state(struct state *s, const struct lane *l, const struct trail_item *f)
{
	s->unsure = f->kind == LANE_LOST || (f->kind == LANE_COMM && s->unsure);
	switch ((enum lane_fact_kind)f->kind) {
	case LANE_IN:
	case LANE_EXIT:
		s->tid = f->id;
		s->inside = false;
		break;
	case LANE_ENTER:
		s->tid = f->id;
		s->inside = true;
		break;
	case LANE_OUT:		/* a guest does not run while its thread is switched out */
	case LANE_LOST:
		s->tid = l->tid;
		s->inside = false;
		break;
	case LANE_COMM:
		break;
	}
}

static struct trail_item span_of(const struct timeline *t, struct state *s, uint64_t from,
				 uint64_t time)
{
	if (s->tid >= 0)
		s->task = tasks_find_near(t->tasks, s->tid, time, s->task);
	return (struct trail_item){
		.at = from,
		.id = s->tid >= 0 ? s->task : TASK_NONE,
		.kind = (s->inside ? SPAN_INSIDE : 0) | (s->unsure ? SPAN_UNSURE : 0),
	};
}

static bool any_tail(const struct timeline *t)
{
	size_t i = 0;

	while (i < t->nr_lanes && !t->lanes[i].lost_tail)
		i++;
	return i < t->nr_lanes;
}

/*
 * A task that changes within a span, without a fact of the CPU, starts a new span.  until: the end
 * of the span, in ns.  On return *span is the last of these spans.
 */
static int split_span(const struct timeline *t, struct lane *l, struct trail_item *span,
		      uint64_t until, const struct input_clock *clock)
{
	int err = 0;

	if (!t->cgroups || span->id == TASK_NONE)
		return 0;
	for (uint32_t next = span->id + 1; !err && next < tasks_nr(t->tasks); next++) {
		const struct task *task = tasks_get(t->tasks, next);
		uint64_t from = clock ? input_clock_ticks(clock, task->from) : task->from;

		if (task->tid != tasks_get(t->tasks, span->id)->tid || task->from >= until)
			break;
		if (span->at != from || !l->spans.nr_blocks)
			err = trail_add(&l->spans, span);
		span->at = from;
		span->id = next;
	}
	return err;
}

/* The last span is added when the start of the next one is known. */
static int build_spans(struct timeline *t, struct lane *l, const struct input_clock *clock)
{
	struct trail_item span;
	const struct trail_item *f;
	struct trail_walk w;
	struct state s;
	int err = first_state(l, &s);

	span = span_of(t, &s, 0, 0);
	trail_walk(&w, &l->facts, true);
	while (!err && (f = trail_next(&w))) {
		uint64_t from = clock ? input_clock_ticks(clock, f->at) : f->at;

		/* reported once there is room: the losses themselves came before */
		if (f->kind == LANE_LOST)
			span.kind |= SPAN_UNSURE;
		step_state(&s, l, f);
		err = split_span(t, l, &span, f->at, clock);
		/* the first span is the initial state, even if it is empty */
		if (!err && (span.at != from || !l->spans.nr_blocks))
			err = trail_add(&l->spans, &span);
		span = span_of(t, &s, from, f->at);
	}
	trail_clear(&l->facts);
	err = err ?: split_span(t, l, &span, UINT64_MAX, clock);
	/* a thread's own stream may end on any CPU */
	if (l->lost_tail || t->lost_tail || (l->cpu < 0 && any_tail(t)))
		span.kind |= SPAN_UNSURE;
	return err ?: w.err ?: trail_add(&l->spans, &span);
}

/* Is key, or NULL, that thread id's only one? */
static bool is_only_key(const struct timeline *t, const struct vcpu_key *key, uint32_t tid)
{
	return key && key->tid == (int32_t)tid && (key == t->keys || key[-1].tid != key->tid) &&
	       (key + 1 == t->keys + t->nr_keys || key[1].tid != key->tid);
}

/* An exit belongs to the preceding entry, if nothing lies between.  0 or -errno. */
static int count_entries(struct timeline *t, struct lane *l)
{
	const struct trail_item *f;
	struct trail_walk w;
	struct vcpu_key *v = NULL;
	uint64_t entered = 0;
	int32_t inside = -1;

	if (!l->has_kvm || !t->nr_keys)
		return 0;
	trail_walk(&w, &l->facts, false);
	while ((f = trail_next(&w))) {
		bool kvm = f->kind == LANE_ENTER || f->kind == LANE_EXIT;

		if (kvm && !is_only_key(t, v, f->id))
			v = timeline_vcpu_key(t, f->id, f->at);
		if (kvm && v && f->kind == LANE_ENTER) {
			v->entries++;
			entered = f->at;
			inside = f->id;
		} else if (kvm && v) {
			v->exits++;
			if (inside == (int32_t)f->id)
				v->guest_time += f->at - entered;
			inside = -1;
		} else if (f->kind != LANE_COMM) {
			inside = -1;
		}
	}
	return w.err;
}

/* The spans of all lanes, built by several threads, lane by lane. */
struct building {
	struct timeline *t;
	const struct input_clock *clock;
	atomic_size_t next;	/* lane */
	atomic_int err;
};

static void *build_lanes(void *arg)
{
	struct building *b = arg;
	size_t i;

	while (!b->err && (i = atomic_fetch_add(&b->next, 1)) < b->t->nr_lanes) {
		int err = sort_facts(&b->t->lanes[i]) ?: build_spans(b->t, &b->t->lanes[i], b->clock);

		if (err)
			b->err = err;
	}
	return NULL;
}

static int build_all(struct timeline *t, const struct input_clock *clock)
{
	struct building b = { .t = t, .clock = clock };
	pthread_t thread[BUILDERS_MAX];
	size_t nr = 0;

	while (nr < BUILDERS_MAX && nr + 1 < t->jobs && nr + 1 < t->nr_lanes &&
	       !pthread_create(&thread[nr], NULL, build_lanes, &b))
		nr++;
	build_lanes(&b);
	for (size_t i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
	return b.err;
}

static int hand_fact(struct timeline *t, struct lane *l, const struct trail_item *f)
{
	l->has_kvm |= f->kind != LANE_LOST;
	l->lost |= f->kind == LANE_LOST;
	l->unsorted = 1;
	return trail_add(&l->facts, f);
}

/*
 * Events lost on a CPU may have been any thread's.  So from the CPU's last event before the report
 * nothing is proven about a thread, until its own next event.
 */
static int hand_loss(struct timeline *t, uint64_t from, const struct trail_item *lost)
{
	struct trail_item begin = { .at = from, .id = lost->id, .kind = LANE_LOST };
	size_t i;
	int err = 0;

	for (i = 0; i < t->nr_lanes && !err; i++) {
		struct lane *l = &t->lanes[i];

		if (l->cpu < 0 && l->wanted)
			err = hand_fact(t, l, &begin) ?: hand_fact(t, l, lost);
	}
	return err;
}

/* A loss on an unknown CPU may have been on any. */
static int hand_losses(struct timeline *t)
{
	size_t i, k;
	int err = 0;

	for (i = 0; i < t->nr_losses; i++) {
		struct trail_item f = { .at = t->losses[i], .id = UINT32_MAX, .kind = LANE_LOST };

		for (k = 0; k < t->nr_lanes && !err; k++)
			err = hand_fact(t, &t->lanes[k], &f);
	}
	return err;
}

/* Copy one CPU's entries, exits and losses to the threads that have streams of their own. */
static int hand_to_threads(struct timeline *t, struct lane *cpu)
{
	const struct trail_item *f;
	struct trail_walk w;
	struct lane *l = NULL;
	uint64_t before = 0;
	int err = 0;

	if (!cpu->has_kvm && !cpu->lost)
		return 0;
	trail_walk(&w, &cpu->facts, false);
	while (!err && (f = trail_next(&w))) {
		if (f->kind == LANE_LOST)
			err = hand_loss(t, before, f);
		if (f->kind != LANE_COMM)
			before = f->at;
		if (f->kind != LANE_ENTER && f->kind != LANE_EXIT)
			continue;
		if (!l || l->tid != (int32_t)f->id)
			l = find_lane(t, -1, f->id);
		if (!l || !l->wanted)
			continue;
		err = err ?: hand_fact(t, l, f);
	}
	return err ?: w.err;
}

int lanes_build(struct timeline *t, const struct input_clock *clock)
{
	size_t i;
	int err = hand_losses(t);

	for (i = 0; i < t->nr_lanes && !err; i++) {
		t->entries_recorded |= t->lanes[i].has_kvm;
		err = sort_facts(&t->lanes[i]) ?: count_entries(t, &t->lanes[i]);
	}
	for (i = 0; i < t->nr_lanes && t->threads_wanted && !err; i++) {
		if (t->lanes[i].cpu >= 0)
			err = hand_to_threads(t, &t->lanes[i]);
	}
	return err ?: build_all(t, clock);
}
