// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/doctor/print.h"

#include <string.h>

#include "cmd/options/help.h"
#include "decoder/names.h"
#include "report/report.h"

#define WIDTH		100
#define VERDICT_WIDTH	7
#define NAME_WIDTH	12
#define INDENT		(VERDICT_WIDTH + 2 + NAME_WIDTH + 2)
#define LABEL_WIDTH	8

/* Its texts in text and JSON, and its colour. */
static const struct {
	const char *name, *json;
	enum role role;
} verdicts[NR_VERDICTS] = {
	[VERDICT_NONE]	  = { "", "unknown", ROLE_TEXT },
	[VERDICT_OK]	  = { "OK", "ok", ROLE_GOOD },
	[VERDICT_WARNING] = { "WARNING", "warning", ROLE_WARM },
	[VERDICT_PROBLEM] = { "PROBLEM", "problem", ROLE_BAD },
	[VERDICT_UNKNOWN] = { "unknown", "unknown", ROLE_DIM },
};

const char *verdict_name(enum verdict v)
{
	return verdicts[v].name;
}

void doctor_put_wrapped(FILE *out, const char *text, int indent)
{
	char shown[2048];

	report_escape(shown, sizeof(shown), text);
	help_wrap(out, indent, indent, WIDTH, shown);
}

void doctor_put_verdict(const struct output *o, enum role role, const char *name)
{
	const char *on = o->palette.on[role];

	fprintf(o->out, "%s%-*s%s", on, VERDICT_WIDTH, name, *on ? PALETTE_OFF : "");
}

static void put_label(FILE *out, const char *label, const char *text)
{
	if (!*text)
		return;
	fprintf(out, "%*s%-*s", INDENT, "", LABEL_WIDTH, label);
	doctor_put_wrapped(out, text, INDENT + LABEL_WIDTH);
}

static void put_sum(FILE *out, const struct finding findings[NR_CHECKS], enum verdict all)
{
	const char *between = ": see ";

	fprintf(out, "\n%s", all == VERDICT_PROBLEM ? "SPE cannot be used here" :
		all == VERDICT_OK ? "SPE can be used here" :
		"SPE can be used here, with limitations");
	for (unsigned int c = 0; c < NR_CHECKS; c++) {
		enum verdict v = findings[c].verdict;

		if (all == VERDICT_OK || v == VERDICT_OK || v == VERDICT_NONE ||
		    (all == VERDICT_PROBLEM && v != VERDICT_PROBLEM))
			continue;
		fprintf(out, "%s%s", between, check_name(c));
		between = ", ";
	}
	fputs(".\n", out);
}

void doctor_print_text(const struct output *o, const struct finding findings[NR_CHECKS],
		       enum verdict all)
{
	FILE *out = o->out;

	for (unsigned int c = 0; c < NR_CHECKS; c++) {
		const struct finding *f = &findings[c];

		if (f->verdict == VERDICT_NONE)
			continue;
		doctor_put_verdict(o, verdicts[f->verdict].role, verdict_name(f->verdict));
		fprintf(out, "  %-*s  ", NAME_WIDTH, check_name(c));
		doctor_put_wrapped(out, f->found, INDENT);
		put_label(out, "reason", f->reason);
		put_label(out, "fix", f->fix);
	}
	put_sum(out, findings, all);
}

/* Text, or null. */
static void put_text(struct json *j, const char *name, const char *text)
{
	json_string(j, name, *text ? text : NULL);
}

/* A number; 0: unknown. */
static void put_number(struct json *j, const char *name, uint64_t n)
{
	if (n)
		json_uint(j, name, n);
	else
		json_null(j, name);
}

static void put_checks(struct json *j, const struct finding findings[NR_CHECKS])
{
	json_open(j, "checks", '[');
	for (unsigned int c = 0; c < NR_CHECKS; c++) {
		const struct finding *f = &findings[c];

		if (f->verdict == VERDICT_NONE)
			continue;
		json_open(j, NULL, '{');
		json_string(j, "check", check_name(c));
		json_string(j, "verdict", verdicts[f->verdict].json);
		put_text(j, "found", f->found);
		put_text(j, "reason", f->reason);
		put_text(j, "fix", f->fix);
		json_string(j, "why", check_why(c));
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_cpus(struct json *j, const struct host *h)
{
	json_open(j, "cpus", '[');
	for (size_t i = 0; i < h->nr_cpus; i++) {
		uint64_t midr = h->cpus[i].midr;

		json_open(j, NULL, '{');
		json_uint(j, "cpu", h->cpus[i].cpu);
		if (midr)
			json_hex(j, "midr", midr);
		else
			json_null(j, "midr");
		json_string(j, "model", midr ? spe_cpu_name(midr) : NULL);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_pmus(struct json *j, const struct host *h)
{
	json_open(j, "pmus", '[');
	for (size_t i = 0; i < h->nr_spe; i++) {
		const struct host_pmu *p = &h->spe[i];

		json_open(j, NULL, '{');
		json_string(j, "pmu", p->name);
		json_uint(j, "type", p->type);
		json_open(j, "cpu_numbers", '[');
		for (size_t k = 0; k < p->cpus.nr; k++)
			json_uint(j, NULL, p->cpus.cpu[k]);
		json_close(j, ']');
		json_open(j, "caps", '{');
		for (size_t k = 0; k < p->nr_caps; k++)
			json_uint(j, p->caps[k].name, p->caps[k].value);
		json_close(j, '}');
		json_open(j, "fields", '[');
		for (size_t k = 0; k < p->nr_formats; k++)
			json_string(j, NULL, p->formats[k].name);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

void doctor_put_host(struct json *j, const struct host *h)
{
	json_open(j, "host", '{');
	put_text(j, "arch", h->machine);
	put_text(j, "kernel", h->release);
	put_cpus(j, h);
	put_pmus(j, h);
	json_string(j, "kvm_mode", kvm_mode_name(h->kvm));
	put_text(j, "kvm_mode_from", h->kvm_why);
	put_number(j, "kernel_el", h->kernel_el);
	put_text(j, "kernel_el_from", h->kernel_el_why);
	put_text(j, "guest_module", h->guest_module_version);
	if (h->virtual == ANSWER_UNKNOWN)
		json_null(j, "virtual");
	else
		json_bool(j, "virtual", h->virtual == ANSWER_YES);
	put_text(j, "hypervisor", h->hypervisor);
	put_text(j, "virtual_from", h->virtual_why);
	put_number(j, "timer_hz", h->timer_hz);
	put_text(j, "timer_hz_from", h->timer_why);
	json_close(j, '}');
}

static void put_guests(struct json *j, const struct guests *g)
{
	json_open(j, "guests", '[');
	for (size_t i = 0; i < g->nr; i++) {
		const struct guest *t = &g->guest[i];

		json_open(j, NULL, '{');
		json_string(j, "name", t->name);
		json_int(j, "pid", t->pid);
		json_uint(j, "uid", t->uid);
		json_open(j, "vcpus", '[');
		for (size_t k = 0; k < t->nr_vcpus; k++) {
			json_open(j, NULL, '{');
			json_int(j, "vcpu", t->vcpus[k].vcpu);
			put_number(j, "tid", (uint64_t)t->vcpus[k].tid);
			json_close(j, '}');
		}
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
	json_uint(j, "processes_not_read", g->unread);
}

void doctor_print_json(FILE *out, const struct doctor *d,
		       const struct finding findings[NR_CHECKS], enum verdict all)
{
	struct json j = { .out = out, .first = true };

	json_open(&j, NULL, '{');
	json_string(&j, "spelunk", SPELUNK_VERSION);
	json_string(&j, "verdict", verdicts[all].json);
	put_checks(&j, findings);
	doctor_put_host(&j, d->host);
	put_guests(&j, d->guests);
	json_close(&j, '}');
	fputc('\n', out);
}
