// SPDX-License-Identifier: GPL-2.0-only
#include "report/kvm/kvm_sum.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Order by key, to merge the vCPUs' rows of the same key. */
static int by_key(const void *a, const void *b)
{
	return exit_row_compare(a, b);
}

static int by_cost(const struct exit_row *x, const struct exit_row *y)
{
	return array_order(kvm_cost(y), kvm_cost(x)) ?: array_order(y->exits, x->exits) ?:
	       exit_row_compare(x, y);
}

static int rows_by_cost(const void *a, const void *b)
{
	return by_cost(a, b);
}

static int reasons_by_cost(const void *a, const void *b)
{
	const struct kvm_reason *x = a, *y = b;

	return by_cost(&x->all, &y->all);
}

static void clear_key(struct exit_row *to, const struct exit_row *from)
{
	*to = (struct exit_row){
		.reason = from->reason, .user = from->user, .has_detail = from->has_detail,
		.detail = from->detail, .write = from->write,
	};
}

/* Merge the rows of the VM's vCPUs, in order of their keys. */
static int merge_rows(struct kvm_vm *v, const struct exit_vcpu *vcpus)
{
	struct exit_row *all;
	size_t n = 0, i, k;
	int err = 0;

	for (i = 0; i < v->vm->nr_vcpus; i++)
		n += vcpus[i].nr_rows;
	all = calloc(n + 1, sizeof(*all));
	v->memory = calloc(n + 1, sizeof(*v->memory));
	if (!all || !v->memory) {
		free(all);
		return -ENOMEM;
	}
	for (n = 0, i = 0; i < v->vm->nr_vcpus; i++) {
		for (k = 0; k < vcpus[i].nr_rows; k++)
			all[n++] = vcpus[i].rows[k];
	}
	qsort(all, n, sizeof(*all), by_key);
	for (i = 0; i < n && !err; i++) {
		if (!i || exit_row_compare(&all[i - 1], &all[i]))
			clear_key(&v->memory[v->nr_memory++], &all[i]);
		err = exit_row_add(&v->memory[v->nr_memory - 1], &all[i]);
	}
	free(all);
	return err;
}

static int group(struct kvm_vm *v)
{
	struct kvm_reason *g = NULL;
	size_t i;
	int err = 0;

	v->reasons = calloc(NR_REASONS, sizeof(*v->reasons));
	if (!v->reasons)
		return -ENOMEM;
	for (i = 0; i < v->nr_memory && !err; i++) {
		if (!g || g->all.reason != v->memory[i].reason) {
			g = &v->reasons[v->nr++];
			g->all.reason = v->memory[i].reason;
			g->all.user = USER_NONE;
			g->rows = &v->memory[i];
		}
		g->nr++;
		err = exit_row_add(&g->all, &v->memory[i]);
	}
	for (i = 0; i < v->nr; i++)
		qsort(v->reasons[i].rows, v->reasons[i].nr, sizeof(struct exit_row),
		      rows_by_cost);
	qsort(v->reasons, v->nr, sizeof(*v->reasons), reasons_by_cost);
	return err;
}

static int preemptors_by_key(const void *a, const void *b)
{
	const struct exit_preemptor *x = a, *y = b;

	return array_order(x->tid, y->tid) ?: array_order(x->task, y->task);
}

static int preemptors_by_ns(const void *a, const void *b)
{
	const struct exit_preemptor *x = a, *y = b;

	return array_order(y->ns, x->ns) ?: preemptors_by_key(a, b);
}

/* Merge the threads that ran instead of any of the vCPUs. */
static int merge_preemptors(struct kvm_vm *v, const struct exit_vcpu *vcpus)
{
	struct exit_preemptor *all;
	size_t n = 0;

	for (uint32_t i = 0; i < v->vm->nr_vcpus; i++)
		n += vcpus[i].nr_preemptors;
	v->preemptors = all = calloc(n + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	for (uint32_t i = n = 0; i < v->vm->nr_vcpus; i++)
		for (size_t k = 0; k < vcpus[i].nr_preemptors; k++)
			all[n++] = vcpus[i].preemptors[k];
	qsort(all, n, sizeof(*all), preemptors_by_key);
	for (size_t i = 0; i < n; i++) {
		if (v->nr_preemptors && !preemptors_by_key(&all[v->nr_preemptors - 1], &all[i]))
			all[v->nr_preemptors - 1].ns += all[i].ns;
		else
			all[v->nr_preemptors++] = all[i];
	}
	qsort(all, v->nr_preemptors, sizeof(*all), preemptors_by_ns);
	return 0;
}

static int add_vm(struct kvm_vm *v, const struct exit_vcpu *vcpus)
{
	for (uint32_t i = 0; i < v->vm->nr_vcpus; i++) {
		for (enum account a = 0; a < NR_ACCOUNTS; a++)
			v->ns[a] += vcpus[i].ns[a];
		v->alive += vcpus[i].end - vcpus[i].begin;
		v->entries += vcpus[i].entries;
		v->exits += vcpus[i].exits;
		v->preemptions += vcpus[i].preemptions;
	}
	return merge_rows(v, vcpus) ?: group(v) ?: merge_preemptors(v, vcpus);
}

/* Brings rows of the same VM, reason and function or address together. */
static int by_code(const void *a, const void *b)
{
	const struct kvm_site *x = a, *y = b;

	return array_order(x->vm, y->vm) ?: array_order(x->reason, y->reason) ?:
	       strcmp(x->symbol, y->symbol) ?: strcmp(x->object, y->object) ?:
	       array_order(x->address, y->address);
}

/* Merge exits by the guest's code over all processes. */
static int merge_code(struct kvm_sum *s, const struct kvm_report *r)
{
	struct kvm_site *all = calloc(r->nr_functions_of_sites + 1, sizeof(*all));
	size_t i;

	s->code = all;
	if (!all)
		return -ENOMEM;
	if (r->nr_functions_of_sites)
		memcpy(all, r->functions_of_sites, r->nr_functions_of_sites * sizeof(*all));
	qsort(all, r->nr_functions_of_sites, sizeof(*all), by_code);
	for (i = 0; i < r->nr_functions_of_sites; i++) {
		if (s->nr_code && !by_code(&all[s->nr_code - 1], &all[i])) {
			all[s->nr_code - 1].exits += all[i].exits;
			continue;
		}
		all[s->nr_code] = all[i];
		all[s->nr_code++].comm = "";
	}
	return 0;
}

int kvm_sum_make(struct kvm_sum *s, const struct kvm_report *r)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->d->timeline, &vms), nr_vcpus, i;
	const struct exit_vcpu *vcpus = exits_vcpus(r->exits, &nr_vcpus);
	int err = 0;

	*s = (struct kvm_sum){ .vms = calloc(n + 1, sizeof(*s->vms)) };
	if (!s->vms)
		return -ENOMEM;
	for (i = 0; i < n && !err; i++) {
		struct kvm_vm *v = &s->vms[s->nr++];

		v->vm = &vms[i];
		v->number = i;
		err = add_vm(v, vcpus + vms[i].first_vcpu);
	}
	return err ?: merge_code(s, r);
}

void kvm_sum_clear(struct kvm_sum *s)
{
	size_t i, k;

	for (i = 0; s->vms && i < s->nr; i++) {
		struct kvm_vm *v = &s->vms[i];

		for (k = 0; k < v->nr_memory; k++)
			durations_clear(&v->memory[k].cost);
		for (k = 0; k < v->nr; k++)
			durations_clear(&v->reasons[k].all.cost);
		free(v->memory);
		free(v->reasons);
		free(v->preemptors);
	}
	free(s->vms);
	free(s->code);
	*s = (struct kvm_sum){ .nr = 0 };
}

const struct exit_vcpu *kvm_vcpu(const struct kvm_report *r, const struct kvm_vm *vm, uint32_t i,
				 const struct timeline_vcpu **name)
{
	size_t n, at = (size_t)vm->vm->first_vcpu + i;

	timeline_vcpus(r->d->timeline, name);
	*name += at;
	return exits_vcpus(r->exits, &n) + at;
}

static void sysreg_detail(char *out, const struct exit_row *row)
{
	const char *name = sysreg_name(row->detail);
	unsigned int r = (unsigned int)row->detail;

	if (name)
		snprintf(out, KVM_DETAIL_LEN, "%s %s", row->write ? "write" : "read", name);
	else
		snprintf(out, KVM_DETAIL_LEN, "%s S%u_%u_C%u_C%u_%u", row->write ? "write" : "read",
			 r >> 14 & 3, r >> 11 & 7, r >> 7 & 15, r >> 3 & 15, r & 7);
}

char *kvm_detail(char out[KVM_DETAIL_LEN], const struct exit_row *row)
{
	const char *name = NULL;

	*out = 0;
	if (!row->has_detail)
		return out;
	if (row->reason == REASON_SYSREG) {
		sysreg_detail(out, row);
	} else if (row->reason == REASON_HVC64 || row->reason == REASON_HVC32) {
		name = hvc_name(row->detail);
		if (name)
			snprintf(out, KVM_DETAIL_LEN, "%s", name);
		else
			snprintf(out, KVM_DETAIL_LEN, "function 0x%llx",
				 (unsigned long long)row->detail);
	} else if (row->reason == REASON_TRANSLATION || row->reason == REASON_ACCESS ||
		   row->reason == REASON_PERMISSION || row->reason == REASON_IABT_LOW) {
		snprintf(out, KVM_DETAIL_LEN, "2 MiB at 0x%llx", (unsigned long long)row->detail);
	} else {
		snprintf(out, KVM_DETAIL_LEN, "%s0x%llx",
			 row->reason == REASON_NISV ? "" : row->write ? "write " : "read ",
			 (unsigned long long)row->detail);
	}
	return out;
}

char *kvm_device(char out[DEVICE_LEN], const struct kvm_vm *v, const struct exit_row *row)
{
	*out = 0;
	if (row->has_detail && (row->reason == REASON_MMIO_USER || row->reason == REASON_MMIO ||
				row->reason == REASON_NISV))
		device_at(out, v->vm->comm, row->detail);
	return out;
}

char *kvm_user(char out[KVM_DETAIL_LEN], const struct exit_row *row)
{
	const char *name = user_exit_name(row->user);

	if (row->user == USER_NONE)
		*out = 0;
	else if (row->user == USER_RESTART || row->user == USER_ERROR)
		strcpy(out, row->user == USER_RESTART ? "restart" : "error");
	else if (name)
		snprintf(out, KVM_DETAIL_LEN, "%s", name);
	else
		snprintf(out, KVM_DETAIL_LEN, "KVM_EXIT %u", row->user);
	return out;
}

void kvm_times(struct exit_times *out, const struct kvm_report *r, const struct kvm_vm *vm,
	       enum exit_reason reason)
{
	const struct timeline_vcpu *name;

	*out = (struct exit_times){ .exits = { 0 } };
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		const struct exit_times *t = kvm_vcpu(r, vm, i, &name)->times[reason];

		for (unsigned int s = 0; t && s < TIME_SLICES; s++) {
			out->exits[s] += t->exits[s];
			out->ns[s] += t->ns[s];
			out->timed[s] += t->timed[s];
		}
	}
}

char *kvm_percent(char out[NUMBER_LEN], uint64_t part, uint64_t whole)
{
	double v = whole ? 100.0 * (double)part / (double)whole : 0;
	char number[NUMBER_LEN];

	if (!part)
		return strcpy(out, "-");
	if (part < whole && v > 99.94)
		v = 99.9;
	snprintf(out, NUMBER_LEN, "%.20s%%", v < 0.05 ? "<0.1" : number_fixed(number, v, 1));
	return out;
}

char *kvm_duration(char out[NUMBER_LEN], double ns)
{
	static const struct { double ns; const char *unit; } units[] = {
		{ 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" },
	};
	char number[NUMBER_LEN];

	for (size_t i = 0; i < 3; i++) {
		double v = ns / units[i].ns;

		if (v < 0.99995)
			continue;
		number_fixed(number, v, v < 9.995 ? 2 : v < 99.95 ? 1 : 0);
		snprintf(out, NUMBER_LEN, "%.20s %s", number, units[i].unit);
		return out;
	}
	number_fixed(number, ns, 0);
	snprintf(out, NUMBER_LEN, "%.20s ns", number);
	return out;
}
