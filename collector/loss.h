/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_LOSS_H
#define COLLECTOR_LOSS_H

#include "collector/input.h"

/* The loss table: one row per CPU, sorted by CPU. */
struct losses {
	struct input_loss *rows;
	size_t nr;
	struct input_loss spill;	/* without memory, or beyond LOSSES_MAX CPUs */
	struct input_loss_time *times;	/* as input_info has them */
	size_t nr_times;
	bool more_times;
};

#define LOSSES_MAX 8192
#define LOSS_TIMES_MAX 65536
#define LOSS_TIMES_APART 1000000	/* ns */

/* The row of that CPU, made if there is none; never NULL.  Borrowed until the next call. */
struct input_loss *losses_row(struct losses *l, int32_t cpu);

/* Widen the row's first and last loss to hold time; 0 is no time. */
void loss_at(struct input_loss *row, uint64_t time);

/* The same of a row of l, and keep when it was. */
void losses_at(struct losses *l, struct input_loss *row, uint64_t time);

void losses_free(struct losses *l);

#endif
