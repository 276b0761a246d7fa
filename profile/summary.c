// SPDX-License-Identifier: GPL-2.0-only
#include "profile/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* false: it was never on the PMU */
static bool scale(const struct summary_counts *c, enum counter what, uint64_t *value, bool *scaled)
{
	const struct summary_count *first = &c->first[what], *last = &c->last[what];
	const struct summary_count *before = &c->before[what];
	uint64_t all = before->value + last->value - first->value;
	uint64_t enabled = before->enabled + last->enabled - first->enabled;
	uint64_t running = before->running + last->running - first->running;

	if (!running)
		return false;
	*scaled |= running < enabled;
	*value += running < enabled ?
		  (uint64_t)((double)all * (double)enabled / (double)running) : all;
	return true;
}

bool summary_counter(const struct summary *s, const struct summary_counts *cpu,
		     enum counter what, uint64_t *value, bool *scaled)
{
	bool known = false;

	*value = 0;
	*scaled = false;
	for (size_t i = 0; i < s->nr_counts; i++) {
		const struct summary_counts *c = &s->counts[i];

		if (c->known[what] && (!cpu || c == cpu))
			known |= scale(c, what, value, scaled);
	}
	return known;
}

uint64_t summary_operations(const struct summary *s, const struct summary_counts *cpu)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->nr_cpus; i++)
		if (!cpu || cpu->cpu < 0 || s->cpus[i].cpu == cpu->cpu)
			sum += s->cpus[i].stats.records * s->cpus[i].period;
	return sum;
}

void summary_clear(struct summary *s)
{
	free(s->cpus);
	free(s->models);
	free(s->vcpus);
	memset(s, 0, sizeof(*s));
}

int summary_vcpus(struct summary *s, const struct timeline *timeline)
{
	const struct timeline_vcpu *vcpus;

	s->nr_vcpus = timeline_vcpus(timeline, &vcpus);
	s->vcpus = calloc(s->nr_vcpus + 1, sizeof(*s->vcpus));
	return s->vcpus ? 0 : -ENOMEM;
}

struct summary_model *summary_model(struct summary *s, uint64_t midr)
{
	struct summary_model *m;

	for (size_t i = 0; i < s->nr_models; i++) {
		if (s->models[i].midr == midr)
			return &s->models[i];
	}
	m = array_add(s->models, s->nr_models);
	if (m)
		m->midr = midr;
	return m;
}

void tally_add(struct tally *to, const struct tally *from)
{
	to->samples += from->samples;
	to->cycles += from->cycles;
	to->squares += from->squares;
}

static int add_models(struct summary *to, const struct summary *from)
{
	for (size_t i = 0; i < from->nr_models; i++) {
		const struct summary_model *src = &from->models[i];
		struct summary_model *dst = summary_model(to, src->midr);

		if (!dst)
			return -ENOMEM;
		for (size_t w = 0; w < NR_WORLDS; w++) {
			for (size_t k = 0; k < SUMMARY_SOURCES; k++) {
				dst->samples[w][k] += src->samples[w][k];
				dst->total_sum[w][k] += src->total_sum[w][k];
			}
		}
		for (size_t k = 0; k < SUMMARY_SOURCES; k++)
			tally_add(&dst->behind[k], &src->behind[k]);
	}
	return 0;
}

int summary_add(struct summary *to, const struct summary *from)
{
	for (size_t w = 0; w < NR_WORLDS; w++) {
		to->operations[w] += from->operations[w];
		for (size_t i = 0; i < NR_BASES; i++)
			to->samples[w][i] += from->samples[w][i];
		for (size_t i = 0; i < 4; i++) {
			for (size_t k = 0; k < 256; k++)
				to->ops[w][i][k] += from->ops[w][i][k];
		}
	}
	for (size_t i = 0; i < NR_KINDS; i++)
		tally_add(&to->kinds[i], &from->kinds[i]);
	tally_add(&to->walks, &from->walks);
	for (size_t i = 0; i < to->nr_vcpus; i++) {
		to->vcpus[i].user += from->vcpus[i].user;
		to->vcpus[i].kernel += from->vcpus[i].kernel;
	}
	return add_models(to, from);
}

static void join_cycles(struct summary_cycles *to, const struct summary_cycles *from, bool first)
{
	to->clock = first || !to->recorded ? from->clock : to->clock;
	to->recorded |= from->recorded;
	to->not_asked |= from->not_asked;
	for (size_t w = 0; w < NR_WORLDS; w++) {
		to->periods[w] += from->periods[w];
		for (size_t b = 0; b < NR_BASES; b++)
			to->samples[w][b] += from->samples[w][b];
	}
	to->filtered += from->filtered;
	to->guest_label += from->guest_label;
	to->differ += from->differ;
	to->no_address += from->no_address;
}

int summary_join(struct summary *to, const struct summary *from)
{
	bool first = !to->nr_cpus;

	for (size_t i = 0; i < from->nr_cpus; i++) {
		struct summary_cpu *cpu = array_add(to->cpus, to->nr_cpus);

		if (!cpu)
			return -ENOMEM;
		*cpu = from->cpus[i];
	}
	to->count_size = first || to->count_size == from->count_size ? from->count_size : 0;
	join_cycles(&to->cycles, &from->cycles, first);
	return summary_add(to, from);
}

static int by_midr(const void *a, const void *b)
{
	const struct summary_model *x = a, *y = b;

	return array_order(x->midr, y->midr);
}

void summary_sort(struct summary *s)
{
	if (s->nr_models)
		qsort(s->models, s->nr_models, sizeof(*s->models), by_midr);
}
