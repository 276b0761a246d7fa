// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cmd/doctor/print.h"
#include "cmd/doctor/probe/probe.h"
#include "decoder/names.h"
#include "report/json/writer.h"

#define VERDICT_WIDTH	7
#define NAME_WIDTH	8
#define LABEL_WIDTH	9
#define INDENT		(VERDICT_WIDTH + 2 + NAME_WIDTH + 2)

static const enum role roles[NR_PROBE_VERDICTS] = { ROLE_DIM, ROLE_GOOD, ROLE_BAD };

/* A fact about the machine; escaped, as firmware and kernel provide the text. */
__attribute__((format(printf, 3, 4)))
static void put_fact(FILE *out, const char *label, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(out, "%-*s", LABEL_WIDTH, label);
	doctor_put_wrapped(out, text, LABEL_WIDTH);
}

static void put_driver(FILE *out, const struct host_pmu *p, uint64_t period)
{
	char caps[256] = "";
	size_t at = 0;

	for (size_t i = 0; i < p->nr_caps && at < sizeof(caps); i++)
		at += (size_t)snprintf(caps + at, sizeof(caps) - at, ", %s %" PRIu64,
				       p->caps[i].name, p->caps[i].value);
	put_fact(out, "driver", "%s, period %" PRIu64 "%s", p->name, period, caps);
}

/* The facts that a bug report needs. */
static void put_machine(FILE *out, const struct probe_result *r)
{
	const struct host *h = r->host;
	uint64_t midr = 0;

	for (size_t i = 0; i < h->nr_cpus; i++)
		if ((int32_t)h->cpus[i].cpu == r->evidence.cpu)
			midr = h->cpus[i].midr;
	put_fact(out, "spelunk", "%s, doctor --probe", SPELUNK_VERSION);
	put_fact(out, "kernel", "%s %s", h->release, h->machine);
	put_fact(out, "CPU", "%d: %s, MIDR_EL1 0x%08" PRIx64, r->evidence.cpu,
		 spe_cpu_name(midr) ?: "unknown model", midr);
	put_fact(out, "KVM", "%s%s%s", kvm_mode_name(h->kvm), *h->kvm_why ? ", by " : "",
		 h->kvm_why);
	for (size_t i = 0; i < h->nr_spe; i++)
		put_driver(out, &h->spe[i], r->evidence.period);
	put_fact(out, "module", GUEST_MODULE " %s", h->guest_module == GUEST_MODULE_LOADED ?
		 h->guest_module_version : "is not loaded");
	fputc('\n', out);
}

void probe_print_text(const struct output *o, const struct probe_result *r)
{
	FILE *out = o->out;
	size_t nr[NR_PROBE_VERDICTS] = { 0 };

	put_machine(out, r);
	for (unsigned int q = 0; q < NR_QUESTIONS; q++) {
		const struct probe_answer *a = &r->answers[q];

		doctor_put_verdict(o, roles[a->verdict], probe_verdict_name(a->verdict));
		fprintf(out, "  %-*s  %s\n%*s", NAME_WIDTH, probe_question_name(q),
			probe_question_text(q), INDENT, "");
		doctor_put_wrapped(out, a->text, INDENT);
		nr[a->verdict]++;
	}
	fprintf(out, "\n%zu good, %zu bad, %zu unknown\n", nr[PROBE_GOOD], nr[PROBE_BAD],
		nr[PROBE_UNKNOWN]);
}

static void put_answers(struct json *j, const struct probe_result *r)
{
	json_open(j, "answers", '[');
	for (unsigned int q = 0; q < NR_QUESTIONS; q++) {
		json_open(j, NULL, '{');
		json_string(j, "question", probe_question_name(q));
		json_string(j, "verdict", probe_verdict_name(r->answers[q].verdict));
		json_string(j, "answer", r->answers[q].text);
		json_string(j, "asks", probe_question_text(q));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_run(struct json *j, enum probe_run which, const struct probe_records *r)
{
	json_open(j, NULL, '{');
	json_string(j, "run", probe_run_name(which));
	json_string(j, "refused", r->refused ? strerror(-r->refused) : NULL);
	json_uint(j, "exits", r->exits);
	json_uint(j, "due", r->due);
	json_uint(j, "loop_due", r->loop_due);
	json_uint(j, "records", r->records);
	json_uint(j, "host_records", r->host);
	json_uint(j, "loop_records", r->loop);
	json_uint(j, "guest_el1", r->kernel);
	json_uint(j, "guest_el0", r->user);
	json_uint(j, "elsewhere", r->elsewhere);
	json_uint(j, "early", r->early);
	json_uint(j, "late", r->late);
	json_uint(j, "back", r->back);
	json_uint(j, "untimed", r->untimed);
	json_uint(j, "regions", r->regions);
	json_uint(j, "truncated", r->truncated);
	json_uint(j, "partial", r->partial);
	json_uint(j, "collided", r->collided);
	json_uint(j, "lost_samples", r->lost_samples);
	json_uint(j, "skipped_bytes", r->skipped);
	json_close(j, '}');
}

static void put_registers(struct json *j, const struct probe_traps *t)
{
	json_open(j, "registers", '[');
	for (unsigned int i = 0; i < NR_PROBE_REGISTERS && t->done; i++) {
		json_open(j, NULL, '{');
		json_string(j, "register", probe_register_name(i));
		json_bool(j, "readable", t->readable >> i & 1);
		json_bool(j, "writable", t->writable >> i & 1);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_cost(struct json *j, const struct probe_cost *c)
{
	json_open(j, "cost", '{');
	json_uint(j, "calls", c->calls);
	json_open(j, "off_ns", '[');
	for (int i = 0; i < PROBE_COST_RUNS && c->done; i++)
		json_fixed(j, NULL, c->off[i], 1);
	json_close(j, ']');
	json_open(j, "on_ns", '[');
	for (int i = 0; i < PROBE_COST_RUNS && c->done; i++)
		json_fixed(j, NULL, c->on[i], 1);
	json_close(j, ']');
	json_close(j, '}');
}

void probe_print_json(FILE *out, const struct probe_result *r)
{
	struct json writer = { .out = out, .first = true }, *j = &writer;

	json_open(j, NULL, '{');
	json_string(j, "spelunk", SPELUNK_VERSION);
	json_string(j, "verdict", probe_verdict_name(r->all));
	put_answers(j, r);
	json_int(j, "cpu", r->evidence.cpu);
	json_uint(j, "period", r->evidence.period);
	json_open(j, "runs", '[');
	for (unsigned int i = 0; i < NR_PROBE_RUNS; i++)
		put_run(j, i, &r->evidence.run[i]);
	json_close(j, ']');
	json_uint(j, "memory_bytes", r->evidence.memory.bytes);
	json_uint(j, "memory_changed", r->evidence.memory.changed);
	put_registers(j, &r->evidence.traps);
	put_cost(j, &r->evidence.cost);
	doctor_put_host(j, r->host);
	json_close(j, '}');
	fputc('\n', out);
}
