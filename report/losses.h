/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_LOSSES_H
#define REPORT_LOSSES_H

#include "report/report.h"

/* Losses of one CPU, from the file and from the decoder. */
struct loss {
	int32_t cpu;		/* -1: no CPU, or a task's stream */
	uint64_t truncated, partial, collided;	/* AUX regions */
	uint64_t missing_bytes;
	uint64_t events;	/* sideband records dropped */
	uint64_t samples;	/* PERF_RECORD_LOST_SAMPLES */
	uint64_t throttled;	/* times */
	uint64_t torn;		/* records that are incomplete */
	uint64_t skipped;	/* bytes outside of records */
	/* Not losses: */
	uint64_t unknown;	/* packets of unknown type */
	uint64_t backwards;	/* records that are earlier than their predecessor */
	uint64_t aux_bytes;	/* bytes in the file */
	uint64_t records;	/* records decoded */
};

/*
 * One per CPU, by number.  Returns an array to be freed by the caller, NULL if it is empty or out
 * of memory; *all is the sum in any case.
 */
struct loss *losses_collect(const struct report_data *d, size_t *nr, struct loss *all);

/* Add another one, but not its CPU. */
void loss_add(struct loss *to, const struct loss *l);

/* Did it lose anything? */
bool loss_any(const struct loss *l);

#endif
