/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_IMPL_H
#define CMD_RECORD_IMPL_H

#include <sys/types.h>

#include "cmd/record/options.h"
#include "collector/cpulist.h"
#include "collector/host/host.h"
#include "collector/live/live.h"

/* Parts of one `spelunk record`. */

/* A command that waits until the recording is ready. */
struct child {
	pid_t pid;		/* 0: none, or it ended */
	int go;			/* closed: it never runs */
	int said;		/* where it tells that it could not be executed */
	bool ended;		/* by us */
	int status;		/* of wait(2) */
};

/* stdout_taken: what it prints goes to standard error instead.  0 or -errno. */
int child_start(struct child *c, char **argv, bool stdout_taken);
/* Let it run: 0 once it executes its program, or the -errno why it cannot. */
int child_go(struct child *c);
/* Has it ended?  Then c->status says how. */
bool child_ended(struct child *c);
/* End it if it runs, and wait for it.  All zero is fine. */
void child_end(struct child *c);

/* Which tasks and CPUs a command line means. */
struct record_target {
	struct cpu_list cpus;
	int32_t *tids;		/* NULL: all tasks */
	size_t nr_tids;
};

/*
 * child is the waiting command's pid, or 0.  0, or -errno with a sentence;
 * record_target_free() in either case.
 */
int record_target_find(struct record_target *t, const struct record_args *a,
		       const struct host *host, int32_t child, char *err, size_t errlen);
/* Does any of its tasks still exist?  Always, if all are meant. */
bool record_target_lives(const struct record_target *t);
void record_target_free(struct record_target *t);

/* What was recorded, what was lost and what helps: on standard error. */
struct record_summary {
	struct live *live;
	const char *path;
	uint64_t bytes;		/* of all files */
	unsigned int files;
	double seconds;
	double waited;		/* seconds in which the disk was too slow */
	bool hidden;		/* the kernel's addresses were not shown */
	bool cpus_changed;	/* some went offline, or came */
	bool guests_ended;	/* the kernel ceased to sample guests, which was asked for */
	unsigned int cut;	/* live_cut() */
};

/* Which cycles and counters are recorded, and what is missing. */
void record_announce_time(const struct live_facts *f);

/* A file of what was kept. */
void record_summary_saved(const char *path, const struct live_reach *reach);

void record_summary(const struct record_summary *s);

#endif
