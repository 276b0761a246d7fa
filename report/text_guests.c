// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/text.h"

#define VCPUS_SHOWN	64

/* Guest samples of a vCPU by world: by the keys that .vcpus has. */
static void count_guest(const struct rows *r, const struct timeline_vcpu *v,
			uint64_t samples[NR_WORLDS])
{
	int vm = r ? rows_key(r, FIELD_VM) : -1, vcpu = r ? rows_key(r, FIELD_VCPU) : -1;
	int world = r ? rows_key(r, FIELD_WORLD) : -1;

	memset(samples, 0, NR_WORLDS * sizeof(*samples));
	if (vm < 0 || vcpu < 0)
		return;
	for (size_t i = 0; i < r->nr; i++) {
		const struct value *k = r->row[i].keys;
		unsigned int w = 0;

		if (!k[vm].known || k[vm].num != (uint64_t)v->vm || !k[vcpu].known ||
		    k[vcpu].num != (uint64_t)v->vcpu)
			continue;
		while (world >= 0 && w < NR_WORLDS - 1 &&
		       strcmp(k[world].text, world_name(w)))
			w++;
		samples[w] += r->row[i].m.samples;
	}
}

static char *grouped(char out[NUMBER_LEN], uint64_t n)
{
	return n ? number_grouped(out, n) : strcpy(out, "-");
}

static void say_vcpu(struct page *p, const struct timeline_vcpu *v)
{
	uint64_t samples[NR_WORLDS];
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN], d[NUMBER_LEN], e[NUMBER_LEN];

	count_guest(p->d->vcpus, v, samples);
	fprintf(p->out, "    vCPU %-4d %8d %12s %12s %11s s %12s %12s  ", v->vcpu, v->tid,
		number_grouped(a, v->entries), number_grouped(b, v->exits),
		number_fixed(c, (double)v->guest_time / 1e9, 3),
		grouped(d, samples[WORLD_GUEST_USER]),
		grouped(e, samples[WORLD_GUEST_KERNEL]));
	cell_write(p->out, v->comm, 16, false, false);
	fputc('\n', p->out);
}

static void say_vm(struct page *p, size_t index, const struct timeline_vm *vm)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	fprintf(p->out, "  vm %zu  ", index);
	cell_write(p->out, *vm->name ? vm->name : "(no name)", 40, false, false);
	fprintf(p->out, ", process %d, %u vCPU%s, %s entries, %s exits\n", vm->pid,
		vm->nr_vcpus, vm->nr_vcpus == 1 ? "" : "s",
		number_grouped(a, vm->entries), number_grouped(b, vm->exits));
}

void text_guests(struct page *p)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vms(p->d->timeline, &vms), shown = 0, all;

	all = timeline_vcpus(p->d->timeline, &vcpus);
	if (!nr)
		return;
	page_title(p, "Virtual machines", NULL);
	fprintf(p->out, "    %-9s %8s %12s %12s %13s %12s %12s\n", "", "", "", "", "",
		"samples of", "samples of");
	fprintf(p->out, "    %-9s %8s %12s %12s %13s %12s %12s  %s\n", "", "thread",
		"entries", "exits", "in guest", "guest user", "guest kernel",
		"thread's name");
	for (size_t i = 0; i < nr && shown < VCPUS_SHOWN; i++) {
		say_vm(p, i, &vms[i]);
		for (uint32_t k = 0; k < vms[i].nr_vcpus && shown < VCPUS_SHOWN; k++) {
			if ((size_t)vms[i].first_vcpu + k >= all)
				break;
			say_vcpu(p, &vcpus[vms[i].first_vcpu + k]);
			shown++;
		}
	}
	if (shown < all)
		fprintf(p->out,
			"    %zu more vCPUs (--by vm,vcpu shows all that have samples)\n",
			all - shown);
	page_say(p, "in guest",
		 "wall-clock time between kvm_entry and kvm_exit, from the "
		 "tracepoints and not from samples");
}
