/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_LOSSES_H
#define REPORT_LOSSES_H

#include "report/report.h"

/* What one CPU lost: as the file says it, and as the decoder saw it. */
struct loss {
	int32_t cpu;		/* -1: of no CPU, or a task's stream */
	uint64_t truncated, partial, collided;	/* AUX regions */
	uint64_t missing_bytes;
	uint64_t events;	/* sideband records dropped */
	uint64_t samples;	/* PERF_RECORD_LOST_SAMPLES */
	uint64_t throttled;	/* times */
	uint64_t torn;		/* records of which only a part was there */
	uint64_t skipped;	/* bytes that are no record */
	/* No losses: */
	uint64_t unknown;	/* packets of no known type */
	uint64_t backwards;	/* records earlier than the one before */
	uint64_t aux_bytes;	/* bytes in the file */
	uint64_t records;	/* records decoded */
};

/*
 * One per CPU, by number.  Returns an array that the caller frees, NULL where
 * there is none or no memory; *all is the sum in any case.
 */
struct loss *losses_collect(const struct report_data *d, size_t *nr, struct loss *all);

/* Did it lose anything? */
bool loss_any(const struct loss *l);

#endif
