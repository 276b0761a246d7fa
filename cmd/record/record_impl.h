/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_IMPL_H
#define CMD_RECORD_IMPL_H

#include <sys/types.h>

#include "cmd/record/options.h"
#include "collector/cpulist.h"
#include "collector/host/host.h"
#include "collector/live/cgroup_tree.h"
#include "collector/live/live.h"

/* Parts of one `spelunk record`. */

/* A command that waits until the recording is ready. */
struct child {
	pid_t pid;		/* 0: none, or it has ended */
	int go;			/* if it is closed, the command never runs */
	int said;		/* reports that the command could not be executed */
	bool ended;		/* we ended it */
	int status;		/* from wait(2) */
};

/* stdout_taken: its standard output goes to standard error.  0 or -errno. */
int child_start(struct child *c, char **argv, bool stdout_taken);
/* Let it run: 0 once it executes its program, or the -errno of exec. */
int child_go(struct child *c);
/* Has it ended?  If so, its status is in c->status. */
bool child_ended(struct child *c);
/* End it if it is running, and wait for it.  All zeros is fine. */
void child_end(struct child *c);

/* The tasks and CPUs selected on the command line. */
struct record_target {
	struct cpu_list cpus;
	int32_t *tids;		/* NULL: all tasks */
	size_t nr_tids;
	char cgroup[CGROUP_PATH_ROOM];	/* its folder; "": all cgroups */
	int cgroup_fd;		/* -1: none */
};

/*
 * child is the pid of the waiting command, or 0.  0, or -errno with a sentence; call
 * record_target_free() in either case.
 */
int record_target_find(struct record_target *t, const struct record_args *a,
		       const struct host *host, int32_t child, char *err, size_t errlen);
/* Does any of its tasks, or its cgroup, still exist?  Always true if all tasks are selected. */
bool record_target_lives(const struct record_target *t);
void record_target_free(struct record_target *t);

/* Summary on standard error: what was recorded, what was lost, and what helps. */
struct record_summary {
	struct live *live;
	const char *path;
	uint64_t bytes;		/* of all files */
	unsigned int files;
	double seconds;
	double waited;		/* seconds spent waiting for the disk */
	bool hidden;		/* the kernel's addresses were hidden */
	bool cpus_changed;	/* CPUs went offline or came online */
	bool guests_ended;	/* the kernel stopped sampling guests, although it was requested */
	unsigned int cut;	/* from live_cut() */
};

/* Say which cycles and counters are recorded, and which are missing. */
void record_announce_time(const struct live_facts *f);

/* Report a saved snapshot. */
void record_summary_saved(const char *path, const struct live_reach *reach);

void record_summary(const struct record_summary *s);

#endif
