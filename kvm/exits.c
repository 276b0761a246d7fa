// SPDX-License-Identifier: GPL-2.0-only
/* Collects facts of the sideband by CPU, and makes ledgers from them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "kvm/exits_impl.h"

/* Facts that are handed over at once. */
#define FED	512

struct exits *exits_new(void)
{
	struct exits *x = aligned_alloc(_Alignof(struct exits), sizeof(*x));

	if (x) {
		memset(x, 0, sizeof(*x));
		x->facts = facts_new();
		x->irqs = irqs_new();
	}
	if (x && (!x->facts || !x->irqs || relay_init(&x->feed, sizeof(struct exit_fed), FED,
						      exits_feed, x, false))) {
		exits_free(x);
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
	relay_free(&x->feed);
	for (i = 0; i < x->nr_lanes; i++) {
		trail_clear(&x->lanes[i].trail);
		trail_clear(&x->lanes[i].pieces);
		trail_clear(&x->lanes[i].reasons);
		free(x->lanes[i].times);
		if (x->sources)
			free(x->sources[i].walk);
	}
	for (i = 0; x->states && i < x->nr_vcpus; i++)
		ledger_clear(&x->states[i].ledger);
	for (i = 0; x->vcpus && i < x->nr_vcpus; i++)
		free_vcpu(&x->vcpus[i]);
	exits_free_stays(x);
	facts_free(x->facts);
	irqs_free(x->irqs);
	free(x->lanes);
	free(x->states);
	free(x->by_tid);
	free(x->state_of);
	free(x->heap);
	free(x->sources);
	free(x->cpus);
	free(x->vcpus);
	free(x);
}

void exits_use_threads(struct exits *x)
{
	x->threaded = x->feed.threaded = true;
}

void exits_keep_in(struct exits *x, int fd)
{
	x->file.fd = fd;
	x->has_file = true;
}

size_t exits_lane(const struct exits *x, int32_t cpu)
{
	/* mostly all CPUs have one, and events without a CPU have none or the first */
	size_t guess = (size_t)cpu + (x->nr_lanes && x->lanes[0].cpu < 0);

	if (guess < x->nr_lanes && x->lanes[guess].cpu == cpu)
		return guess;
	return array_first(x->nr_lanes, i, x->lanes[i].cpu >= cpu);
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
	e->irqs += ev->type == EVENT_VCPU_IRQ;
	e->losses += ev->type == EVENT_LOST;
}

static void why_of(struct ledger_fact *f, const struct event *ev)
{
	f->kind = LEDGER_WHY;
	f->why = ev->why.kind;
	f->write = ev->why.write;
	f->has_value = f->why != WHY_WFX;
	f->value = ev->why.value;
	if (f->why == WHY_FAULT) {	/* there would be too many pages */
		f->fault = ev->why.esr & 0x3c;
		f->value &= ~(uint64_t)(EXIT_FAULT_REGION - 1);
	} else if (f->why == WHY_HVC) {
		f->value &= UINT32_MAX;
	}
}

/* The fact that a ledger needs from an event; false: none. */
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
		f->reason = exit_reason_of(ev->vcpu.ret, ev->vcpu.esr_ec);
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
	case EVENT_VCPU_IRQ:
	case EVENT_AUX:
	case EVENT_COMM:
	case EVENT_MMAP:
	case EVENT_KSYMBOL:
	case EVENT_TEXT_POKE:
	case EVENT_NAMESPACES:
	case EVENT_CGROUP:
	case EVENT_TASK_PLACE:
	case EVENT_THROTTLE:
	case EVENT_LOST_TAIL:
	case EVENT_CYCLES:
	case EVENT_COUNT:
		return false;
	}
	return f->tid >= 0;
}

/* Does the instruction at its PC cause the exit? */
static bool is_the_guests(enum exit_reason r)
{
	return r != REASON_UNKNOWN && r != REASON_IRQ && r != REASON_SERROR && r != REASON_IL &&
	       r != REASON_HYP_GONE && r != REASON_SERROR_EC;
}

/* HVC and SVC have completed, and PC is after them [ELR_ELx]. */
static bool is_behind(enum exit_reason r)
{
	return r == REASON_HVC64 || r == REASON_HVC32 || r == REASON_SVC64 || r == REASON_SVC32;
}

static void add_site(struct ledger_fact *f, const struct event *ev)
{
	if (f->kind != LEDGER_EXIT || !ev->vcpu.pc || !is_the_guests(f->reason))
		return;
	f->has_value = true;
	f->value = ev->vcpu.pc - (is_behind(f->reason) ? 4 : 0);
}

void exits_want_sites(struct exits *x, exit_site_fn *fn, void *arg)
{
	x->site_fn = fn;
	x->site_arg = arg;
}

/* Report the place of an exit, for a ledger.  0 or -errno. */
static int exits_take_site(void *arg, const struct ledger *l, struct exit_site *site)
{
	struct exits *x = arg;

	site->vcpu = (size_t)((const struct exit_state *)l - x->states);
	return x->site_fn(x->site_arg, site);
}

/* Extend the span from the first to the last event about guests. */
static void extend_span(struct time_span *s, const struct ledger_fact *f, uint64_t time)
{
	if (f->kind != LEDGER_ENTER && f->kind != LEDGER_EXIT && f->kind != LEDGER_WHY &&
	    f->kind != LEDGER_USER)
		return;
	if (!s->begin || time < s->begin)
		s->begin = time;
	if (time > s->end)
		s->end = time;
}

int exits_apply(struct exits *x, const struct event *ev)
{
	struct exit_fed *fed = relay_room(&x->feed);

	if (!ev->time || ev->type == EVENT_AUX)
		return 0;
	count(&x->evidence, ev);
	if (ev->type == EVENT_VCPU_IRQ)
		return irqs_apply(x->irqs, ev);
	if (!fact_of(&fed->fact, ev))
		return 0;
	if (x->site_fn)
		add_site(&fed->fact, ev);
	extend_span(&x->span, &fed->fact, ev->time);
	fed->at = ev->time;
	fed->cpu = ev->cpu < 0 ? -1 : ev->cpu;
	fed->hash = facts_hash(&fed->fact);
	return relay_add(&x->feed);
}

static int by_ns(const void *a, const void *b)
{
	const struct exit_preemptor *s = a, *t = b;

	return array_order(t->ns, s->ns) ?: array_order(s->tid, t->tid);
}

static int list_cpus(struct exits *x)
{
	size_t i;

	x->cpus = calloc(x->nr_lanes + 1, sizeof(*x->cpus));
	if (!x->cpus)
		return -ENOMEM;
	for (i = 0; i < x->nr_lanes; i++) {
		if (x->lanes[i].times)
			x->cpus[x->nr_cpus++] = x->lanes[i].times;
	}
	return 0;
}

/* Add time of a vCPU's thread on a CPU, for a ledger.  0 or -ENOMEM. */
static int exits_take_time(void *arg, int32_t cpu, enum account to, unsigned int slice, uint64_t ns)
{
	struct exits *x = arg;
	struct exit_lane *l = &x->lanes[exits_lane(x, cpu)];

	if (!l->times) {
		l->times = calloc(1, sizeof(*l->times));
		if (!l->times)
			return -ENOMEM;
		l->times->cpu = cpu;
	}
	l->times->slices[slice][to] += ns;
	return 0;
}

static int finish(struct exits *x)
{
	size_t i;
	int err = 0;

	for (i = 0; i < x->nr_vcpus && !err; i++) {
		struct exit_state *s = &x->states[i];

		err = ledger_end(&s->ledger, x->evidence.end);
		if (s->ledger.v.nr_preemptors)
			qsort(s->ledger.v.preemptors, s->ledger.v.nr_preemptors,
			      sizeof(*s->ledger.v.preemptors), by_ns);
	}
	if (err)
		return err;
	durations_catch_up(&x->late);
	for (i = 0; i < x->nr_vcpus; i++)
		x->vcpus[i] = x->states[i].ledger.v;
	free(x->states);	/* the vCPUs own their contents now */
	x->states = NULL;
	x->evidence.details_full = facts_details_full(x->facts);
	x->evidence.sites_full = facts_sites_full(x->facts);
	return list_cpus(x);
}

static int by_tid(const void *a, const void *b)
{
	const struct exit_thread *x = a, *y = b;

	return array_order(x->tid, y->tid);
}

/* timeline_vcpus() is sorted by VM, not by thread. */
static int begin(struct exits *x)
{
	const struct timeline_vcpu *vcpus;
	size_t n = timeline_vcpus(x->timeline, &vcpus), i;

	x->states = calloc(n + 1, sizeof(*x->states));
	x->by_tid = calloc(n + 1, sizeof(*x->by_tid));
	x->vcpus = calloc(n + 1, sizeof(*x->vcpus));
	if (!x->states || !x->by_tid || !x->vcpus || (x->stays_wanted && exits_begin_stays(x, n)))
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		x->states[i].lane = x->states[i].next_preempted = NOBODY;
		ledger_begin(&x->states[i].ledger, vcpus[i].tid, x->evidence.begin);
		x->states[i].ledger.take_piece = x->clock ? exits_take_piece : NULL;
		x->states[i].ledger.take_time = exits_take_time;
		x->states[i].ledger.take_site = x->site_fn ? exits_take_site : NULL;
		x->states[i].ledger.take_stay = x->stays ? exits_take_stay : NULL;
		x->states[i].ledger.take_handled = x->stays ? exits_take_handled : NULL;
		x->states[i].ledger.late = &x->late;
		x->states[i].ledger.arg = x;
		ledger_slices(&x->states[i].ledger, &x->span);
		x->by_tid[i] = (struct exit_thread){ vcpus[i].tid, i };
	}
	if (n)
		qsort(x->by_tid, n, sizeof(*x->by_tid), by_tid);
	x->nr_vcpus = n;
	return 0;
}

int exits_seal(struct exits *x, struct timeline *t, const struct input_clock *clock)
{
	const struct ledger_fact lost = { .tid = -1, .kind = LEDGER_LOST };
	int err = relay_end(&x->feed);

	relay_free(&x->feed);
	x->timeline = t;
	x->clock = clock;
	irqs_seal(x->irqs, t);
	/* every step of the walk needs it */
	err = err ?: facts_number(x->facts, &lost, facts_hash(&lost), &x->lost);
	return err ?: begin(x) ?: exits_walk(x) ?: finish(x) ?: exits_tell_timeline(x);
}

const struct exit_vcpu *exits_vcpus(const struct exits *x, size_t *nr)
{
	*nr = x->nr_vcpus;
	return x->vcpus;
}

size_t exits_cpus(const struct exits *x, const struct exit_cpu *const **cpus)
{
	*cpus = x->cpus;
	return x->nr_cpus;
}

size_t exits_irqs(const struct exits *x, const struct exit_irq **list)
{
	return irqs_get(x->irqs, list);
}

const struct time_span *exits_span(const struct exits *x)
{
	return &x->span;
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
