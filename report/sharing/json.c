// SPDX-License-Identifier: GPL-2.0-only
#include "report/json/writer.h"
#include "report/sharing/sharing_impl.h"

/* The keys are a stable interface, and are only ever added to: spelunk-sharing(1). */

static void put_worlds(struct json *j, uint8_t worlds)
{
	json_open(j, "worlds", '[');
	for (enum world w = 0; w < NR_WORLDS; w++)
		if (worlds >> w & 1)
			json_string(j, NULL, world_name(w));
	json_close(j, ']');
}

static void put_counts(struct json *j, const struct sharing_counts *n)
{
	char words[SHARING_WORDS + 1];

	json_uint(j, "samples", n->samples);
	json_uint(j, "loads", n->loads);
	json_uint(j, "stores", n->stores);
	json_uint(j, "atomics", n->updates);
	json_uint(j, "timed_reads", n->reads.n);
	json_uint(j, "read_cycles", n->reads.sum);
	if (json_known(j, "read_mean", n->reads.n))
		json_fixed(j, "read_mean", (double)n->reads.sum / (double)n->reads.n, 2);
	json_uint(j, "read_saturated", n->reads.saturated);
	json_uint(j, "l1d_accesses", n->l1d_accesses);
	json_uint(j, "l1d_misses", n->l1d_misses);
	json_uint(j, "remote", n->remote);
	json_uint(j, "modified", n->modified);
	json_uint(j, "snooped", n->snooped);
	json_string(j, "words", sharing_words(words, n));
	put_worlds(j, n->worlds);
}

static void put_accessor(struct json *j, const struct sharing_accessor *a)
{
	json_open(j, NULL, '{');
	json_id(j, "vm", a->vm);
	json_id(j, "vcpu", a->vcpu);
	json_id(j, "pid", a->pid);
	json_id(j, "tid", a->tid);
	json_id(j, "cpu", a->cpu);
	json_string(j, "comm", *a->comm ? a->comm : NULL);
	put_counts(j, &a->n);
	json_close(j, '}');
}

static void put_line(struct json *j, const struct sharing_line *l)
{
	json_open(j, NULL, '{');
	json_hex(j, "line", l->address);
	json_string(j, "memory", sharing_memory_name(l->memory));
	json_id(j, "memory_pid", l->memory == SHARING_PROCESS ? l->owner : -1);
	json_id(j, "memory_vm", l->memory == SHARING_GUEST ? l->owner : -1);
	json_string(j, "verdict", sharing_verdict_name(l->verdict));
	json_bool(j, "crosses", sharing_crosses(l));
	json_uint(j, "threads", l->threads);
	json_uint(j, "readers", l->readers);
	json_uint(j, "writers", l->writers);
	json_uint(j, "vms", l->vms);
	json_uint(j, "cpus", l->cpus);
	put_counts(j, &l->n);
	json_open(j, "fields", '[');
	for (unsigned int i = 0; i < SHARING_WORDS; i++) {
		if (!l->field[i])
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "word", 8 * i);
		json_string(j, "field", l->field[i]);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_open(j, "accessors", '[');
	for (size_t i = 0; i < l->nr_accessors; i++)
		put_accessor(j, &l->accessors[i]);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_verdicts(struct json *j, const struct sharing *s)
{
	json_open(j, "verdicts", '[');
	for (enum sharing_verdict v = 0; v < NR_SHARING_VERDICTS; v++) {
		json_open(j, NULL, '{');
		json_string(j, "verdict", sharing_verdict_name(v));
		json_uint(j, "lines", s->of_verdict[v]);
		json_uint(j, "samples", s->samples_of_verdict[v]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void sharing_json(FILE *out, const struct sharing *s, const struct sharing_report *r,
		  const struct report_options *opt)
{
	struct json j = { .out = out, .first = true };
	size_t shown = report_shown(opt, s->nr, 0);

	json_open(&j, NULL, '{');
	json_recording(&j, r->d);
	json_string(&j, "addresses", s->physical ? "physical" : "virtual");
	json_uint(&j, "samples", s->n.samples);
	json_uint(&j, "samples_without_line", s->no_line);
	json_uint(&j, "samples_not_in_rows", s->rest);
	put_verdicts(&j, s);
	json_open(&j, "lines", '[');
	for (size_t i = 0; i < shown; i++)
		put_line(&j, &s->lines[i]);
	json_close(&j, ']');
	json_strings(&j, "missing", r->d->missing, r->d->nr_missing);
	json_strings(&j, "notes", r->d->info->notes, r->d->info->nr_notes);
	json_close(&j, '}');
	fputc('\n', out);
}
