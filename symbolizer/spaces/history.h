/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_HISTORY_H
#define SYMBOLIZER_SPACES_HISTORY_H

#include "base/intern.h"
#include "symbolizer/spaces/lives.h"
#include "symbolizer/spaces/ranges.h"

/*
 * The successive states of every process' address space.  Add the changes in order of time, seal,
 * then look up.  Every process has a current set of ranges, a log of its maps and a list of epochs;
 * an epoch ends when an address changes its meaning.  Process HISTORY_KERNEL has numbers of its
 * own.
 */
struct history {
	struct intern pids;
	struct process *process;	/* by the pid's number in .pids */
	uint32_t nr_processes;
	struct epoch *epoch;		/* until sealed */
	uint32_t nr_epochs;
	struct ranges ranges;		/* until sealed */
	uint32_t tokens;
	uint64_t seed[2];
	struct lives lives;
	struct state *state;		/* after the seal: by process, then time */
	struct space { uint32_t life, nr; } *space;	/* after the seal: by its number */
	uint32_t nr_user, nr;		/* numbers of spaces: nr in total, the kernel's from
					 * nr_user on */
};

#define HISTORY_KERNEL	(-1)

int history_init(struct history *h);	/* 0 or -ENOMEM, like the functions below */
void history_clear(struct history *h);

/* new replaces what it covers. */
int history_map(struct history *h, int32_t pid, uint64_t time, struct range new);

/* Unmap the remaining parts of object in start..last. */
int history_unmap(struct history *h, int32_t pid, uint64_t time, uint64_t start,
		  uint64_t last, uint32_t object);

/* The lowest range with an address in start..last; NULL: none. */
const struct range *history_first(const struct history *h, int32_t pid, uint64_t start,
				  uint64_t last);

/* pid is new and inherits the maps of parent (-1: none). */
int history_fork(struct history *h, int32_t pid, uint64_t time, int32_t parent);
int history_thread(struct history *h, int32_t pid);	/* pid has another thread */
int history_exec(struct history *h, int32_t pid, uint64_t time);

/* A thread ended.  A process ends with its last thread; its leader may end long before. */
int history_exit(struct history *h, int32_t pid, int32_t tid, uint64_t time);

int history_seal(struct history *h);

/* As spaces_find(). */
uint32_t history_find(const struct history *h, int32_t pid, uint64_t time, uint64_t *from,
		      uint64_t *until);

/* As lives_find(), for such a number. */
const struct mapped *history_locate(const struct history *h, uint32_t space, uint64_t addr,
				    uint64_t *first, uint64_t *last);

#endif
