// SPDX-License-Identifier: GPL-2.0-only
/* Facts of the sideband by CPU, and their walk in time order through the ledgers. */
#include "kvm/exits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/facts.h"
#include "kvm/ledger.h"
#include "kvm/trail.h"

/* A recording that names more CPUs than this is not believed. */
#define LANES_MAX	65536
/* So many who ran instead are told apart for each vCPU. */
#define THIEVES_MAX	256

#define NOBODY	SIZE_MAX

enum { PIECE_BEGINS, PIECE_ENDS };

/* One CPU's facts: items of its trail, their ids those of facts. */
struct exit_lane {
	int32_t cpu;		/* -1: events that name none */
	bool unsorted;
	struct trail trail;
	struct trail pieces;	/* of exits' handling: at ticks, 1 + reason, PIECE_* */
	struct trail reasons;	/* the same as spans: at ticks, 1 + reason or 0 */

	/* while it is walked */
	struct trail_walk *walk;
	const struct trail_item *next;	/* NULL: it is at its end */
	bool blind;		/* events are lost between the last one and the next */
	int32_t running;	/* thread; -1: not known */
	size_t robbed;		/* a vCPU preempted here; more by .next_robbed; NOBODY */
};

struct exit_state {
	struct ledger ledger;
	size_t next_robbed;
	size_t lane;		/* where it was preempted; NOBODY: it is not */
	uint64_t robbed_since;	/* ns */
	size_t max_thieves;
};

struct exits {
	struct facts *facts;
	struct trail_file file;
	bool has_file;
	struct exit_lane *lanes;	/* sorted by cpu */
	size_t nr_lanes, max_lanes, last_lane;
	struct exits_evidence evidence;

	struct timeline *timeline;
	const struct source_clock *clock;	/* NULL: spans are not wanted */
	struct exit_state *states;	/* by vCPU, while walked */
	size_t *by_tid;			/* of states, sorted by thread */
	size_t *heap, nr_heap;		/* of lanes, the earliest first */
	unsigned int blind;		/* lanes that are */
	struct exit_vcpu *vcpus;
	size_t nr_vcpus;
};

struct exits *exits_new(void)
{
	struct exits *x = calloc(1, sizeof(*x));

	if (x)
		x->facts = facts_new();
	if (x && !x->facts) {
		free(x);
		return NULL;
	}
	return x;
}

static void free_vcpu(struct exit_vcpu *v)
{
	struct ledger l = { .v = *v };

	ledger_clear(&l);
}

void exits_free(struct exits *x)
{
	size_t i;

	if (!x)
		return;
	for (i = 0; i < x->nr_lanes; i++) {
		trail_clear(&x->lanes[i].trail);
		trail_clear(&x->lanes[i].pieces);
		trail_clear(&x->lanes[i].reasons);
		free(x->lanes[i].walk);
	}
	for (i = 0; x->states && i < x->nr_vcpus; i++)
		ledger_clear(&x->states[i].ledger);
	for (i = 0; x->vcpus && i < x->nr_vcpus; i++)
		free_vcpu(&x->vcpus[i]);
	facts_free(x->facts);
	free(x->lanes);
	free(x->states);
	free(x->by_tid);
	free(x->heap);
	free(x->vcpus);
	free(x);
}

void exits_keep_in(struct exits *x, int fd)
{
	x->file.fd = fd;
	x->has_file = true;
}

/* Where the CPU's lane is, or would be. */
static size_t lane_place(const struct exits *x, int32_t cpu)
{
	size_t lo = 0, hi = x->nr_lanes;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (x->lanes[mid].cpu < cpu)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct exit_lane *make_lane(struct exits *x, int32_t cpu)
{
	size_t i = x->last_lane;

	if (i < x->nr_lanes && x->lanes[i].cpu == cpu)
		return &x->lanes[i];
	i = lane_place(x, cpu);
	if (i == x->nr_lanes || x->lanes[i].cpu != cpu) {
		if (x->nr_lanes == x->max_lanes) {
			size_t max = x->max_lanes ? x->max_lanes * 2 : 16;
			void *lanes = realloc(x->lanes, max * sizeof(*x->lanes));

			if (!lanes)
				return NULL;
			x->lanes = lanes;
			x->max_lanes = max;
		}
		memmove(x->lanes + i + 1, x->lanes + i,
			(x->nr_lanes - i) * sizeof(*x->lanes));
		x->lanes[i] = (struct exit_lane){
			.cpu = cpu, .running = -1, .robbed = NOBODY,
			.trail.file = x->has_file ? &x->file : NULL,
			.pieces.file = x->has_file ? &x->file : NULL,
			.reasons.file = x->has_file ? &x->file : NULL,
		};
		x->nr_lanes++;
	}
	x->last_lane = i;
	return &x->lanes[i];
}

static uint32_t user_of(const struct event *ev)
{
	if (ev->user.error < 0)
		return ev->user.error == -EINTR ? USER_RESTART : USER_ERROR;
	return ev->user.reason;
}

static void count(struct exits_evidence *e, const struct event *ev)
{
	if (!e->begin || ev->time < e->begin)
		e->begin = ev->time;
	if (ev->time > e->end)
		e->end = ev->time;
	e->entries += ev->type == EVENT_VCPU_ENTER;
	e->exits += ev->type == EVENT_VCPU_EXIT;
	e->users += ev->type == EVENT_VCPU_USER;
	e->whys += ev->type == EVENT_VCPU_WHY;
	e->switches += ev->type == EVENT_SWITCH;
	e->losses += ev->type == EVENT_LOST;
}

static void why_of(struct ledger_fact *f, const struct event *ev)
{
	f->kind = LEDGER_WHY;
	f->why = ev->why.kind;
	f->write = ev->why.write;
	f->has_value = f->why != WHY_WFX && f->why != WHY_FAULT;
	f->value = ev->why.value;
	if (f->why == WHY_FAULT)	/* addresses would be without number */
		f->value = ev->why.esr & 0x3c;
	else if (f->why == WHY_HVC)
		f->value &= UINT32_MAX;
}

/* What a ledger makes of an event; false: nothing. */
static bool fact_of(struct ledger_fact *f, const struct event *ev)
{
	*f = (struct ledger_fact){ .tid = ev->tid };
	switch (ev->type) {
	case EVENT_SWITCH:
		f->kind = !ev->sw.out ? LEDGER_IN : ev->sw.preempt ? LEDGER_PREEMPT : LEDGER_OUT;
		break;
	case EVENT_ITRACE_START:
		f->kind = LEDGER_IN;
		break;
	case EVENT_VCPU_ENTER:
		f->kind = LEDGER_ENTER;
		break;
	case EVENT_VCPU_EXIT:
		f->kind = LEDGER_EXIT;
		f->value = exit_reason_of(ev->vcpu.ret, ev->vcpu.esr_ec);
		break;
	case EVENT_VCPU_WHY:
		why_of(f, ev);
		break;
	case EVENT_VCPU_USER:
		f->kind = LEDGER_USER;
		f->value = user_of(ev);
		break;
	case EVENT_FORK:
		f->kind = LEDGER_BORN;
		break;
	case EVENT_TASK_EXIT:
		f->kind = LEDGER_DEAD;
		break;
	case EVENT_LOST:
		f->kind = LEDGER_LOST;
		f->tid = -1;
		return true;
	case EVENT_AUX:
	case EVENT_COMM:
	case EVENT_MMAP:
	case EVENT_KSYMBOL:
	case EVENT_TEXT_POKE:
	case EVENT_NAMESPACES:
	case EVENT_THROTTLE:
	case EVENT_GUEST:
		return false;
	}
	return f->tid >= 0;
}

int exits_apply(struct exits *x, const struct event *ev)
{
	struct trail_item item = { .at = ev->time };
	struct ledger_fact f;
	struct exit_lane *l;
	int err;

	if (!ev->time || ev->type == EVENT_AUX)
		return 0;
	count(&x->evidence, ev);
	if (!fact_of(&f, ev))
		return 0;
	err = facts_number(x->facts, &f, &item.id);
	if (err)
		return err;
	l = make_lane(x, ev->cpu < 0 ? -1 : ev->cpu);
	if (!l)
		return -ENOMEM;
	if (l->trail.nr_blocks && l->trail.last > item.at)
		l->unsorted = true;
	return trail_add(&l->trail, &item);
}

/* The heap of lanes: by time of their next fact, then by CPU. */

static bool earlier(const struct exits *x, size_t a, size_t b)
{
	uint64_t s = x->lanes[a].next->at, t = x->lanes[b].next->at;

	return s != t ? s < t : a < b;
}

static void sink(struct exits *x, size_t i)
{
	size_t lane = x->heap[i], child;

	while ((child = 2 * i + 1) < x->nr_heap) {
		if (child + 1 < x->nr_heap && earlier(x, x->heap[child + 1], x->heap[child]))
			child++;
		if (!earlier(x, x->heap[child], lane))
			break;
		x->heap[i] = x->heap[child];
		i = child;
	}
	x->heap[i] = lane;
}

/* Steal: who runs where a vCPU was preempted. */

static int charge(struct exits *x, struct exit_state *s, int32_t tid, uint64_t time)
{
	uint64_t ns = time > s->robbed_since ? time - s->robbed_since : 0;
	struct exit_vcpu *v = &s->ledger.v;
	struct exit_thief *t = v->thieves;
	uint32_t task = tid < 0 ? TIMELINE_NO_TASK : timeline_task(x->timeline, tid, time);
	size_t i;

	s->robbed_since = time;
	if (!ns)
		return 0;
	for (i = 0; i < v->nr_thieves && (t[i].task != task || t[i].tid != tid); i++)
		;
	if (i == THIEVES_MAX) {		/* the last stands for all others */
		t[--i].task = TIMELINE_NO_TASK;
		t[i].tid = -1;
	} else if (i == v->nr_thieves) {
		if (i == s->max_thieves) {
			size_t max = i ? 2 * i : 8;

			t = realloc(t, max * sizeof(*t));
			if (!t)
				return -ENOMEM;
			v->thieves = t;
			s->max_thieves = max;
		}
		t[v->nr_thieves++] = (struct exit_thief){ .task = task, .tid = tid };
	}
	t[i].ns += ns;
	return 0;
}

/* Another thread runs on the CPU from now on: what was until now is charged. */
static int charge_all(struct exits *x, struct exit_lane *l, uint64_t time)
{
	size_t i;
	int err = 0;

	for (i = l->robbed; i != NOBODY && !err; i = x->states[i].next_robbed)
		err = charge(x, &x->states[i], l->running, time);
	return err;
}

static void rob(struct exits *x, size_t state, size_t lane, uint64_t time)
{
	struct exit_state *s = &x->states[state];

	s->lane = lane;
	s->robbed_since = time;
	s->next_robbed = x->lanes[lane].robbed;
	x->lanes[lane].robbed = state;
}

static int stop_robbing(struct exits *x, size_t state, uint64_t time)
{
	struct exit_state *s = &x->states[state];
	size_t *link;
	int err;

	if (s->lane == NOBODY)
		return 0;
	err = charge(x, s, x->lanes[s->lane].running, time);
	link = &x->lanes[s->lane].robbed;
	while (*link != state)
		link = &x->states[*link].next_robbed;
	*link = s->next_robbed;
	s->lane = NOBODY;
	return err;
}

/* Which vCPU's thread it is; NOBODY: none's. */
static size_t state_of(const struct exits *x, int32_t tid)
{
	size_t lo = 0, hi = x->nr_vcpus;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int32_t at = x->states[x->by_tid[mid]].ledger.v.tid;

		if (at == tid)
			return x->by_tid[mid];
		if (at < tid)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NOBODY;
}

static int lose(struct exits *x, size_t state, uint64_t time)
{
	return stop_robbing(x, state, time) ?: ledger_lose(&x->states[state].ledger, time);
}

/*
 * If the lane's next fact is a loss, lost events lie between the last fact, at
 * time, and it: whose threads are there, or could have come there, is not known.
 */
static int look_ahead(struct exits *x, size_t lane, uint64_t time)
{
	struct exit_lane *l = &x->lanes[lane];
	size_t i;
	int err = 0;

	if (!l->next || facts_get(x->facts, l->next->id)->kind != LEDGER_LOST)
		return 0;
	l->blind = true;
	x->blind++;
	for (i = 0; i < x->nr_vcpus && !err; i++) {
		const struct ledger *k = &x->states[i].ledger;

		if (k->sched != SCHED_ON || k->cpu == l->cpu || l->cpu < 0)
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

	if (!err && k->sched == SCHED_OFF && x->blind)
		err = lose(x, state, time);
	else if (!err && k->sched == SCHED_OFF && k->off == ACCOUNT_PREEMPTED && !k->dead)
		rob(x, state, lane, time);
	return err;
}

static int apply_fact(struct exits *x, size_t lane, const struct ledger_fact *f, uint64_t time)
{
	struct exit_lane *l = &x->lanes[lane];
	size_t state = f->tid < 0 ? NOBODY : state_of(x, f->tid);
	int err = 0;

	if (f->kind == LEDGER_LOST && l->blind) {
		l->blind = false;
		x->blind--;
	}
	/* a switch's own time is who leaves's, but not where that is the one robbed */
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
		err = apply_vcpu(x, state, lane, f, time);
	return err;
}

static int start_walk(struct exits *x)
{
	size_t i;
	int err = 0;

	x->heap = calloc(x->nr_lanes + 1, sizeof(*x->heap));
	if (!x->heap)
		return -ENOMEM;
	for (i = 0; i < x->nr_lanes && !err; i++) {
		struct exit_lane *l = &x->lanes[i];

		if (l->unsorted)
			err = trail_sort(&l->trail);
		l->walk = err ? NULL : malloc(sizeof(*l->walk));
		if (!l->walk)
			return err ?: -ENOMEM;
		trail_walk(l->walk, &l->trail, true);
		l->next = trail_next(l->walk);
		if (l->next)
			x->heap[x->nr_heap++] = i;
		err = l->walk->err ?: look_ahead(x, i, x->evidence.begin);
	}
	for (i = x->nr_heap / 2; i-- > 0; )
		sink(x, i);
	return err;
}

static int walk(struct exits *x)
{
	int err = start_walk(x);

	while (!err && x->nr_heap) {
		size_t lane = x->heap[0];
		struct exit_lane *l = &x->lanes[lane];
		struct trail_item item = *l->next;

		err = apply_fact(x, lane, facts_get(x->facts, item.id), item.at);
		l->next = trail_next(l->walk);
		err = err ?: l->walk->err ?: look_ahead(x, lane, item.at);
		if (!l->next)
			x->heap[0] = x->heap[--x->nr_heap];
		if (x->nr_heap)
			sink(x, 0);
	}
	return err;
}

static int by_ns(const void *a, const void *b)
{
	const struct exit_thief *s = a, *t = b;

	if (s->ns != t->ns)
		return s->ns > t->ns ? -1 : 1;
	return s->tid < t->tid ? -1 : s->tid > t->tid;
}

static int finish(struct exits *x)
{
	size_t i;
	int err = 0;

	for (i = 0; i < x->nr_vcpus && !err; i++) {
		struct exit_state *s = &x->states[i];

		err = stop_robbing(x, i, x->evidence.end) ?:
		      ledger_end(&s->ledger, x->evidence.end);
		if (s->ledger.v.nr_thieves)
			qsort(s->ledger.v.thieves, s->ledger.v.nr_thieves,
			      sizeof(*s->ledger.v.thieves), by_ns);
	}
	if (err)
		return err;
	for (i = 0; i < x->nr_vcpus; i++)
		x->vcpus[i] = x->states[i].ledger.v;
	free(x->states);	/* what they hold is the vCPUs' now */
	x->states = NULL;
	x->evidence.details_full = facts_details_full(x->facts);
	return 0;
}

static int take_piece(void *arg, enum exit_reason reason, const struct ledger_piece *piece)
{
	struct exits *x = arg;
	struct exit_lane *l = &x->lanes[lane_place(x, piece->cpu)];
	struct trail_item item = {
		.at = source_clock_ticks(x->clock, piece->from), .id = 1 + reason,
		.kind = PIECE_BEGINS,
	};
	int err = trail_add(&l->pieces, &item);

	item.at = source_clock_ticks(x->clock, piece->to);
	item.kind = PIECE_ENDS;
	return err ?: trail_add(&l->pieces, &item);
}

/*
 * Pieces became known when their exits ended, which is not the order in which they
 * were.  Of two that touch, the end of the first may come after the other's begin.
 */
static int make_spans(struct exit_lane *l)
{
	struct trail_item span = { 0 };
	const struct trail_item *p;
	unsigned int open = 0;
	struct trail_walk w;
	int err = trail_sort(&l->pieces);

	trail_walk(&w, &l->pieces, true);
	while (!err && (p = trail_next(&w))) {
		if (p->kind == PIECE_BEGINS) {
			open++;
			span.id = p->id;
		} else if (!--open) {
			span.id = 0;
		}
		span.at = p->at;
		err = trail_add(&l->reasons, &span);
	}
	return err ?: w.err;
}

static int tell_timeline(struct exits *x)
{
	size_t i;
	int err = 0;

	for (i = 0; x->clock && i < x->nr_lanes && !err; i++) {
		struct exit_lane *l = &x->lanes[i];

		err = make_spans(l);
		if (!err && l->cpu >= 0)
			timeline_set_reasons(x->timeline, l->cpu, &l->reasons);
	}
	return err;
}

/* timeline_vcpus() is sorted by VM, not by thread. */
static int begin(struct exits *x)
{
	const struct timeline_vcpu *vcpus;
	size_t n = timeline_vcpus(x->timeline, &vcpus), i, k;

	x->states = calloc(n + 1, sizeof(*x->states));
	x->by_tid = calloc(n + 1, sizeof(*x->by_tid));
	x->vcpus = calloc(n + 1, sizeof(*x->vcpus));
	if (!x->states || !x->by_tid || !x->vcpus)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		x->states[i].lane = x->states[i].next_robbed = NOBODY;
		ledger_begin(&x->states[i].ledger, vcpus[i].tid, x->evidence.begin);
		x->states[i].ledger.take_piece = x->clock ? take_piece : NULL;
		x->states[i].ledger.arg = x;
		for (k = i; k && vcpus[x->by_tid[k - 1]].tid > vcpus[i].tid; k--)
			x->by_tid[k] = x->by_tid[k - 1];
		x->by_tid[k] = i;
	}
	x->nr_vcpus = n;
	return 0;
}

int exits_seal(struct exits *x, struct timeline *t, const struct source_clock *clock)
{
	x->timeline = t;
	x->clock = clock;
	return begin(x) ?: walk(x) ?: finish(x) ?: tell_timeline(x);
}

const struct exit_vcpu *exits_vcpus(const struct exits *x, size_t *nr)
{
	*nr = x->nr_vcpus;
	return x->vcpus;
}

const struct exits_evidence *exits_evidence(const struct exits *x)
{
	return &x->evidence;
}

int exit_row_add(struct exit_row *to, const struct exit_row *from)
{
	to->exits += from->exits;
	for (enum account p = 0; p < NR_ACCOUNTS; p++)
		to->ns[p] += from->ns[p];
	return durations_merge(&to->cost, &from->cost);
}
