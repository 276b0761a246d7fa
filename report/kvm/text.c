// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "report/text/text.h"

#define DETAILS_SHOWN	4	/* per reason, without --limit */
#define VCPUS_SHOWN	64
#define STACK_AT	16	/* column of a vCPU's stack, below its time */
#define STACK_MAX	88
/* Terminals narrower than this have fewer columns: of vCPUs, of exits. */
#define LEDGER_FULL	106
#define EXITS_FULL	112
#define BARS_FROM	120	/* minimum columns of a terminal */
#define BAR_WIDTH	10
#define PREEMPTORS_SHOWN	5

/* A report being written. */
struct kvm_page {
	struct page p;
	const struct kvm_sum *s;
	const struct kvm_report *r;
};

/* From the first SPE sample to the last, ns; 0: not known. */
static uint64_t span_of_samples(const struct kvm_page *k)
{
	const struct report_data *d = k->r->d;
	struct report_total t = report_total(d->summary);

	return d->clock && t.first < t.last ?
	       input_clock_ns(d->clock, t.last) - input_clock_ns(d->clock, t.first) : 0;
}

static void say_evidence(struct kvm_page *k)
{
	const struct exits_evidence *e = exits_evidence(k->r->exits);
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN], d[NUMBER_LEN], f[NUMBER_LEN],
		g[NUMBER_LEN];
	uint64_t samples = span_of_samples(k);
	struct words w = { .len = 0 };

	words_add(&w, "%s entries, %s exits, %s returns to user space, %s events with the cause of "
		  "an exit, %s task switches: these tracepoints span %s",
		  number_grouped(a, e->entries), number_grouped(b, e->exits),
		  number_grouped(c, e->users), number_grouped(d, e->whys),
		  number_grouped(f, e->switches), kvm_duration(g, (double)(e->end - e->begin)));
	if (samples)
		words_add(&w, ", the SPE samples %s", kvm_duration(a, (double)samples));
	page_say(&k->p, "evidence", w.s);
}

void kvm_text_findings(struct page *p, const struct kvm_sum *s, const struct kvm_report *r,
		       bool brief)
{
	struct kvm_findings all;
	struct words w = { .len = 0 };

	kvm_findings(&all, s, r);
	for (size_t i = 0; i < all.nr; i++)
		finding_text(p, i + 1, &all.f[i].said, brief);
	if (all.left_out)
		words_add(&w, "%zu smaller finding%s: see the tables of the VMs", all.left_out,
			  all.left_out == 1 ? "" : "s");
	else if (!all.nr)
		words_add(&w, "no exit, wait or steal takes %d %% of a VM's busy time and %d %% "
			  "of its total time", KVM_FIND_BUSY, KVM_FIND_ALIVE);
	if (w.len)
		page_say(p, all.nr ? "more" : "none", w.s);
}

/* A stack of its time, below the figures. */
static void say_stack(struct kvm_page *k, const struct exit_vcpu *v)
{
	struct picture p = {
		.part = ledger_part, .nr = LEDGER_PARTS, .whole = (double)(v->end - v->begin),
	};
	unsigned int width = k->p.width > STACK_MAX + STACK_AT ? STACK_MAX :
			     (unsigned int)k->p.width - STACK_AT;
	float size[LEDGER_PARTS];

	if (!page_has_bars(&k->p) || v->end <= v->begin)
		return;
	ledger_sizes(size, v->ns);
	fprintf(k->p.out, "%*s", STACK_AT, "");
	page_stack(&k->p, width, &p, size);
	fputc('\n', k->p.out);
}

static int account_width(const struct kvm_page *k, enum account a)
{
	int name = (int)strlen(account_name(a));

	return !page_is_narrow(&k->p, LEDGER_FULL) ? 9 : name > 8 ? name : 8;
}

static void say_vcpu(struct kvm_page *k, const struct timeline_vcpu *name,
		     const struct exit_vcpu *v)
{
	uint64_t alive = v->end - v->begin;
	char text[NUMBER_LEN], id[NUMBER_LEN];
	bool narrow = page_is_narrow(&k->p, LEDGER_FULL);
	FILE *out = k->p.out;

	fprintf(out, "  %4s", number_id(id, name->vcpu));
	if (!narrow)
		fprintf(out, " %8d", v->tid);
	fprintf(out, " %9s", kvm_duration(text, (double)alive));
	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		fprintf(out, " %*s", account_width(k, a), kvm_percent(text, v->ns[a], alive));
	if (!narrow) {
		fprintf(out, " %10s", number_grouped(text, v->exits));
		fprintf(out, " %8s", number_grouped(text, alive ?
			(uint64_t)((double)v->exits * 1e9 / (double)alive) : 0));
	}
	fputc('\n', out);
	say_stack(k, v);
}

static void say_ledger(struct kvm_page *k, const struct kvm_vm *vm)
{
	const struct timeline_vcpu *name;
	const struct exit_vcpu *v;

	bool narrow = page_is_narrow(&k->p, LEDGER_FULL);

	page_put(&k->p, ROLE_DIM, "  %4s%s %9s", "vCPU", narrow ? "" : "   thread", "time");
	for (enum account a = 0; a < NR_ACCOUNTS; a++)
		page_put(&k->p, account_role(a), " %*s", account_width(k, a), account_name(a));
	page_line(&k->p, ROLE_DIM, "%s", narrow ? "" : "      exits  exits/s");
	for (uint32_t i = 0; i < vm->vm->nr_vcpus; i++) {
		if (i == report_shown(k->p.opt, vm->vm->nr_vcpus, VCPUS_SHOWN)) {
			fprintf(k->p.out, "  %u more vCPUs\n", vm->vm->nr_vcpus - i);
			break;
		}
		v = kvm_vcpu(k->r, vm, i, &name);
		say_vcpu(k, name, v);
	}
}

/* "" for 0. */
static char *duration(char out[NUMBER_LEN], uint64_t ns)
{
	return ns ? kvm_duration(out, (double)ns) : strcpy(out, "-");
}

/* The bar of a reason's share of the VM's busy time, if the terminal has room. */
static unsigned int bar_width(const struct kvm_page *k)
{
	return page_has_bars(&k->p) && (!k->p.opt->width || k->p.width >= BARS_FROM) ? BAR_WIDTH : 0;
}

static void say_row(struct kvm_page *k, const struct kvm_vm *vm, const struct exit_row *row)
{
	char text[NUMBER_LEN];
	bool narrow = page_is_narrow(&k->p, EXITS_FULL);
	FILE *out = k->p.out;

	fprintf(out, "  %9s", number_grouped(text, row->exits));
	if (!narrow)
		fprintf(out, " %8s", number_grouped(text, vm->alive ?
			(uint64_t)((double)row->exits * 1e9 / (double)vm->alive) : 0));
	fprintf(out, " %9s", duration(text, row->ns[ACCOUNT_KERNEL]));
	fprintf(out, " %9s", duration(text, row->ns[ACCOUNT_VMM]));
	fprintf(out, " %9s", duration(text, row->ns[ACCOUNT_HALTED] +
				      row->ns[ACCOUNT_PREEMPTED] + row->ns[ACCOUNT_WAITING]));
	fprintf(out, " %9s", duration(text, row->cost.nr ? row->cost.sum / row->cost.nr : 0));
	if (!narrow)
		fprintf(out, " %9s", duration(text, durations_quantile(&row->cost, 0.5)));
	fprintf(out, " %9s", duration(text, durations_quantile(&row->cost, 0.99)));
	if (!narrow)
		fprintf(out, " %9s", duration(text, row->cost.max));
	if (bar_width(k))
		page_bar(&k->p, bar_width(k), ROLE_EXITS,
			 kvm_busy(vm) ? (double)kvm_cost(row) / (double)kvm_busy(vm) : 0);
}

static void say_detail(struct kvm_page *k, const struct kvm_vm *vm, const struct exit_row *row)
{
	char detail[KVM_DETAIL_LEN], user[KVM_DETAIL_LEN], device[DEVICE_LEN];

	say_row(k, vm, row);
	kvm_detail(detail, row);
	kvm_user(user, row);
	kvm_device(device, vm, row);
	fprintf(k->p.out, "    %s%s%s%s%s%s\n", *detail ? detail : *user ? "" : "(no detail)",
		*device ? " (" : "", device, *device ? ")" : "", *user ? " -> " : "", user);
}

static void say_exits(struct kvm_page *k, const struct kvm_vm *vm)
{
	int bar = bar_width(k) ? (int)bar_width(k) + 1 : 0;

	fputc('\n', k->p.out);
	if (page_is_narrow(&k->p, EXITS_FULL))
		page_line(&k->p, ROLE_DIM, "  %9s %9s %9s %9s %9s %9s  %s", "exits", "kernel", "vmm",
			  "off CPU", "mean", "p99", "reason");
	else
		page_line(&k->p, ROLE_DIM, "  %9s %8s %9s %9s %9s %9s %9s %9s %9s%*s  %s", "exits",
			  "exits/s", "kernel", "vmm", "off CPU", "mean", "p50", "p99", "max", bar, "",
			  "reason");
	for (size_t i = 0; i < vm->nr; i++) {
		const struct kvm_reason *g = &vm->reasons[i];
		size_t few = report_shown(k->p.opt, g->nr, DETAILS_SHOWN);
		bool one = g->nr == 1 && !g->rows[0].has_detail && g->rows[0].user == USER_NONE;

		say_row(k, vm, &g->all);
		fputs("  ", k->p.out);
		page_line(&k->p, ROLE_TITLE, "%s", exit_reason_name(g->all.reason));
		for (size_t d = 0; d < few && !one; d++)
			say_detail(k, vm, &g->rows[d]);
		if (few < g->nr && !one)
			fprintf(k->p.out, "  %*s  %zu more (--limit N shows more)\n", 89, "",
				g->nr - few);
	}
}

static void say_preemptor(struct kvm_page *k, int32_t vcpu, const struct exit_vcpu *v,
			  const struct exit_preemptor *t)
{
	const char *comm = timeline_comm(k->p.d->timeline, t->task);
	char a[NUMBER_LEN], b[NUMBER_LEN], id[NUMBER_LEN];

	fprintf(k->p.out, "  %4s %9s %8s", number_id(id, vcpu), kvm_duration(a, (double)t->ns),
		kvm_percent(b, t->ns, v->ns[ACCOUNT_PREEMPTED]));
	if (page_has_bars(&k->p))
		page_bar(&k->p, BAR_WIDTH, ROLE_STOLEN,
			 (double)t->ns / (double)v->ns[ACCOUNT_PREEMPTED]);
	fputs("  ", k->p.out);
	if (t->tid < 0)
		fputs(t->tid == PREEMPTOR_TID_OTHERS ? "(others)" : "(unknown)", k->p.out);
	else if (!t->tid)
		fputs("(idle)", k->p.out);
	else
		cell_write(k->p.out, *comm ? comm : "(no name)", 32, false, false);
	if (t->tid > 0)
		fprintf(k->p.out, ", thread %d", t->tid);
	if (kvm_preemptor_vm(k->r, t) >= 0)
		fprintf(k->p.out, ", of vm %d", kvm_preemptor_vm(k->r, t));
	fputc('\n', k->p.out);
}

/* The remaining steal of a vCPU, so that its lines add up. */
static void say_more_preemptors(struct kvm_page *k, int32_t vcpu, const struct exit_vcpu *v,
				size_t from)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], id[NUMBER_LEN];
	uint64_t ns = 0;

	for (size_t t = from; t < v->nr_preemptors; t++)
		ns += v->preemptors[t].ns;
	if (from < v->nr_preemptors)
		fprintf(k->p.out, "  %4s %9s %8s  %zu more (--limit N shows more)\n",
			number_id(id, vcpu), kvm_duration(a, (double)ns), kvm_percent(b, ns, v->ns[ACCOUNT_PREEMPTED]),
			v->nr_preemptors - from);
}

static void say_steal(struct kvm_page *k, const struct kvm_vm *vm)
{
	size_t left = VCPUS_SHOWN;

	if (!vm->ns[ACCOUNT_PREEMPTED])
		return;
	fputc('\n', k->p.out);
	page_line(&k->p, ROLE_DIM, "  %4s %9s %8s%*s  %s", "vCPU", "preempted", "share",
		  page_has_bars(&k->p) ? BAR_WIDTH + 1 : 0, "", "ran instead");
	for (uint32_t i = 0; i < vm->vm->nr_vcpus && left; i++) {
		const struct timeline_vcpu *name;
		const struct exit_vcpu *v = kvm_vcpu(k->r, vm, i, &name);
		size_t few = report_shown(k->p.opt, v->nr_preemptors, PREEMPTORS_SHOWN);

		few = few < left ? few : left;
		for (size_t t = 0; t < few; t++)
			say_preemptor(k, name->vcpu, v, &v->preemptors[t]);
		say_more_preemptors(k, name->vcpu, v, few);
		left -= few;
	}
}

static void say_vm(struct kvm_page *k, const struct kvm_vm *vm)
{
	struct words w = { .len = 0 };
	char title[16];

	snprintf(title, sizeof(title), "vm %u", vm->number);
	words_add_name(&w, *vm->vm->name ? vm->vm->name : "(no name)");
	words_add(&w, ", process %d, %u vCPU%s", vm->vm->pid, vm->vm->nr_vcpus,
		  vm->vm->nr_vcpus == 1 ? "" : "s");
	page_title(&k->p, title, w.s);
	say_ledger(k, vm);
	say_exits(k, vm);
	kvm_text_costs(&k->p, vm);
	kvm_text_times(&k->p, vm, k->r);
	say_steal(k, vm);
}

static void say_limits(struct kvm_page *k)
{
	char text[KVM_LIMITS][KVM_LIMIT_LEN];
	size_t nr = kvm_limits(text, k->s, k->r);

	page_title(&k->p, "Limits of this data", NULL);
	for (size_t i = 0; i < nr; i++)
		page_say(&k->p, NULL, text[i]);
}

void kvm_text(FILE *out, const struct kvm_sum *s, const struct kvm_report *r,
	      const struct report_options *opt)
{
	struct kvm_page k = {
		.p = page_begin(out, r->d, opt, opt->summary ? "spelunk kvm --summary" :
				"spelunk kvm"),
		.s = s, .r = r,
	};

	if (opt->summary)
		text_recording_line(&k.p);
	else
		text_recording(&k.p);
	say_evidence(&k);
	text_losses(&k.p);
	if (s->nr) {
		page_title(&k.p, "Findings", NULL);
		kvm_text_findings(&k.p, s, r, opt->summary);
	} else {
		page_title(&k.p, "No VM", NULL);
		page_say(&k.p, NULL, "No vCPU ran: record kvm:kvm_entry and kvm:kvm_exit.");
	}
	if (opt->summary)
		return;
	for (size_t i = 0; i < s->nr; i++)
		say_vm(&k, &s->vms[i]);
	kvm_text_irqs(&k.p, r);
	kvm_text_cpus(&k.p, r);
	kvm_text_handlers(&k.p, r);
	kvm_text_sites(&k.p, r);
	say_limits(&k);
	text_missing(&k.p);
}
