// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "decoder/names.h"
#include "report/findings/findings.h"
#include "report/json/writer.h"
#include "report/losses.h"
#include "report/write.h"

/* The keys are a stable interface, and are only ever added to: spelunk-report(1). */

#define CPUS_MAX	4096	/* limits nr_cpus, which is untrusted */

static void put_file(struct json *j, const struct input_info *info)
{
	json_open(j, "file", '{');
	json_string(j, "path", info->path);
	json_string(j, "format", info->format);
	json_uint(j, "bytes", info->file_size);
	json_string(j, "perf_version", info->perf_version);
	json_string(j, "command", info->cmdline);
	json_close(j, '}');
}

static void put_cpu(struct json *j, int cpu, uint64_t midr)
{
	json_open(j, NULL, '{');
	json_int(j, "cpu", cpu);
	if (json_known(j, "midr", midr))
		json_hex(j, "midr", midr);
	json_string(j, "model", midr ? spe_cpu_name(midr) : NULL);
	json_string(j, "implementer", midr ? spe_implementer_name(midr) : NULL);
	json_close(j, '}');
}

static void put_machine(struct json *j, const struct report_data *d, bool brief)
{
	const struct input_info *info = d->info;

	json_open(j, "machine", '{');
	json_string(j, "hostname", info->hostname);
	json_string(j, "arch", info->arch);
	json_string(j, "kernel", info->os_release);
	json_string(j, "cpu_description", info->cpu_desc);
	json_uint(j, "nr_cpus", info->nr_cpus);
	json_uint(j, "memory_kib", info->total_mem);
	if (brief) {
		json_close(j, '}');
		return;
	}
	json_open(j, "cpus", '[');
	for (uint32_t cpu = 0; d->input && cpu < info->nr_cpus && cpu < CPUS_MAX; cpu++)
		put_cpu(j, (int)cpu, input_midr(d->input, (int)cpu));
	json_close(j, ']');
	json_close(j, '}');
}

static void put_event(struct json *j, const struct input_info *info,
		      const struct input_attr *a)
{
	const struct input_pmu *pmu = report_pmu(info, a);

	json_open(j, NULL, '{');
	json_string(j, "name", a->name);
	json_string(j, "pmu", pmu ? pmu->name : NULL);
	json_uint(j, "period", pmu && pmu->period ? pmu->period : a->period);
	json_hex(j, "config", a->config);
	json_hex(j, "config1", a->config1);
	json_hex(j, "config2", a->config2);
	json_hex(j, "config3", a->config3);
	json_bool(j, "exclude_user", a->exclude_user);
	json_bool(j, "exclude_kernel", a->exclude_kernel);
	json_bool(j, "exclude_hv", a->exclude_hv);
	json_bool(j, "exclude_guest", a->exclude_guest);
	json_bool(j, "exclude_host", a->exclude_host);
	json_close(j, '}');
}

/* ns on the perf clock of a CPU's first and last record; null without time. */
static void put_ticks(struct json *j, const struct report_data *d, const char *name,
		      uint64_t ticks)
{
	if (json_known(j, name, d->clock && ticks))
		json_uint(j, name, input_clock_ns(d->clock, ticks));
}

static void put_recording(struct json *j, const struct report_data *d)
{
	const struct input_info *info = d->info;
	const struct summary *s = d->summary;
	struct report_total t = report_total(s);

	json_open(j, "recording", '{');
	json_open(j, "events", '[');
	for (size_t i = 0; i < info->nr_attrs; i++)
		if (info->attrs[i].is_spe)
			put_event(j, info, &info->attrs[i]);
	json_close(j, ']');
	json_uint(j, "records", t.records);
	json_uint(j, "filtered_out", t.filtered);
	json_uint(j, "aux_bytes", t.bytes);
	json_uint(j, "streams", s->nr_cpus);
	put_ticks(j, d, "first_sample_ns", t.last ? t.first : 0);
	put_ticks(j, d, "last_sample_ns", t.last);
	json_uint(j, "first_event_ns", info->first_time);
	json_uint(j, "last_event_ns", info->last_time);
	json_uint(j, "latency_counter_bits", s->count_size);
	json_string(j, "filter", d->filter);
	json_close(j, '}');
}

static void put_loss(struct json *j, const struct loss *l)
{
	json_uint(j, "records", l->records);
	json_uint(j, "aux_bytes", l->aux_bytes);
	json_uint(j, "truncated_regions", l->truncated);
	json_uint(j, "partial_regions", l->partial);
	json_uint(j, "collided_regions", l->collided);
	json_uint(j, "missing_bytes", l->missing_bytes);
	json_uint(j, "lost_events", l->events);
	json_uint(j, "lost_samples", l->samples);
	json_uint(j, "throttled", l->throttled);
	json_uint(j, "torn_records", l->torn);
	json_uint(j, "skipped_bytes", l->skipped);
	json_uint(j, "unknown_packets", l->unknown);
	json_uint(j, "backward_records", l->backwards);
}

void json_losses(struct json *j, const char *name, const struct loss *l)
{
	json_open(j, name, '{');
	put_loss(j, l);
	json_close(j, '}');
}

static void put_losses(struct json *j, const struct report_data *d)
{
	struct loss all, *losses;
	size_t nr;

	losses = losses_collect(d, &nr, &all);
	json_open(j, "losses", '[');
	for (size_t i = 0; losses && i < nr; i++) {
		json_open(j, NULL, '{');
		json_int(j, "cpu", losses[i].cpu);
		put_loss(j, &losses[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	free(losses);
}

static void put_all_losses(struct json *j, const struct report_data *d)
{
	struct loss all;
	size_t nr;

	free(losses_collect(d, &nr, &all));
	json_losses(j, "losses_all", &all);
}

static void put_latency(struct json *j, const char *name, const struct latency *l)
{
	json_open(j, name, '{');
	json_uint(j, "samples", l->n);
	if (l->n) {
		json_fixed(j, "mean", (double)l->sum / (double)l->n, 2);
		json_uint(j, "p50", l->p50);
		json_uint(j, "p99", l->p99);
		json_uint(j, "max", l->max);
	}
	json_uint(j, "saturated", l->saturated);
	json_close(j, '}');
}

void json_worlds(struct json *j, const struct summary *s, const struct rows *worlds)
{
	json_open(j, "worlds", '[');
	for (unsigned int w = 0; w < NR_WORLDS; w++) {
		const struct metrics *m = rows_of_world(worlds, w);

		json_open(j, NULL, '{');
		json_string(j, "world", world_name(w));
		json_uint(j, "samples", world_samples(s, w));
		json_uint(j, "operations", s->operations[w]);
		json_open(j, "basis", '{');
		for (unsigned int b = 0; b < NR_BASES; b++)
			json_uint(j, basis_name(b), s->samples[w][b]);
		json_close(j, '}');
		if (m) {
			put_latency(j, "total", &m->total);
			put_latency(j, "issue", &m->issue);
			put_latency(j, "xlat", &m->xlat);
		}
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_vcpu(struct json *j, const struct timeline_vcpu *v,
		     const struct summary_vcpu *samples)
{
	json_open(j, NULL, '{');
	json_id(j, "vcpu", v->vcpu);
	json_int(j, "tid", v->tid);
	json_string(j, "comm", v->comm);
	json_uint(j, "entries", v->entries);
	json_uint(j, "exits", v->exits);
	json_uint(j, "guest_ns", v->guest_time);
	json_uint(j, "guest_user_samples", samples->user);
	json_uint(j, "guest_kernel_samples", samples->kernel);
	json_close(j, '}');
}

void json_guest_recordings(struct json *j, const struct report_data *d, int32_t vm)
{
	json_open(j, "recordings", '[');
	for (size_t i = 0; i < d->nr_guests; i++) {
		const struct clock_result *g = &d->guests[i];
		bool known = g->clock.state == CLOCK_KNOWN || g->clock.state == CLOCK_GIVEN;

		if (g->vm != vm)
			continue;
		json_open(j, NULL, '{');
		json_string(j, "path", g->path);
		json_string(j, "clock", report_clock_name(g->clock.state));
		if (json_known(j, "clock_offset_ticks", known))
			json_int(j, "clock_offset_ticks", g->clock.offset);
		if (json_known(j, "clock_within_ticks", known))
			json_uint(j, "clock_within_ticks", g->clock.within);
		if (json_known(j, "clock_within_ns", known))
			json_fixed(j, "clock_within_ns", (double)g->clock.within * g->ns_per_tick, 0);
		json_uint(j, "clock_samples", g->loads);
		json_uint(j, "clock_exits", g->exits);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void json_guest_symbols(struct json *j, const struct report_data *d, int32_t vm)
{
	json_open(j, "symbols", '[');
	for (size_t i = 0; i < d->nr_slides; i++) {
		const struct guest_slide *s = &d->slides[i];

		if (s->vm != vm)
			continue;
		json_open(j, NULL, '{');
		json_string(j, "path", s->path);
		json_string(j, "slide_from", report_slide_name(s->slide.state));
		if (json_known(j, "slide", s->slide.state != SLIDE_UNKNOWN &&
			       s->slide.state != SLIDE_REFUTED))
			json_hex(j, "slide", s->slide.by);
		json_uint(j, "slide_seen", s->slide.seen);
		json_uint(j, "slide_fit", s->slide.fit);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_vms(struct json *j, const struct report_data *d)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vms(d->timeline, &vms),
	       all = timeline_vcpus(d->timeline, &vcpus);

	json_open(j, "vms", '[');
	for (size_t i = 0; i < nr; i++) {
		json_open(j, NULL, '{');
		json_uint(j, "vm", i);
		json_int(j, "pid", vms[i].pid);
		json_string(j, "name", vms[i].name);
		json_uint(j, "entries", vms[i].entries);
		json_uint(j, "exits", vms[i].exits);
		json_guest_recordings(j, d, (int32_t)i);
		json_guest_symbols(j, d, (int32_t)i);
		json_open(j, "vcpus", '[');
		for (uint32_t k = 0; k < vms[i].nr_vcpus; k++) {
			size_t v = (size_t)vms[i].first_vcpu + k;

			if (v < all && v < d->summary->nr_vcpus)
				put_vcpu(j, &vcpus[v], &d->summary->vcpus[v]);
		}
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "vcpus_of_unknown_vm", '[');
	for (size_t v = 0; v < all && v < d->summary->nr_vcpus; v++) {
		if (vcpus[v].vm < 0)
			put_vcpu(j, &vcpus[v], &d->summary->vcpus[v]);
	}
	json_close(j, ']');
}

static void put_key(struct json *j, const struct value *v)
{
	if (!json_known(j, NULL, v->known))
		return;
	if (v->is_num && (v->text[0] != '0' || !v->text[1]))
		json_uint(j, NULL, v->num);
	else
		json_string(j, NULL, v->text);	/* words, names and 0x addresses */
}

void json_metric(struct json *j, enum column c, const struct metrics *m,
		 const struct metrics *sum)
{
	double v;

	if (json_known(j, NULL, column_value(c, m, sum, &v)))
		json_fixed(j, NULL, v, column_is_integer(c) ? 0 : 2);
}

void json_columns(struct json *j, const struct report_options *opt)
{
	json_open(j, "columns", '[');
	for (size_t i = 0; i < columns_nr(opt); i++) {
		json_open(j, NULL, '{');
		json_string(j, "name", column_name(columns_at(opt, i)));
		json_string(j, "unit", column_unit(columns_at(opt, i)));
		json_close(j, '}');
	}
	json_close(j, ']');
}

void json_rows(struct json *j, const char *name, const struct rows *r,
	       const struct report_options *opt)
{
	json_open(j, name, '{');
	json_open(j, "keys", '[');
	for (size_t k = 0; k < r->nr_keys; k++)
		json_string(j, NULL, field_name(r->keys[k]));
	json_close(j, ']');
	json_columns(j, opt);
	json_uint(j, "samples", r->sum.samples);
	json_uint(j, "nr_rows", r->nr);
	json_uint(j, "samples_not_in_rows", r->rest);
	json_string(j, "sorted_by", column_name(r->order));
	json_open(j, "rows", '[');
	for (size_t n = 0; n < report_shown(opt, r->nr, 0); n++) {
		json_open(j, NULL, '[');
		for (size_t k = 0; k < r->nr_keys; k++)
			put_key(j, &r->row[n].keys[k]);
		for (size_t i = 0; i < columns_nr(opt); i++)
			json_metric(j, columns_at(opt, i), &r->row[n].m, &r->sum);
		json_close(j, ']');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void put_symbols(struct json *j, const struct report_data *d,
			const struct report_options *opt)
{
	json_open(j, "symbols", '{');
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		if (d->symbols[w])
			json_rows(j, world_name(w), d->symbols[w], opt);
	json_close(j, '}');
}

static void put_sources(struct json *j, const struct summary *s)
{
	json_open(j, "sources", '[');
	for (size_t i = 0; i < s->nr_models; i++)
		for (unsigned int w = 0; w < NR_WORLDS; w++)
			for (unsigned int c = 0; c < SUMMARY_SOURCES; c++) {
				const struct summary_model *m = &s->models[i];

				if (!m->samples[w][c])
					continue;
				json_open(j, NULL, '{');
				json_hex(j, "midr", m->midr);
				json_string(j, "world", world_name(w));
				json_uint(j, "code", c);
				json_string(j, "name",
					    spe_source_name(m->midr, (uint16_t)c));
				json_uint(j, "samples", m->samples[w][c]);
				json_uint(j, "total_cycles", m->total_sum[w][c]);
				json_close(j, '}');
			}
	json_close(j, ']');
}

static void put_ops(struct json *j, const struct summary *s)
{
	json_open(j, "operations", '[');
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int class = 0; class < 4; class++)
			for (unsigned int op = 0; op < 256; op++) {
				struct spe_record rec = {
					.has = SPE_HAS_OP, .op_class = (uint8_t)class,
					.op = (uint8_t)op,
				};

				if (!s->ops[w][class][op])
					continue;
				json_open(j, NULL, '{');
				json_string(j, "world", world_name(w));
				json_string(j, "class", spe_kind_name(spe_kind(&rec)));
				json_string(j, "op", spe_op_name(spe_op((uint8_t)class,
									(uint8_t)op)));
				json_uint(j, "payload", op);
				json_uint(j, "samples", s->ops[w][class][op]);
				json_close(j, '}');
			}
	json_close(j, ']');
}

void json_strings(struct json *j, const char *name, const char *const *text, size_t nr)
{
	json_open(j, name, '[');
	for (size_t i = 0; i < nr; i++)
		json_string(j, NULL, text[i]);
	json_close(j, ']');
}

void json_recording(struct json *j, const struct report_data *d)
{
	json_string(j, "spelunk", SPELUNK_VERSION);
	put_file(j, d->info);
	put_machine(j, d, false);
	put_recording(j, d);
	json_counters(j, d);
	json_string(j, "host_mode", host_mode_name(timeline_mode(d->timeline)));
	json_string(j, "host_mode_from", d->mode_given ? "option" :
		    d->info->kernel_el ? "recording" : "records");
	json_string(j, "guests_by", d->info->guests_by);
	json_uint(j, "host_mode_contradictions", timeline_mode_against(d->timeline));
	put_losses(j, d);
}

void json_recording_brief(struct json *j, const struct report_data *d)
{
	json_string(j, "spelunk", SPELUNK_VERSION);
	put_file(j, d->info);
	put_machine(j, d, true);
	put_recording(j, d);
	put_all_losses(j, d);
}

void json_write(FILE *out, const struct report_data *d, const struct report_options *opt)
{
	struct json j = { .out = out, .first = true };

	json_open(&j, NULL, '{');
	if (opt->summary) {
		json_recording_brief(&j, d);
		findings_json(&j, d);
		goto end;
	}
	json_recording(&j, d);
	findings_json(&j, d);
	json_worlds(&j, d->summary, d->worlds);
	put_vms(&j, d);
	if (json_known(&j, "rows", d->rows))
		json_rows(&j, "rows", d->rows, opt);
	if (d->worlds)
		put_symbols(&j, d, opt);
	put_sources(&j, d->summary);
	put_ops(&j, d->summary);
	json_strings(&j, "missing", d->missing, d->nr_missing);
	json_strings(&j, "notes", d->info->notes, d->info->nr_notes);
end:
	json_close(&j, '}');
	fputc('\n', out);
}
