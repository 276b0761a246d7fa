/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TASKS_H
#define KVM_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Host threads over time: which process a thread id belonged to and what it
 * was called.  A task is one thread id under one name; its number is dense
 * and sorts by thread id, then time.
 */
struct tasks;

struct task {
	uint64_t from;		/* ns, perf clock; 0: since ever */
	int32_t tid, pid;	/* pid -1: unknown */
	const char *comm;	/* "" unknown; owned by the tasks */
	bool old;		/* it was there, under this name, before the recording began */
	bool mixed;		/* events name a process of this thread id that no task has */
};

#define TASK_NONE	UINT32_MAX

struct tasks *tasks_new(void);		/* NULL: out of memory */
void tasks_free(struct tasks *t);	/* NULL is fine */

/* All four, in any order, before tasks_seal().  0 or -ENOMEM. */
int tasks_seen(struct tasks *t, int32_t pid, int32_t tid);
int tasks_comm(struct tasks *t, int32_t pid, int32_t tid, uint64_t time, const char *name);
int tasks_fork(struct tasks *t, int32_t pid, int32_t tid, int32_t ptid, uint64_t time);
int tasks_seal(struct tasks *t);

/* From here on const. */

/* The task thread tid was at time; TASK_NONE: never heard of it. */
uint32_t tasks_find(const struct tasks *t, int32_t tid, uint64_t time);
/* The same, when is not known: TASK_NONE too if threads of several processes had that id. */
uint32_t tasks_only(const struct tasks *t, int32_t tid);
/* Was the thread there, under its name, before the recording began? */
bool tasks_is_old(const struct tasks *t, int32_t tid);
const struct task *tasks_get(const struct tasks *t, uint32_t task);	/* NULL: TASK_NONE */
uint32_t tasks_nr(const struct tasks *t);

#endif
