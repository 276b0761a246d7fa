// SPDX-License-Identifier: GPL-2.0-only
#include "collector/loss.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define LOOK_BACK	256	/* entries to search: those of other CPUs may lie between two of
				 * one CPU */

struct input_loss *losses_row(struct losses *l, int32_t cpu)
{
	size_t at = array_first(l->nr, i, l->rows[i].cpu >= cpu);
	struct input_loss *new;

	if (at < l->nr && l->rows[at].cpu == cpu)
		return &l->rows[at];
	new = l->nr < LOSSES_MAX ? array_insert(l->rows, l->nr, at) : NULL;
	if (!new)
		return &l->spill;
	new->cpu = cpu;
	return new;
}

void loss_at(struct input_loss *row, uint64_t time)
{
	if (!time)
		return;
	if (!row->first_time || time < row->first_time)
		row->first_time = time;
	if (time > row->last_time)
		row->last_time = time;
}

/* Is there a recent entry for that CPU close to that time? */
static bool is_near(const struct losses *l, int32_t cpu, uint64_t time)
{
	for (size_t n = 0; n < LOOK_BACK && n < l->nr_times; n++) {
		const struct input_loss_time *t = &l->times[l->nr_times - 1 - n];

		if (t->cpu == cpu)
			return time >= t->time && time - t->time < LOSS_TIMES_APART;
	}
	return false;
}

void losses_at(struct losses *l, struct input_loss *row, uint64_t time)
{
	struct input_loss_time *new;

	loss_at(row, time);
	if (!time || is_near(l, row->cpu, time))
		return;
	new = l->nr_times < LOSS_TIMES_MAX ? array_add(l->times, l->nr_times) : NULL;
	if (new)
		*new = (struct input_loss_time){ time, row->cpu };
	else
		l->more_times = true;
}

void losses_free(struct losses *l)
{
	free(l->rows);
	free(l->times);
	memset(l, 0, sizeof(*l));
}
