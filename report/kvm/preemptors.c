// SPDX-License-Identifier: GPL-2.0-only
/* What ran while a vCPU was preempted, as shares that add up. */
#include <stdlib.h>

#include "base/array.h"
#include "report/kvm/kvm_sum.h"

#define NAMED	(KVM_PREEMPTORS - 2)	/* one is for others, one for unknown */

int32_t kvm_preemptor_vm(const struct kvm_report *r, const struct exit_preemptor *t)
{
	const struct timeline_vcpu *vcpus;
	size_t n = timeline_vcpus(r->d->timeline, &vcpus), i;

	for (i = 0; i < n; i++) {
		if (vcpus[i].tid == t->tid)
			return vcpus[i].vm;
	}
	return -1;
}

static struct kvm_preemptor preemptor_of(const struct kvm_report *r, const struct exit_preemptor *t)
{
	return (struct kvm_preemptor){
		.kind = t->tid ? PREEMPTOR_THREAD : PREEMPTOR_IDLE,
		.comm = t->tid ? timeline_comm(r->d->timeline, t->task) : "",
		.tid = t->tid, .vm = t->tid ? kvm_preemptor_vm(r, t) : -1, .ns = t->ns,
	};
}

static int by_ns(const void *a, const void *b)
{
	const struct kvm_preemptor *x = a, *y = b;

	return array_order(y->ns, x->ns);
}

/* Whole percentages that add up to 100: the largest remainders are rounded up. */
static void share_out(struct kvm_preemptor *t, size_t nr, uint64_t whole)
{
	double rest[KVM_PREEMPTORS];
	unsigned int given = 0;

	for (size_t i = 0; i < nr; i++) {
		rest[i] = 100.0 * (double)t[i].ns / (double)whole;
		t[i].percent = (unsigned int)rest[i];
		rest[i] -= t[i].percent;
		given += t[i].percent;
	}
	for (; nr && given < 100; given++) {
		size_t most = 0;

		for (size_t i = 1; i < nr; i++)
			most = rest[i] > rest[most] ? i : most;
		t[most].percent++;
		rest[most] = -1;
	}
}

/* stolen: ns of steal; list: largest first.  Returns the number of entries. */
static size_t kvm_preemptors(struct kvm_preemptor out[KVM_PREEMPTORS], const struct kvm_report *r,
			     const struct exit_preemptor *list, size_t nr_list, uint64_t stolen)
{
	struct kvm_preemptor others = { .kind = PREEMPTOR_OTHERS, .comm = "", .tid = -1, .vm = -1 };
	struct kvm_preemptor unknown = {
		.kind = PREEMPTOR_UNKNOWN, .comm = "", .tid = -1, .vm = -1,
	};
	uint64_t whole = 0;
	size_t nr = 0;

	for (size_t i = 0; i < nr_list; i++) {
		const struct exit_preemptor *t = &list[i];

		whole += t->ns;
		if (t->tid == PREEMPTOR_TID_UNKNOWN) {
			unknown.ns += t->ns;
		} else if (t->tid >= 0 && nr < NAMED) {
			out[nr++] = preemptor_of(r, t);
		} else {
			others.ns += t->ns;
			others.threads++;
			others.many |= t->tid == PREEMPTOR_TID_OTHERS;
		}
	}
	if (stolen > whole) {
		unknown.ns += stolen - whole;
		whole = stolen;
	}
	if (unknown.ns)
		out[nr++] = unknown;
	qsort(out, nr, sizeof(*out), by_ns);
	if (others.ns)
		out[nr++] = others;
	share_out(out, nr, whole);
	return nr;
}

size_t kvm_finding_preemptors(struct kvm_preemptor out[KVM_PREEMPTORS], const struct kvm_report *r,
			      const struct kvm_finding *f)
{
	if (f->kind != KVM_FIND_STEAL)
		return 0;
	if (f->vcpu)
		return kvm_preemptors(out, r, f->vcpu->preemptors, f->vcpu->nr_preemptors, f->ns);
	return kvm_preemptors(out, r, f->vm->preemptors, f->vm->nr_preemptors, f->ns);
}
