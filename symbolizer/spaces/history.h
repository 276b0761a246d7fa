/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_HISTORY_H
#define SYMBOLIZER_SPACES_HISTORY_H

#include "base/intern.h"
#include "symbolizer/spaces/lives.h"
#include "symbolizer/spaces/ranges.h"

/*
 * The states every process' address space went through.  Told in order of
 * time, sealed, then asked.  Every process has a current set of ranges, a log of
 * what it mapped and a list of epochs; an epoch ends when an address that meant something
 * means something else.  Process HISTORY_KERNEL is numbered apart.
 */
struct history {
	struct intern pids;
	struct process *process;	/* by number of the pid */
	uint32_t nr_processes;
	struct epoch *epoch;		/* until sealed */
	uint32_t nr_epochs;
	struct ranges ranges;		/* until sealed */
	uint32_t tokens;
	uint64_t seed[2];
	struct lives lives;
	struct state *state;		/* sealed: by process, then time */
	struct space { uint32_t life, nr; } *space;	/* sealed: by its number */
	uint32_t nr_user, nr;		/* numbers: from 0, from nr_user the kernel's */
};

#define HISTORY_KERNEL	(-1)

int history_init(struct history *h);	/* 0 or -ENOMEM, also the others */
void history_clear(struct history *h);

/* New replaces what it covers. */
int history_map(struct history *h, int32_t pid, uint64_t time, struct range new);

/* What is left of object in start..last goes. */
int history_unmap(struct history *h, int32_t pid, uint64_t time, uint64_t start,
		  uint64_t last, uint32_t object);

/* The lowest range with an address in start..last; NULL: none. */
const struct range *history_first(const struct history *h, int32_t pid, uint64_t start,
				  uint64_t last);

/* pid is new, with a copy of the maps of parent (-1: of nobody). */
int history_fork(struct history *h, int32_t pid, uint64_t time, int32_t parent);
int history_thread(struct history *h, int32_t pid);	/* pid has one more */
int history_exec(struct history *h, int32_t pid, uint64_t time);

/* A thread left.  A process ends with its last, its leader may go long before. */
int history_exit(struct history *h, int32_t pid, int32_t tid, uint64_t time);

int history_seal(struct history *h);

/* As spaces_find(). */
uint32_t history_find(const struct history *h, int32_t pid, uint64_t time, uint64_t *from,
		      uint64_t *until);

/* As lives_find(), of such a number. */
const struct mapped *history_locate(const struct history *h, uint32_t space, uint64_t addr,
				    uint64_t *first, uint64_t *last);

#endif
