// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/names.h"
#include "report/json/writer.h"
#include "report/types/types_impl.h"
#include "report/write.h"

/* The keys are a stable interface, and are only ever added to: spelunk-types(1). */

static void put_counts(struct json *j, const struct structs_counts *n)
{
	const struct metrics *m = &n->m;

	json_uint(j, "samples", m->samples);
	json_uint(j, "loads", m->loads);
	json_uint(j, "stores", m->stores);
	json_uint(j, "writes", n->writes);
	json_uint(j, "total_cycles", m->total.cycles);
	if (json_known(j, "total_mean", m->total.n))
		json_fixed(j, "total_mean", (double)m->total.sum / (double)m->total.n, 2);
	json_uint(j, "total_saturated", m->total.saturated);
	json_uint(j, "l1d_accesses", m->events[SPE_EV_L1D_ACCESS]);
	json_uint(j, "l1d_misses", m->events[SPE_EV_L1D_MISS]);
	json_uint(j, "llc_accesses", m->events[SPE_EV_LLC_ACCESS]);
	json_uint(j, "llc_misses", m->events[SPE_EV_LLC_MISS]);
	json_uint(j, "remote", m->events[SPE_EV_REMOTE_ACCESS]);
	json_uint(j, "threads", n->threads);
	json_uint(j, "writers", n->writers);
	json_open(j, "worlds", '[');
	for (enum world w = 0; w < NR_WORLDS; w++)
		if (n->worlds >> w & 1)
			json_string(j, NULL, world_name(w));
	json_close(j, ']');
}

static void put_size(struct json *j, const char *name, uint64_t size)
{
	if (json_known(j, name, size))
		json_uint(j, name, size);
}

static void put_type(struct json *j, const struct structs_type *t)
{
	json_open(j, NULL, '{');
	json_string(j, "type", t->name);
	put_size(j, "size", t->size);
	put_counts(j, &t->n);
	json_open(j, "lines", '[');
	for (size_t i = 0; i < t->nr_lines && t->has_fields; i++) {
		json_open(j, NULL, '{');
		json_uint(j, "line", t->line[i].number);
		put_counts(j, &t->line[i].n);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "fields", '[');
	for (size_t i = 0; i < t->nr_fields; i++) {
		json_open(j, NULL, '{');
		json_string(j, "field", t->field[i].name);
		json_uint(j, "offset", t->field[i].offset);
		put_size(j, "size", t->field[i].size);
		put_counts(j, &t->field[i].n);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

void types_json(FILE *out, const struct structs *s, const struct types_report *r,
		const struct report_options *opt)
{
	struct json j = { .out = out, .first = true };
	size_t shown = report_shown(opt, s->nr, 0);

	json_open(&j, NULL, '{');
	json_recording(&j, r->d);
	json_uint(&j, "samples", s->sum.samples);
	json_uint(&j, "samples_unknown", s->unknown.samples);
	json_uint(&j, "samples_not_in_rows", s->rest);
	json_open(&j, "types", '[');
	for (size_t i = 0; i < shown; i++)
		put_type(&j, &s->type[i]);
	json_close(&j, ']');
	json_strings(&j, "missing", r->d->missing, r->d->nr_missing);
	json_strings(&j, "notes", r->d->info->notes, r->d->info->nr_notes);
	json_close(&j, '}');
	fputc('\n', out);
}
