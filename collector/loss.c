// SPDX-License-Identifier: GPL-2.0-only
#include "collector/loss.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_BACK	256	/* times of other CPUs between two of one */

static size_t find(const struct losses *l, int32_t cpu)
{
	size_t lo = 0, hi = l->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->rows[mid].cpu < cpu)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct input_loss *losses_row(struct losses *l, int32_t cpu)
{
	size_t i = find(l, cpu);

	if (i < l->nr && l->rows[i].cpu == cpu)
		return &l->rows[i];
	if (l->nr == LOSSES_MAX)
		return &l->spill;
	if (l->nr == l->room) {
		size_t room = l->room ? 2 * l->room : 16;
		void *rows = realloc(l->rows, room * sizeof(*l->rows));

		if (!rows)
			return &l->spill;
		l->rows = rows;
		l->room = room;
	}
	memmove(&l->rows[i + 1], &l->rows[i], (l->nr - i) * sizeof(*l->rows));
	memset(&l->rows[i], 0, sizeof(l->rows[i]));
	l->rows[i].cpu = cpu;
	l->nr++;
	return &l->rows[i];
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

static bool grow_times(struct losses *l)
{
	size_t room = l->room_times ? 2 * l->room_times : 64;
	void *times = realloc(l->times, room * sizeof(*l->times));

	if (!times)
		return false;
	l->times = times;
	l->room_times = room;
	return true;
}

/* Is there one of that CPU and time among the last? */
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
	loss_at(row, time);
	if (!time || is_near(l, row->cpu, time))
		return;
	if (l->nr_times == LOSS_TIMES_MAX || (l->nr_times == l->room_times && !grow_times(l)))
		l->more_times = true;
	else
		l->times[l->nr_times++] = (struct input_loss_time){ time, row->cpu };
}

void losses_free(struct losses *l)
{
	free(l->rows);
	free(l->times);
	memset(l, 0, sizeof(*l));
}
