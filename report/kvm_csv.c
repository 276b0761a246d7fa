// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>

#include "report/kvm_sum.h"

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
		fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
			v->entries, v->exits, v->preemptions, v->contradictions, v->losses);
	}
}

static void put_exit(FILE *out, const struct kvm_vm *vm, const struct exit_row *row)
{
	char detail[KVM_DETAIL_LEN], user[KVM_DETAIL_LEN];

	fprintf(out, "%u,%s,%s,%s,%" PRIu64, vm->number, exit_reason_name(row->reason),
		kvm_detail(detail, row), kvm_user(user, row), row->exits);
	for (enum account a = 0; a < ACCOUNT_UNKNOWN; a++)
		fprintf(out, ",%" PRIu64, row->ns[a]);
	fprintf(out, ",%" PRIu64, row->cost.nr);
	if (row->cost.nr)
		fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n",
			row->cost.sum / row->cost.nr, durations_quantile(&row->cost, 0.5),
			durations_quantile(&row->cost, 0.99), row->cost.max);
	else
		fputs(",,,,\n", out);
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

static void put_head(FILE *out, enum kvm_table table)
{
	switch (table) {
	case KVM_LEDGER:
		fputs("vm,vcpu,tid,time_ns", out);
		for (enum account a = 0; a < NR_ACCOUNTS; a++)
			fprintf(out, ",%s_ns", account_name(a));
		fputs(",entries,exits,preemptions,contradictions,losses\n", out);
		break;
	case KVM_EXITS:
		fputs("vm,reason,detail,user,exits", out);
		for (enum account a = 0; a < ACCOUNT_UNKNOWN; a++)
			fprintf(out, ",%s_ns", account_name(a));
		fputs(",timed,mean_ns,p50_ns,p99_ns,max_ns\n", out);
		break;
	case KVM_STEAL:
		fputs("vm,vcpu,tid,comm,stolen_ns\n", out);
		break;
	case NR_KVM_TABLES:
		break;
	}
}

void kvm_csv(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	     const struct report_options *opt)
{
	put_head(out, r->table);
	for (size_t i = 0; i < s->nr; i++) {
		if (r->table == KVM_LEDGER)
			put_ledger(out, &s->vms[i], r);
		else if (r->table == KVM_EXITS)
			put_exits(out, &s->vms[i]);
		else
			put_steal(out, &s->vms[i], r);
	}
}
