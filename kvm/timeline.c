// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/vcpu_name.h"
#include "kvm/census.h"
#include "kvm/timeline_impl.h"

const char *world_name(enum world w)
{
	static const char *const names[] = {
		[WORLD_UNKNOWN] = "unknown", [WORLD_HOST_USER] = "host-user",
		[WORLD_HOST_KERNEL] = "host-kernel", [WORLD_SWITCH] = "switch",
		[WORLD_GUEST_USER] = "guest-user", [WORLD_GUEST_KERNEL] = "guest-kernel",
		[NR_WORLDS] = "unknown",
	};

	return names[w];
}

const char *basis_name(enum basis b)
{
	static const char *const names[] = {
		[BASIS_NONE] = "none", [BASIS_EL] = "el", [BASIS_CONTEXT] = "context",
		[BASIS_INTERVAL] = "interval", [BASIS_CONTRADICTION] = "contradiction",
		[NR_BASES] = "none",
	};

	return names[b];
}

const char *host_mode_name(enum host_mode m)
{
	return m == HOST_VHE ? "VHE" : m == HOST_NVHE ? "nVHE" : "unknown";
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

void timeline_use_threads(struct timeline *t, unsigned int jobs)
{
	t->jobs = jobs;
}

int timeline_want_cgroups(struct timeline *t)
{
	t->cgroups = cgroups_new();
	t->nspids = nspids_new();
	return t->cgroups && t->nspids ? 0 : -ENOMEM;
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
	free(t->keys);
	free(t->suspects);
	free(t->losses);
	free(t->threads);
	free(t->vcpus);
	free(t->vms);
	free(t->guests);
	tasks_free(t->tasks);
	cgroups_free(t->cgroups);
	nspids_free(t->nspids);
	free(t->heard);
	free(t);
}

static int by_key(const void *a, const void *b)
{
	const struct vcpu_key *x = a, *y = b;

	return array_order(x->tid, y->tid) ?: array_order(x->pid, y->pid);
}

/* Sort and remove duplicates; a key without a process is dropped if another has its thread id. */
static void unique_keys(struct timeline *t)
{
	size_t i, n = 0;

	if (t->nr_keys)
		qsort(t->keys, t->nr_keys, sizeof(*t->keys), by_key);
	for (i = 0; i < t->nr_keys; i++) {
		struct vcpu_key *last = n ? &t->keys[n - 1] : NULL;

		if (last && last->tid == t->keys[i].tid &&
		    (last->pid == t->keys[i].pid || last->pid < 0)) {
			*last = t->keys[i];
			continue;
		}
		t->keys[n++] = t->keys[i];
	}
	t->nr_keys = n;
}

/* Make room for one more vCPU; grows with threads, not with their entries. */
static int grow_keys(struct timeline *t)
{
	size_t max = t->max_keys ? t->max_keys * 2 : 64;
	struct vcpu_key *keys;

	if (t->nr_keys < t->max_keys)
		return 0;
	unique_keys(t);
	if (t->nr_keys * 2 < t->max_keys)
		return 0;
	keys = realloc(t->keys, max * sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	t->keys = keys;
	t->max_keys = max;
	return 0;
}

static int add_vcpu(struct timeline *t, int32_t tid, int32_t pid)
{
	const struct vcpu_key *last = t->nr_keys ? &t->keys[t->nr_keys - 1] : NULL;

	if (tid < 0 || (last && last->tid == tid && last->pid == pid))
		return 0;
	if (grow_keys(t))
		return -ENOMEM;
	t->keys[t->nr_keys++] = (struct vcpu_key){ .tid = tid, .pid = pid };
	return 0;
}

static int apply_vcpu(struct timeline *t, const struct event *ev)
{
	struct trail_item f = {
		.at = ev->time, .id = ev->tid,
		.kind = ev->type == EVENT_VCPU_ENTER ? LANE_ENTER : LANE_EXIT,
	};
	int err = tasks_seen(t->tasks, ev->pid, ev->tid) ?: add_vcpu(t, ev->tid, ev->pid);

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
	bool alone;

	if (!err && vcpu_name(ev->comm.name, &alone) >= 0 && alone)
		err = add_vcpu(t, ev->tid, ev->pid);
	if (!err && ev->time && ev->cpu >= 0)
		err = lanes_add(t, ev->cpu, -1, &f);
	return err;
}

/* A loss on an unknown CPU. */
static int add_loss(struct timeline *t, uint64_t time)
{
	uint64_t *loss = array_add(t->losses, t->nr_losses);

	t->lost = 1;
	if (!loss)
		return -ENOMEM;
	*loss = time;
	return 0;
}

static int apply_fork(struct timeline *t, const struct event *ev)
{
	int err = tasks_fork(t->tasks, ev->pid, ev->tid, ev->fork.ptid, ev->time);

	if (err || !t->cgroups)
		return err;
	return cgroups_fork(t->cgroups, ev->tid, ev->fork.ptid, ev->time) ?:
	       ev->pid == ev->tid ? nspids_fork(t->nspids, ev->pid, ev->time) : 0;
}

#define CPUS_MAX	(1 << 16)

/* Where the last event of that CPU is noted; NULL: the CPU is not told, or out of memory. */
static uint64_t *heard_of(struct timeline *t, int32_t cpu)
{
	size_t more = (size_t)cpu + 64;
	uint64_t *new;

	if (cpu < 0 || cpu >= CPUS_MAX)
		return NULL;
	if ((size_t)cpu < t->nr_heard)
		return &t->heard[cpu];
	new = realloc(t->heard, more * sizeof(*new));
	if (!new)
		return NULL;
	memset(new + t->nr_heard, 0, (more - t->nr_heard) * sizeof(*new));
	t->heard = new;
	t->nr_heard = more;
	return &t->heard[cpu];
}

/*
 * Events of a CPU come in order: what it loses lies behind the last of them.  Of a CPU that is
 * not told it may lie anywhere before.  0 or -ENOMEM.
 */
static int hear(struct timeline *t, const struct event *ev)
{
	uint64_t *heard = heard_of(t, ev->cpu), last = heard ? *heard : 0;

	if (ev->type == EVENT_LOST)
		return cgroups_lost(t->cgroups, last, ev->time);
	if (ev->type == EVENT_LOST_TAIL)
		return cgroups_lost(t->cgroups, last, UINT64_MAX);
	if (heard && ev->time)
		*heard = ev->time;
	return 0;
}

/* What says where tasks are. */
static int apply_place(struct timeline *t, const struct event *ev)
{
	if (!t->cgroups)
		return 0;
	if (ev->type == EVENT_CGROUP)
		return cgroups_path(t->cgroups, ev->cgroup.id, ev->cgroup.path);
	if (ev->type == EVENT_NAMESPACES)
		return ev->ns.initial_pid ? nspids_add(t->nspids, ev->pid, ev->time, ev->pid) : 0;
	return cgroups_at(t->cgroups, ev->tid, ev->time, ev->place.path, ev->place.id) ?:
	       nspids_add(t->nspids, ev->pid, ev->time, ev->place.nspid);
}

int timeline_apply(struct timeline *t, const struct event *ev)
{
	struct trail_item f = { .at = ev->time, .id = ev->tid };

	if (t->cgroups && hear(t, ev))
		return -ENOMEM;
	switch (ev->type) {
	case EVENT_SWITCH:
		return apply_switch(t, ev);
	case EVENT_VCPU_ENTER:
	case EVENT_VCPU_EXIT:
		return apply_vcpu(t, ev);
	case EVENT_COMM:
		return apply_comm(t, ev);
	case EVENT_FORK:
		return apply_fork(t, ev);
	case EVENT_CGROUP:
	case EVENT_TASK_PLACE:
	case EVENT_NAMESPACES:
		return apply_place(t, ev);
	case EVENT_ITRACE_START:
		f.kind = LANE_IN;
		return tasks_seen(t->tasks, ev->pid, ev->tid) ?:
		       (ev->cpu < 0 || ev->tid < 0 ? 0 : lanes_add(t, ev->cpu, -1, &f));
	case EVENT_LOST:
		f.kind = LANE_LOST;
		return ev->cpu < 0 ? add_loss(t, ev->time) : lanes_add(t, ev->cpu, -1, &f);
	case EVENT_LOST_TAIL:
		return lanes_lose_tail(t, ev->cpu);
	case EVENT_AUX:
	case EVENT_VCPU_WHY:
	case EVENT_VCPU_IRQ:
	case EVENT_VCPU_USER:
	case EVENT_TASK_EXIT:
	case EVENT_MMAP:
	case EVENT_KSYMBOL:
	case EVENT_TEXT_POKE:
	case EVENT_THROTTLE:
	case EVENT_CYCLES:
	case EVENT_COUNT:
		break;
	}
	return 0;
}

void timeline_set_mode(struct timeline *t, enum host_mode mode)
{
	t->mode = mode;
	t->mode_set = 1;
}

void timeline_set_events(struct timeline *t, const struct timeline_events *e)
{
	t->events = *e;
}

int timeline_name_vm(struct timeline *t, int32_t pid, const char *name)
{
	char *copy = strdup(name);
	struct vm_name *new = copy ? array_add(t->vm_names, t->nr_vm_names) : NULL;

	if (!new) {
		free(copy);
		return -ENOMEM;
	}
	*new = (struct vm_name){ pid, copy };
	return 0;
}

/* A vCPU thread before it is assigned to a VM; sorted by process, number, thread. */
struct candidate {
	int32_t pid, number, tid;
	const char *comm;
	const struct vcpu_key *key;
};

static int by_vm(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	/* unknown processes come after the VMs, unknown numbers after the VM's others */
	return array_order((uint32_t)x->pid, (uint32_t)y->pid) ?:
	       array_order((uint32_t)x->number, (uint32_t)y->number) ?:
	       array_order(x->tid, y->tid);
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

/* The VM of vCPU i's process: the last one, or a new one. */
static struct timeline_vm *place_vm(struct timeline *t, const struct candidate *c, size_t i)
{
	struct timeline_vm *vm = t->nr_vms ? &t->vms[t->nr_vms - 1] : NULL;

	if (vm && vm->pid == c->pid)
		return vm;
	vm = &t->vms[t->nr_vms++];
	vm->pid = c->pid;
	vm->name = vm_name(t, c->pid);
	vm->comm = process_comm(t, c->pid);
	vm->first_vcpu = i;
	vm->numbered = c->number >= 0;
	return vm;
}

static void place_vcpu(struct timeline *t, const struct candidate *c, size_t i)
{
	struct timeline_vcpu *v = &t->vcpus[i];
	struct timeline_vm *vm = c->pid < 0 ? NULL : place_vm(t, c, i);

	*v = (struct timeline_vcpu){
		.vm = -1, .vcpu = -1, .tid = c->tid, .comm = c->comm, .entries = c->key->entries,
		.exits = c->key->exits, .guest_time = c->key->guest_time,
	};
	if (!vm)
		return;
	v->vm = vm - t->vms;
	v->vcpu = vm->numbered ? c->number : (int32_t)vm->nr_vcpus;
	vm->nr_vcpus++;
	vm->entries += v->entries;
	vm->exits += v->exits;
}

static int by_thread(const void *a, const void *b)
{
	const struct vcpu_thread *x = a, *y = b;

	return array_order(x->tid, y->tid) ?: array_order(x->pid, y->pid);
}

/* The last name of a vCPU's thread while it belonged to that process. */
static const char *thread_comm(const struct timeline *t, int32_t tid, int32_t pid)
{
	uint32_t k = tasks_find(t->tasks, tid, UINT64_MAX);
	const struct task *task = tasks_get(t->tasks, k);

	while (k && task && task->pid != pid) {
		task = tasks_get(t->tasks, --k);
		if (task->tid != tid)
			task = NULL;
	}
	return task ? task->comm : "";
}

static void find_candidates(const struct timeline *t, struct candidate *c)
{
	const struct task *only;
	size_t i;

	for (i = 0; i < t->nr_keys; i++) {
		c[i].key = &t->keys[i];
		c[i].tid = t->keys[i].tid;
		c[i].pid = t->keys[i].pid;
		only = tasks_get(t->tasks, tasks_only(t->tasks, c[i].tid));
		if (c[i].pid < 0 && only)
			c[i].pid = only->pid;
		c[i].comm = thread_comm(t, c[i].tid, c[i].pid);
		c[i].number = vcpu_name(c[i].comm, NULL);
	}
}

/* A VM is a process that owns vCPU threads; VMs are numbered by process id. */
static int build_vms(struct timeline *t)
{
	size_t n = t->nr_keys, i;
	struct candidate *c;

	c = calloc(n + 1, sizeof(*c));
	t->vms = calloc(n + 1, sizeof(*t->vms));
	t->vcpus = calloc(n + 1, sizeof(*t->vcpus));
	t->threads = calloc(n + 1, sizeof(*t->threads));
	if (!c || !t->vms || !t->vcpus || !t->threads) {
		free(c);
		return -ENOMEM;
	}
	find_candidates(t, c);
	qsort(c, n, sizeof(*c), by_vm);
	for (i = 0; i < n; i++) {
		place_vcpu(t, &c[i], i);
		t->threads[i] = (struct vcpu_thread){
			.tid = c[i].tid, .pid = c[i].pid, .vm = t->vcpus[i].vm,
			.vcpu = t->vcpus[i].vcpu, .index = i,
		};
	}
	t->nr_vcpus = n;
	qsort(t->threads, n, sizeof(*t->threads), by_thread);
	free(c);
	return 0;
}

int timeline_seal_sideband(struct timeline *t, const struct input_clock *clock,
			   bool physical_time)
{
	int err;

	t->has_clock = clock != NULL;
	if (clock)
		t->clock = *clock;
	t->physical_time = physical_time;
	if (t->cgroups)
		nspids_seal(t->nspids);
	err = t->cgroups ? cgroups_seal(t->cgroups) : 0;
	err = err ?: tasks_seal(t->tasks, t->cgroups, t->nspids);
	if (err)
		return err;
	unique_keys(t);
	return lanes_build(t, clock);
}

bool timeline_wants_census(const struct timeline *t, const struct census *part, int32_t cpu,
			   int32_t tid, bool all_timed)
{
	const struct lane *lane = timeline_lane(t, cpu, tid);

	if (t->mode_set && t->mode == HOST_NVHE)
		return false;	/* guests cannot be sampled */
	if (!t->mode_set && !census_is_vhe(census_sums(part)))
		return true;
	if (!all_timed || !t->has_clock || !t->physical_time)
		return true;
	if ((lane && lane->lost) || t->lost_tail)
		return true;
	return !(lane && lane->has_kvm) && !t->events.entries;
}

static int by_number(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return array_order(x, y);
}

/*
 * Add threads that run guests according to records; or that may, while the owner of EL1 is unknown.
 * 0 or -ENOMEM.
 */
static int learn_vcpus(struct timeline *t, const struct census *c)
{
	const struct census_sums *sums = census_sums(c);
	const struct census_thread *k;
	size_t nr = census_threads(c, &k), i;
	bool has_tasks = tasks_nr(t->tasks);
	int err = 0;

	t->suspects = calloc(nr + 1, sizeof(*t->suspects));
	if (!t->suspects)
		return -ENOMEM;
	for (i = 0; i < nr && !err; i++) {
		bool strange = has_tasks &&
			       tasks_find(t->tasks, k[i].tid, UINT64_MAX) == TASK_NONE;
		int is = census_is_vcpu(sums, &k[i], strange);

		if (is > 0 && t->mode == HOST_VHE)
			err = add_vcpu(t, k[i].tid, -1);
		else if (is)
			t->suspects[t->nr_suspects++] = k[i].tid;
	}
	if (t->nr_suspects)
		qsort(t->suspects, t->nr_suspects, sizeof(*t->suspects), by_number);
	unique_keys(t);
	return err;
}

int timeline_decide(struct timeline *t, const struct census *c, bool all)
{
	int err = 0;

	if (c && !t->mode_set)
		t->mode = census_mode(census_sums(c), t->events.no_kernel);
	if (c) {
		t->against = census_against(census_sums(c), t->mode);
		t->guests_sampled = t->mode != HOST_NVHE && census_sums(c)->guests;
	}
	if (c && all && t->mode != HOST_NVHE)
		err = learn_vcpus(t, c);
	return err ?: build_vms(t);
}

int timeline_seal(struct timeline *t, const struct input_clock *clock, bool physical_time)
{
	return timeline_seal_sideband(t, clock, physical_time) ?: timeline_decide(t, NULL, false);
}

/* The first of the threads with that id. */
static size_t threads_of(const struct timeline *t, int32_t tid, size_t *nr)
{
	size_t lo = array_first(t->nr_vcpus, i, t->threads[i].tid >= tid);

	for (*nr = 0; lo + *nr < t->nr_vcpus && t->threads[lo + *nr].tid == tid; ++*nr)
		;
	return lo;
}

const struct vcpu_thread *timeline_vcpu_thread(const struct timeline *t, int32_t tid, int32_t pid)
{
	size_t nr, first = threads_of(t, tid, &nr), i;

	for (i = first; i < first + nr; i++) {
		if (t->threads[i].pid == pid && pid >= 0)
			return &t->threads[i];
	}
	/* sufficient, unless it is known to be another process */
	if (nr != 1 || (pid >= 0 && t->threads[first].pid >= 0))
		return NULL;
	return &t->threads[first];
}

enum vcpu_status timeline_vcpu_status(const struct timeline *t, int32_t tid, int32_t pid)
{
	size_t nr;

	if (tid < 0)
		return VCPU_MAYBE;
	if (timeline_vcpu_thread(t, tid, pid))
		return VCPU_YES;
	threads_of(t, tid, &nr);
	if (nr && pid < 0)
		return VCPU_YES;	/* of some VM */
	if (t->nr_suspects &&
	    bsearch(&tid, t->suspects, t->nr_suspects, sizeof(tid), by_number))
		return VCPU_MAYBE;
	/* no event names it; or the event that would was lost */
	if (tasks_find(t->tasks, tid, UINT64_MAX) == TASK_NONE)
		return VCPU_MAYBE;
	return t->lost && !tasks_is_old(t->tasks, tid) ? VCPU_MAYBE : VCPU_NO;
}

struct vcpu_key *timeline_vcpu_key(const struct timeline *t, int32_t tid, uint64_t time)
{
	size_t lo = array_first(t->nr_keys, k, t->keys[k].tid >= tid), i;
	const struct task *task;

	if (lo == t->nr_keys || t->keys[lo].tid != tid)
		return NULL;
	if (lo + 1 == t->nr_keys || t->keys[lo + 1].tid != tid)
		return &t->keys[lo];
	task = tasks_get(t->tasks, tasks_find(t->tasks, tid, time));
	for (i = lo; task && i < t->nr_keys && t->keys[i].tid == tid; i++) {
		if (t->keys[i].pid == task->pid)
			return &t->keys[i];
	}
	return NULL;
}

int32_t timeline_vcpu_at(const struct timeline *t, int32_t tid, uint64_t time)
{
	uint32_t k = time == UINT64_MAX ? tasks_only(t->tasks, tid) :
		     tasks_find(t->tasks, tid, time);
	const struct task *task = tasks_get(t->tasks, k);
	const struct vcpu_thread *v = timeline_vcpu_thread(t, tid, task ? task->pid : -1);

	return v ? v->index : -1;
}

enum host_mode timeline_mode(const struct timeline *t)
{
	return t->mode;
}

uint64_t timeline_mode_against(const struct timeline *t)
{
	return t->against;
}

char *timeline_vm_text(char out[TIMELINE_VM_LEN], const struct timeline_vm *vm)
{
	snprintf(out, TIMELINE_VM_LEN, "%.200s:%d", *vm->name ? vm->name : "pid", vm->pid);
	return out;
}

size_t timeline_vms(const struct timeline *t, const struct timeline_vm **out)
{
	*out = t->vms;
	return t->nr_vms;
}

bool timeline_is_vm(const struct timeline *t, int32_t vm, const struct vm_ref *ref)
{
	const struct timeline_vm *v = vm >= 0 && (size_t)vm < t->nr_vms ? &t->vms[vm] : NULL;
	bool named = v && ref->text && strlen(v->name) == ref->len &&
		     !memcmp(v->name, ref->text, ref->len);

	switch (ref->kind) {
	case VM_ANY:	return v;
	case VM_NUMBER:	return v && (ref->number == vm || named);
	case VM_PID:	return v && ref->number == v->pid;
	case VM_NAME:	return named;
	}
	return false;
}

size_t timeline_vcpus(const struct timeline *t, const struct timeline_vcpu **out)
{
	*out = t->vcpus;
	return t->nr_vcpus;
}

const char *timeline_comm(const struct timeline *t, uint32_t task)
{
	const struct task *k = tasks_get(t->tasks, task);

	/* one pointer for all unknown names, because names are compared by pointer */
	return k && *k->comm ? k->comm : "";
}

const struct cgroup *timeline_cgroup(const struct timeline *t, uint32_t task)
{
	const struct task *k = tasks_get(t->tasks, task);

	return k ? k->cgroup : NULL;
}

int32_t timeline_nspid(const struct timeline *t, uint32_t task)
{
	const struct task *k = tasks_get(t->tasks, task);

	return k ? k->nspid : 0;
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
