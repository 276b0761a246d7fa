// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/lanes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void timeline_keep_in(struct timeline *t, int fd)
{
	t->file.fd = fd;
	t->has_file = true;
}

void timeline_free(struct timeline *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->nr_lanes; i++)
		lane_clear(&t->lanes[i]);
	for (i = 0; i < t->nr_vm_names; i++)
		free(t->vm_names[i].name);
	free(t->vm_names);
	free(t->lanes);
	free(t->vcpu_tids);
	free(t->vcpu_times);
	free(t->threads);
	free(t->vcpus);
	free(t->vms);
	free(t->guests);
	tasks_free(t->tasks);
	free(t);
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

/* Make room for one more vCPU: it grows with threads, not with their entries. */
static int grow_vcpus(struct timeline *t)
{
	size_t max = t->max_vcpu_tids ? t->max_vcpu_tids * 2 : 64;
	int32_t *tids;

	if (t->nr_vcpu_tids < t->max_vcpu_tids)
		return 0;
	unique_vcpus(t);
	if (t->nr_vcpu_tids * 2 < t->max_vcpu_tids)
		return 0;
	tids = realloc(t->vcpu_tids, max * sizeof(*tids));
	if (!tids)
		return -ENOMEM;
	t->vcpu_tids = tids;
	t->max_vcpu_tids = max;
	return 0;
}

static int add_vcpu(struct timeline *t, int32_t tid)
{
	if (tid < 0 || (t->nr_vcpu_tids && t->vcpu_tids[t->nr_vcpu_tids - 1] == tid))
		return 0;
	if (grow_vcpus(t))
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
	struct trail_item f = {
		.at = ev->time, .id = ev->tid,
		.kind = ev->type == EVENT_VCPU_ENTER ? LANE_ENTER : LANE_EXIT,
	};
	int err = tasks_seen(t->tasks, ev->pid, ev->tid) ?: add_vcpu(t, ev->tid);

	if (err || (ev->cpu < 0 && ev->tid < 0))
		return err;
	return lanes_add(t, ev->cpu, ev->cpu < 0 ? ev->tid : -1, &f);
}

static int apply_switch(struct timeline *t, const struct event *ev)
{
	struct trail_item f = {
		.at = ev->time, .id = ev->tid,
		.kind = ev->sw.out ? LANE_OUT : LANE_IN,
	};
	int err = tasks_seen(t->tasks, ev->pid, ev->tid);

	if (err || ev->cpu < 0)
		return err;
	return lanes_add(t, ev->cpu, -1, &f);
}

static int apply_comm(struct timeline *t, const struct event *ev)
{
	struct trail_item f = { .at = ev->time, .id = ev->tid, .kind = LANE_COMM };
	int err = tasks_comm(t->tasks, ev->pid, ev->tid, ev->time, ev->comm.name);

	if (!err && qemu_vcpu(ev->comm.name) >= 0)
		err = add_vcpu(t, ev->tid);
	if (!err && ev->time && ev->cpu >= 0)
		err = lanes_add(t, ev->cpu, -1, &f);
	return err;
}

int timeline_apply(struct timeline *t, const struct event *ev)
{
	struct trail_item f = { .at = ev->time, .id = ev->tid };

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
		       (ev->cpu < 0 || ev->tid < 0 ? 0 : lanes_add(t, ev->cpu, -1, &f));
	case EVENT_LOST:
		f.kind = LANE_LOST;
		return ev->cpu < 0 ? 0 : lanes_add(t, ev->cpu, -1, &f);
	case EVENT_AUX:
	case EVENT_VCPU_WHY:
	case EVENT_VCPU_IRQ:
	case EVENT_VCPU_USER:
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

static void see_context(struct timeline *t, uint32_t ctx)
{
	size_t i;

	if (!ctx || ctx > INT32_MAX || t->nr_ctx_el1 == TIMELINE_CONTEXTS)
		return;
	for (i = 0; i < t->nr_ctx_el1; i++) {
		if (t->seen_ctx_el1[i] == (int32_t)ctx)
			return;
	}
	t->seen_ctx_el1[t->nr_ctx_el1++] = ctx;
}

void timeline_observe(struct timeline *t, const struct spe_record *rec)
{
	if (!(rec->has & SPE_HAS_PC))
		return;
	t->seen_el[rec->pc_el]++;
	t->seen_kernel[rec->pc_el] += rec->pc >> 63;
	if (!(rec->has & SPE_HAS_CTX_EL2)) {
		if (!rec->pc_el && rec->has & SPE_HAS_CTX_EL1)
			see_context(t, rec->ctx_el1);
		return;
	}
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
	return lanes_want_thread(t, tid);
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

static bool contexts_are_threads(const struct timeline *t)
{
	size_t i;

	for (i = 0; i < t->nr_ctx_el1; i++) {
		if (tasks_find(t->tasks, t->seen_ctx_el1[i], UINT64_MAX) == TASK_NONE)
			return false;
	}
	return t->nr_ctx_el1;
}

/*
 * The kernel's own code tells where it runs.  EL2 records with kernel
 * addresses exist only under VHE: with nVHE the buffer is EL1's and nothing is
 * sampled at EL2 [D17.4].  CONTEXT EL2 needs PMSCR_EL2.CX, which linux sets
 * under VHE alone.  EL1 records without either are an nVHE host's, or those of
 * a machine that is itself a guest.  Of user code alone, CONTEXT EL1 is never a
 * VHE host's [CollectContextIDR1]: it is an nVHE host's if it names the host's
 * threads and there is no guest whose it could be.
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
	else if (!t->nr_vcpu_tids && contexts_are_threads(t))
		t->mode = HOST_NVHE;
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

static const char *process_comm(const struct timeline *t, int32_t pid)
{
	const struct task *leader = pid < 0 ? NULL :
		tasks_get(t->tasks, tasks_find(t->tasks, pid, UINT64_MAX));

	return leader ? leader->comm : "";
}

static const char *vm_name(const struct timeline *t, int32_t pid)
{
	for (size_t i = t->nr_vm_names; i-- > 0; ) {
		if (t->vm_names[i].pid == pid)
			return t->vm_names[i].name;
	}
	return process_comm(t, pid);
}

static void place_vcpu(struct timeline *t, const struct candidate *c, size_t i)
{
	struct timeline_vcpu *v = &t->vcpus[i];
	struct timeline_vm *vm = t->nr_vms ? &t->vms[t->nr_vms - 1] : NULL;

	if (!vm || vm->pid != c->pid) {
		vm = &t->vms[t->nr_vms++];
		vm->pid = c->pid;
		vm->name = vm_name(t, c->pid);
		vm->comm = process_comm(t, c->pid);
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

int timeline_seal(struct timeline *t, const struct source_clock *clock, bool physical_time)
{
	int err;

	t->has_clock = clock != NULL;
	if (clock)
		t->clock = *clock;
	t->physical_time = physical_time;
	err = tasks_seal(t->tasks);
	if (err)
		return err;
	unique_vcpus(t);
	infer_mode(t);
	t->guests_sampled = t->mode == HOST_VHE && t->seen_el[1];
	return lanes_build(t, clock) ?: build_vms(t);
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

void timeline_set_reasons(struct timeline *t, int32_t cpu, const struct trail *spans)
{
	lanes_set_reasons(t, cpu, spans);
}

int timeline_set_guest(struct timeline *t, int32_t vm, const struct timeline *guest,
		       uint32_t index, const struct clock_span *its)
{
	if (vm < 0 || (size_t)vm >= t->nr_vms || index >= GUESTS_MAX)
		return 0;
	if (!t->guests)
		t->guests = calloc(t->nr_vms, sizeof(*t->guests));
	if (!t->guests)
		return -ENOMEM;
	t->guests[vm] = (struct guest_timeline){ guest, index, *its };
	return 0;
}

const struct timeline *timeline_guest(const struct timeline *t, int32_t vm)
{
	return t->guests && vm >= 0 && (size_t)vm < t->nr_vms ? t->guests[vm].timeline : NULL;
}

const char *timeline_guest_comm(const struct timeline *t, const struct owner *o)
{
	const struct timeline *guest = timeline_guest(t, o->vm);

	return guest ? timeline_comm(guest, o->guest_task) : "";
}

uint32_t timeline_task(const struct timeline *t, int32_t tid, uint64_t time)
{
	return tasks_find(t->tasks, tid, time);
}

uint32_t timeline_nr_tasks(const struct timeline *t)
{
	return tasks_nr(t->tasks);
}
