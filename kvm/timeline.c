// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/lanes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A recording that names more CPUs and threads than this is not believed. */
#define LANES_MAX	65536

const char *world_name(enum world w)
{
	switch (w) {
	case WORLD_HOST_USER:
		return "host-user";
	case WORLD_HOST_KERNEL:
		return "host-kernel";
	case WORLD_SWITCH:
		return "switch";
	case WORLD_GUEST_USER:
		return "guest-user";
	case WORLD_GUEST_KERNEL:
		return "guest-kernel";
	case WORLD_UNKNOWN:
	case NR_WORLDS:
		break;
	}
	return "unknown";
}

const char *basis_name(enum basis b)
{
	switch (b) {
	case BASIS_EL:
		return "el";
	case BASIS_CONTEXT:
		return "context";
	case BASIS_INTERVAL:
		return "interval";
	case BASIS_CONTRADICTION:
		return "contradiction";
	case BASIS_NONE:
	case NR_BASES:
		break;
	}
	return "none";
}

const char *host_mode_name(enum host_mode m)
{
	switch (m) {
	case HOST_VHE:
		return "VHE";
	case HOST_NVHE:
		return "nVHE";
	case HOST_UNKNOWN:
		break;
	}
	return "unknown";
}

struct timeline *timeline_new(void)
{
	struct timeline *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->tasks = tasks_new();
	if (!t->tasks) {
		timeline_free(t);
		return NULL;
	}
	return t;
}

void timeline_free(struct timeline *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->nr_lanes; i++) {
		free(t->lanes[i].facts);
		free(t->lanes[i].spans);
	}
	for (i = 0; i < t->nr_vm_names; i++)
		free(t->vm_names[i].name);
	free(t->vm_names);
	free(t->lanes);
	free(t->vcpu_tids);
	free(t->vcpu_times);
	free(t->threads);
	free(t->vcpus);
	free(t->vms);
	tasks_free(t->tasks);
	free(t);
}

/* Double an array that is full.  0 or -ENOMEM. */
static int grow(void *array, size_t nr, size_t *max, size_t size)
{
	void **p = array, *bigger;
	size_t want = *max ? *max * 2 : 16;

	if (nr < *max)
		return 0;
	bigger = realloc(*p, want * size);
	if (!bigger)
		return -ENOMEM;
	*p = bigger;
	*max = want;
	return 0;
}

static int order_of(const struct lane *l, int32_t cpu, int32_t tid)
{
	if (l->cpu != cpu)
		return l->cpu < cpu ? -1 : 1;
	return l->tid < tid ? -1 : l->tid > tid;
}

/* Where the lane is, or would be. */
static size_t lane_place(const struct timeline *t, int32_t cpu, int32_t tid)
{
	size_t lo = 0, hi = t->nr_lanes;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (order_of(&t->lanes[mid], cpu, tid) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
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

static struct lane *make_lane(struct timeline *t, int32_t cpu, int32_t tid)
{
	size_t i;

	if (t->last_lane < t->nr_lanes && !order_of(&t->lanes[t->last_lane], cpu, tid))
		return &t->lanes[t->last_lane];
	i = lane_place(t, cpu, tid);
	if (i == t->nr_lanes || order_of(&t->lanes[i], cpu, tid)) {
		if (t->nr_lanes == LANES_MAX ||
		    grow(&t->lanes, t->nr_lanes, &t->max_lanes, sizeof(*t->lanes)))
			return NULL;
		memmove(t->lanes + i + 1, t->lanes + i,
			(t->nr_lanes - i) * sizeof(*t->lanes));
		t->lanes[i] = (struct lane){ .cpu = cpu, .tid = tid };
		t->nr_lanes++;
	}
	t->last_lane = i;
	return &t->lanes[i];
}

static int add_fact(struct timeline *t, int32_t cpu, int32_t lane_tid,
		    const struct lane_fact *f)
{
	struct lane *l = make_lane(t, cpu, lane_tid);

	if (!l)
		return t->nr_lanes == LANES_MAX ? 0 : -ENOMEM;
	if (grow(&l->facts, l->nr_facts, &l->max_facts, sizeof(*l->facts)))
		return -ENOMEM;
	if (l->nr_facts && l->facts[l->nr_facts - 1].time > f->time)
		l->unsorted = 1;
	if (f->kind == LANE_ENTER || f->kind == LANE_EXIT)
		l->has_kvm = 1;
	l->facts[l->nr_facts++] = *f;
	return 0;
}

static int add_vcpu(struct timeline *t, int32_t tid)
{
	if (tid < 0 || (t->nr_vcpu_tids && t->vcpu_tids[t->nr_vcpu_tids - 1] == tid))
		return 0;
	if (grow(&t->vcpu_tids, t->nr_vcpu_tids, &t->max_vcpu_tids, sizeof(int32_t)))
		return -ENOMEM;
	t->vcpu_tids[t->nr_vcpu_tids++] = tid;
	return 0;
}

/* QEMU names its vCPU threads "CPU 0/KVM" (debug-threads=on).  -1: it is none. */
static int32_t qemu_vcpu(const char *comm)
{
	int n, end = 0;

	if (sscanf(comm, "CPU %6d/KVM%n", &n, &end) != 1 || !end || n < 0)
		return -1;
	return n;
}

static int apply_vcpu(struct timeline *t, const struct event *ev)
{
	struct lane_fact f = {
		.time = ev->time, .tid = ev->tid,
		.kind = ev->type == EVENT_VCPU_ENTER ? LANE_ENTER : LANE_EXIT,
	};
	int err = tasks_seen(t->tasks, ev->pid, ev->tid) ?: add_vcpu(t, ev->tid);

	if (err || (ev->cpu < 0 && ev->tid < 0))
		return err;
	return add_fact(t, ev->cpu, ev->cpu < 0 ? ev->tid : -1, &f);
}

static int apply_switch(struct timeline *t, const struct event *ev)
{
	struct lane_fact f = {
		.time = ev->time, .tid = ev->tid,
		.kind = ev->sw.out ? LANE_OUT : LANE_IN,
	};
	int err = tasks_seen(t->tasks, ev->pid, ev->tid);

	if (err || ev->cpu < 0)
		return err;
	return add_fact(t, ev->cpu, -1, &f);
}

static int apply_comm(struct timeline *t, const struct event *ev)
{
	struct lane_fact f = { .time = ev->time, .tid = ev->tid,
			       .kind = LANE_COMM };
	int err = tasks_comm(t->tasks, ev->pid, ev->tid, ev->time, ev->comm.name);

	if (!err && qemu_vcpu(ev->comm.name) >= 0)
		err = add_vcpu(t, ev->tid);
	if (!err && ev->time && ev->cpu >= 0)
		err = add_fact(t, ev->cpu, -1, &f);
	return err;
}

int timeline_apply(struct timeline *t, const struct event *ev)
{
	struct lane_fact f = { .time = ev->time, .tid = ev->tid };

	switch (ev->type) {
	case EVENT_SWITCH:
		return apply_switch(t, ev);
	case EVENT_VCPU_ENTER:
	case EVENT_VCPU_EXIT:
		return apply_vcpu(t, ev);
	case EVENT_COMM:
		return apply_comm(t, ev);
	case EVENT_FORK:
		return tasks_fork(t->tasks, ev->pid, ev->tid, ev->fork.ptid, ev->time);
	case EVENT_ITRACE_START:
		f.kind = LANE_IN;
		return tasks_seen(t->tasks, ev->pid, ev->tid) ?:
		       (ev->cpu < 0 || ev->tid < 0 ? 0 : add_fact(t, ev->cpu, -1, &f));
	case EVENT_LOST:
		f.kind = LANE_LOST;
		return ev->cpu < 0 ? 0 : add_fact(t, ev->cpu, -1, &f);
	case EVENT_AUX:
	case EVENT_TASK_EXIT:
	case EVENT_MMAP:
	case EVENT_KSYMBOL:
	case EVENT_TEXT_POKE:
	case EVENT_NAMESPACES:
	case EVENT_THROTTLE:
	case EVENT_GUEST:
		break;
	}
	return 0;
}

void timeline_observe(struct timeline *t, const struct spe_record *rec)
{
	if (!(rec->has & SPE_HAS_PC))
		return;
	t->seen_el[rec->pc_el]++;
	t->seen_kernel[rec->pc_el] += rec->pc >> 63;
	if (!(rec->has & SPE_HAS_CTX_EL2))
		return;
	t->seen_ctx_el2++;
	/*
	 * CONTEXT EL1 is recorded only outside the host's own EL2&0 regime
	 * [CollectContextIDR1]: beside CONTEXT EL2 it proves a guest, run by
	 * the thread that CONTEXT EL2 names.
	 */
	if (rec->has & SPE_HAS_CTX_EL1 && rec->ctx_el2 && rec->ctx_el2 <= INT32_MAX)
		add_vcpu(t, rec->ctx_el2);
}

void timeline_set_mode(struct timeline *t, enum host_mode mode)
{
	t->mode = mode;
	t->mode_set = 1;
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

int timeline_name_vm(struct timeline *t, int32_t pid, const char *name)
{
	struct vm_name *names = realloc(t->vm_names, (t->nr_vm_names + 1) * sizeof(*names));

	if (!names)
		return -ENOMEM;
	t->vm_names = names;
	names[t->nr_vm_names].pid = pid;
	names[t->nr_vm_names].name = strdup(name);
	if (!names[t->nr_vm_names].name)
		return -ENOMEM;
	t->nr_vm_names++;
	return 0;
}

/*
 * The kernel's own code tells where it runs.  EL2 records with kernel
 * addresses exist only under VHE: with nVHE the buffer is EL1's and nothing is
 * sampled at EL2 [D17.4].  CONTEXT EL2 needs PMSCR_EL2.CX, which linux sets
 * under VHE alone.  EL1 records without either are an nVHE host's, or those of
 * a machine that is itself a guest.
 */
static void infer_mode(struct timeline *t)
{
	if (t->mode_set)
		return;
	if (t->seen_kernel[2] || t->seen_ctx_el2)
		t->mode = HOST_VHE;
	else if (t->seen_kernel[1])
		t->mode = HOST_NVHE;
	else if (t->seen_el[2])
		t->mode = HOST_VHE;
}

static int by_time(const void *a, const void *b)
{
	const struct lane_fact *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	/* qsort is not stable; facts of one array keep their order */
	return x < y ? -1 : 1;
}

/* Stable insertion from the end: lanes come nearly sorted from their rings. */
static void sort_facts(struct lane *l)
{
	size_t i, k, moved = 0;

	if (!l->unsorted)
		return;
	for (i = 1; i < l->nr_facts && moved < 64 * l->nr_facts; i++) {
		struct lane_fact f = l->facts[i];

		for (k = i; k && l->facts[k - 1].time > f.time; k--) {
			l->facts[k] = l->facts[k - 1];
			moved++;
		}
		l->facts[k] = f;
	}
	if (i < l->nr_facts)
		qsort(l->facts, l->nr_facts, sizeof(*l->facts), by_time);
	l->unsorted = 0;
}

static void drop_facts(struct lane *l)
{
	free(l->facts);
	l->facts = NULL;
	l->nr_facts = l->max_facts = 0;
}

/* What a lane's facts amount to, one after the other. */
struct state {
	int32_t tid;		/* -1: unknown */
	uint8_t inside, unsure;
};

/* What held before a lane's first fact, as far as that fact tells. */
static struct state first_state(const struct lane *l)
{
	struct state s = { .tid = l->tid };
	const struct lane_fact *f = l->facts;

	if (!l->nr_facts)
		return s;
	if (f->kind == LANE_OUT || f->kind == LANE_EXIT || f->kind == LANE_ENTER ||
	    f->kind == LANE_COMM)
		s.tid = f->tid;
	s.inside = f->kind == LANE_EXIT;
	return s;
}

static void step_state(struct state *s, const struct lane *l, const struct lane_fact *f)
{
	s->unsure = f->kind == LANE_LOST || (f->kind == LANE_COMM && s->unsure);
	switch ((enum lane_fact_kind)f->kind) {
	case LANE_IN:
		s->tid = f->tid;
		s->inside = 0;
		break;
	case LANE_OUT:
		/* a guest does not run on when its thread leaves */
		s->tid = l->tid;
		s->inside = 0;
		break;
	case LANE_ENTER:
		s->tid = f->tid;
		s->inside = 1;
		break;
	case LANE_EXIT:
		s->tid = f->tid;
		s->inside = 0;
		break;
	case LANE_COMM:
		break;
	case LANE_LOST:
		s->tid = l->tid;
		s->inside = 0;
		break;
	}
}

static void add_span(const struct timeline *t, struct lane *l, const struct state *s,
		     uint64_t from, uint64_t time)
{
	struct span span = { .from = from, .task = TASK_NONE, .inside = s->inside,
			     .unsure = s->unsure };

	if (s->tid >= 0)
		span.task = tasks_find(t->tasks, s->tid, time);
	if (l->nr_spans > 1 && l->spans[l->nr_spans - 1].from == from)
		l->nr_spans--;
	l->spans[l->nr_spans++] = span;
}

static int build_spans(struct timeline *t, struct lane *l, const struct source_clock *clock)
{
	struct state s;
	size_t i;

	s = first_state(l);
	l->spans = calloc(l->nr_facts + 1, sizeof(*l->spans));
	if (!l->spans)
		return -ENOMEM;
	add_span(t, l, &s, 0, 0);
	for (i = 0; i < l->nr_facts; i++) {
		const struct lane_fact *f = &l->facts[i];

		/* reported once there is room: the losses themselves lie before it */
		if (f->kind == LANE_LOST)
			l->spans[l->nr_spans - 1].unsure = 1;
		step_state(&s, l, f);
		add_span(t, l, &s, clock ? source_clock_ticks(clock, f->time) : f->time,
			 f->time);
	}
	drop_facts(l);
	return 0;
}

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return x < y ? -1 : x > y;
}

static void unique_vcpus(struct timeline *t)
{
	size_t i, n = 0;

	if (t->nr_vcpu_tids)
		qsort(t->vcpu_tids, t->nr_vcpu_tids, sizeof(int32_t), by_number);
	for (i = 0; i < t->nr_vcpu_tids; i++) {
		if (!n || t->vcpu_tids[n - 1] != t->vcpu_tids[i])
			t->vcpu_tids[n++] = t->vcpu_tids[i];
	}
	t->nr_vcpu_tids = n;
}

/* A vCPU thread before it has its place: sorted by process, number, thread. */
struct candidate {
	int32_t pid, number, tid;
	const char *comm;
	const struct vcpu_time *time;
};

static int by_vm(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->number != y->number)
		return (uint32_t)x->number < (uint32_t)y->number ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static const char *vm_name(const struct timeline *t, int32_t pid)
{
	const struct task *leader;
	size_t i;

	for (i = t->nr_vm_names; i-- > 0; ) {
		if (t->vm_names[i].pid == pid)
			return t->vm_names[i].name;
	}
	leader = pid >= 0 ? tasks_get(t->tasks, tasks_find(t->tasks, pid, UINT64_MAX)) : NULL;
	return leader ? leader->comm : "";
}

static void place_vcpu(struct timeline *t, const struct candidate *c, size_t i)
{
	struct timeline_vcpu *v = &t->vcpus[i];
	struct timeline_vm *vm = t->nr_vms ? &t->vms[t->nr_vms - 1] : NULL;

	if (!vm || vm->pid != c->pid) {
		vm = &t->vms[t->nr_vms++];
		vm->pid = c->pid;
		vm->name = vm_name(t, c->pid);
		vm->first_vcpu = i;
	}
	v->vm = vm - t->vms;
	v->vcpu = c->number >= 0 ? c->number : (int32_t)vm->nr_vcpus;
	v->tid = c->tid;
	v->comm = c->comm;
	v->entries = c->time->entries;
	v->exits = c->time->exits;
	v->guest_time = c->time->guest_time;
	vm->nr_vcpus++;
	vm->entries += v->entries;
	vm->exits += v->exits;
}

static int by_thread(const void *a, const void *b)
{
	const struct vcpu_thread *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

/* VM = the process that owns vCPU threads; numbered by process id. */
static int build_vms(struct timeline *t)
{
	size_t n = t->nr_vcpu_tids, i;
	struct candidate *c;

	c = calloc(n + 1, sizeof(*c));
	t->vms = calloc(n + 1, sizeof(*t->vms));
	t->vcpus = calloc(n + 1, sizeof(*t->vcpus));
	t->threads = calloc(n + 1, sizeof(*t->threads));
	if (!c || !t->vms || !t->vcpus || !t->threads) {
		free(c);
		return -ENOMEM;
	}
	for (i = 0; i < n; i++) {
		uint32_t k = tasks_find(t->tasks, t->vcpu_tids[i], UINT64_MAX);
		const struct task *task = tasks_get(t->tasks, k);

		c[i].tid = t->vcpu_tids[i];
		c[i].pid = task ? task->pid : -1;
		c[i].comm = task ? task->comm : "";
		c[i].number = qemu_vcpu(c[i].comm);
		c[i].time = &t->vcpu_times[i];
	}
	qsort(c, n, sizeof(*c), by_vm);
	for (i = 0; i < n; i++) {
		place_vcpu(t, &c[i], i);
		t->threads[i].tid = c[i].tid;
		t->threads[i].vm = t->vcpus[i].vm;
		t->threads[i].vcpu = t->vcpus[i].vcpu;
		t->threads[i].index = i;
	}
	t->nr_vcpus = n;
	qsort(t->threads, n, sizeof(*t->threads), by_thread);
	free(c);
	return 0;
}

static struct vcpu_time *time_of_vcpu(struct timeline *t, int32_t tid)
{
	int32_t *at = bsearch(&tid, t->vcpu_tids, t->nr_vcpu_tids, sizeof(tid), by_number);

	return at ? &t->vcpu_times[at - t->vcpu_tids] : NULL;
}

/* An exit belongs to the entry before it, if nothing lies between. */
static void count_entries(struct timeline *t, const struct lane *l)
{
	uint64_t entered = 0;
	int32_t inside = -1;
	size_t i;

	for (i = 0; t->nr_vcpu_tids && i < l->nr_facts; i++) {
		const struct lane_fact *f = &l->facts[i];
		bool kvm = f->kind == LANE_ENTER || f->kind == LANE_EXIT;
		struct vcpu_time *v = kvm ? time_of_vcpu(t, f->tid) : NULL;

		if (v && f->kind == LANE_ENTER) {
			v->entries++;
			entered = f->time;
			inside = f->tid;
		} else if (v) {
			v->exits++;
			if (inside == f->tid)
				v->guest_time += f->time - entered;
			inside = -1;
		} else if (f->kind != LANE_COMM) {
			inside = -1;
		}
	}
}

/* One CPU's entries and exits, to the threads that have streams of their own. */
static int hand_to_threads(struct timeline *t, const struct lane *cpu)
{
	struct lane *l = NULL;
	size_t i;

	for (i = 0; cpu->has_kvm && i < cpu->nr_facts; i++) {
		const struct lane_fact *f = &cpu->facts[i];

		if (f->kind != LANE_ENTER && f->kind != LANE_EXIT)
			continue;
		if (!l || l->tid != f->tid)
			l = find_lane(t, -1, f->tid);
		if (!l || !l->wanted)
			continue;
		if (grow(&l->facts, l->nr_facts, &l->max_facts, sizeof(*l->facts)))
			return -ENOMEM;
		l->facts[l->nr_facts++] = *f;
		l->has_kvm = 1;
		l->unsorted = 1;
	}
	return 0;
}

/* From facts to intervals; each lane's facts are dropped once it has them. */
static int build_lanes(struct timeline *t, const struct source_clock *clock)
{
	size_t i;
	int err = 0;

	t->vcpu_times = calloc(t->nr_vcpu_tids + 1, sizeof(*t->vcpu_times));
	if (!t->vcpu_times)
		return -ENOMEM;
	for (i = 0; i < t->nr_lanes; i++) {
		t->entries_recorded |= t->lanes[i].has_kvm;
		sort_facts(&t->lanes[i]);
		count_entries(t, &t->lanes[i]);
	}
	for (i = 0; i < t->nr_lanes && t->threads_wanted && !err; i++) {
		if (t->lanes[i].cpu >= 0)
			err = hand_to_threads(t, &t->lanes[i]);
	}
	for (i = 0; i < t->nr_lanes && !err; i++) {
		sort_facts(&t->lanes[i]);
		err = build_spans(t, &t->lanes[i], clock);
	}
	return err;
}

int timeline_seal(struct timeline *t, const struct source_clock *clock, bool physical_time)
{
	int err;

	t->has_clock = clock != NULL;
	t->physical_time = physical_time;
	infer_mode(t);
	t->guests_sampled = t->mode == HOST_VHE && t->seen_el[1];
	err = tasks_seal(t->tasks);
	if (err)
		return err;
	unique_vcpus(t);
	return build_lanes(t, clock) ?: build_vms(t);
}

const struct vcpu_thread *timeline_vcpu_thread(const struct timeline *t, int32_t tid)
{
	struct vcpu_thread key = { .tid = tid };

	if (!t->nr_vcpus)
		return NULL;
	return bsearch(&key, t->threads, t->nr_vcpus, sizeof(key), by_thread);
}

enum host_mode timeline_mode(const struct timeline *t)
{
	return t->mode;
}

size_t timeline_vms(const struct timeline *t, const struct timeline_vm **out)
{
	*out = t->vms;
	return t->nr_vms;
}

size_t timeline_vcpus(const struct timeline *t, const struct timeline_vcpu **out)
{
	*out = t->vcpus;
	return t->nr_vcpus;
}

const char *timeline_comm(const struct timeline *t, uint32_t task)
{
	const struct task *k = tasks_get(t->tasks, task);

	/* one pointer for all that are unknown: who counts by name compares it */
	return k && *k->comm ? k->comm : "";
}

uint32_t timeline_nr_tasks(const struct timeline *t)
{
	return tasks_nr(t->tasks);
}
