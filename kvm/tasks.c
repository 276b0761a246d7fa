// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/tasks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/array.h"

/* Longest name kept: the kernel's is 16 bytes, perf may synthesize longer. */
#define COMM_MAX	64

enum fact_kind { FACT_SEEN, FACT_FORK, FACT_COMM };

struct fact {
	uint64_t time;
	uint64_t order;		/* of arrival: the last of two at one time holds */
	int32_t tid, pid;
	int32_t ptid;
	uint32_t comm;		/* offset in names */
	uint8_t kind;
};

/* A set, by open addressing. */
struct slots {
	uint64_t *value;	/* 0: free */
	size_t nr, max;
};

struct tasks {
	struct fact *facts;
	size_t nr_facts;
	char *names;		/* NUL-terminated, names[0] is "" */
	size_t names_len, names_max;
	struct slots name_slots;	/* offset in names */
	struct slots seen;		/* pid << 32 | tid, + 1 */
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
	t->names_max = 4096;
	t->names = calloc(1, t->names_max);
	t->names_len = 1;
	if (!t->names) {
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
	free(t->names);
	free(t->name_slots.value);
	free(t->seen.value);
	free(t->task);
	free(t);
}

static int grow_names(struct tasks *t, size_t len)
{
	char *names;

	while (t->names_max - t->names_len < len) {
		names = realloc(t->names, t->names_max * 2);
		if (!names)
			return -ENOMEM;
		t->names = names;
		t->names_max *= 2;
	}
	return t->names_max > UINT32_MAX ? -ENOMEM : 0;
}

static uint64_t hash_name(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ull;

	while (len--)
		h = (h ^ (uint8_t)*s++) * 0x100000001b3ull;
	return mix(h);
}

static uint64_t hash_offset(const struct tasks *t, uint64_t offset)
{
	return hash_name(t->names + offset, strlen(t->names + offset));
}

static uint64_t hash_thread(const struct tasks *t, uint64_t key)
{
	return mix(key);
}

/* Make room for one more.  0 or -ENOMEM. */
static int grow(const struct tasks *t, struct slots *s,
		uint64_t (*hash)(const struct tasks *t, uint64_t value))
{
	size_t max = s->max ? s->max * 2 : 256, k;
	uint64_t *value;

	if (s->nr * 2 < s->max)
		return 0;
	value = calloc(max, sizeof(*value));
	if (!value)
		return -ENOMEM;
	for (size_t i = 0; i < s->max; i++) {
		if (!s->value[i])
			continue;
		for (k = hash(t, s->value[i]); value[k & (max - 1)]; k++)
			;
		value[k & (max - 1)] = s->value[i];
	}
	free(s->value);
	s->value = value;
	s->max = max;
	return 0;
}

/* The offset of name in t->names; equal names are one. */
static int intern(struct tasks *t, const char *name, uint32_t *out)
{
	size_t len = strnlen(name, COMM_MAX), k;

	*out = 0;
	if (!len)
		return 0;
	if (grow(t, &t->name_slots, hash_offset) || grow_names(t, len + 1))
		return -ENOMEM;
	for (k = hash_name(name, len);; k++) {
		uint64_t *slot = &t->name_slots.value[k & (t->name_slots.max - 1)];

		if (!*slot) {
			*slot = t->names_len;
			memcpy(t->names + t->names_len, name, len);
			t->names[t->names_len + len] = 0;
			t->names_len += len + 1;
			t->name_slots.nr++;
		} else if (strncmp(t->names + *slot, name, len) ||
			   t->names[*slot + len]) {
			continue;
		}
		*out = *slot;
		return 0;
	}
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
	struct slots *seen = &t->seen;
	size_t k;

	if (tid < 0)
		return 0;
	if (grow(t, seen, hash_thread))
		return -ENOMEM;
	for (k = mix(key); seen->value[k & (seen->max - 1)]; k++) {
		if (seen->value[k & (seen->max - 1)] == key)
			return 0;
	}
	seen->value[k & (seen->max - 1)] = key;
	seen->nr++;
	return add_fact(t, &(struct fact){ .tid = tid, .pid = pid, .kind = FACT_SEEN });
}

int tasks_comm(struct tasks *t, int32_t pid, int32_t tid, uint64_t time, const char *name)
{
	struct fact f = { .time = time, .tid = tid, .pid = pid, .kind = FACT_COMM };

	if (tid < 0)
		return 0;
	return intern(t, name, &f.comm) ?: add_fact(t, &f);
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

/* The facts of one thread become its tasks: one per change of name or process. */
static void add_task(struct tasks *t, const struct fact *f)
{
	struct task *last = t->nr ? &t->task[t->nr - 1] : NULL;
	const char *comm = t->names + f->comm;

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

/* A forked thread is called what its parent was, until it says otherwise. */
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

/* Where the tasks of a thread id begin; they end with *last. */
static uint32_t first_of(const struct tasks *t, int32_t tid, uint32_t *last)
{
	uint32_t i = tasks_find(t, tid, UINT64_MAX);

	*last = i;
	while (i != TASK_NONE && i && t->task[i - 1].tid == tid)
		i--;
	return i;
}

/* A process that only switches and the like name: what it was called is not known. */
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

int tasks_seal(struct tasks *t)
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
		/* perf reads the tasks of before from /proc, and gives them no time */
		if (!f->time && f->kind == FACT_COMM)
			t->task[t->nr - 1].old = true;
	}
	find_mixed(t);
	if (t->nr_facts)
		qsort(t->facts, t->nr_facts, sizeof(*t->facts), by_time);
	inherit_names(t);
	name_idle(t);
	return 0;
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
