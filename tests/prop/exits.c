// SPDX-License-Identifier: GPL-2.0-only
/*
 * Simulates a machine whose threads enter and leave guests on CPUs.  Its actions become events, and
 * the account of each nanosecond is noted along the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/exits.h"

#define ROUNDS	400
#define CPUS	3
#define VCPUS	4
#define THREADS	7	/* the first ones are vCPUs' */
#define STEPS	600
#define FIRST	100	/* thread id */
#define START	1000	/* ns */

static uint64_t next(uint64_t *r)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	*r ^= *r << 17;
	return *r * 0x2545f4914f6cdd1dULL >> 33;
}

struct truth {
	uint64_t ns[NR_ACCOUNTS];
	uint64_t exits[NR_REASONS], cost[NR_REASONS];
	uint64_t born;
};

struct thread {
	int cpu;		/* -1: off */
	enum account in, off;
	enum exit_reason reason;	/* of the present exit */
	bool told;		/* its details were reported */
	uint64_t cost;
	bool met;		/* some event about it was seen */
};

struct sim {
	uint64_t r, now;
	struct thread thread[THREADS];
	int on[CPUS];		/* thread, -1: none */
	struct event event[2 * STEPS + 64];
	size_t nr;
	struct truth truth[VCPUS];
};

static struct event *say(struct sim *s, enum event_type type, int cpu, int thread)
{
	struct event *ev = &s->event[s->nr++];

	*ev = (struct event){ .type = type, .cpu = cpu, .pid = 90 + thread / 2,
			      .tid = thread < 0 ? -1 : FIRST + thread, .time = s->now };
	if (thread >= 0)
		s->thread[thread].met = true;
	return ev;
}

static void pass(struct sim *s, uint64_t ns)
{
	for (int i = 0; i < VCPUS; i++) {
		struct thread *t = &s->thread[i];
		enum account p = !t->met ? ACCOUNT_UNKNOWN : t->cpu < 0 ? t->off : t->in;

		s->truth[i].ns[p] += ns;
		if (p == ACCOUNT_KERNEL || p == ACCOUNT_VMM)
			t->cost += ns;
	}
	s->now += ns;
}

static void enter(struct sim *s, int i)
{
	struct thread *t = &s->thread[i];

	if (t->in == ACCOUNT_KERNEL || t->in == ACCOUNT_VMM) {
		s->truth[i].cost[t->reason] += t->cost;
		s->truth[i].exits[t->reason]++;
	}
	t->in = ACCOUNT_GUEST;
	say(s, EVENT_VCPU_ENTER, t->cpu, i);
}

static const struct {
	uint32_t ret, ec;
	enum exit_reason reason, told;	/* also after details from kvm_wfx_arm64 and the like */
	enum event_why why;
	uint32_t esr;
} ways[] = {
	{ 0, 0, REASON_IRQ, REASON_IRQ, WHY_WFX, 0 },
	{ 2, 0x01, REASON_WFX, REASON_WFI, WHY_WFX, 0 },
	{ 2, 0x16, REASON_HVC64, REASON_HVC64, WHY_HVC, 0 },
	{ 2, 0x18, REASON_SYSREG, REASON_SYSREG, WHY_SYSREG, 0 },
	{ 2, 0x24, REASON_DABT_LOW, REASON_MMIO, WHY_MMIO, 0 },
	{ 2, 0x24, REASON_DABT_LOW, REASON_PERMISSION, WHY_FAULT, 0x9200000f },
	{ 2, 0x32, REASON_SOFTSTP, REASON_SOFTSTP, WHY_WFX, 0 },
};

static void leave_guest(struct sim *s, int i)
{
	struct thread *t = &s->thread[i];
	unsigned int w = next(&s->r) % (sizeof(ways) / sizeof(ways[0]));
	struct event *ev = say(s, EVENT_VCPU_EXIT, t->cpu, i);

	ev->vcpu.ret = ways[w].ret;
	ev->vcpu.esr_ec = ways[w].ec;
	t->in = ACCOUNT_KERNEL;
	t->reason = ways[w].reason;
	t->cost = 0;
	if (ways[w].why == WHY_WFX && t->reason != REASON_WFX)
		return;
	if (next(&s->r) % 4 == 0)	/* not recorded */
		return;
	pass(s, 1 + next(&s->r) % 5);
	ev = say(s, EVENT_VCPU_WHY, t->cpu, i);
	ev->why.kind = ways[w].why;
	ev->why.value = ways[w].why == WHY_WFX ? 0 : next(&s->r) % 3;
	ev->why.esr = ways[w].esr;
	t->reason = ways[w].told;
}

static void switch_out(struct sim *s, int i, bool preempt)
{
	struct thread *t = &s->thread[i];
	struct event *ev = say(s, EVENT_SWITCH, t->cpu, i);
	bool wfi = t->in == ACCOUNT_KERNEL && (t->reason == REASON_WFI || t->reason == REASON_WFX);

	ev->sw.out = 1;
	ev->sw.preempt = preempt;
	t->off = preempt ? ACCOUNT_PREEMPTED : wfi ? ACCOUNT_HALTED :
		 t->in == ACCOUNT_UNKNOWN ? ACCOUNT_UNKNOWN : ACCOUNT_WAITING;
	s->on[t->cpu] = -1;
	t->cpu = -1;
}

static void leave_kvm(struct sim *s, int i)
{
	struct thread *t = &s->thread[i];
	struct event *ev = say(s, EVENT_VCPU_USER, t->cpu, i);

	ev->user.reason = 6;
	if (t->in == ACCOUNT_KERNEL && t->reason == REASON_MMIO)
		t->reason = REASON_MMIO_USER;
	if (t->in == ACCOUNT_KERNEL && t->reason == REASON_PERMISSION)
		t->reason = REASON_MMIO_USER;
	if (t->in == ACCOUNT_KERNEL && t->reason == REASON_DABT_LOW)
		t->reason = REASON_MMIO_USER;
	t->in = ACCOUNT_VMM;
}

static void switch_in(struct sim *s, int cpu)
{
	int i = next(&s->r) % THREADS;
	struct thread *t = &s->thread[i];

	if (t->cpu >= 0)
		return;
	t->cpu = cpu;
	s->on[cpu] = i;
	say(s, EVENT_SWITCH, cpu, i);
}

static void step(struct sim *s)
{
	int cpu = next(&s->r) % CPUS, i = s->on[cpu];
	unsigned int what = next(&s->r) % 8;
	enum account in;

	pass(s, 1 + next(&s->r) % 50);
	if (i < 0) {
		switch_in(s, cpu);
		return;
	}
	in = s->thread[i].in;
	if (i < VCPUS && in == ACCOUNT_GUEST)
		leave_guest(s, i);
	else if (what < 2 || (i >= VCPUS && what < 6))
		switch_out(s, i, what & 1);
	else if (i < VCPUS && what < 4 && in != ACCOUNT_UNKNOWN)
		leave_kvm(s, i);
	else if (i < VCPUS)
		enter(s, i);
}

static struct sim *simulate(uint64_t seed)
{
	struct sim *s = calloc(1, sizeof(*s));
	int i;

	s->r = seed;
	s->now = START;
	for (i = 0; i < THREADS; i++)
		s->thread[i] = (struct thread){ .cpu = -1, .in = ACCOUNT_UNKNOWN };
	for (i = 0; i < CPUS; i++)
		s->on[i] = -1;
	say(s, EVENT_THROTTLE, 0, -1);
	for (i = 0; i < STEPS; i++)
		step(s);
	pass(s, 7);
	say(s, EVENT_THROTTLE, 0, -1);
	return s;
}

/* In file order: CPUs' rings one after the other, in rounds, or shuffled completely. */
static void shuffle(struct sim *s, uint64_t *r)
{
	size_t i, k;

	for (i = s->nr; i-- > 1; ) {
		struct event ev = s->event[i];

		k = next(r) % (i + 1);
		s->event[i] = s->event[k];
		s->event[k] = ev;
	}
}

static struct exits *ledgers(const struct sim *s, struct timeline **t)
{
	struct exits *x = exits_new();
	size_t i;

	*t = timeline_new();
	assert_non_null(x);
	assert_non_null(*t);
	for (i = 0; i < s->nr; i++) {
		assert_int_equal(timeline_apply(*t, &s->event[i]), 0);
		assert_int_equal(exits_apply(x, &s->event[i]), 0);
	}
	assert_int_equal(timeline_seal(*t, NULL, true), 0);
	assert_int_equal(exits_seal(x, *t, NULL), 0);
	return x;
}

static void check_balance(const struct exit_vcpu *v)
{
	uint64_t sum = 0, stolen = 0, rows[NR_ACCOUNTS] = { 0 }, exits = 0, timed = 0;
	size_t i;

	for (enum account p = 0; p < NR_ACCOUNTS; p++)
		sum += v->ns[p];
	assert_int_equal(sum, v->end - v->begin);
	for (enum account p = 0; v->slices && p < NR_ACCOUNTS; p++) {
		for (sum = 0, i = 0; i < TIME_SLICES; i++)
			sum += v->slices[i][p];
		assert_int_equal(sum, v->ns[p]);
	}
	for (i = 0; i < v->nr_rows; i++) {
		const struct exit_row *row = &v->rows[i];

		exits += row->exits;
		timed += row->cost.nr;
		assert_true(row->cost.nr <= row->exits);
		assert_true(row->cost.sum <= row->ns[ACCOUNT_KERNEL] + row->ns[ACCOUNT_VMM]);
		for (enum account p = 0; p < NR_ACCOUNTS; p++)
			rows[p] += row->ns[p];
	}
	assert_int_equal(exits, v->exits);
	assert_true(timed <= exits);
	assert_int_equal(rows[ACCOUNT_KERNEL], v->ns[ACCOUNT_KERNEL]);
	assert_int_equal(rows[ACCOUNT_VMM], v->ns[ACCOUNT_VMM]);
	assert_int_equal(rows[ACCOUNT_HALTED], v->ns[ACCOUNT_HALTED]);
	assert_true(rows[ACCOUNT_GUEST] <= v->ns[ACCOUNT_GUEST]);
	for (i = 0; i < v->nr_preemptors; i++)
		stolen += v->preemptors[i].ns;
	/* time already charged to a preemptor may become unknown by a later contradiction */
	assert_true(stolen >= v->ns[ACCOUNT_PREEMPTED]);
	if (!v->contradictions)
		assert_int_equal(stolen, v->ns[ACCOUNT_PREEMPTED]);
}

/* Sums over one reason's rows. */
static void sum_reason(const struct exit_vcpu *v, enum exit_reason r, uint64_t *timed,
		       uint64_t *cost)
{
	size_t i;

	*timed = *cost = 0;
	for (i = 0; i < v->nr_rows; i++) {
		if (v->rows[i].reason != r)
			continue;
		*timed += v->rows[i].cost.nr;
		*cost += v->rows[i].cost.sum;
	}
}

static void every_nanosecond_goes_where_it_went(void **state)
{
	uint64_t r = 88172645463325252ull;

	for (int round = 0; round < ROUNDS; round++) {
		struct sim *s = simulate(next(&r) + 1);
		struct timeline *t;
		struct exits *x;
		size_t nr, i;
		const struct exit_vcpu *v;

		if (round % 2)
			shuffle(s, &r);
		x = ledgers(s, &t);
		v = exits_vcpus(x, &nr);
		for (i = 0; i < nr; i++) {
			const struct truth *want = &s->truth[v[i].tid - FIRST];
			uint64_t timed, cost;

			check_balance(&v[i]);
			assert_int_equal(v[i].contradictions, 0);
			for (enum account p = 0; p < NR_ACCOUNTS; p++)
				assert_int_equal(v[i].ns[p], want->ns[p]);
			for (enum exit_reason k = 0; k < NR_REASONS; k++) {
				sum_reason(&v[i], k, &timed, &cost);
				assert_int_equal(timed, want->exits[k]);
				assert_int_equal(cost, want->cost[k]);
			}
		}
		exits_free(x);
		timeline_free(t);
		free(s);
	}
}

/* Drop the events of one CPU's ring between two times. */
static void lose_some(struct sim *s, uint64_t *r)
{
	int cpu = next(r) % CPUS;
	uint64_t from = START + next(r) % (s->now - START), to = from + next(r) % 3000;
	size_t i, n = 1;	/* keep the first event */

	if (to >= s->now)
		to = s->now - 1;
	for (i = 1; i < s->nr; i++) {
		const struct event *ev = &s->event[i];

		if (ev->type == EVENT_THROTTLE || ev->cpu != cpu || ev->time <= from ||
		    ev->time > to)
			s->event[n++] = *ev;
	}
	s->nr = n;
	s->event[s->nr++] = (struct event){ .type = EVENT_LOST, .cpu = cpu, .pid = -1,
					    .tid = -1, .time = to };
}

/* What is reported as known is true, and the books balance. */
static void what_was_lost_is_nobodys(void **state)
{
	uint64_t r = 362436069ull;

	for (int round = 0; round < 4 * ROUNDS; round++) {
		struct sim *s = simulate(next(&r) + 1);
		struct timeline *t;
		struct exits *x;
		size_t nr, i;
		const struct exit_vcpu *v;

		for (i = 0; i <= (size_t)round % 3; i++)
			lose_some(s, &r);
		x = ledgers(s, &t);
		v = exits_vcpus(x, &nr);
		for (i = 0; i < nr; i++) {
			const struct truth *want = &s->truth[v[i].tid - FIRST];

			check_balance(&v[i]);
			assert_int_equal(v[i].contradictions, 0);
			for (enum account p = 0; p < NR_ACCOUNTS; p++) {
				if (p != ACCOUNT_UNKNOWN && v[i].ns[p] > want->ns[p])
					fail_msg("round %d: %llu ns %s, in truth %llu", round,
						 (unsigned long long)v[i].ns[p], account_name(p),
						 (unsigned long long)want->ns[p]);
			}
		}
		exits_free(x);
		timeline_free(t);
		free(s);
	}
}

/* Without switches a thread's CPU is unknown; still, nothing exceeds the truth. */
static void what_was_lost_without_switches_is_nobodys_too(void **state)
{
	uint64_t r = 1597463007ull;

	for (int round = 0; round < 4 * ROUNDS; round++) {
		struct sim *s = simulate(next(&r) + 1);
		struct timeline *t;
		struct exits *x;
		size_t nr, i, n = 0;
		const struct exit_vcpu *v;

		for (i = 0; i < s->nr; i++) {
			if (s->event[i].type != EVENT_SWITCH)
				s->event[n++] = s->event[i];
		}
		s->nr = n;
		if (round % 4)
			lose_some(s, &r);
		x = ledgers(s, &t);
		v = exits_vcpus(x, &nr);
		for (i = 0; i < nr; i++) {
			const uint64_t *want = s->truth[v[i].tid - FIRST].ns;

			check_balance(&v[i]);
			assert_true(v[i].ns[ACCOUNT_GUEST] <= want[ACCOUNT_GUEST]);
			if (round % 4 == 0)
				assert_int_equal(v[i].ns[ACCOUNT_GUEST], want[ACCOUNT_GUEST]);
			/* includes time off the CPU */
			assert_true(v[i].ns[ACCOUNT_KERNEL] + v[i].ns[ACCOUNT_VMM] <=
				    want[ACCOUNT_KERNEL] + want[ACCOUNT_VMM] +
				    want[ACCOUNT_HALTED] + want[ACCOUNT_PREEMPTED] +
				    want[ACCOUNT_WAITING]);
		}
		exits_free(x);
		timeline_free(t);
		free(s);
	}
}

/* For arbitrary recordings. */
static void the_books_balance_of_nonsense_too(void **state)
{
	static const enum event_type types[] = {
		EVENT_SWITCH, EVENT_SWITCH, EVENT_VCPU_ENTER, EVENT_VCPU_EXIT, EVENT_VCPU_WHY,
		EVENT_VCPU_USER, EVENT_VCPU_IRQ, EVENT_FORK, EVENT_TASK_EXIT, EVENT_LOST, EVENT_ITRACE_START,
	};
	uint64_t r = 521288629ull;

	for (int round = 0; round < ROUNDS; round++) {
		struct sim *s = calloc(1, sizeof(*s));
		struct timeline *t;
		struct exits *x;
		size_t nr, i;
		const struct exit_vcpu *v;

		for (i = 0; i < STEPS; i++) {
			struct event *ev = &s->event[s->nr++];

			*ev = (struct event){
				.type = types[next(&r) % (sizeof(types) / sizeof(types[0]))],
				.cpu = (int32_t)(next(&r) % (CPUS + 1)) - 1, .pid = 90,
				.tid = (int32_t)(next(&r) % (THREADS + 1)) - 1 + FIRST,
				.time = next(&r) % 4 ? START + next(&r) % 400 : 0,
			};
			if (ev->type == EVENT_SWITCH) {
				ev->sw.out = next(&r) & 1;
				ev->sw.preempt = next(&r) & 1;
			} else if (ev->type == EVENT_VCPU_EXIT) {
				ev->vcpu.ret = next(&r) % 5;
				ev->vcpu.esr_ec = next(&r) % 64;
			} else if (ev->type == EVENT_VCPU_WHY) {
				ev->why.kind = next(&r) % (WHY_MMIO + 1);
				ev->why.value = next(&r) << (next(&r) % 40);
				ev->why.esr = next(&r);
			} else if (ev->type == EVENT_VCPU_USER) {
				ev->user.reason = next(&r) % 50;
				ev->user.error = next(&r) % 3 ? 0 : -(int32_t)(next(&r) % 6);
			} else if (ev->type == EVENT_VCPU_IRQ) {
				ev->irq.irq = next(&r) % 9000;
				ev->irq.level = next(&r) & 1;
			} else if (ev->type == EVENT_FORK) {
				ev->fork.ppid = ev->fork.ptid = FIRST;
			}
		}
		x = ledgers(s, &t);
		v = exits_vcpus(x, &nr);
		assert_true(nr > 0);
		for (i = 0; i < nr; i++)
			check_balance(&v[i]);
		exits_free(x);
		timeline_free(t);
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_nanosecond_goes_where_it_went),
		cmocka_unit_test(what_was_lost_is_nobodys),
		cmocka_unit_test(what_was_lost_without_switches_is_nobodys_too),
		cmocka_unit_test(the_books_balance_of_nonsense_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
