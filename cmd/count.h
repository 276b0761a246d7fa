/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_COUNT_H
#define CMD_COUNT_H

#include "cmd/pipeline.h"
#include "symbolizer/profile.h"
#include "symbolizer/summary.h"

/* Counting a recording: streams shared out to threads, their counters merged. */

struct count_options {
	unsigned int jobs;	/* threads; at least 1 */
	bool progress;
};

/* Most queries that one pass answers. */
#define COUNT_QUERIES	4

/*
 * Decode all of p, once, into a profile per query (the caller's) and *summary
 * (summary_clear()).  What the first query's filter leaves out counts nowhere.
 * The result does not depend on jobs.  0 or -errno.
 */
int count_all(const struct pipeline *p, const struct profile_query *queries, size_t nr,
	      const struct profile_context *ctx, const struct count_options *opt,
	      struct profile **profiles, struct summary *summary);

void summary_clear(struct summary *s);

#endif
