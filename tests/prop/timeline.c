// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attribution compared with a model without spans, cursors and caches: it scans all facts for every
 * record.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/census.h"
#include "kvm/timeline.h"

#define ROUNDS	3000
#define FACTS	40
#define RECORDS	120
#define CPUS	3
#define FIRST	700		/* threads 700 to 707, of processes 700 and 704 */
#define THREADS	8
#define END	600		/* ns */

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

struct world_of {
	struct event fact[FACTS];	/* in file order, all at different times */
	unsigned int nr;
	enum host_mode mode;
	bool clock, physical, guests;	/* guests: some records are at EL1 */
	struct input_clock conv;
};

static int32_t process_of(int32_t tid)
{
	return tid - (tid - FIRST) % 4;
}

static struct event any_fact(uint64_t *r, uint64_t time)
{
	static const enum event_type types[] = {
		EVENT_SWITCH, EVENT_SWITCH, EVENT_VCPU_ENTER, EVENT_VCPU_ENTER,
		EVENT_VCPU_EXIT, EVENT_VCPU_EXIT, EVENT_ITRACE_START, EVENT_LOST,
	};
	int32_t tid = FIRST + next(r) % THREADS;
	struct event ev = {
		.type = types[next(r) % 8], .cpu = next(r) % CPUS, .time = time,
		.pid = process_of(tid), .tid = tid,
	};

	if (ev.type == EVENT_SWITCH)
		ev.sw.out = next(r) & 1;
	if (ev.type == EVENT_LOST)
		ev.pid = ev.tid = -1;
	return ev;
}

static void shuffle(uint64_t *r, struct event *ev, unsigned int n)
{
	while (n > 1) {
		unsigned int k = next(r) % n--;
		struct event other = ev[k];

		ev[k] = ev[n];
		ev[n] = other;
	}
}

static struct world_of any_world(uint64_t *r)
{
	struct world_of w = { .nr = next(r) % FACTS, .mode = next(r) % 3,
			      .clock = next(r) % 8 != 0, .physical = next(r) & 1,
			      .guests = next(r) & 1 };
	unsigned int i;

	for (i = 0; i < w.nr; i++)
		w.fact[i] = any_fact(r, 3 + i * (END / FACTS) + next(r) % (END / FACTS - 1));
	if (next(r) & 1)
		shuffle(r, w.fact, w.nr);
	/* a tick is 1/4 to 64 ns, and the clocks started at different times */
	w.conv = (struct input_clock){ .mult = 1 + next(r) % 64, .shift = next(r) % 3,
					.zero = -(next(r) % 1000) };
	return w;
}

static struct timeline *timeline_of(const struct world_of *w)
{
	/* without thread and time */
	const struct spe_record one = { .pc_el = 1, .has = SPE_HAS_PC }, guest[] = { one, one };
	struct timeline *t = timeline_new();
	struct census *c;
	unsigned int i;

	for (i = 0; i < w->nr; i++)
		assert_int_equal(timeline_apply(t, &w->fact[i]), 0);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(timeline_want_thread(t, FIRST + (int32_t)i), 0);
	timeline_set_mode(t, w->mode);
	assert_int_equal(timeline_seal_sideband(t, w->clock ? &w->conv : NULL, w->physical), 0);
	c = census_new(t);
	assert_int_equal(census_add(c, guest, w->guests ? 2 : 0), 0);
	assert_int_equal(timeline_decide(t, c, true), 0);
	census_free(c);
	return t;
}

static struct spe_record any_record(const struct world_of *w, uint64_t *r)
{
	uint64_t ns = next(r) % (END + 50);
	struct spe_record rec = { .pc_el = next(r) % 4, .ticks = input_clock_ticks(&w->conv, ns) };

	if (next(r) % 16)
		rec.has |= SPE_HAS_PC;
	else
		rec.pc_el = 0;
	if (next(r) % 16)
		rec.has |= SPE_HAS_TICKS;
	else
		rec.ticks = 0;
	if (next(r) % 3 == 0) {
		rec.has |= SPE_HAS_CTX_EL1;
		rec.ctx_el1 = next(r) % 4 ? FIRST + next(r) % (THREADS + 2) : 0;
	}
	if (next(r) % 2) {
		rec.has |= SPE_HAS_CTX_EL2;
		rec.ctx_el2 = next(r) % 8 ? FIRST + next(r) % (THREADS + 2) :
			      next(r) % 2 ? 0xfffffff0 : 0;
	}
	return rec;
}

/* The model ------------------------------------------------------------ */

struct state {
	bool timed, sure, inside, kvm, lost;
	int32_t tid;
};

static bool is_of(const struct event *ev, int32_t cpu, int32_t tid)
{
	if (cpu >= 0)
		return ev->cpu == cpu;
	return ev->tid == tid && (ev->type == EVENT_VCPU_ENTER || ev->type == EVENT_VCPU_EXIT);
}

static bool is_kvm(const struct event *ev)
{
	return ev->type == EVENT_VCPU_ENTER || ev->type == EVENT_VCPU_EXIT;
}

/*
 * For a thread's own stream: events lost on a CPU, since its last event before the report, may have
 * been the thread's; until the thread's next event nothing is proven.
 */
static bool lost_to_thread(const struct world_of *w, uint64_t before, uint64_t after)
{
	unsigned int i, k;

	for (i = 0; i < w->nr; i++) {
		const struct event *ev = &w->fact[i];
		uint64_t from = 0;

		if (ev->type != EVENT_LOST)
			continue;
		for (k = 0; k < w->nr; k++) {
			if (w->fact[k].cpu == ev->cpu && w->fact[k].time < ev->time &&
			    w->fact[k].time > from)
				from = w->fact[k].time;
		}
		if ((from >= before && from < after) || (ev->time >= before && ev->time < after))
			return true;
	}
	return false;
}

/* The state at a time: by the last fact before it and the first one after. */
static struct state state_at(const struct world_of *w, int32_t cpu, int32_t tid, uint64_t ns)
{
	const struct event *before = NULL, *after = NULL;
	struct state s = { .timed = true, .sure = true, .tid = cpu < 0 ? tid : -1 };
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		const struct event *ev = &w->fact[i];

		s.lost |= ev->type == EVENT_LOST && (cpu < 0 || ev->cpu == cpu);
		if (!is_of(ev, cpu, tid))
			continue;
		s.kvm |= is_kvm(ev);
		if (ev->time <= ns && (!before || ev->time > before->time))
			before = ev;
		if (ev->time > ns && (!after || ev->time < after->time))
			after = ev;
	}
	if ((before && before->type == EVENT_LOST) || (after && after->type == EVENT_LOST))
		s.sure = false;
	if (cpu < 0 && lost_to_thread(w, before ? before->time : 0, after ? after->time : UINT64_MAX))
		s.sure = false;
	if (before) {
		s.inside = before->type == EVENT_VCPU_ENTER;
		if (before->type != EVENT_LOST && !(before->type == EVENT_SWITCH && before->sw.out))
			s.tid = before->tid;
	} else if (after) {
		s.inside = after->type == EVENT_VCPU_EXIT;
		if (is_kvm(after) || (after->type == EVENT_SWITCH && after->sw.out))
			s.tid = after->tid;
	}
	return s;
}

static bool is_vcpu(const struct world_of *w, int32_t tid)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		if (is_kvm(&w->fact[i]) && w->fact[i].tid == tid)
			return true;
	}
	return false;
}

static void say(struct owner *o, enum world world, enum basis basis)
{
	o->world = world;
	o->basis = basis;
}

enum may_run { NEVER, SURELY, PERHAPS };

/* Does the thread run a guest? */
static enum may_run may_run(const struct world_of *w, int32_t tid)
{
	bool known = false;
	unsigned int i;

	if (tid < 0)
		return PERHAPS;
	if (is_vcpu(w, tid))
		return SURELY;
	for (i = 0; i < w->nr; i++) {
		if (w->fact[i].type == EVENT_LOST)	/* possibly one of its own */
			return PERHAPS;
		known |= w->fact[i].tid == tid;
	}
	return known ? NEVER : PERHAPS;
}

static bool entries_recorded(const struct world_of *w)
{
	unsigned int i = 0;

	while (i < w->nr && !is_kvm(&w->fact[i]))
		i++;
	return i < w->nr;
}

static void model_kernel(const struct world_of *w, struct owner *o, const struct state *s,
			 int32_t ctx)
{
	if (!s->kvm && !s->timed && s->lost && entries_recorded(w) && may_run(w, o->tid) != NEVER)
		say(o, WORLD_UNKNOWN, BASIS_NONE);
	else if (!s->kvm)
		say(o, WORLD_HOST_KERNEL, BASIS_EL);
	else if (!s->timed && ctx && may_run(w, ctx) == NEVER)
		say(o, WORLD_HOST_KERNEL, BASIS_CONTEXT);
	else if (!s->timed)
		say(o, WORLD_UNKNOWN, BASIS_NONE);
	else
		say(o, s->inside ? WORLD_SWITCH : WORLD_HOST_KERNEL, BASIS_INTERVAL);
}

static void model_vhe_user(const struct world_of *w, struct owner *o, const struct state *s,
			   bool guest_ctx, int32_t ctx)
{
	enum may_run may = may_run(w, o->tid);
	bool decides = s->timed && (w->physical || !w->guests) &&
		       (s->kvm || entries_recorded(w));

	if (guest_ctx)
		say(o, WORLD_GUEST_USER, BASIS_CONTEXT);
	else if (ctx && may == NEVER)
		say(o, WORLD_HOST_USER, BASIS_CONTEXT);
	else if (decides && s->inside && (!ctx || ctx == s->tid))
		say(o, WORLD_GUEST_USER, BASIS_INTERVAL);
	else if (decides)
		say(o, WORLD_HOST_USER, s->kvm ? BASIS_INTERVAL : BASIS_EL);
	else if ((w->guests && may != NEVER) || (!s->timed && (ctx ? may == SURELY : s->kvm)))
		say(o, WORLD_UNKNOWN, BASIS_NONE);
	else
		say(o, WORLD_HOST_USER, ctx && may == PERHAPS ? BASIS_CONTEXT : BASIS_EL);
}

/* May a virtual timestamp be too early by CNTVOFF? */
static bool is_early(const struct world_of *w, unsigned int el, bool guest_ctx, int32_t ctx,
		     int32_t cpu)
{
	if (w->mode == HOST_NVHE)
		return el == 1 && entries_recorded(w) && !(ctx && may_run(w, ctx) == NEVER);
	return el == 1 || guest_ctx || (!el && w->guests && !ctx && cpu >= 0);
}

/* World, basis and thread of a record. */
static struct owner model(const struct world_of *w, int32_t cpu, int32_t tid,
			  const struct spe_record *rec)
{
	bool nvhe = w->mode == HOST_NVHE, has_pc = rec->has & SPE_HAS_PC;
	bool guest_ctx = !nvhe && rec->has & SPE_HAS_CTX_EL1;
	uint32_t given = nvhe ? rec->ctx_el1 : rec->ctx_el2;
	int32_t ctx = given <= INT32_MAX ? (int32_t)given : 0;
	struct state s = state_at(w, cpu, tid, input_clock_ns(&w->conv, rec->ticks));
	unsigned int el = rec->pc_el;
	struct owner o = { .tid = -1 };

	s.timed = w->clock && rec->has & SPE_HAS_TICKS && s.sure &&
		  (w->physical || !is_early(w, el, guest_ctx, ctx, cpu));
	o.tid = ctx ? ctx : cpu < 0 ? tid : s.timed ? s.tid : -1;
	if (!has_pc)
		say(&o, WORLD_UNKNOWN, BASIS_NONE);
	else if (el == 3 || (nvhe && el == 2))
		say(&o, WORLD_UNKNOWN, BASIS_CONTRADICTION);
	else if (el == 2 || (nvhe && el == 1))
		model_kernel(w, &o, &s, ctx);
	else if (nvhe)
		say(&o, WORLD_HOST_USER, BASIS_EL);
	else if (el == 1)
		say(&o, WORLD_GUEST_KERNEL, BASIS_EL);
	else
		model_vhe_user(w, &o, &s, guest_ctx, ctx);
	if (o.world == WORLD_GUEST_KERNEL || o.world == WORLD_GUEST_USER)
		o.tid = ctx ? ctx : cpu < 0 ? tid :
			s.timed && (s.inside || !s.kvm) ? s.tid : -1;
	return o;
}

/* If the host's mode is unknown, check only what both modes' tables say. */
static bool undecided(const struct world_of *w, const struct spe_record *rec)
{
	return w->mode == HOST_UNKNOWN && rec->has & SPE_HAS_PC &&
	       (rec->pc_el == 1 || (rec->pc_el == 0 && rec->has & SPE_HAS_CTX_EL1));
}

/* The properties -------------------------------------------------------- */

static void any_stream(uint64_t *r, int32_t *cpu, int32_t *tid)
{
	*cpu = next(r) % 4 ? (int32_t)(next(r) % CPUS) : -1;
	*tid = *cpu < 0 ? FIRST + (int32_t)(next(r) % THREADS) : -1;
}

static void owners_are_those_of_a_walk_through_all_facts(void **state)
{
	uint64_t r = 88172645463325252ull;
	unsigned int i, k;

	for (i = 0; i < ROUNDS; i++) {
		struct world_of w = any_world(&r);
		struct timeline *t = timeline_of(&w);
		struct timeline_cursor c;
		int32_t cpu, tid;

		any_stream(&r, &cpu, &tid);
		timeline_cursor_init(&c, t, cpu, tid);
		for (k = 0; k < RECORDS; k++) {
			struct spe_record rec = any_record(&w, &r);
			struct owner want = model(&w, cpu, tid, &rec);
			const struct owner *got = timeline_attribute(t, &c, &rec);

			if (undecided(&w, &rec))
				continue;
			if (got->world != want.world || got->basis != want.basis ||
			    got->tid != want.tid)
				fail_msg("round %u, record %u: %s by %s, thread %d; not %s by %s, %d",
					 i, k, world_name(got->world), basis_name(got->basis),
					 got->tid, world_name(want.world),
					 basis_name(want.basis), want.tid);
		}
		timeline_free(t);
	}
}

static void check_alike(const struct owner *a, const struct owner *b)
{
	assert_int_equal(a->world, b->world);
	assert_int_equal(a->basis, b->basis);
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->tid, b->tid);
	assert_int_equal(a->vm, b->vm);
	assert_int_equal(a->vcpu, b->vcpu);
	assert_int_equal(a->vcpu_index, b->vcpu_index);
	assert_int_equal(a->memory, b->memory);
	assert_int_equal(a->task, b->task);
}

static int by_ticks(const void *a, const void *b)
{
	const struct spe_record *x = a, *y = b;

	return x->ticks < y->ticks ? -1 : x->ticks > y->ticks;
}

/* A cursor moving forward, one backward, and a new one for every record. */
static void the_order_of_asking_does_not_matter(void **state)
{
	static struct owner forward[RECORDS];
	static struct spe_record rec[RECORDS];
	uint64_t r = 362436069ull;
	unsigned int i, k;

	for (i = 0; i < ROUNDS; i++) {
		struct world_of w = any_world(&r);
		struct timeline *t = timeline_of(&w);
		struct timeline_cursor c, fresh;
		int32_t cpu, tid;

		any_stream(&r, &cpu, &tid);
		for (k = 0; k < RECORDS; k++)
			rec[k] = any_record(&w, &r);
		if (i % 2)
			qsort(rec, RECORDS, sizeof(rec[0]), by_ticks);
		timeline_cursor_init(&c, t, cpu, tid);
		for (k = 0; k < RECORDS; k++)
			forward[k] = *timeline_attribute(t, &c, &rec[k]);
		timeline_cursor_init(&c, t, cpu, tid);
		for (k = RECORDS; k-- > 0; ) {
			check_alike(timeline_attribute(t, &c, &rec[k]), &forward[k]);
			timeline_cursor_init(&fresh, t, cpu, tid);
			check_alike(timeline_attribute(t, &fresh, &rec[k]), &forward[k]);
		}
		timeline_free(t);
	}
}

/* An answer is valid until the cursor's version changes. */
static void an_answer_holds_until_the_version_changes(void **state)
{
	uint64_t r = 521288629ull;
	unsigned int i, k;

	for (i = 0; i < ROUNDS; i++) {
		struct world_of w = any_world(&r);
		struct timeline *t = timeline_of(&w);
		const struct owner *o, *last = NULL;
		struct timeline_cursor c;
		uint64_t version = 0;
		struct owner copy;
		int32_t cpu, tid;

		any_stream(&r, &cpu, &tid);
		timeline_cursor_init(&c, t, cpu, tid);
		for (k = 0; k < RECORDS; k++) {
			struct spe_record rec = any_record(&w, &r);

			o = timeline_attribute(t, &c, &rec);
			if (o == last && version == c.version)
				check_alike(o, &copy);
			copy = *o;
			last = o;
			version = c.version;
		}
		timeline_free(t);
	}
}

/* Sorting restores the order, because CPUs' rings are read one after the other. */
static void the_order_of_sideband_does_not_matter(void **state)
{
	uint64_t r = 1597463007ull;
	unsigned int i, k;

	for (i = 0; i < ROUNDS / 4; i++) {
		struct world_of w = any_world(&r), other = w;
		struct timeline *a, *b;
		struct timeline_cursor x, y;
		int32_t cpu, tid;

		shuffle(&r, other.fact, other.nr);
		a = timeline_of(&w);
		b = timeline_of(&other);
		any_stream(&r, &cpu, &tid);
		timeline_cursor_init(&x, a, cpu, tid);
		timeline_cursor_init(&y, b, cpu, tid);
		for (k = 0; k < RECORDS; k++) {
			struct spe_record rec = any_record(&w, &r);

			check_alike(timeline_attribute(a, &x, &rec),
				    timeline_attribute(b, &y, &rec));
		}
		timeline_free(a);
		timeline_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_are_those_of_a_walk_through_all_facts),
		cmocka_unit_test(the_order_of_asking_does_not_matter),
		cmocka_unit_test(an_answer_holds_until_the_version_changes),
		cmocka_unit_test(the_order_of_sideband_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
