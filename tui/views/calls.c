// SPDX-License-Identifier: GPL-2.0-only
/* Shared by the views of call stacks. */
#include "base/hash.h"
#include "report/calls/calls.h"
#include "tui/app_impl.h"

const char *const calls_none[] = {
	"No sample of cycles has a call chain.",
	"To fix: record with `spelunk record` without --no-time, or with",
	"`perf record -e arm_spe// -e cycles -g`.",
	"",
	"In a zoom or filter by what only SPE records, such as data sources or events,",
	"there is none either: F counts all samples again.",
	NULL
};

uint64_t calls_symbol_id(const char *symbol)
{
	uint64_t h = hash_text(HASH_EMPTY, symbol);

	return h ? h : 1;
}

/* The level's samples do not change, so its name is only used in these views. */
void calls_zoom(struct app *a, enum view_id v, const char *crumb, uint64_t id)
{
	size_t depth = a->zoom.depth;

	zoom_to(a, "", crumb, v);
	if (a->zoom.depth > depth)
		app_top(a)->at = id;
}

void calls_leave(struct app *a)
{
	while (a->zoom.depth > 1 && app_view(a)->leave == calls_leave && app_level(a)->at)
		a->zoom.depth--;
}

void calls_query(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->stacks = true;
}
