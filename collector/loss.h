/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LOSS_H
#define COLLECTOR_LOSS_H

#include "collector/input.h"

/* The loss table: one row per CPU, sorted by CPU. */
struct losses {
	struct input_loss *rows;
	size_t nr;
	struct input_loss spill;	/* for CPUs beyond LOSSES_MAX, or when out of memory */
	struct input_loss_time *times;	/* as in input_info */
	size_t nr_times;
	bool more_times;
};

#define LOSSES_MAX 8192
#define LOSS_TIMES_MAX 65536
#define LOSS_TIMES_APART 1000000	/* ns: minimum distance of two on a CPU */

/* The row of that CPU, which is created if necessary; never NULL.  Borrowed until the next call. */
struct input_loss *losses_row(struct losses *l, int32_t cpu);

/* Extend the row's first..last loss to include time; 0: unknown, ignored. */
void loss_at(struct input_loss *row, uint64_t time);

/* Likewise for a row of l, and record the time itself. */
void losses_at(struct losses *l, struct input_loss *row, uint64_t time);

void losses_free(struct losses *l);

#endif
