/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_COUNT_H
#define RECORDING_COUNT_H

#include <stdatomic.h>

#include "profile/profile.h"
#include "profile/summary.h"
#include "recording/pipeline.h"

/* Counting a recording: streams shared out to threads, their counters merged. */

struct count_options {
	unsigned int jobs;	/* threads; at least 1 */
	bool progress;
	atomic_uint_fast64_t *done;	/* bytes of AUX data so far are added; NULL: not wanted */
	const atomic_bool *cancel;	/* set: end soon, with -ECANCELED; NULL: never */
	uint64_t part;		/* bytes of AUX data that are enough, the first of each stream;
				 * 0: all */
};

/*
 * Decode all of p into *profile (the caller's) and *summary (summary_clear()).
 * What the query's filter leaves out counts nowhere.  The result does not
 * depend on jobs.  More keys than query->max_cells take a second pass, in which
 * opt->done begins at 0 again.  0 or -errno.
 */
int count_all(const struct pipeline *p, const struct profile_query *query,
	      const struct profile_context *ctx, const struct count_options *opt,
	      struct profile **profile, struct summary *summary);

#endif
