// SPDX-License-Identifier: GPL-2.0-only
/* Numbers facts, and appends them to the trails of their CPUs. */
#include "kvm/exits_impl.h"

#include <errno.h>

#include "base/array.h"

/* Ignore CPUs beyond this number: the recording is damaged. */
#define LANES_MAX	8192

/* How many facts ahead a fact's slot and the fact in it are fetched. */
#define SLOT_AHEAD	16
#define FACT_AHEAD	8

static struct exit_lane *make_lane(struct exits *x, int32_t cpu)
{
	size_t i = x->last_lane;

	if (i < x->nr_lanes && x->lanes[i].cpu == cpu)
		return &x->lanes[i];
	i = exits_lane(x, cpu);
	if (i == x->nr_lanes || x->lanes[i].cpu != cpu) {
		if (x->nr_lanes == LANES_MAX || !array_insert(x->lanes, x->nr_lanes, i))
			return NULL;
		x->lanes[i] = (struct exit_lane){
			.cpu = cpu, .running = -1, .preempted = NOBODY,
			.trail.file = x->has_file ? &x->file : NULL,
			.pieces.file = x->has_file ? &x->file : NULL,
			.reasons.file = x->has_file ? &x->file : NULL,
		};
	}
	x->last_lane = i;
	return &x->lanes[i];
}

static int feed(struct exits *x, const struct exit_fed *fed)
{
	struct trail_item item = { .at = fed->at };
	int err = facts_number(x->facts, &fed->fact, fed->hash, &item.id);
	struct exit_lane *l = err ? NULL : make_lane(x, fed->cpu);

	if (!l)
		return err ?: x->nr_lanes == LANES_MAX ? 0 : -ENOMEM;
	if (l->trail.nr_blocks && l->trail.last > item.at)
		l->unsorted = true;
	return trail_add(&l->trail, &item);
}

int exits_feed(void *arg, const void *items, size_t nr)
{
	const struct exit_fed *fed = items;
	struct exits *x = arg;
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++) {
		if (i + SLOT_AHEAD < nr)
			facts_fetch_slot(x->facts, fed[i + SLOT_AHEAD].hash);
		if (i + FACT_AHEAD < nr)
			facts_fetch(x->facts, fed[i + FACT_AHEAD].hash);
		err = feed(x, &fed[i]);
	}
	return err;
}
