// SPDX-License-Identifier: GPL-2.0-only
/* Exits, waits and steal that cost a VM enough to be findings. */
#include <string.h>

#include "report/kvm/kvm_sum.h"

/* One kind of exit represents its reason if it has at least this share of the cost. */
#define ALIKE_PERCENT	50

static bool significant(const struct kvm_vm *v, uint64_t ns)
{
	return ns && ns * 100.0 >= kvm_busy(v) * (double)KVM_FIND_BUSY &&
	       ns * 100.0 >= v->alive * (double)KVM_FIND_ALIVE;
}

static double share(const struct kvm_finding *f)
{
	uint64_t busy = kvm_busy(f->vm);

	return busy ? (double)f->ns / (double)busy : 0;
}

/* Insert a finding if it is among the largest. */
static void keep(struct kvm_findings *out, const struct kvm_finding *f)
{
	size_t at = out->nr;

	while (at && share(&out->f[at - 1]) < share(f))
		at--;
	if (out->nr == FINDINGS)
		out->left_out++;
	if (at == FINDINGS)
		return;
	out->nr += out->nr < FINDINGS;
	memmove(out->f + at + 1, out->f + at, (out->nr - 1 - at) * sizeof(*out->f));
	out->f[at] = *f;
}

/* Without task switches a halted vCPU looks busy. */
static bool may_be_halted(enum exit_reason reason, const struct kvm_report *r)
{
	return !exits_evidence(r->exits)->switches &&
	       (reason == REASON_WFX || reason == REASON_WFI);
}

uint64_t kvm_maybe_halted(const struct kvm_vm *v, const struct kvm_report *r)
{
	uint64_t ns = 0;

	for (size_t i = 0; i < v->nr; i++)
		if (may_be_halted(v->reasons[i].all.reason, r))
			ns += kvm_cost(&v->reasons[i].all);
	return significant(v, ns) ? ns : 0;
}

static void find_exits(struct kvm_findings *out, const struct kvm_vm *v,
		       const struct kvm_report *r)
{
	for (size_t i = 0; i < v->nr; i++) {
		const struct kvm_reason *g = &v->reasons[i];
		bool alike = g->nr && kvm_cost(&g->rows[0]) * 100 >=
			     kvm_cost(&g->all) * ALIKE_PERCENT;
		struct kvm_finding f = {
			.vm = v, .row = alike ? &g->rows[0] : &g->all, .vcpu_number = -1,
		};

		if (may_be_halted(g->all.reason, r))
			continue;
		f.ns = kvm_cost(f.row);
		f.events = f.row->exits;
		if (significant(v, f.ns))
			keep(out, &f);
		f.kind = KVM_FIND_WAIT;
		f.row = &g->all;
		f.ns = g->all.ns[ACCOUNT_WAITING];
		f.events = f.row->exits;
		if (significant(v, f.ns))
			keep(out, &f);
	}
}

/*
 * A vCPU's steal is compared with its VM's time, like everything else.  If no single one of many is
 * large enough, their sum may be.
 */
static void find_steal(struct kvm_findings *out, const struct kvm_vm *v,
		       const struct kvm_report *r)
{
	struct kvm_finding all = {
		.kind = KVM_FIND_STEAL, .vm = v, .vcpu_number = -1,
		.ns = v->ns[ACCOUNT_PREEMPTED], .events = v->preemptions,
	};
	bool any = false;

	for (uint32_t i = 0; i < v->vm->nr_vcpus; i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *vcpu = kvm_vcpu(r, v, i, &name);
		struct kvm_finding f = {
			.kind = KVM_FIND_STEAL, .vm = v, .vcpu = vcpu,
			.vcpu_number = name->vcpu, .ns = vcpu->ns[ACCOUNT_PREEMPTED],
			.events = vcpu->preemptions,
		};

		if (!significant(v, f.ns))
			continue;
		keep(out, &f);
		any = true;
	}
	if (!any && significant(v, all.ns))
		keep(out, &all);
}

void kvm_findings(struct kvm_findings *out, const struct kvm_sum *s, const struct kvm_report *r)
{
	out->nr = out->left_out = 0;
	for (size_t i = 0; i < s->nr; i++) {
		find_exits(out, &s->vms[i], r);
		find_steal(out, &s->vms[i], r);
	}
	for (size_t i = 0; i < out->nr; i++)
		kvm_finding_say(&out->f[i], s, r);
}
