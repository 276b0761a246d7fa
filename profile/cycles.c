// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cycles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/places.h"

bool profile_begin_cycles(struct profile *p, bool clock)
{
	p->cycles.counted = !p->query->filter || !filter_asks_record(p->query->filter);
	p->cycles.clock = clock;
	return p->cycles.counted;
}

/* The fields of a record that a sample of cycles proves. */
static struct spe_record as_record(const struct profile *p, const struct profile_cycles *c)
{
	struct spe_record rec = { .has = 0 };
	bool asks_el = p->query->filter && filter_fields(p->query->filter) & 1ull << FIELD_EL;

	if (c->ip && (c->el >= 0 || !asks_el)) {
		rec.has |= SPE_HAS_PC;
		rec.pc = c->ip;
		rec.pc_el = c->el >= 0 ? (uint8_t)c->el : 0;
	}
	if (c->time && p->ctx.clock) {
		rec.has |= SPE_HAS_TICKS;
		rec.ticks = input_clock_ticks(p->ctx.clock, c->time);
	}
	return rec;
}

/* The number of the cell, which is created if SPE did not meet the key, up to the limit. */
static int number_of(struct profile *p, const uint64_t *key, uint32_t *out)
{
	uint64_t rest[CELL_PARTS];

	if (cells_find(p->cells, key, out))
		return 0;
	if (p->level || (p->max_cells && cells_nr(p->cells) >= p->max_cells)) {
		top_keys_rest(p, key, rest);
		key = rest;
	}
	return cells_number(p->cells, key, out);
}

static int make_room(struct profile *p, uint32_t number)
{
	size_t max = p->cycles.max ? p->cycles.max : 256;
	struct cycle_count *more;

	if (number < p->cycles.max)
		return 0;
	while (max <= number)
		max *= 2;
	more = reallocarray(p->cycles.of, max, sizeof(*more));
	if (!more)
		return -ENOMEM;
	memset(more + p->cycles.max, 0, (max - p->cycles.max) * sizeof(*more));
	p->cycles.of = more;
	p->cycles.max = max;
	return 0;
}

int profile_count_cycles(struct profile *p, uint32_t number, const struct cycle_count *c)
{
	int err = make_room(p, number);

	if (err)
		return err;
	p->cycles.of[number].samples += c->samples;
	p->cycles.of[number].periods += c->periods;
	return 0;
}

bool profile_passes_cycles(struct profile *p, const struct profile_cycles *c)
{
	struct spe_record rec = as_record(p, c);

	p->cpu = c->cpu;
	return !p->query->filter || profile_passes(p, &rec, c->owner);
}

int profile_add_cycles(struct profile *p, const struct profile_cycles *c)
{
	struct spe_record rec = as_record(p, c);
	uint64_t key[CELL_PARTS];
	uint32_t number;
	int err;

	if (!profile_passes_cycles(p, c))
		return 0;
	err = profile_key(p, &rec, c->owner, key);
	if (err)
		return err;
	/* the exception level may be known without an address, and vice versa */
	key[0] &= ~WHO_EL_MASK;
	if (p->want_el && c->el >= 0)
		key[0] |= WHO_EL_OF((uint64_t)c->el);
	err = number_of(p, key, &number) ?:
	      profile_count_cycles(p, number, &(struct cycle_count){ 1, c->period });
	return err ?: 1;
}
