// SPDX-License-Identifier: GPL-2.0-only
/* The states of a vCPU thread, and the account of each nanosecond. */
#include "kvm/ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Beyond this number of different exits, further ones have no details. */
#define ROWS_MAX	2048

#define CACHE_LINE	64

/* Arm DEN0022, PSCI: CPU_SUSPEND, 32-bit and 64-bit. */
#define PSCI_CPU_SUSPEND	0x84000001u
#define PSCI_CPU_SUSPEND64	0xc4000001u

void ledger_begin(struct ledger *l, int32_t tid, uint64_t time)
{
	*l = (struct ledger){
		.slice_end = UINT64_MAX,
		.v = { .tid = tid, .begin = time, .end = time },
		.in = ACCOUNT_UNKNOWN, .cpu = -1, .since = time,
		.exit.user = USER_NONE,
	};
}

static uint64_t end_of_slice(const struct time_span *s, unsigned int slice)
{
	if (slice + 1 >= TIME_SLICES)
		return UINT64_MAX;
	return s->begin + (uint64_t)((double)(s->end - s->begin) * (slice + 1) / TIME_SLICES);
}

void ledger_slices(struct ledger *l, const struct time_span *span)
{
	if (!time_span_known(span))
		return;
	l->span = span;
	l->slice_end = end_of_slice(span, 0);
}

void ledger_clear(struct ledger *l)
{
	size_t i;

	for (i = 0; i < l->v.nr_rows; i++)
		durations_clear(&l->v.rows[i].cost);
	for (i = 0; i < NR_REASONS; i++)
		free(l->v.times[i]);
	free(l->v.slices);
	free(l->v.rows);
	free(l->v.preemptors);
	memset(&l->v, 0, sizeof(l->v));
}

/* linux include/uapi/linux/kvm.h */
#define KVM_EXIT_MMIO		6
#define KVM_EXIT_ARM_NISV	28

/* The reason of a data abort, by its details. */
static enum exit_reason refine_abort(const struct ledger_exit *e)
{
	if (e->seen & 1u << WHY_NISV || e->user == KVM_EXIT_ARM_NISV)
		return REASON_NISV;
	if (e->user == KVM_EXIT_MMIO)
		return REASON_MMIO_USER;
	if (e->seen & 1u << WHY_MMIO)
		return REASON_MMIO;
	if (!(e->seen & 1u << WHY_FAULT))
		return REASON_DABT_LOW;
	/* ESR_ELx_FSC_TYPE: linux arch/arm64/include/asm/esr.h */
	switch (e->fault) {
	case 0x04:
		return REASON_TRANSLATION;
	case 0x08:
		return REASON_ACCESS;
	case 0x0c:
		return REASON_PERMISSION;
	}
	return REASON_DABT_LOW;
}

static enum exit_reason refine(const struct ledger_exit *e)
{
	if (e->reason == REASON_WFX && e->seen & 1u << WHY_WFX)
		return e->wfe ? REASON_WFE : REASON_WFI;
	if (e->reason == REASON_DABT_LOW)
		return refine_abort(e);
	return e->reason;
}

static void hand_over(struct ledger *l, enum exit_reason reason)
{
	struct ledger_exit *e = &l->exit;

	for (unsigned int i = 0; i < e->nr_pieces && !l->err; i++)
		l->err = l->take_piece(l->arg, reason, &l->piece[i]);
	e->nr_pieces = 0;
}

/* Record a span of the exit's handling on this CPU, from l->since on. */
static void add_piece(struct ledger *l, uint64_t to)
{
	struct ledger_exit *e = &l->exit;
	struct ledger_piece *last = e->nr_pieces ? &l->piece[e->nr_pieces - 1] : NULL;

	if (last && last->cpu == l->cpu && last->to == l->since) {
		last->to = to;
		return;
	}
	if (e->nr_pieces == LEDGER_PIECES)
		hand_over(l, refine(e));
	l->piece[e->nr_pieces++] = (struct ledger_piece){ l->cpu, l->since, to };
}

static void add_to_slice(struct ledger *l, enum account to, uint64_t ns)
{
	if (!l->v.slices)
		l->v.slices = calloc(TIME_SLICES, sizeof(*l->v.slices));
	if (!l->v.slices) {
		l->err = -ENOMEM;
		return;
	}
	l->v.slices[l->slice][to] += ns;
	if (l->take_time && l->cpu >= 0 &&
	    (to == ACCOUNT_GUEST || to == ACCOUNT_KERNEL || to == ACCOUNT_VMM))
		l->err = l->take_time(l->arg, l->cpu, to, l->slice, ns);
}

/* Add the time since l->since to the slices that it overlaps. */
static void slice_up(struct ledger *l, enum account to, uint64_t time)
{
	uint64_t from = l->since;

	while (from < time && !l->err) {
		uint64_t until = time < l->slice_end ? time : l->slice_end;

		if (until > from)
			add_to_slice(l, to, until - from);
		from = until;
		if (from == l->slice_end)
			l->slice_end = end_of_slice(l->span, ++l->slice);
	}
}

static void end_stay(struct ledger *l)
{
	l->v.squares[l->stay_in] += (double)l->stay * (double)l->stay;
	l->stay = 0;
}

static void book(struct ledger *l, uint64_t time, enum account to)
{
	uint64_t ns = time > l->since ? time - l->since : 0;

	if (ns && to != l->stay_in) {
		end_stay(l);
		l->stay_in = to;
	}
	l->stay += ns;
	l->v.ns[to] += ns;
	if (to == ACCOUNT_GUEST)
		l->guest += ns;
	else if (l->exit.active)
		l->exit.ns[to] += ns;
	if (ns && l->take_piece && l->exit.active && l->cpu >= 0 &&
	    (to == ACCOUNT_KERNEL || to == ACCOUNT_VMM))
		add_piece(l, time);
	if (ns && l->span)
		slice_up(l, to, time);
	if (ns && l->take_stay && !l->err)
		l->err = l->take_stay(l->arg, l, to, l->since);
	l->since += ns;
}

static enum account account_of(const struct ledger *l)
{
	return l->sched == SCHED_OFF ? l->off : l->in;
}

int exit_row_compare(const struct exit_row *a, const struct exit_row *b)
{
	return array_order(a->reason, b->reason) ?: array_order(a->user, b->user) ?:
	       array_order(a->has_detail, b->has_detail) ?: array_order(a->detail, b->detail) ?:
	       array_order(a->write, b->write);
}

static bool is_last_row(const struct ledger *l, const struct exit_row *key)
{
	const struct exit_row *r;

	if (l->last_row >= l->v.nr_rows)
		return false;
	r = &l->v.rows[l->last_row];
	return r->reason == key->reason && r->user == key->user &&
	       r->has_detail == key->has_detail && r->detail == key->detail &&
	       r->write == key->write;
}

/* Does the row exist?  l->last_row is its index, or where to insert it. */
static bool find_row(struct ledger *l, const struct exit_row *key)
{
	l->last_row = l->row_of[key->reason];
	if (is_last_row(l, key))
		return true;
	l->last_row = array_first(l->v.nr_rows, i, exit_row_compare(&l->v.rows[i], key) >= 0);
	l->row_of[key->reason] = (uint16_t)l->last_row;
	return is_last_row(l, key);
}

/* The row of a key, created if necessary.  NULL: out of memory. */
static struct exit_row *row_of(struct ledger *l, struct exit_row *key)
{
	bool there = find_row(l, key);
	struct exit_row *new;

	if (!there && l->v.nr_rows >= ROWS_MAX) {
		key->has_detail = key->write = false;
		key->detail = 0;
		there = find_row(l, key);
	}
	if (there)
		return &l->v.rows[l->last_row];
	new = array_insert(l->v.rows, l->v.nr_rows, l->last_row);
	if (new)
		*new = *key;
	return new;
}

/* The fact with a reason's detail (address, register or function): 1 + enum event_why. */
static const uint8_t detail_of[NR_REASONS] = {
	[REASON_MMIO] = 1 + WHY_MMIO, [REASON_MMIO_USER] = 1 + WHY_MMIO,
	[REASON_NISV] = 1 + WHY_NISV, [REASON_SYSREG] = 1 + WHY_SYSREG,
	[REASON_HVC32] = 1 + WHY_HVC, [REASON_HVC64] = 1 + WHY_HVC,
	[REASON_TRANSLATION] = 1 + WHY_FAULT, [REASON_ACCESS] = 1 + WHY_FAULT,
	[REASON_PERMISSION] = 1 + WHY_FAULT, [REASON_IABT_LOW] = 1 + WHY_FAULT,
};

/* Count it in the slice in which it ends. */
static void count_in_slice(struct ledger *l, enum exit_reason reason, bool timed)
{
	const struct ledger_exit *e = &l->exit;
	struct exit_times **t = &l->v.times[reason];

	if (!*t)
		*t = calloc(1, sizeof(**t));
	if (!*t) {
		l->err = -ENOMEM;
		return;
	}
	(*t)->exits[l->slice] += e->whole;
	(*t)->timed[l->slice] += timed;
	if (timed)
		(*t)->ns[l->slice] += e->ns[ACCOUNT_KERNEL] + e->ns[ACCOUNT_VMM];
}

void ledger_fetch(const struct ledger *l)
{
	enum exit_reason reason = refine(&l->exit);
	const struct exit_times *t = l->v.times[reason];

	if (l->v.slices)
		__builtin_prefetch(&l->v.slices[l->slice]);
	if (!l->exit.active)
		return;
	if (l->row_of[reason] < l->v.nr_rows) {
		const char *row = (const char *)&l->v.rows[l->row_of[reason]];

		for (size_t i = 0; i < sizeof(*l->v.rows); i += CACHE_LINE)
			__builtin_prefetch(row + i);
	}
	if (t) {
		__builtin_prefetch(&t->exits[l->slice]);
		__builtin_prefetch(&t->ns[l->slice]);
		__builtin_prefetch(&t->timed[l->slice]);
	}
}

static void hand_over_site(struct ledger *l, enum exit_reason reason)
{
	struct ledger_exit *e = &l->exit;

	if (!e->has_site || !l->take_site || l->err)
		return;
	e->site.reason = reason;
	l->err = l->take_site(l->arg, l, &e->site);
}

/* The exit has ended, or (cut) its end is unknown. */
static int settle(struct ledger *l, bool cut)
{
	struct ledger_exit *e = &l->exit;
	struct exit_row *row, key = { .user = e->user };
	int err = 0;

	if (!e->active)
		return 0;
	key.reason = refine(e);
	if (e->has_detail && detail_of[key.reason] == 1 + e->detail_why) {
		key.has_detail = true;
		key.detail = e->detail;
		key.write = e->write;
	}
	hand_over(l, key.reason);
	hand_over_site(l, key.reason);
	if (l->take_handled && e->whole && !l->err)
		l->err = l->take_handled(l->arg, l, key.reason, e->site.time, l->since);
	row = row_of(l, &key);
	if (!row)
		return -ENOMEM;
	row->exits += e->whole;
	for (enum account p = 0; p < NR_ACCOUNTS; p++)
		row->ns[p] += e->ns[p];
	if (e->whole && !cut)
		err = durations_add_late(&row->cost, e->ns[ACCOUNT_KERNEL] + e->ns[ACCOUNT_VMM],
					 l->late);
	if (l->span)
		count_in_slice(l, key.reason, e->whole && !cut);
	*e = (struct ledger_exit){ .user = USER_NONE };
	return err ?: l->err;
}

static void begin_exit(struct ledger *l, enum exit_reason reason, bool whole)
{
	l->exit = (struct ledger_exit){
		.active = true, .whole = whole, .reason = reason, .user = USER_NONE,
	};
}

int ledger_lose(struct ledger *l, uint64_t time)
{
	if (l->dead)
		return 0;
	book(l, time, account_of(l));
	l->v.losses++;
	l->in = ACCOUNT_UNKNOWN;
	l->sched = SCHED_UNKNOWN;
	l->guest = 0;
	return settle(l, true);
}

/* Is the fact possible in this state? */
static bool follows(const struct ledger *l, const struct ledger_fact *f)
{
	switch ((enum ledger_fact_kind)f->kind) {
	case LEDGER_IN:
		return l->sched != SCHED_ON;
	case LEDGER_OUT:	/* a guest does not run while its thread is switched out */
	case LEDGER_PREEMPT:
	case LEDGER_DEAD:
	case LEDGER_ENTER:
	case LEDGER_WHY:
	case LEDGER_USER:
		return l->sched != SCHED_OFF && l->in != ACCOUNT_GUEST;
	case LEDGER_EXIT:
		return l->sched != SCHED_OFF &&
		       (l->in == ACCOUNT_GUEST || l->in == ACCOUNT_UNKNOWN);
	case LEDGER_BORN:
	case LEDGER_LOST:
		break;
	}
	return true;
}

/* The time since the last fact is unknown; keep what was known before. */
static int contradict(struct ledger *l, uint64_t time)
{
	int err;

	book(l, time, ACCOUNT_UNKNOWN);
	l->v.contradictions++;
	err = settle(l, true);
	l->in = ACCOUNT_UNKNOWN;
	l->sched = SCHED_UNKNOWN;
	l->guest = 0;
	return err;
}

static void see_why(struct ledger_exit *e, const struct ledger_fact *f)
{
	/* use the first fact of a kind: a read has another one when it is answered */
	if (!e->active || e->seen & 1u << f->why)
		return;
	e->seen |= 1u << f->why;
	if (f->why == WHY_WFX)
		e->wfe = f->value;
	if (f->why == WHY_FAULT)	/* all aborts have it, before other facts */
		e->fault = f->fault;
	if (f->why == WHY_WFX)
		return;
	e->has_detail = f->has_value;
	e->detail_why = f->why;
	e->detail = f->value;
	e->write = f->why != WHY_FAULT && f->write;
}

/* Is the thread switched out because the guest is idle? */
static bool halts(const struct ledger *l, bool preempt)
{
	const struct ledger_exit *e = &l->exit;
	enum exit_reason r = refine(e);

	if (l->in != ACCOUNT_KERNEL || !e->active)
		return false;
	if (r == REASON_WFE)	/* kvm_vcpu_on_spin() yields, and stays runnable */
		return true;
	if (preempt)
		return false;
	if (r == REASON_HVC64 || r == REASON_HVC32)
		return e->has_detail && (e->detail == PSCI_CPU_SUSPEND ||
					 e->detail == PSCI_CPU_SUSPEND64);
	return r == REASON_WFI || r == REASON_WFX;
}

static enum account left_for(const struct ledger *l, bool preempt)
{
	if (halts(l, preempt))
		return ACCOUNT_HALTED;
	if (preempt)
		return ACCOUNT_PREEMPTED;
	return l->in == ACCOUNT_UNKNOWN ? ACCOUNT_UNKNOWN : ACCOUNT_WAITING;
}

static void leave_cpu(struct ledger *l, bool preempt)
{
	l->off = left_for(l, preempt);
	l->sched = SCHED_OFF;
	l->v.preemptions += l->off == ACCOUNT_PREEMPTED;
}

static void take_exit(struct ledger *l, const struct ledger_fact *f, uint64_t time)
{
	begin_exit(l, f->reason, true);
	/* for its end, some facts later */
	__builtin_prefetch(&l->v.times[f->reason]);
	__builtin_prefetch(&l->row_of[f->reason]);
	l->exit.has_site = f->has_value;
	l->exit.site = (struct exit_site){ .pc = f->value, .time = time };
	if (l->in == ACCOUNT_GUEST && l->guest && (!l->v.guest_min || l->guest < l->v.guest_min))
		l->v.guest_min = l->guest;
	l->exit.ns[ACCOUNT_GUEST] = l->guest;
	l->guest = 0;
	l->in = ACCOUNT_KERNEL;
	l->sched = SCHED_ON;
	l->v.exits++;
}

static int take(struct ledger *l, const struct ledger_fact *f, uint64_t time)
{
	switch ((enum ledger_fact_kind)f->kind) {
	case LEDGER_IN:
		l->sched = SCHED_ON;
		break;
	case LEDGER_OUT:
	case LEDGER_PREEMPT:
		leave_cpu(l, f->kind == LEDGER_PREEMPT);
		break;
	case LEDGER_ENTER:
		l->in = ACCOUNT_GUEST;
		l->sched = SCHED_ON;
		l->guest = 0;
		l->v.entries++;
		return settle(l, false);
	case LEDGER_EXIT:
		take_exit(l, f, time);
		break;
	case LEDGER_WHY:
		see_why(&l->exit, f);
		break;
	case LEDGER_USER:
		if (!l->exit.active)
			begin_exit(l, REASON_UNKNOWN, false);
		if (l->exit.user == USER_NONE)
			l->exit.user = (uint32_t)f->value;
		l->in = ACCOUNT_VMM;
		l->sched = SCHED_ON;
		break;
	case LEDGER_BORN:	/* created by its parent, not on a CPU yet */
		memset(l->v.ns, 0, sizeof(l->v.ns));
		memset(l->v.squares, 0, sizeof(l->v.squares));
		l->stay = 0;
		if (l->v.slices)
			memset(l->v.slices, 0, TIME_SLICES * sizeof(*l->v.slices));
		l->v.begin = l->since;
		l->off = ACCOUNT_WAITING;
		l->sched = SCHED_OFF;
		break;
	case LEDGER_DEAD:
		l->v.end = l->since;
		end_stay(l);
		l->dead = true;
		return settle(l, true);
	case LEDGER_LOST:
		break;
	}
	return 0;
}

int ledger_apply(struct ledger *l, const struct ledger_fact *f, uint64_t time, int32_t cpu)
{
	int err = 0;

	if (l->dead)
		return 0;
	if (f->kind == LEDGER_BORN && l->met)
		return 0;	/* it existed before: the events contradict each other */
	l->met = true;
	if (follows(l, f))
		book(l, time, account_of(l));
	else
		err = contradict(l, time);
	if (f->kind != LEDGER_BORN)
		l->cpu = cpu;
	return err ?: take(l, f, time);
}

int ledger_end(struct ledger *l, uint64_t time)
{
	if (l->dead)
		return 0;
	book(l, time, account_of(l));
	end_stay(l);
	l->v.end = l->since;
	return settle(l, true);
}
