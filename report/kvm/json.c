// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/json/writer.h"
#include "report/kvm/kvm_sum.h"

/* The keys are a stable interface, and are only ever added to: spelunk-kvm(1). */

void kvm_json_accounts(struct json *j, const uint64_t ns[NR_ACCOUNTS], enum account end)
{
	char name[32];

	for (enum account a = 0; a < end; a++) {
		snprintf(name, sizeof(name), "%s_ns", account_name(a));
		json_uint(j, name, ns[a]);
	}
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

void kvm_json_row(struct json *j, const struct exit_row *row)
{
	json_uint(j, "exits", row->exits);
	kvm_json_accounts(j, row->ns, ACCOUNT_UNKNOWN);
	json_uint(j, "timed", row->cost.nr);
	if (!row->cost.nr)
		return;
	json_uint(j, "mean_ns", row->cost.sum / row->cost.nr);
	json_uint(j, "p50_ns", durations_quantile(&row->cost, 0.5));
	json_uint(j, "p99_ns", durations_quantile(&row->cost, 0.99));
	json_uint(j, "max_ns", row->cost.max);
}

static void put_detail(struct json *j, const struct kvm_vm *vm, const struct exit_row *row)
{
	char detail[KVM_DETAIL_LEN], user[KVM_DETAIL_LEN], device[DEVICE_LEN];

	json_open(j, NULL, '{');
	json_string(j, "detail", or_null(kvm_detail(detail, row)));
	json_string(j, "device", or_null(kvm_device(device, vm, row)));
	if (json_known(j, "value", row->has_detail))
		json_hex(j, "value", row->detail);
	json_bool(j, "write", row->write);
	json_string(j, "user", or_null(kvm_user(user, row)));
	kvm_json_row(j, row);
	json_close(j, '}');
}

static void put_costs(struct json *j, const struct exit_row *row)
{
	json_open(j, "costs", '[');
	for (uint64_t from = 0, to = 1; from <= row->cost.max && to; from = to, to *= 2) {
		uint64_t n = durations_between(&row->cost, from, to);

		if (!n)
			continue;
		json_open(j, NULL, '{');
		json_uint(j, "from_ns", from);
		json_uint(j, "to_ns", to);
		json_uint(j, "exits", n);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_slices(struct json *j, const char *name, const uint64_t x[TIME_SLICES])
{
	json_open(j, name, '[');
	for (unsigned int s = 0; s < TIME_SLICES; s++)
		json_uint(j, NULL, x[s]);
	json_close(j, ']');
}

static void put_times(struct json *j, const struct kvm_report *r, const struct kvm_vm *vm,
		      enum exit_reason reason)
{
	struct exit_times t;

	kvm_times(&t, r, vm, reason);
	json_open(j, "slices", '{');
	put_slices(j, "exits", t.exits);
	put_slices(j, "timed", t.timed);
	put_slices(j, "cost_ns", t.ns);
	json_close(j, '}');
}

static void put_reasons(struct json *j, const struct kvm_vm *vm, const struct kvm_report *r)
{
	json_open(j, "reasons", '[');
	for (size_t i = 0; i < vm->nr; i++) {
		const struct kvm_reason *g = &vm->reasons[i];

		json_open(j, NULL, '{');
		json_string(j, "reason", exit_reason_name(g->all.reason));
		json_string(j, "what", exit_reason_what(g->all.reason));
		json_string(j, "source", exit_reason_source(g->all.reason));
		kvm_json_row(j, &g->all);
		put_costs(j, &g->all);
		put_times(j, r, vm, g->all.reason);
		json_open(j, "details", '[');
		for (size_t k = 0; k < g->nr; k++)
			put_detail(j, vm, &g->rows[k]);
		json_close(j, ']');
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_vcpu(struct json *j, const struct kvm_report *r, const struct kvm_vm *vm,
		     uint32_t number)
{
	const struct timeline_vcpu *name;
	const struct exit_vcpu *v = kvm_vcpu(r, vm, number, &name);

	json_open(j, NULL, '{');
	json_id(j, "vcpu", name->vcpu);
	json_int(j, "tid", v->tid);
	json_string(j, "comm", name->comm);
	json_uint(j, "time_ns", v->end - v->begin);
	kvm_json_accounts(j, v->ns, NR_ACCOUNTS);
	json_uint(j, "entries", v->entries);
	json_uint(j, "exits", v->exits);
	json_uint(j, "preemptions", v->preemptions);
	json_uint(j, "contradictions", v->contradictions);
	json_uint(j, "losses", v->losses);
	if (json_known(j, "guest_min_ns", v->guest_min))
		json_uint(j, "guest_min_ns", v->guest_min);
	json_open(j, "stolen_by", '[');
	for (size_t i = 0; i < v->nr_preemptors; i++) {
		const struct exit_preemptor *t = &v->preemptors[i];

		json_open(j, NULL, '{');
		json_string(j, "comm", or_null(timeline_comm(r->d->timeline, t->task)));
		json_id(j, "tid", t->tid);
		json_id(j, "vm", kvm_preemptor_vm(r, t));
		json_uint(j, "stolen_ns", t->ns);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_close(j, '}');
}

static void put_vm(struct json *j, const struct kvm_report *r, const struct kvm_vm *vm)
{
	json_open(j, NULL, '{');
	json_uint(j, "vm", vm->number);
	json_int(j, "pid", vm->vm->pid);
	json_string(j, "name", vm->vm->name);
	json_uint(j, "time_ns", vm->alive);
	kvm_json_accounts(j, vm->ns, NR_ACCOUNTS);
	json_uint(j, "entries", vm->entries);
	json_uint(j, "exits", vm->exits);
	json_open(j, "vcpus", '[');
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++)
		put_vcpu(j, r, vm, i);
	json_close(j, ']');
	json_guest_recordings(j, r->d, (int32_t)vm->number);
	json_guest_symbols(j, r->d, (int32_t)vm->number);
	put_reasons(j, vm, r);
	json_close(j, '}');
}

static void put_code_of(struct json *j, const char *name, const struct kvm_most *m)
{
	if (!json_known(j, name, m->of))
		return;
	json_open(j, name, '{');
	json_string(j, "symbol", or_null(m->symbol));
	json_string(j, "object", or_null(m->object));
	if (json_known(j, "address", m->addresses))
		json_hex(j, "address", m->address);
	json_uint(j, "addresses", m->addresses);
	json_uint(j, "of", m->of);
	json_uint(j, "all", m->all);
	json_close(j, '}');
}

static void put_preemptors(struct json *j, const struct kvm_report *r, const struct kvm_finding *f)
{
	static const char *const kinds[] = {
		[PREEMPTOR_THREAD] = "thread", [PREEMPTOR_IDLE] = "idle",
		[PREEMPTOR_OTHERS] = "others", [PREEMPTOR_UNKNOWN] = "unknown",
	};
	struct kvm_preemptor t[KVM_PREEMPTORS];
	size_t nr = kvm_finding_preemptors(t, r, f);

	json_open(j, "ran_instead", '[');
	for (size_t i = 0; i < nr; i++) {
		json_open(j, NULL, '{');
		json_string(j, "kind", kinds[t[i].kind]);
		json_string(j, "comm", or_null(t[i].comm));
		json_id(j, "tid", t[i].tid);
		json_id(j, "vm", t[i].vm);
		json_uint(j, "stolen_ns", t[i].ns);
		json_uint(j, "percent", t[i].percent);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_finding(struct json *j, const struct kvm_finding *f, const struct kvm_sum *s,
			const struct kvm_report *r)
{
	char detail[KVM_DETAIL_LEN];
	struct kvm_most site = { .of = 0 }, handler = { .of = 0 };

	finding_json(j, r->d, &f->said);
	json_string(j, "kind", f->said.id);
	json_uint(j, "vm", f->vm->number);
	json_fixed(j, "percent_of_busy", 100.0 * (double)f->ns / (double)kvm_busy(f->vm), 2);
	json_uint(j, "cost_ns", f->ns);
	json_string(j, "reason", f->row ? exit_reason_name(f->row->reason) : NULL);
	json_string(j, "detail", f->row ? or_null(kvm_detail(detail, f->row)) : NULL);
	json_id(j, "vcpu", f->vcpu_number);
	json_uint(j, "events", f->events);
	if (f->kind == KVM_FIND_EXIT) {
		kvm_most_exits(&site, s, f->vm->number, f->row->reason);
		kvm_most_samples(&handler, r, f->row->reason);
	}
	put_code_of(j, "guest_code", &site);
	put_code_of(j, "handler", &handler);
	put_preemptors(j, r, f);
}

static void put_findings(struct json *j, const struct kvm_sum *s, const struct kvm_report *r)
{
	struct kvm_findings all;

	kvm_findings(&all, s, r);
	json_open(j, "findings", '[');
	for (size_t i = 0; i < all.nr; i++) {
		json_open(j, NULL, '{');
		put_finding(j, &all.f[i], s, r);
		json_close(j, '}');
	}
	json_close(j, ']');
	json_uint(j, "findings_left_out", all.left_out);
}

static void put_cpus(struct json *j, const struct kvm_report *r)
{
	static const enum account on[] = { ACCOUNT_GUEST, ACCOUNT_KERNEL, ACCOUNT_VMM };
	const struct time_span *span = exits_span(r->exits);
	const struct exit_cpu *const *cpus;
	size_t nr = exits_cpus(r->exits, &cpus);
	uint64_t x[TIME_SLICES];
	char name[32];

	json_open(j, "slices", '{');
	json_uint(j, "begin_ns", span->begin);
	json_uint(j, "end_ns", span->end);
	json_uint(j, "number", TIME_SLICES);
	json_close(j, '}');
	json_open(j, "cpus", '[');
	for (size_t i = 0; i < nr; i++) {
		json_open(j, NULL, '{');
		json_int(j, "cpu", cpus[i]->cpu);
		for (size_t k = 0; k < sizeof(on) / sizeof(on[0]); k++) {
			for (unsigned int s = 0; s < TIME_SLICES; s++)
				x[s] = cpus[i]->slices[s][on[k]];
			snprintf(name, sizeof(name), "%s_ns", account_name(on[k]));
			put_slices(j, name, x);
		}
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_irqs(struct json *j, const struct kvm_report *r)
{
	const struct exit_irq *list;
	size_t nr = exits_irqs(r->exits, &list);

	json_open(j, "interrupts", '[');
	for (size_t i = 0; i < nr; i++) {
		json_open(j, NULL, '{');
		json_id(j, "vm", list[i].vm);
		json_uint(j, "vcpu", list[i].vcpu);
		json_uint(j, "irq", list[i].irq);
		json_string(j, "kind", irq_kind(list[i].irq));
		json_uint(j, "injected", list[i].injected);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_functions(struct json *j, const struct rows *f, const struct report_options *opt)
{
	static const enum field fields[] = {
		FIELD_REASON, FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT,
	};
	size_t told = 0;

	json_open(j, "functions", '[');
	for (size_t i = 0; f && i < f->nr && (!opt->limit || told < opt->limit); i++) {
		if (!f->row[i].keys[rows_key(f, FIELD_REASON)].known)
			continue;
		told++;
		json_open(j, NULL, '{');
		for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++)
			json_string(j, field_name(fields[k]),
				    or_null(f->row[i].keys[rows_key(f, fields[k])].text));
		json_uint(j, "samples", f->row[i].m.samples);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_guest_code(struct json *j, const struct kvm_report *r)
{
	json_open(j, "guest_code", '[');
	for (size_t i = 0; i < r->nr_sites; i++) {
		const struct kvm_site *s = &r->sites[i];

		json_open(j, NULL, '{');
		json_int(j, "vm", s->vm);
		json_string(j, "reason", exit_reason_name(s->reason));
		json_string(j, "guest_comm", or_null(s->comm));
		json_string(j, "symbol", or_null(s->symbol));
		json_string(j, "object", or_null(s->object));
		json_hex(j, "address", s->address);
		json_uint(j, "exits", s->exits);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_evidence(struct json *j, const struct exits_evidence *e)
{
	json_open(j, "evidence", '{');
	json_uint(j, "begin_ns", e->begin);
	json_uint(j, "end_ns", e->end);
	json_uint(j, "entries", e->entries);
	json_uint(j, "exits", e->exits);
	json_uint(j, "user_exits", e->users);
	json_uint(j, "exit_details", e->whys);
	json_uint(j, "injections", e->irqs);
	json_uint(j, "switches", e->switches);
	json_uint(j, "losses", e->losses);
	json_close(j, '}');
}

void kvm_json(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	      const struct report_options *opt)
{
	struct json j = { .out = out, .first = true };
	char text[KVM_LIMITS][KVM_LIMIT_LEN];
	size_t nr = kvm_limits(text, s, r);

	json_open(&j, NULL, '{');
	if (opt->summary)
		json_recording_brief(&j, r->d);
	else
		json_recording(&j, r->d);
	put_evidence(&j, exits_evidence(r->exits));
	put_findings(&j, s, r);
	if (opt->summary)
		goto end;
	json_open(&j, "limits", '[');
	for (size_t i = 0; i < nr; i++)
		json_string(&j, NULL, text[i]);
	json_close(&j, ']');
	json_open(&j, "vms", '[');
	for (size_t i = 0; i < s->nr; i++)
		put_vm(&j, r, &s->vms[i]);
	json_close(&j, ']');
	put_cpus(&j, r);
	put_irqs(&j, r);
	put_functions(&j, r->functions, opt);
	put_guest_code(&j, r);
end:
	json_close(&j, '}');
	fputc('\n', out);
}
