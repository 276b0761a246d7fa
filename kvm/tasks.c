// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"
#include "kvm/cgroups.h"
#include "kvm/nspids.h"

/* Maximum length of a name: the kernel's have 16 bytes, perf may synthesize longer ones. */
#define COMM_MAX	64

enum fact_kind { FACT_SEEN, FACT_FORK, FACT_COMM };

struct fact {
	uint64_t time;
	uint64_t order;		/* of arrival: of two at the same time the last one counts */
	int32_t tid, pid;
	int32_t ptid;
	uint32_t comm;		/* number in names */
	uint8_t kind;
};

struct tasks {
	struct fact *facts;
	size_t nr_facts;
	struct intern names;	/* 0 is "" */
	uint64_t *seen;		/* pid << 32 | tid, + 1, hash table with open addressing; 0: free */
	size_t nr_seen, max_seen;
	uint64_t last_seen;
	struct task *task;
	uint32_t nr;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15ull;
	return x ^ x >> 29;
}

struct tasks *tasks_new(void)
{
	struct tasks *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	if (intern_add(&t->names, "", 0) == INTERN_NONE) {
		tasks_free(t);
		return NULL;
	}
	return t;
}

void tasks_free(struct tasks *t)
{
	if (!t)
		return;
	free(t->facts);
	intern_clear(&t->names);
	free(t->seen);
	free(t->task);
	free(t);
}

/* Make room for one more entry in seen.  0 or -ENOMEM. */
static int grow(struct tasks *t)
{
	size_t max = t->max_seen ? t->max_seen * 2 : 256, k;
	uint64_t *seen;

	if (t->nr_seen * 2 < t->max_seen)
		return 0;
	seen = calloc(max, sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	for (size_t i = 0; i < t->max_seen; i++) {
		if (!t->seen[i])
			continue;
		for (k = mix(t->seen[i]); seen[k & (max - 1)]; k++)
			;
		seen[k & (max - 1)] = t->seen[i];
	}
	free(t->seen);
	t->seen = seen;
	t->max_seen = max;
	return 0;
}

static int add_fact(struct tasks *t, const struct fact *f)
{
	struct fact *new = array_add(t->facts, t->nr_facts);

	if (!new)
		return -ENOMEM;
	*new = *f;
	new->order = t->nr_facts - 1;
	return 0;
}

int tasks_seen(struct tasks *t, int32_t pid, int32_t tid)
{
	uint64_t key = ((uint64_t)(uint32_t)pid << 32 | (uint32_t)tid) + 1;
	size_t k;

	if (tid < 0 || key == t->last_seen)
		return 0;
	if (grow(t))
		return -ENOMEM;
	t->last_seen = key;
	for (k = mix(key); t->seen[k & (t->max_seen - 1)]; k++) {
		if (t->seen[k & (t->max_seen - 1)] == key)
			return 0;
	}
	t->seen[k & (t->max_seen - 1)] = key;
	t->nr_seen++;
	return add_fact(t, &(struct fact){ .tid = tid, .pid = pid, .kind = FACT_SEEN });
}

int tasks_comm(struct tasks *t, int32_t pid, int32_t tid, uint64_t time, const char *name)
{
	struct fact f = { .time = time, .tid = tid, .pid = pid, .kind = FACT_COMM };

	if (tid < 0)
		return 0;
	f.comm = intern_add(&t->names, name, strnlen(name, COMM_MAX));
	return f.comm == INTERN_NONE ? -ENOMEM : add_fact(t, &f);
}

int tasks_fork(struct tasks *t, int32_t pid, int32_t tid, int32_t ptid, uint64_t time)
{
	struct fact f = { .time = time, .tid = tid, .pid = pid, .ptid = ptid,
			  .kind = FACT_FORK };

	return tid < 0 ? 0 : add_fact(t, &f);
}

static int by_thread(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	return array_order(x->tid, y->tid) ?: array_order(x->time, y->time) ?:
	       array_order(x->order, y->order);
}

/* Make the tasks of one thread from its facts: one per change of name or process. */
static void add_task(struct tasks *t, const struct fact *f)
{
	struct task *last = t->nr ? &t->task[t->nr - 1] : NULL;
	const char *comm = intern_get(&t->names, f->comm);

	if (last && last->tid == f->tid) {
		if (f->kind == FACT_SEEN) {
			if (last->pid < 0)
				last->pid = f->pid;
			return;
		}
		if (f->kind == FACT_COMM && last->from == f->time) {
			last->comm = comm;
			if (f->pid >= 0)
				last->pid = f->pid;
			return;
		}
		if (f->kind == FACT_COMM && !strcmp(last->comm, comm) &&
		    (last->pid == f->pid || f->pid < 0))
			return;
	}
	t->task[t->nr++] = (struct task){
		.from = last && last->tid == f->tid ? f->time : 0,
		.tid = f->tid, .pid = f->pid, .comm = comm,
	};
}

/* A forked thread has its parent's name until it gets another one. */
static void inherit_names(struct tasks *t)
{
	size_t i;

	for (i = 0; i < t->nr_facts; i++) {
		const struct fact *f = &t->facts[i];
		uint32_t parent, child;

		if (f->kind != FACT_FORK || f->ptid == f->tid)
			continue;
		parent = tasks_find(t, f->ptid, f->time);
		child = tasks_find(t, f->tid, f->time);
		if (parent != TASK_NONE && child != TASK_NONE && !*t->task[child].comm)
			t->task[child].comm = t->task[parent].comm;
	}
}

/* Thread 0 is every CPU's idle task, and no event ever names it. */
static void name_idle(struct tasks *t)
{
	uint32_t i;

	for (i = 0; i < t->nr; i++) {
		if (!t->task[i].tid && !*t->task[i].comm)
			t->task[i].comm = "swapper";
	}
}

static int by_time(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	return array_order(x->time, y->time) ?: array_order(x->order, y->order);
}

/* The index of a thread id's first task; the last one is *last. */
static uint32_t first_of(const struct tasks *t, int32_t tid, uint32_t *last)
{
	uint32_t i = tasks_find(t, tid, UINT64_MAX);

	*last = i;
	while (i != TASK_NONE && i && t->task[i - 1].tid == tid)
		i--;
	return i;
}

/* Mark processes known only from switches and similar events: their names are unknown. */
static void find_mixed(struct tasks *t)
{
	size_t i;

	for (i = 0; i < t->nr_facts; i++) {
		const struct fact *f = &t->facts[i];
		uint32_t first, last, k;

		if (f->kind != FACT_SEEN || f->pid < 0)
			continue;
		first = first_of(t, f->tid, &last);
		for (k = first; k <= last && t->task[k].pid != f->pid; k++)
			;
		if (k > last)
			t->task[first].mixed = true;
	}
}

/* A task, in pieces by the cgroups that it was in.  0 or -ENOMEM. */
static int add_pieces(struct task **list, size_t *nr, const struct task *task, uint64_t end,
		      const struct cgroups *cgroups)
{
	uint64_t at = task->from, until;

	for (bool first = true; first || at < end; at = until, first = false) {
		const struct cgroup *in = cgroups_find(cgroups, task->tid, at, &until);
		struct task *new;

		if (!first && (*list)[*nr - 1].cgroup == in)
			continue;
		new = array_add(*list, *nr);
		if (!new)
			return -ENOMEM;
		*new = *task;
		new->from = at;
		new->cgroup = in;
		new->old &= first;
		new->mixed &= first;
	}
	return 0;
}

static int split_by_cgroup(struct tasks *t, const struct cgroups *cgroups)
{
	struct task *list = NULL;
	size_t nr = 0;
	int err = 0;

	for (uint32_t i = 0; i < t->nr && !err; i++) {
		const struct task *k = &t->task[i];
		bool last = i + 1 == t->nr || k[1].tid != k->tid;

		err = add_pieces(&list, &nr, k, last ? UINT64_MAX : k[1].from, cgroups);
	}
	if (err || nr >= TASK_NONE || !nr) {
		free(list);
		return nr ? -ENOMEM : err;
	}
	free(t->task);
	t->task = list;
	t->nr = (uint32_t)nr;
	return 0;
}

int tasks_seal(struct tasks *t, const struct cgroups *cgroups, const struct nspids *nspids)
{
	size_t i;

	free(t->task);
	t->nr = 0;
	t->task = calloc(t->nr_facts + 1, sizeof(*t->task));
	if (!t->task || t->nr_facts >= TASK_NONE)
		return -ENOMEM;
	if (t->nr_facts)
		qsort(t->facts, t->nr_facts, sizeof(*t->facts), by_thread);
	for (i = 0; i < t->nr_facts; i++) {
		const struct fact *f = &t->facts[i];

		add_task(t, f);
		/* perf reads earlier tasks from /proc, and gives them no time */
		if (!f->time && f->kind == FACT_COMM)
			t->task[t->nr - 1].old = true;
	}
	find_mixed(t);
	if (t->nr_facts)
		qsort(t->facts, t->nr_facts, sizeof(*t->facts), by_time);
	inherit_names(t);
	name_idle(t);
	for (i = 0; i < t->nr && nspids; i++)
		t->task[i].nspid = nspids_find(nspids, t->task[i].pid);
	return cgroups ? split_by_cgroup(t, cgroups) : 0;
}

uint32_t tasks_find(const struct tasks *t, int32_t tid, uint64_t time)
{
	const struct task *k = t->task;
	uint32_t lo = array_first(t->nr, i, k[i].tid > tid ||
				  (k[i].tid == tid && k[i].from > time));

	if (!lo || t->task[lo - 1].tid != tid)
		return TASK_NONE;
	return lo - 1;
}

uint32_t tasks_find_near(const struct tasks *t, int32_t tid, uint64_t time, uint32_t near)
{
	const struct task *k = &t->task[near];

	if (near < t->nr && k->tid == tid && k->from <= time &&
	    (near + 1 == t->nr || k[1].tid != tid || k[1].from > time))
		return near;
	return tasks_find(t, tid, time);
}

uint32_t tasks_only(const struct tasks *t, int32_t tid)
{
	uint32_t last, first = first_of(t, tid, &last), k;

	if (first == TASK_NONE || t->task[first].mixed)
		return TASK_NONE;
	for (k = first; k < last; k++) {
		if (t->task[k].pid != t->task[last].pid)
			return TASK_NONE;
	}
	return last;
}

bool tasks_is_old(const struct tasks *t, int32_t tid)
{
	uint32_t k = tasks_only(t, tid);

	return k != TASK_NONE && t->task[tasks_find(t, tid, 0)].old;
}

const struct task *tasks_get(const struct tasks *t, uint32_t task)
{
	return task < t->nr ? &t->task[task] : NULL;
}

uint32_t tasks_nr(const struct tasks *t)
{
	return t->nr;
}
