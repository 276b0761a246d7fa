// SPDX-License-Identifier: GPL-2.0-only
/* Sums over one or more cells: the cold end of counting. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cells/cells_impl.h"

struct cells_sum {
	bool brief;		/* as for the cells: BUCKETS_BRIEF */
	uint64_t operations;
	uint64_t sum[NR_CELL_LATENCIES];
	uint64_t cycles[NR_CELL_LATENCIES];	/* x period */
	struct latency_part part[NR_PARTS];
	uint16_t max[NR_CELL_LATENCIES];
	uint64_t counter[NR_COUNTERS];
};

struct cells_sum *cells_sum_new(void)
{
	return calloc(1, sizeof(struct cells_sum));
}

void cells_sum_free(struct cells_sum *s)
{
	free(s);
}

/* The counters of brief cells are the first ones. */
static unsigned int nr_counters(const struct cells_sum *s)
{
	return NR_FLAGS + (s->brief ? BUCKETS_BRIEF : BUCKETS_ALL);
}

void cells_sum_clear(struct cells_sum *s)
{
	memset(s, 0, offsetof(struct cells_sum, counter) + nr_counters(s) * sizeof(s->counter[0]));
}

static void add_latency(struct cells_sum *s, enum cell_latency which, uint16_t v, uint64_t period)
{
	s->sum[which] += v;
	s->cycles[which] += v * period;
	if (v > s->max[which])
		s->max[which] = v;
	if (which == CELL_TOTAL || !s->brief)
		s->counter[NR_FLAGS + place_of(which, v)]++;
	else if (v == 0xfff || v == 0xffff)
		s->counter[NR_FLAGS + place_of_saturated(which, v == 0xffff)]++;
}

static void add_parts(struct cells_sum *s, const struct cell_entry *e, uint64_t period)
{
	unsigned int bits = part_bits(e->flags, e->has);

	if (PART_IS_LOAD(bits))
		part_add(&s->part[PART_LOAD], 1, e->latency[CELL_TOTAL], period);
	if (PART_IS_HIT(bits))
		part_add(&s->part[PART_HIT], 1, e->latency[CELL_TOTAL], period);
	if (PART_IS_WALK(bits))
		part_add(&s->part[PART_WALK], 0, e->latency[CELL_XLAT], period);
}

static void add_entry(struct cells_sum *s, const struct cell_entry *e, uint64_t period)
{
	s->operations += period;
	s->counter[FLAG_SAMPLES]++;
	for (uint32_t flags = e->flags; flags; flags &= flags - 1)
		s->counter[__builtin_ctz(flags)]++;
	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		s->counter[FLAG_WITH_LATENCY + i] += e->has >> i & 1;
		add_latency(s, i, e->latency[i], period);
	}
	if (!s->brief)
		add_parts(s, e, period);
}

static void add_counts(struct cells_sum *s, const struct cells *c, const struct counts *n)
{
	s->operations += n->flag[FLAG_SAMPLES] * c->period;
	for (unsigned int i = 0; i < NR_FLAGS; i++)
		s->counter[i] += n->flag[i];
	for (unsigned int i = 0; i < c->nr_buckets; i++)
		s->counter[NR_FLAGS + i] += n->bucket[i];
	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		s->sum[i] += n->sum[i];
		s->cycles[i] += n->sum[i] * c->period;
		if (n->max[i] > s->max[i])
			s->max[i] = n->max[i];
	}
	if (!c->brief)
		parts_add_pending(s->part, parts_of(n), c->period);
}

static void add_sums(struct cells_sum *s, const struct cells *c, const struct sums *n)
{
	s->operations += n->operations;
	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		s->sum[i] += n->sum[i];
		s->cycles[i] += n->cycles[i];
	}
	parts_add(s->part, n->part);
	for (unsigned int i = 0; i < NR_FLAGS + c->nr_buckets; i++)
		s->counter[i] += n->narrow[i];
	for (unsigned int i = 0; n->wide && i < NR_FLAGS + c->nr_buckets; i++)
		s->counter[i] += n->wide[i];
}

void cells_sum_add(struct cells_sum *s, const struct cells *c, size_t i)
{
	struct cell *cell = cell_at(c, i);
	const struct counts *n = cell->counts ? counts_at(c, cell->counts) : NULL;
	const struct sums *more = n ? sums_at(c, n) : NULL;

	s->brief = c->brief;
	for (unsigned int k = 0; k < cell->nr; k++)
		add_entry(s, entry_at(c, cell, k), c->period);
	if (n)
		add_counts(s, c, n);
	if (more)
		add_sums(s, c, more);
}

void cells_sum_add_sum(struct cells_sum *s, const struct cells_sum *from)
{
	s->brief = from->brief;
	s->operations += from->operations;
	for (unsigned int i = 0; i < NR_CELL_LATENCIES; i++) {
		s->sum[i] += from->sum[i];
		s->cycles[i] += from->cycles[i];
		if (from->max[i] > s->max[i])
			s->max[i] = from->max[i];
	}
	parts_add(s->part, from->part);
	for (unsigned int i = 0; i < nr_counters(from); i++)
		s->counter[i] += from->counter[i];
}

/* The middle of a bucket's range, in cycles. */
static uint32_t bucket_value(unsigned int b)
{
	unsigned int top;
	uint32_t low;

	if (b < 16)
		return b;
	if (b >= CELL_SAT12)
		return b == CELL_SAT12 ? 0xfff : 0xffff;
	top = (b - 16) / 8 + 4;
	low = (8 + (b - 16) % 8) << (top - 3);
	return low + ((1u << (top - 3)) - 1) / 2;
}

/* Buckets in order of value: 0xfff is the last of its octave. */
static unsigned int bucket_order(unsigned int i)
{
	const unsigned int last12 = 16 + 7 * 8 + 7;

	if (i <= last12)
		return i;
	if (i == last12 + 1)
		return CELL_SAT12;
	return i < CELL_SAT12 + 1 ? i - 1 : CELL_SAT16;
}

static uint64_t bucket_count(const struct cells_sum *s, enum cell_latency which, unsigned int b)
{
	return s->counter[NR_FLAGS + place_of_bucket(which, b)];
}

/* rank: in order of value; samples without the latency come first. */
static uint32_t quantile(const struct cells_sum *s, enum cell_latency which, uint64_t rank)
{
	uint64_t seen = 0;
	unsigned int i, b;

	/* the largest value is known exactly, not just by bucket; of few samples it is p99 */
	if (rank + 1 == s->counter[FLAG_SAMPLES])
		return s->max[which];
	for (i = 0; i <= CELL_SAT16; i++) {
		b = bucket_order(i);
		seen += bucket_count(s, which, b);
		if (seen > rank)
			return bucket_value(b) < s->max[which] ? bucket_value(b) : s->max[which];
	}
	return s->max[which];
}

static uint64_t saturated(const struct cells_sum *s, enum cell_latency which, bool at16)
{
	if (which == CELL_TOTAL || !s->brief)
		return bucket_count(s, which, at16 ? CELL_SAT16 : CELL_SAT12);
	return s->counter[NR_FLAGS + place_of_saturated(which, at16)];
}

static void fill_latency(const struct cells_sum *s, enum cell_latency which,
			 unsigned int count_size, struct latency *l)
{
	uint64_t without;

	l->n = s->counter[FLAG_WITH_LATENCY + which];
	without = s->counter[FLAG_SAMPLES] - l->n;
	l->sum = s->sum[which];
	l->cycles = s->cycles[which];
	l->max = s->max[which];
	if (!l->n)
		return;
	if (count_size != 16)
		l->saturated += saturated(s, which, false);
	if (count_size != 12)
		l->saturated += saturated(s, which, true);
	if (which != CELL_TOTAL && s->brief)
		return;
	l->p50 = quantile(s, which, without + (l->n - 1) / 2);
	l->p99 = quantile(s, which, without + (l->n * 99 + 99) / 100 - 1);
}

void cells_sum_metrics(const struct cells_sum *s, unsigned int count_size, struct metrics *out)
{
	memset(out, 0, sizeof(*out));
	out->samples = s->counter[FLAG_SAMPLES];
	out->operations = s->operations;
	fill_latency(s, CELL_TOTAL, count_size, &out->total);
	fill_latency(s, CELL_ISSUE, count_size, &out->issue);
	fill_latency(s, CELL_XLAT, count_size, &out->xlat);
	out->load = s->part[PART_LOAD];
	out->load_hit = s->part[PART_HIT];
	out->walk_cycles = s->part[PART_WALK].cycles;
	out->loads = s->counter[CELL_LOAD];
	out->stores = s->counter[CELL_STORE];
	out->branches = s->counter[CELL_BRANCH];
	out->others = s->counter[CELL_OTHER];
	out->no_op = s->counter[CELL_NO_OP];
	out->with_events = s->counter[CELL_WITH_EVENTS];
	for (unsigned int i = 0; i < METRIC_EVENTS; i++)
		out->events[i] = s->counter[i];
}
