// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "report/kvm/kvm_sum.h"

/* The columns are a stable interface, and are only ever added to: spelunk-kvm(1). */

static void put_ledger(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *v = kvm_vcpu(r, vm, i, &name);

		fprintf(out, "%u,", vm->number);
		csv_id(out, name->vcpu);
		fprintf(out, ",%d,%" PRIu64, v->tid, v->end - v->begin);
		for (enum account a = 0; a < NR_ACCOUNTS; a++)
			fprintf(out, ",%" PRIu64, v->ns[a]);
		fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",",
			v->entries, v->exits, v->preemptions, v->contradictions, v->losses);
		if (v->guest_min)
			fprintf(out, "%" PRIu64, v->guest_min);
		fputc('\n', out);
	}
}

static void put_exit(FILE *out, const struct kvm_vm *vm, const struct exit_row *row)
{
	char detail[KVM_DETAIL_LEN], user[KVM_DETAIL_LEN], device[DEVICE_LEN];

	fprintf(out, "%u,%s,%s,%s,%" PRIu64, vm->number, exit_reason_name(row->reason),
		kvm_detail(detail, row), kvm_user(user, row), row->exits);
	for (enum account a = 0; a < ACCOUNT_UNKNOWN; a++)
		fprintf(out, ",%" PRIu64, row->ns[a]);
	fprintf(out, ",%" PRIu64, row->cost.nr);
	if (row->cost.nr)
		fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",",
			row->cost.sum / row->cost.nr, durations_quantile(&row->cost, 0.5),
			durations_quantile(&row->cost, 0.99), row->cost.max);
	else
		fputs(",,,,,", out);
	fprintf(out, "%s\n", kvm_device(device, vm, row));
}

static void put_exits(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	for (size_t i = 0; i < vm->nr; i++) {
		for (size_t k = 0; k < vm->reasons[i].nr; k++)
			put_exit(out, vm, &vm->reasons[i].rows[k]);
	}
}

static void put_steal(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *v = kvm_vcpu(r, vm, i, &name);

		for (size_t k = 0; k < v->nr_preemptors; k++) {
			const struct exit_preemptor *t = &v->preemptors[k];

			fprintf(out, "%u,", vm->number);
			csv_id(out, name->vcpu);
			fputc(',', out);
			csv_id(out, t->tid);
			fputc(',', out);
			csv_text(out, timeline_comm(r->d->timeline, t->task));
			fprintf(out, ",%" PRIu64 "\n", t->ns);
		}
	}
}

/* The buckets that are not empty, by powers of two. */
static void put_costs(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	for (size_t i = 0; i < vm->nr; i++) {
		const struct exit_row *row = &vm->reasons[i].all;

		for (uint64_t from = 0, to = 1; from <= row->cost.max && to; from = to, to *= 2) {
			uint64_t n = durations_between(&row->cost, from, to);

			if (n)
				fprintf(out, "%u,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
					vm->number, exit_reason_name(row->reason), from, to, n);
		}
	}
}

static uint64_t slice_begin(const struct kvm_report *r, unsigned int slice)
{
	const struct time_span *s = exits_span(r->exits);

	return s->begin + (uint64_t)((double)(s->end - s->begin) * slice / TIME_SLICES);
}

static void put_times(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	struct exit_times t;

	for (size_t i = 0; i < vm->nr; i++) {
		kvm_times(&t, r, vm, vm->reasons[i].all.reason);
		for (unsigned int s = 0; s < TIME_SLICES; s++) {
			fprintf(out, "%u,%s,%u,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
				vm->number, exit_reason_name(vm->reasons[i].all.reason), s,
				slice_begin(r, s), t.exits[s], t.timed[s], t.ns[s]);
		}
	}
}

static void put_cpus(FILE *out, const struct kvm_report *r)
{
	const struct exit_cpu *const *cpus;
	size_t nr = exits_cpus(r->exits, &cpus);

	for (size_t i = 0; i < nr; i++) {
		for (unsigned int s = 0; s < TIME_SLICES; s++) {
			const uint64_t *ns = cpus[i]->slices[s];

			fprintf(out, "%d,%u,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
				cpus[i]->cpu, s, slice_begin(r, s), ns[ACCOUNT_GUEST],
				ns[ACCOUNT_KERNEL], ns[ACCOUNT_VMM]);
		}
	}
}

static void put_irqs(FILE *out, const struct kvm_report *r)
{
	const struct exit_irq *list;
	size_t nr = exits_irqs(r->exits, &list);

	for (size_t i = 0; i < nr; i++) {
		if (list[i].vm >= 0)
			fprintf(out, "%d", list[i].vm);
		fprintf(out, ",%u,%u,%s,%" PRIu64 "\n", list[i].vcpu, list[i].irq,
			irq_kind(list[i].irq), list[i].injected);
	}
}

static void put_code(FILE *out, const struct kvm_report *r)
{
	for (size_t i = 0; i < r->nr_sites; i++) {
		const struct kvm_site *s = &r->sites[i];

		fprintf(out, "%d,%s,", s->vm, exit_reason_name(s->reason));
		csv_text(out, s->comm);
		fputc(',', out);
		csv_text(out, s->symbol);
		fputc(',', out);
		csv_text(out, s->object);
		fprintf(out, ",0x%" PRIx64 ",%" PRIu64 "\n", s->address, s->exits);
	}
}

/* The heads of a table, around those of the accounts if it has them, and its lines. */
static const struct {
	const char *head, *tail;
	enum account accounts;
	void (*put_vm)(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r);
	void (*put_all)(FILE *out, const struct kvm_report *r);
} tables[NR_KVM_TABLES] = {
	[KVM_LEDGER] = { "vm,vcpu,tid,time_ns",
			 ",entries,exits,preemptions,contradictions,losses,guest_min_ns",
			 .accounts = NR_ACCOUNTS, .put_vm = put_ledger },
	[KVM_EXITS] = { "vm,reason,detail,user,exits",
			",timed,mean_ns,p50_ns,p99_ns,max_ns,device",
			.accounts = ACCOUNT_UNKNOWN, .put_vm = put_exits },
	[KVM_STEAL] = { "vm,vcpu,tid,comm,stolen_ns", .put_vm = put_steal },
	[KVM_COSTS] = { "vm,reason,from_ns,to_ns,exits", .put_vm = put_costs },
	[KVM_TIMES] = { "vm,reason,slice,begin_ns,exits,timed,cost_ns", .put_vm = put_times },
	[KVM_CPUS] = { "cpu,slice,begin_ns,guest_ns,kernel_ns,vmm_ns", .put_all = put_cpus },
	[KVM_IRQS] = { "vm,vcpu,irq,kind,injected", .put_all = put_irqs },
	[KVM_CODE] = { "vm,reason,guest_comm,symbol,object,address,exits", .put_all = put_code },
};

void kvm_csv(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	     const struct report_options *opt)
{
	typeof(&tables[0]) t = &tables[r->table];

	fputs(t->head, out);
	for (enum account a = 0; a < t->accounts; a++)
		fprintf(out, ",%s_ns", account_name(a));
	fprintf(out, "%s\n", t->tail ? t->tail : "");
	if (t->put_all)
		t->put_all(out, r);
	for (size_t i = 0; t->put_vm && i < s->nr; i++)
		t->put_vm(out, &s->vms[i], r);
}
