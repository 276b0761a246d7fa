// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"

/* The columns are a contract, and only ever grow: spelunk-kvm(1). */

static const struct exit_vcpu *vcpu_of(const struct kvm_report *r, const struct kvm_vm *vm,
				       uint32_t i, int32_t *number)
{
	const struct timeline_vcpu *names;
	size_t n, at = (size_t)vm->vm->first_vcpu + i;
	const struct exit_vcpu *v = exits_vcpus(r->exits, &n);

	timeline_vcpus(r->d->timeline, &names);
	*number = names[at].vcpu;
	return &v[at];
}

static void put_ledger(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		int32_t number;
		const struct exit_vcpu *v = vcpu_of(r, vm, i, &number);

		fprintf(out, "%u,%d,%d,%" PRIu64, vm->number, number, v->tid, v->end - v->begin);
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

static void put_exits(FILE *out, const struct kvm_vm *vm)
{
	for (size_t i = 0; i < vm->nr; i++) {
		for (size_t k = 0; k < vm->reasons[i].nr; k++)
			put_exit(out, vm, &vm->reasons[i].rows[k]);
	}
}

static void put_steal(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		int32_t number;
		const struct exit_vcpu *v = vcpu_of(r, vm, i, &number);

		for (size_t k = 0; k < v->nr_thieves; k++) {
			const struct exit_thief *t = &v->thieves[k];

			fprintf(out, "%u,%d,", vm->number, number);
			if (t->tid >= 0)
				fprintf(out, "%d", t->tid);
			fputc(',', out);
			csv_text(out, timeline_comm(r->d->timeline, t->task));
			fprintf(out, ",%" PRIu64 "\n", t->ns);
		}
	}
}

/* By powers of two, those that there are. */
static void put_costs(FILE *out, const struct kvm_vm *vm)
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

static void put_head(FILE *out, enum kvm_table table)
{
	switch (table) {
	case KVM_LEDGER:
		fputs("vm,vcpu,tid,time_ns", out);
		for (enum account a = 0; a < NR_ACCOUNTS; a++)
			fprintf(out, ",%s_ns", account_name(a));
		fputs(",entries,exits,preemptions,contradictions,losses,guest_min_ns\n", out);
		break;
	case KVM_EXITS:
		fputs("vm,reason,detail,user,exits", out);
		for (enum account a = 0; a < ACCOUNT_UNKNOWN; a++)
			fprintf(out, ",%s_ns", account_name(a));
		fputs(",timed,mean_ns,p50_ns,p99_ns,max_ns,device\n", out);
		break;
	case KVM_STEAL:
		fputs("vm,vcpu,tid,comm,stolen_ns\n", out);
		break;
	case KVM_COSTS:
		fputs("vm,reason,from_ns,to_ns,exits\n", out);
		break;
	case KVM_TIMES:
		fputs("vm,reason,slice,begin_ns,exits,timed,cost_ns\n", out);
		break;
	case KVM_CPUS:
		fputs("cpu,slice,begin_ns,guest_ns,kernel_ns,vmm_ns\n", out);
		break;
	case KVM_IRQS:
		fputs("vm,vcpu,irq,kind,injected\n", out);
		break;
	case KVM_CODE:
		fputs("vm,reason,guest_comm,symbol,object,address,exits\n", out);
		break;
	case NR_KVM_TABLES:
		break;
	}
}

static void put_vm(FILE *out, const struct kvm_vm *vm, const struct kvm_report *r)
{
	switch (r->table) {
	case KVM_LEDGER:
		put_ledger(out, vm, r);
		break;
	case KVM_EXITS:
		put_exits(out, vm);
		break;
	case KVM_STEAL:
		put_steal(out, vm, r);
		break;
	case KVM_COSTS:
		put_costs(out, vm);
		break;
	case KVM_TIMES:
		put_times(out, vm, r);
		break;
	case KVM_CPUS:
	case KVM_IRQS:
	case KVM_CODE:
	case NR_KVM_TABLES:
		break;
	}
}

void kvm_csv(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	     const struct report_options *opt)
{
	put_head(out, r->table);
	if (r->table == KVM_CPUS)
		put_cpus(out, r);
	if (r->table == KVM_IRQS)
		put_irqs(out, r);
	if (r->table == KVM_CODE)
		put_code(out, r);
	for (size_t i = 0; i < s->nr; i++)
		put_vm(out, &s->vms[i], r);
}
