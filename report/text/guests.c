// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/text/text.h"

#define VCPUS_SHOWN	64
/* Narrower terminals omit entries, which are as many as exits, and names. */
#define FULL_WIDTH	106

static char *grouped(char out[NUMBER_LEN], uint64_t n)
{
	return n ? number_grouped(out, n) : strcpy(out, "-");
}

static void say_vcpu(struct page *p, const struct timeline_vcpu *v,
		     const struct summary_vcpu *samples)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN], d[NUMBER_LEN], e[NUMBER_LEN];
	char id[NUMBER_LEN];

	bool narrow = page_is_narrow(p, FULL_WIDTH);

	fprintf(p->out, "    vCPU %-4s %8d", number_id(id, v->vcpu), v->tid);
	if (!narrow)
		fprintf(p->out, " %12s", number_grouped(a, v->entries));
	fprintf(p->out, " %12s %11s s %12s %12s", number_grouped(b, v->exits),
		number_fixed(c, (double)v->guest_time / 1e9, 3), grouped(d, samples->user),
		grouped(e, samples->kernel));
	if (!narrow) {
		fputs("  ", p->out);
		page_cell(p, ROLE_DIM, v->comm, 16, false, false);
	}
	fputc('\n', p->out);
}

static void say_vm(struct page *p, size_t index, const struct timeline_vm *vm)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	page_put(p, ROLE_TITLE, "  vm %zu  ", index);
	page_cell(p, ROLE_TITLE, *vm->name ? vm->name : "(no name)", 40, false, false);
	fprintf(p->out, ", process %d, %u vCPU%s, %s entries, %s exits\n", vm->pid,
		vm->nr_vcpus, vm->nr_vcpus == 1 ? "" : "s",
		number_grouped(a, vm->entries), number_grouped(b, vm->exits));
}

/* vCPU threads of unknown VMs, after all others.  Returns the number printed. */
static size_t say_strays(struct page *p, const struct timeline_vcpu *vcpus, size_t nr, size_t room)
{
	size_t first = nr, i;

	while (first && vcpus[first - 1].vm < 0)
		first--;
	if (first == nr || !room)
		return 0;
	fprintf(p->out, "  VM unknown: no event names the process of %s\n",
		nr - first == 1 ? "this vCPU" : "these vCPUs");
	for (i = first; i < nr && i < p->d->summary->nr_vcpus && i - first < room; i++)
		say_vcpu(p, &vcpus[i], &p->d->summary->vcpus[i]);
	return i - first;
}

static void say_slides(struct page *p)
{
	char text[REPORT_SLIDE_LEN], line[REPORT_SLIDE_LEN + 32], shown[2 * sizeof(line)];

	for (size_t i = 0; i < p->d->nr_slides; i++) {
		if (!*report_slide_text(text, &p->d->slides[i]))
			continue;
		snprintf(line, sizeof(line), "of vm %d: %s", p->d->slides[i].vm, text);
		report_escape(shown, sizeof(shown), line);
		page_say(p, "symbols", shown);
	}
}

void text_clocks(struct page *p)
{
	char text[REPORT_CLOCK_LEN], line[REPORT_CLOCK_LEN + 32], shown[2 * sizeof(line)];

	for (size_t i = 0; i < p->d->nr_guests; i++) {
		if (p->d->guests[i].vm < 0)
			continue;
		snprintf(line, sizeof(line), "of vm %d: %s", p->d->guests[i].vm,
			 report_clock_text(text, &p->d->guests[i]));
		report_escape(shown, sizeof(shown), line);
		page_say(p, "clock", shown);
	}
	say_slides(p);
}

static void say_heads(struct page *p)
{
	bool narrow = page_is_narrow(p, FULL_WIDTH);

	page_line(p, ROLE_DIM, "    %-9s %8s%*s %12s %13s %12s %12s", "", "", narrow ? 0 : 13, "", "", "",
		  "samples of", "samples of");
	page_line(p, ROLE_DIM, "    %-9s %8s%s %12s %13s %12s %12s%s", "", "thread",
		  narrow ? "" : "      entries", "exits", "in guest", "guest user", "guest kernel",
		  narrow ? "" : "  thread's name");
}

void text_guests(struct page *p)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	size_t nr = timeline_vms(p->d->timeline, &vms), shown = 0, all;

	all = timeline_vcpus(p->d->timeline, &vcpus);
	if (!all)
		return;
	page_title(p, "Virtual machines", NULL);
	say_heads(p);
	for (size_t i = 0; i < nr && shown < VCPUS_SHOWN; i++) {
		say_vm(p, i, &vms[i]);
		for (uint32_t k = 0; k < vms[i].nr_vcpus && shown < VCPUS_SHOWN; k++) {
			size_t v = (size_t)vms[i].first_vcpu + k;

			if (v >= all || v >= p->d->summary->nr_vcpus)
				break;
			say_vcpu(p, &vcpus[v], &p->d->summary->vcpus[v]);
			shown++;
		}
	}
	shown += say_strays(p, vcpus, all, VCPUS_SHOWN - shown);
	if (shown < all)
		fprintf(p->out,
			"    %zu more vCPUs (--by vm,vcpu shows all that have samples)\n",
			all - shown);
	page_say(p, "in guest",
		 "wall-clock time between kvm_entry and kvm_exit, from the "
		 "tracepoints and not from samples");
	text_clocks(p);
}
