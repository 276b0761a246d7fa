/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_CHILD_H
#define CMD_RECORD_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

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

#endif
