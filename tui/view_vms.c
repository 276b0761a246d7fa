// SPDX-License-Identifier: GPL-2.0-only
/* The ledger of the vCPUs. */
#include <stdio.h>
#include <string.h>

#include "tui/text.h"

static void add_vcpu(struct text *t, struct lines *l, const struct timeline_vcpu *v,
		     const struct summary_vcpu *samples, uint64_t whole)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN], d[NUMBER_LEN], e[NUMBER_LEN];
	uint64_t all = samples->user + samples->kernel;
	char filter[64], crumb[64];
	struct text_line *line;

	fprintf(t->page.out, "   %-4d %8d %11s %11s %9s %9s %9s  ", v->vcpu, v->tid,
		number_grouped(a, v->entries), number_grouped(b, v->exits),
		number_fixed(c, (double)v->guest_time / 1e9, 3), number_grouped(d, samples->user),
		number_grouped(e, samples->kernel));
	cell_write(t->page.out, v->comm, 16, false, false);
	line = text_line(t, l, ROLE_TEXT);
	snprintf(filter, sizeof(filter), "vm=%d && vcpu=%d", v->vm, v->vcpu);
	snprintf(crumb, sizeof(crumb), "vm %d vcpu %d", v->vm, v->vcpu);
	if (all)
		lines_zoom(l, line, filter, crumb);
	if (all && line) {
		line->bar = (double)all / (double)whole;
		line->bar_role = ROLE_GUEST;
	}
}

static void add_vm(struct text *t, struct lines *l, size_t i, const struct timeline_vm *vm)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], filter[64], crumb[64];
	struct text_line *line;

	fprintf(t->page.out, " vm %zu  ", i);
	cell_write(t->page.out, *vm->name ? vm->name : "(no name)", 40, false, false);
	fprintf(t->page.out, ", process %d, %u vCPU%s, %s entries, %s exits", vm->pid,
		vm->nr_vcpus, vm->nr_vcpus == 1 ? "" : "s", number_grouped(a, vm->entries),
		number_grouped(b, vm->exits));
	line = text_line(t, l, ROLE_TEXT);
	snprintf(filter, sizeof(filter), "vm=%zu", i);
	snprintf(crumb, sizeof(crumb), "vm %zu", i);
	lines_zoom(l, line, filter, crumb);
}

void view_vms(struct app *a, struct lines *l, unsigned int width)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	const struct summary *s = &a->result->summary;
	uint64_t whole = 0;
	struct text t;
	size_t nr, all;

	if (!text_begin(&t, a, width)) {
		l->failed = true;
		return;
	}
	nr = timeline_vms(t.data.timeline, &vms);
	all = timeline_vcpus(t.data.timeline, &vcpus);
	for (size_t v = 0; v < s->nr_vcpus; v++)
		whole += s->vcpus[v].user + s->vcpus[v].kernel;
	lines_title(l, nr ? "Virtual machines" : "No virtual machine ran here");
	if (nr)
		lines_add(l, ROLE_HEADER, "   vcpu   thread     entries       exits  in guest "
			  "g. user  g. kernel  thread's name");
	for (size_t i = 0; i < nr; i++) {
		add_vm(&t, l, i, &vms[i]);
		for (size_t v = vms[i].first_vcpu;
		     v < (size_t)vms[i].first_vcpu + vms[i].nr_vcpus && v < all && v < s->nr_vcpus; v++)
			add_vcpu(&t, l, &vcpus[v], &s->vcpus[v], whole);
	}
	if (nr) {
		fputc('\n', t.page.out);
		page_say(&t.page, "in guest", "seconds between kvm_entry and kvm_exit, from the "
			 "tracepoints and not from samples");
		page_say(&t.page, "g. user", "and g. kernel: samples of the guest's user and "
			 "kernel operations, here those that pass the filter; entries, exits and "
			 "time in guest know no filter");
		text_lines(&t, l);
	}
	text_end(&t);
}
