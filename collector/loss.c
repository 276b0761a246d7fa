// SPDX-License-Identifier: GPL-2.0-only
#include "collector/loss.h"

#include <stdlib.h>
#include <string.h>

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

struct source_loss *losses_row(struct losses *l, int32_t cpu)
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

void loss_at(struct source_loss *row, uint64_t time)
{
	if (!time)
		return;
	if (!row->first_time || time < row->first_time)
		row->first_time = time;
	if (time > row->last_time)
		row->last_time = time;
}

void losses_free(struct losses *l)
{
	free(l->rows);
	memset(l, 0, sizeof(*l));
}
