/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_MCP_CHILD_H
#define CMD_MCP_CHILD_H

#include "base/buffer.h"
#include "cmd/mcp/folders.h"
#include "cmd/options/options.h"

/*
 * Runs a command in a child process that is confined, so that whatever a hostile file does to it
 * costs one answer.
 */

#define CHILD_OUTPUT	(8 << 20)	/* bytes */
#define CHILD_ERRORS	(16 << 10)	/* bytes; more are dropped */

enum child_end {
	CHILD_EXITED,		/* with .status */
	CHILD_DIED,		/* by signal .status */
	CHILD_LATE,		/* it took longer than the timeout, and was ended */
	CHILD_TOO_MUCH,		/* it wrote more than CHILD_OUTPUT, and was ended */
	CHILD_CANCELLED,
};

struct child_result {
	enum child_end end;
	int status;
	struct buffer out, errors;	/* what it wrote, without a NUL; owned */
};

struct child {
	const struct folders *folders;	/* what it may read; NULL: it is not confined */
	bool debuginfod;		/* it may download symbols */
	uint64_t timeout;		/* ms */
	/* While it runs, called whenever this descriptor can be read; true: end it. */
	int watch;			/* -1: none */
	bool (*cancelled)(void *arg);
	bool (*watching)(void *arg);	/* is there anything left to wait for? */
	void *arg;
};

/* Run it.  0, or -errno: it could not be started.  Call child_result_free() in either case. */
int child_run(const struct child *c, enum command_id command, int argc, char **argv,
	      struct child_result *out);
void child_result_free(struct child_result *r);

#endif
