// SPDX-License-Identifier: GPL-2.0-only
/* The ledger of each VM and vCPU as stacked bars and as a table, and what ran instead. */
#include <inttypes.h>

#include "report/html/html_impl.h"

#define VMS_SHOWN	64
#define VMS_OPEN	4	/* with more than these, all are folded at first */
#define VCPUS_SHOWN	128	/* per VM, in the table */
#define BARS_SHOWN	16	/* per VM */
#define PREEMPTORS_SHOWN	5	/* per vCPU */

static const char *const names[NR_ACCOUNTS] = {
	[ACCOUNT_GUEST] = "in the guest", [ACCOUNT_KERNEL] = "exits, in the kernel",
	[ACCOUNT_VMM] = "VMM", [ACCOUNT_HALTED] = "halted", [ACCOUNT_PREEMPTED] = "stolen",
	[ACCOUNT_WAITING] = "waiting", [ACCOUNT_UNKNOWN] = "unknown",
};

static void fill_parts(struct html_part part[NR_ACCOUNTS], const uint64_t ns[NR_ACCOUNTS])
{
	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		part[a] = (struct html_part){ html_account_class(a), names[a], (double)ns[a] };
}

static void put_bar(struct html *h, const char *name, const uint64_t ns[NR_ACCOUNTS],
		    uint64_t alive)
{
	struct html_part part[NR_ACCOUNTS];
	char note[NUMBER_LEN];

	fill_parts(part, ns);
	html_bar(h, name, kvm_duration(note, (double)alive), part, NR_ACCOUNTS, (double)alive);
}

static void put_bars(struct html *h, const struct kvm_vm *vm)
{
	uint32_t few = vm->vm->nr_vcpus < BARS_SHOWN ? vm->vm->nr_vcpus : BARS_SHOWN;
	struct html_part part[NR_ACCOUNTS];

	/* the overview already shows its bar */
	if (few == 1 && h->kvm->nr > 1)
		return;
	fill_parts(part, vm->ns);
	html_put(h, "<div class=\"bars\">\n");
	html_legend(h, part, NR_ACCOUNTS);
	if (few > 1)
		put_bar(h, "all vCPUs", vm->ns, vm->alive);
	for (uint32_t i = 0; i < few; i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *v = kvm_vcpu(h->r->kvm, vm, i, &name);
		char number[NUMBER_LEN], text[2 * NUMBER_LEN];

		snprintf(text, sizeof(text), "vCPU %s", number_id(number, name->vcpu));
		put_bar(h, text, v->ns, v->end - v->begin);
	}
	html_put(h, "</div>\n");
	html_left_out(h, vm->vm->nr_vcpus - few, "bar", "bars");
}

static void put_vcpu(struct html *h, const struct timeline_vcpu *name, const struct exit_vcpu *v)
{
	uint64_t alive = v->end - v->begin;
	char text[NUMBER_LEN];

	html_put(h, "<tr data-tid=\"%d\">", v->tid);
	html_id(h, "vcpu", name->vcpu);
	html_id(h, "tid", v->tid);
	html_cell(h, name->comm);
	html_duration(h, "time_ns", alive);
	for (enum account a = 0; a < NR_ACCOUNTS; a++) {
		double ns = (double)v->ns[a];
		char key[32];

		snprintf(key, sizeof(key), "%s_ns", account_name(a));
		html_value(h, key, ns > 0 ? html_percent(text, ns, (double)alive) : "-", ns, true);
	}
	html_count(h, "exits", v->exits);
	html_count(h, "preemptions", v->preemptions);
	html_put(h, "</tr>\n");
}

static void put_ledger(struct html *h, const struct kvm_vm *vm)
{
	static const char *const titles[NR_ACCOUNTS] = {
		"Guest", "Kernel", "VMM", "Halted", "Stolen", "Waiting", "Unknown",
	};
	static const char *const what[NR_ACCOUNTS] = {
#define ACCOUNT(id, name, what) what,
#include "kvm/exits.def"
#undef ACCOUNT
	};
	struct html_column heads[NR_ACCOUNTS + 6] = {
		HTML_NUMBER("vCPU", NULL), HTML_NUMBER("Thread", NULL), HTML_TEXT("Name", NULL),
		HTML_NUMBER("Time", "from the thread's first event to its last"),
	};
	uint32_t i;

	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		heads[4 + a] = (struct html_column)HTML_NUMBER(titles[a], what[a]);
	heads[NR_ACCOUNTS + 4] = (struct html_column)HTML_NUMBER("Exits", NULL);
	heads[NR_ACCOUNTS + 5] = (struct html_column)HTML_NUMBER("Preempted", "times");
	html_table_open(h, "ledger", heads, NR_ACCOUNTS + 6, true);
	html_put(h, "<tbody>\n");
	for (i = 0; i < vm->vm->nr_vcpus && i < VCPUS_SHOWN && !html_full(h); i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *v = kvm_vcpu(h->r->kvm, vm, i, &name);

		put_vcpu(h, name, v);
	}
	html_put(h, "</tbody>");
	html_table_close(h);
	html_left_out(h, vm->vm->nr_vcpus - i, "vCPU", "vCPUs");
}

static void put_preemptor(struct html *h, int32_t vcpu, const struct exit_vcpu *v,
			  const struct exit_preemptor *t)
{
	const char *comm = t->tid == PREEMPTOR_TID_OTHERS ? "(others)" : t->tid < 0 ? "(unknown)" :
			   !t->tid ? "(idle)" : timeline_comm(h->d->timeline, t->task);
	double ns = (double)t->ns, all = (double)v->ns[ACCOUNT_PREEMPTED];
	char text[NUMBER_LEN];

	html_put(h, "<tr>");
	html_id(h, "vcpu", vcpu);
	html_duration(h, "stolen_ns", t->ns);
	html_value(h, "percent", html_percent(text, ns, all), 100 * ns / all, false);
	html_cell(h, comm);
	html_id(h, "tid", t->tid > 0 ? t->tid : -1);
	html_id(h, "vm", kvm_preemptor_vm(h->r->kvm, t));
	html_put(h, "</tr>\n");
}

static void put_steal(struct html *h, const struct kvm_vm *vm)
{
	static const struct html_column heads[] = {
		HTML_NUMBER("vCPU", NULL), HTML_NUMBER("Stolen", NULL),
		HTML_NUMBER("Share", "of the vCPU's steal"), HTML_TEXT("Ran instead", NULL),
		HTML_NUMBER("Thread", NULL), HTML_NUMBER("Of VM", NULL),
	};
	size_t left = 0;

	if (!vm->ns[ACCOUNT_PREEMPTED])
		return;
	html_put(h, "<h4>Who ran while a vCPU was preempted</h4>\n");
	html_table_open(h, "steal", heads, sizeof(heads) / sizeof(heads[0]), true);
	html_put(h, "<tbody>\n");
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *v = kvm_vcpu(h->r->kvm, vm, i, &name);

		for (size_t k = 0; v->ns[ACCOUNT_PREEMPTED] && k < v->nr_preemptors; k++) {
			if (k < PREEMPTORS_SHOWN && !html_full(h))
				put_preemptor(h, name->vcpu, v, &v->preemptors[k]);
			else
				left++;
		}
	}
	html_put(h, "</tbody>");
	html_table_close(h);
	html_left_out(h, left, "thread", "threads");
}

void html_vm_open(struct html *h, const struct kvm_vm *vm)
{
	html_put(h, "<details class=\"vm\"%s><summary><h3>vm %" PRIu32 " ",
		 h->kvm->nr > VMS_OPEN ? "" : " open", vm->number);
	html_name(h, vm->vm->name);
	html_put(h, " <small>process %d, %u vCPU%s</small></h3></summary>\n", vm->vm->pid,
		 vm->vm->nr_vcpus, vm->vm->nr_vcpus == 1 ? "" : "s");
}

void html_vm_close(struct html *h)
{
	html_put(h, "</details>\n");
}

static void put_vm(struct html *h, const struct kvm_vm *vm)
{
	html_vm_open(h, vm);
	put_bars(h, vm);
	put_ledger(h, vm);
	put_steal(h, vm);
	html_vm_close(h);
}

/* An overview of all VMs. */
static void put_overview(struct html *h)
{
	struct html_part part[NR_ACCOUNTS];
	size_t i;

	fill_parts(part, h->kvm->vms[0].ns);
	html_put(h, "<div class=\"bars\">\n");
	html_legend(h, part, NR_ACCOUNTS);
	for (i = 0; i < h->kvm->nr && i < VMS_SHOWN && !html_full(h); i++) {
		const struct kvm_vm *vm = &h->kvm->vms[i];
		char name[16 + 4 * HTML_NAME];

		snprintf(name, sizeof(name), "vm %" PRIu32 " %s", vm->number, vm->vm->name);
		put_bar(h, name, vm->ns, vm->alive);
	}
	html_put(h, "</div>\n");
}

void html_vms(struct html *h)
{
	size_t i;

	html_about(h, "What each vCPU's thread did while it existed. Stolen: the thread wanted to "
		   "run, and another thread had the CPU.");
	if (h->kvm->nr > 1)
		put_overview(h);
	for (i = 0; i < h->kvm->nr && i < VMS_SHOWN && !html_full(h); i++)
		put_vm(h, &h->kvm->vms[i]);
	html_left_out(h, h->kvm->nr - i, "VM", "VMs");
}
