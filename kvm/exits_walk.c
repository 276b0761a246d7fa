// SPDX-License-Identifier: GPL-2.0-only
/*
 * Passes CPUs' facts through the ledgers in order of time, and finds what ran while a vCPU waited.
 */
#include "kvm/exits_impl.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/array.h"

/* Maximum number of distinct threads that ran instead of a vCPU. */
#define PREEMPTORS_MAX	256

#define CACHE_LINE	64

/* Facts that are handed over at once. */
#define DUE	512
/* How many facts ahead a fact and its ledger are fetched, and what the ledger will change. */
#define LEDGER_AHEAD	24
#define ROW_AHEAD	12

/* A fact whose turn it is. */
struct due {
	uint64_t at;		/* ns */
	struct ledger_fact fact;
	uint32_t state;		/* as exits.state_of */
	uint16_t lane;
	bool loss_next;		/* the lane's next fact is a loss */
};

/* The heap of lanes: by time of their next fact, then by CPU. */

static bool earlier(const struct exit_next *a, const struct exit_next *b)
{
	return a->at != b->at ? a->at < b->at : a->lane < b->lane;
}

static void sink(struct exits *x, size_t i)
{
	struct exit_next due = x->heap[i], *h = x->heap;
	size_t child;

	while ((child = 2 * i + 1) < x->nr_heap) {
		if (child + 1 < x->nr_heap && earlier(&h[child + 1], &h[child]))
			child++;
		if (!earlier(&h[child], &due))
			break;
		h[i] = h[child];
		i = child;
	}
	h[i] = due;
}

/* Steal: threads that run where a vCPU was preempted. */

static size_t find_preemptor(const struct exit_vcpu *v, uint32_t task, int32_t tid)
{
	size_t i = 0;

	while (i < v->nr_preemptors &&
	       (v->preemptors[i].task != task || v->preemptors[i].tid != tid))
		i++;
	return i;
}

static int add_preemptor(struct exit_state *s, uint32_t task, int32_t tid)
{
	struct exit_vcpu *v = &s->ledger.v;
	struct exit_preemptor *t = array_add(v->preemptors, v->nr_preemptors);

	if (!t)
		return -ENOMEM;
	*t = (struct exit_preemptor){ .task = task, .tid = tid };
	return 0;
}

/* tid is the vCPU's own: it came back, and no other thread was seen before. */
static int charge(struct exits *x, struct exit_state *s, int32_t tid, uint64_t time)
{
	uint64_t ns = time > s->preempted_since ? time - s->preempted_since : 0;
	struct exit_vcpu *v = &s->ledger.v;
	uint32_t task;
	size_t i;
	int err = 0;

	s->preempted_since = time;
	if (!ns)
		return 0;
	if (tid == v->tid)
		tid = PREEMPTOR_TID_UNKNOWN;
	task = tid < 0 ? TIMELINE_NO_TASK : timeline_task(x->timeline, tid, time);
	i = find_preemptor(v, task, tid);
	if (i == v->nr_preemptors && i >= PREEMPTORS_MAX && tid >= 0) {
		task = TIMELINE_NO_TASK;
		tid = PREEMPTOR_TID_OTHERS;
		i = find_preemptor(v, task, tid);
	}
	if (i == v->nr_preemptors)
		err = add_preemptor(s, task, tid);
	if (!err)
		v->preemptors[i].ns += ns;
	return err;
}

/* Another thread runs on the CPU from now on: charge the time until now. */
static int charge_all(struct exits *x, struct exit_lane *l, uint64_t time)
{
	size_t i;
	int err = 0;

	for (i = l->preempted; i != NOBODY && !err; i = x->states[i].next_preempted)
		err = charge(x, &x->states[i], l->running, time);
	return err;
}

static void begin_steal(struct exits *x, size_t state, size_t lane, uint64_t time)
{
	struct exit_state *s = &x->states[state];

	s->lane = lane;
	s->preempted_since = time;
	s->next_preempted = x->lanes[lane].preempted;
	x->lanes[lane].preempted = state;
}

static int stop_robbing(struct exits *x, size_t state, uint64_t time)
{
	struct exit_state *s = &x->states[state];
	size_t *link;
	int err;

	if (s->lane == NOBODY)
		return 0;
	err = charge(x, s, x->lanes[s->lane].running, time);
	link = &x->lanes[s->lane].preempted;
	while (*link != state)
		link = &x->states[*link].next_preempted;
	*link = s->next_preempted;
	s->lane = NOBODY;
	return err;
}

/* An element of exits.state_of. */
static uint32_t find_state(const struct exits *x, int32_t tid)
{
	size_t lo = array_first(x->nr_vcpus, i, x->by_tid[i].tid >= tid);

	if (tid < 0 || lo == x->nr_vcpus || x->by_tid[lo].tid != tid)
		return STATE_NONE;
	if (lo + 1 == x->nr_vcpus || x->by_tid[lo + 1].tid != tid)
		return (uint32_t)x->by_tid[lo].state;
	return STATE_BY_TIME;
}

static int find_states(struct exits *x)
{
	size_t n = facts_nr(x->facts);

	x->state_of = malloc((n + 1) * sizeof(*x->state_of));
	if (!x->state_of)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		x->state_of[i] = find_state(x, facts_get(x->facts, (uint32_t)i)->tid);
	return 0;
}

/* Whose thread's that fact is at that ns; NOBODY: no vCPU's. */
static size_t state_at(const struct exits *x, const struct due *due)
{
	int32_t vcpu;

	if (due->state < STATE_BY_TIME)
		return due->state;
	if (due->state == STATE_NONE)
		return NOBODY;
	/* a VM's thread id may later belong to another VM */
	vcpu = timeline_vcpu_at(x->timeline, due->fact.tid, due->at);
	return vcpu >= 0 ? (size_t)vcpu : NOBODY;
}

static int lose(struct exits *x, size_t state, uint64_t time)
{
	return stop_robbing(x, state, time) ?: ledger_lose(&x->states[state].ledger, time);
}

/*
 * Can the thread move to another CPU without an event here?  It can while off a CPU, and whenever
 * it is not in its guest if switches are not recorded.
 */
static bool may_wander(const struct exits *x, const struct ledger *k)
{
	return k->sched == SCHED_OFF || (!x->evidence.switches && k->in != ACCOUNT_GUEST);
}

/*
 * The lane's next fact is a loss: events were lost since the last fact at that time.  It is unknown
 * which threads are there, or could have come there.
 */
static int go_blind(struct exits *x, size_t lane, uint64_t time)
{
	struct exit_lane *l = &x->lanes[lane];
	size_t i;
	int err = 0;

	l->blind = true;
	x->blind++;
	for (i = 0; i < x->nr_vcpus && !err; i++) {
		const struct ledger *k = &x->states[i].ledger;

		if (k->sched != SCHED_ON || k->cpu == l->cpu || l->cpu < 0 || may_wander(x, k))
			err = lose(x, i, time);
	}
	l->running = -1;
	return err;
}

static int apply_vcpu(struct exits *x, size_t state, size_t lane,
		      const struct ledger_fact *f, uint64_t time)
{
	struct ledger *k = &x->states[state].ledger;
	int err = stop_robbing(x, state, time) ?:
		  ledger_apply(k, f, time, x->lanes[lane].cpu);

	if (!err && x->blind && may_wander(x, k))
		err = lose(x, state, time);
	else if (!err && k->sched == SCHED_OFF && k->off == ACCOUNT_PREEMPTED && !k->dead)
		begin_steal(x, state, lane, time);
	return err;
}

static int apply_fact(struct exits *x, const struct due *due)
{
	const struct ledger_fact *f = &due->fact;
	struct exit_lane *l = &x->lanes[due->lane];
	size_t state = state_at(x, due);
	uint64_t time = due->at;
	int err = 0;

	if (f->kind == LEDGER_LOST && l->blind) {
		l->blind = false;
		x->blind--;
	}
	/*
	 * the time of a switch is charged to the thread that leaves, unless that is the preempted
	 * vCPU
	 */
	if (f->kind == LEDGER_IN) {
		if (l->running < 0)
			l->running = f->tid;
		err = charge_all(x, l, time);
		l->running = f->tid;
	} else if (f->kind == LEDGER_PREEMPT && state != NOBODY) {
		err = charge_all(x, l, time);
		l->running = -1;
	}
	if (!err && state != NOBODY)
		err = apply_vcpu(x, state, due->lane, f, time);
	return err;
}

/* The vCPUs do not fit into a cache of the first level: what a fact needs is fetched before. */
static void fetch_ledger(const struct exits *x, const struct due *due)
{
	const char *at = (const char *)&x->states[due->state];

	__builtin_prefetch(&x->lanes[due->lane]);
	if (due->state >= STATE_BY_TIME)
		return;
	for (size_t i = 0; i < offsetof(struct exit_state, ledger.v.times); i += CACHE_LINE)
		__builtin_prefetch(at + i);
}

static void fetch_row(const struct exits *x, const struct due *due)
{
	if (due->state < STATE_BY_TIME)
		ledger_fetch(&x->states[due->state].ledger);
}

/* A relay_fn for struct due. */
static int apply_facts(void *arg, const void *items, size_t nr)
{
	const struct due *due = items;
	struct exits *x = arg;
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++) {
		if (i + LEDGER_AHEAD < nr)
			fetch_ledger(x, &due[i + LEDGER_AHEAD]);
		if (i + ROW_AHEAD < nr)
			fetch_row(x, &due[i + ROW_AHEAD]);
		err = apply_fact(x, &due[i]);
		if (!err && due[i].loss_next)
			err = go_blind(x, due[i].lane, due[i].at);
	}
	return err;
}

/* Begin to read a lane.  0 or -errno. */
static int start_lane(struct exits *x, size_t lane)
{
	struct exit_lane *l = &x->lanes[lane];
	struct exit_source *s = &x->sources[lane];
	int err = l->unsorted ? trail_sort(&l->trail) : 0;

	s->walk = err ? NULL : malloc(sizeof(*s->walk));
	if (!s->walk)
		return err ?: -ENOMEM;
	trail_walk(s->walk, &l->trail, true);
	s->next = trail_next(s->walk);
	if (!s->next)
		return s->walk->err;
	x->heap[x->nr_heap++] = (struct exit_next){ s->next->at, lane };
	return s->next->id == x->lost ? go_blind(x, lane, x->evidence.begin) : 0;
}

static int start_walk(struct exits *x)
{
	size_t i;
	int err = 0;

	x->heap = calloc(x->nr_lanes + 1, sizeof(*x->heap));
	x->sources = calloc(x->nr_lanes + 1, sizeof(*x->sources));
	if (!x->heap || !x->sources || find_states(x))
		return -ENOMEM;
	for (i = 0; i < x->nr_lanes && !err; i++)
		err = start_lane(x, i);
	for (i = x->nr_heap / 2; i-- > 0; )
		sink(x, i);
	return err;
}

/* Hand all facts over, in time order.  0 or -errno. */
static int merge(struct exits *x, struct relay *r)
{
	int err = 0;

	while (!err && x->nr_heap) {
		struct exit_source *s = &x->sources[x->heap[0].lane];
		struct due *due = relay_room(r);

		*due = (struct due){
			.at = s->next->at, .fact = *facts_get(x->facts, s->next->id),
			.state = x->state_of[s->next->id], .lane = (uint16_t)x->heap[0].lane,
		};
		s->next = trail_next(s->walk);
		if (s->next) {
			due->loss_next = s->next->id == x->lost;
			x->heap[0].at = s->next->at;
			/* the lane's turn comes again when most others had one */
			__builtin_prefetch(facts_get(x->facts, s->next->id));
			__builtin_prefetch(&x->state_of[s->next->id]);
		} else {
			x->heap[0] = x->heap[--x->nr_heap];
		}
		err = relay_add(r) ?: s->walk->err;
		if (x->nr_heap)
			sink(x, 0);
	}
	return err;
}

int exits_walk(struct exits *x)
{
	struct relay r = { .block = NULL };
	int err = start_walk(x) ?:
		  relay_init(&r, sizeof(struct due), DUE, apply_facts, x, x->threaded);

	err = err ?: merge(x, &r) ?: relay_end(&r);
	relay_free(&r);
	for (size_t i = 0; i < x->nr_vcpus && !err; i++)
		err = stop_robbing(x, i, x->evidence.end);
	return err;
}
