/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_COUNT_H
#define RECORDING_COUNT_H

#include <stdatomic.h>

#include "profile/profile.h"
#include "profile/summary.h"
#include "recording/pipeline.h"

/* Counts a recording: threads take streams, and their counters are merged. */

struct count_options {
	unsigned int jobs;	/* threads; at least 1 */
	bool progress;
	atomic_uint_fast64_t *done;	/* bytes of AUX data done so far are added to it; NULL:
					 * not needed */
	const atomic_bool *cancel;	/* once set, counting fails with -ECANCELED soon; NULL:
					 * never */
	uint64_t part;		/* count only about this many bytes of AUX data, from the start
				 * of each stream; 0: all */
};

/*
 * Decode and count all of p.  *profile is owned by the caller; free *summary with summary_clear().
 * Records that the query's filter rejects are not counted at all.  The result does not depend on
 * jobs.  More keys than query->max_cells require a second pass, in which opt->done restarts at 0.
 * 0 or -errno.
 */
int count_all(const struct pipeline *p, const struct profile_query *query,
	      const struct profile_context *ctx, const struct count_options *opt,
	      struct profile **profile, struct summary *summary);

#endif
