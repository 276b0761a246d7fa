// SPDX-License-Identifier: GPL-2.0-only
/* Samples of cycles, and counters; their keys are only there if recorded. */
#include "report/json/writer.h"
#include "report/write.h"

static const struct {
	const char *name;
	enum counter what;
} counters[] = {
#define COUNTER(id, number, name, pmu_event, who, what) { name, COUNTER_##id },
#include "collector/counters.def"
#undef COUNTER
};
#define NR (sizeof(counters) / sizeof(counters[0]))

static void put_events(struct json *j, const struct input_info *info)
{
	json_open(j, "events", '[');
	for (size_t i = 0; i < info->nr_attrs; i++) {
		const struct input_attr *a = &info->attrs[i];

		if (!a->is_cycles && !a->is_clock)
			continue;
		json_open(j, NULL, '{');
		json_string(j, "name", a->name);
		json_string(j, "of", a->is_clock ? "clock" : "cycles");
		json_uint(j, "frequency", a->frequency);
		json_uint(j, "period", a->period);
		json_bool(j, "exclude_guest", a->exclude_guest);
		json_bool(j, "exclude_host", a->exclude_host);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_worlds(struct json *j, const struct summary_cycles *c)
{
	json_open(j, "worlds", '[');
	for (unsigned int w = 0; w < NR_WORLDS; w++) {
		uint64_t samples = 0;

		for (unsigned int b = 0; b < NR_BASES; b++)
			samples += c->samples[w][b];
		json_open(j, NULL, '{');
		json_string(j, "world", world_name(w));
		json_uint(j, "samples", samples);
		json_uint(j, c->clock ? "ns" : "cycles", c->periods[w]);
		json_open(j, "basis", '{');
		for (unsigned int b = 0; b < NR_BASES; b++)
			json_uint(j, basis_name(b), c->samples[w][b]);
		json_close(j, '}');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_samples(struct json *j, const struct report_data *d)
{
	const struct summary_cycles *c = &d->summary->cycles;

	json_open(j, "cycles", '{');
	put_events(j, d->info);
	json_string(j, "of", c->clock ? "clock" : "cycles");
	json_bool(j, "counted", !c->not_asked);
	json_uint(j, "filtered_out", c->filtered);
	json_uint(j, "labelled_guest", c->guest_label);
	json_uint(j, "label_differs", c->differ);
	json_uint(j, "without_address", c->no_address);
	put_worlds(j, c);
	json_close(j, '}');
}

static void put_cpu(struct json *j, const struct summary *s, const struct summary_counts *of)
{
	uint64_t value;
	bool scaled, any = false;

	json_open(j, NULL, '{');
	if (json_known(j, "cpu", of))
		json_int(j, "cpu", of->cpu);
	for (size_t i = 0; i < NR; i++) {
		if (!summary_counter(s, of, counters[i].what, &value, &scaled))
			continue;
		json_uint(j, counters[i].name, value);
		any |= scaled;
	}
	json_bool(j, "scaled", any);
	json_uint(j, "operations_of_samples", summary_operations(s, of));
	json_close(j, '}');
}

void json_counters(struct json *j, const struct report_data *d)
{
	const struct summary *s = d->summary;

	if (s->cycles.recorded)
		put_samples(j, d);
	if (!s->nr_counts)
		return;
	/* cpu null: the sum of all */
	json_open(j, "counters", '[');
	put_cpu(j, s, NULL);
	for (size_t i = 0; i < s->nr_counts; i++)
		put_cpu(j, s, &s->counts[i]);
	json_close(j, ']');
}
