/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_CALLS_H
#define CMD_CALLS_H

#include "cmd/run.h"
#include "profile/calltree.h"

/* `spelunk report` with --callers, --children or --by stack. */

struct calls_run {
	struct calltree *stacks;	/* owned, calltree_free() */
	struct call_total total;
};

/* Open the recording and count what the command line requests.  0, or -errno with .err set. */
int calls_make(struct run *run, struct calls_run *out);

/* Write it; a run_write_fn. */
int calls_write(const struct run *run, const struct calls_run *c, FILE *out,
		const struct report_options *opt);

#endif
