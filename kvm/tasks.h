/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_TASKS_H
#define KVM_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cgroup;
struct cgroups;
struct nspids;

/*
 * Threads over time: the process and the name of each thread id.  A task is one thread id with
 * one name, in one cgroup where those are asked for.  Tasks are numbered without gaps, by
 * thread id, then time.
 */
struct tasks;

struct task {
	uint64_t from;		/* ns, perf clock; 0: from the start */
	int32_t tid, pid;	/* pid -1: unknown */
	int32_t nspid;		/* of the process, in its own PID namespace; 0: unknown */
	const char *comm;	/* "" unknown; owned by the tasks */
	const struct cgroup *cgroup;	/* NULL: unknown; owned by tasks_seal()'s cgroups */
	bool old;		/* existed, with this name, before the recording began */
	bool mixed;		/* events give this thread id a process that no task has */
};

#define TASK_NONE	UINT32_MAX

struct tasks *tasks_new(void);		/* NULL: out of memory */
void tasks_free(struct tasks *t);	/* NULL is fine */

/* All four, in any order, before tasks_seal().  0 or -ENOMEM. */
int tasks_seen(struct tasks *t, int32_t pid, int32_t tid);
int tasks_comm(struct tasks *t, int32_t pid, int32_t tid, uint64_t time, const char *name);
int tasks_fork(struct tasks *t, int32_t pid, int32_t tid, int32_t ptid, uint64_t time);
/* cgroups and nspids are sealed, borrowed; NULL: not requested. */
int tasks_seal(struct tasks *t, const struct cgroups *cgroups, const struct nspids *nspids);

/* From here on const. */

/* The task of a thread id at a time; TASK_NONE: no event names it. */
uint32_t tasks_find(const struct tasks *t, int32_t tid, uint64_t time);
/* The same, faster if near is the answer; it may be any number. */
uint32_t tasks_find_near(const struct tasks *t, int32_t tid, uint64_t time, uint32_t near);
/* Likewise, at an unknown time: also TASK_NONE if threads of several processes had the id. */
uint32_t tasks_only(const struct tasks *t, int32_t tid);
/* Did the thread exist, with its name, before the recording began? */
bool tasks_is_old(const struct tasks *t, int32_t tid);
const struct task *tasks_get(const struct tasks *t, uint32_t task);	/* NULL: TASK_NONE */
uint32_t tasks_nr(const struct tasks *t);

#endif
