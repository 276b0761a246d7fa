// SPDX-License-Identifier: GPL-2.0-only
/* The exits in the view VMs: by reason, over time, their costs, and related data. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "tui/app_impl.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define ZOOM_LEN	64
#define REASON_LEN	18	/* columns */
#define BARS_WIDTH	100	/* minimum columns of a screen for bars beside the exits */
#define ALL_WIDTH	140	/* minimum columns for where their time went, too */
#define WHO_LEN		36
#define DETAILS_SHOWN	4	/* per reason */
#define PREEMPTORS_SHOWN	5	/* per vCPU */
#define CPUS_SHOWN	64

/* The histogram has a column, or two, per power of two: below 1 us to above 4 ms. */
#define COSTS_AT	32	/* column */

static const struct picture_part exit_part = { ROLE_EXITS, 'e' };

static char *duration(char out[NUMBER_LEN], uint64_t ns)
{
	return ns ? kvm_duration(out, (double)ns) : strcpy(out, "-");
}

/* Enter shows the host code that handles such exits of that VM. */
static void zoom_reason(struct lines *l, struct text_line *line, const struct kvm_vm *vm,
			enum exit_reason reason)
{
	char filter[128], crumb[64];

	snprintf(filter, sizeof(filter), "reason=%s && pid=%d", exit_reason_name(reason), vm->vm->pid);
	snprintf(crumb, sizeof(crumb), "vm %u %s", vm->number, exit_reason_name(reason));
	lines_zoom(l, line, filter, crumb);
}

static void put_row(struct text *t, const struct kvm_vm *vm, const struct exit_row *row)
{
	const struct durations *cost = &row->cost;
	char text[NUMBER_LEN];

	fprintf(t->page.out, " %9s", number_grouped(text, row->exits));
	fprintf(t->page.out, " %9s", number_grouped(text, vm->alive ?
		(uint64_t)((double)row->exits * 1e9 / (double)vm->alive) : 0));
	if (t->width >= ALL_WIDTH) {
		fprintf(t->page.out, " %8s", duration(text, row->ns[ACCOUNT_KERNEL]));
		fprintf(t->page.out, " %8s", duration(text, row->ns[ACCOUNT_VMM]));
		fprintf(t->page.out, " %8s", duration(text, row->ns[ACCOUNT_HALTED] +
			row->ns[ACCOUNT_PREEMPTED] + row->ns[ACCOUNT_WAITING]));
	}
	fprintf(t->page.out, " %8s", duration(text, cost->nr ? cost->sum / cost->nr : 0));
	fprintf(t->page.out, " %8s", duration(text, durations_quantile(cost, 0.5)));
	fprintf(t->page.out, " %8s", duration(text, durations_quantile(cost, 0.99)));
	fprintf(t->page.out, " %8s  ", duration(text, cost->max));
}

/* Details of a reason's exits: "  write 0x9000040 (pl011) -> MMIO". */
static void add_detail(struct text *t, const struct kvm_vm *vm, const struct exit_row *row)
{
	char detail[KVM_DETAIL_LEN], user[KVM_DETAIL_LEN], device[DEVICE_LEN];
	char number[NUMBER_LEN], mean[NUMBER_LEN];
	struct text_line *line;

	kvm_detail(detail, row);
	kvm_user(user, row);
	kvm_device(device, vm, row);
	fprintf(t->page.out, " %3s", "-");
	if (t->width < BARS_WIDTH)
		fprintf(t->page.out, " %9s %9s %8s", number_grouped(number, row->exits), "",
			duration(mean, row->cost.nr ? row->cost.sum / row->cost.nr : 0));
	else
		put_row(t, vm, row);
	fprintf(t->page.out, "  %s%s%s%s%s%s", *detail ? detail : *user ? "" : "(no detail)",
		*device ? " (" : "", device, *device ? ")" : "", *user ? " -> " : "", user);
	line = text_line(t, ROLE_DIM);
	if (line)
		line->still = true;
}

static void add_reason(struct text *t, const struct kvm_vm *vm, const struct kvm_reason *g)
{
	bool one = g->nr == 1 && !g->rows[0].has_detail && g->rows[0].user == USER_NONE;
	const struct exit_row *row = &g->all;
	struct text_line *line;

	fprintf(t->page.out, " %3u", vm->number);
	put_row(t, vm, row);
	fprintf(t->page.out, "%-*s", t->width < BARS_WIDTH ? 0 : REASON_LEN,
		exit_reason_name(row->reason));
	line = text_line(t, ROLE_TEXT);
	zoom_reason(t->lines, line, vm, row->reason);
	if (line)
		line->weight = kvm_cost(row);
	if (kvm_busy(vm) && t->width >= BARS_WIDTH)
		lines_bar(line, (double)kvm_cost(row) / (double)kvm_busy(vm), ROLE_EXITS);
	for (size_t i = 0; !one && i < g->nr && i < DETAILS_SHOWN; i++)
		add_detail(t, vm, &g->rows[i]);
}

static void add_reasons(struct text *t, const struct kvm_sum *s)
{
	lines_title(t->lines, t->width < BARS_WIDTH ? "Exits, by cost" :
		    "Exits, by cost; bar: share of the VM's busy time");
	fprintf(t->page.out, " %3s %9s %9s", "vm", "exits", "exits/s");
	if (t->width >= ALL_WIDTH)
		fprintf(t->page.out, " %8s %8s %8s", "kernel", "VMM", "off CPU");
	fprintf(t->page.out, " %8s %8s %8s %8s  %s", "mean", "p50", "p99", "max", "reason");
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < s->nr; i++)
		for (size_t k = 0; k < s->vms[i].nr; k++)
			add_reason(t, &s->vms[i], &s->vms[i].reasons[k]);
}

/* `wide` columns per octave. */
static const struct lane *costs_lane(struct text *t, const struct durations *cost, unsigned int wide)
{
	struct picture p = { .part = &exit_part, .nr = 1, .whole = (double)cost->nr };
	struct lane *lane = lines_lane(t->lines, &p, COSTS_AT, DURATIONS_SHOWN * wide, 1);
	uint64_t nr[DURATIONS_SHOWN];

	durations_shown(cost, nr);
	for (unsigned int i = 0; lane && i < lane->columns; i++)
		lane->size[i] = (float)nr[i / wide];
	return lane;
}

/* The recording's slices, in the columns from `at` on. */
static const struct lane *times_lane(struct text *t, const struct exit_times *times, double most,
				     unsigned int at)
{
	struct picture p = { .part = &exit_part, .nr = 1, .whole = most };
	struct lane *lane;

	if (most <= 0 || at + 2 >= t->width)
		return NULL;
	lane = lines_lane(t->lines, &p, at, t->width - at - 2, 1);
	for (unsigned int c = 0; lane && c < lane->columns; c++)
		lane->size[c] = (float)times->exits[c * TIME_SLICES / lane->columns];
	return lane;
}

static void add_when(struct text *t, const struct kvm_report *r, const struct kvm_vm *vm,
		     const struct exit_row *row, unsigned int wide)
{
	const struct time_span *span = exits_span(r->exits);
	double second = 1e9 * TIME_SLICES / (double)(span->end - span->begin), most = 0;
	struct exit_times times;
	struct text_line *line;
	char number[NUMBER_LEN];

	kvm_times(&times, r, vm, row->reason);
	for (unsigned int i = 0; i < TIME_SLICES; i++)
		most = (double)times.exits[i] > most ? (double)times.exits[i] : most;
	fprintf(t->page.out, "  %-*s %8s", REASON_LEN, exit_reason_name(row->reason),
		number_grouped(number, (uint64_t)(most * second + 0.5)));
	line = text_line(t, ROLE_TEXT);
	zoom_reason(t->lines, line, vm, row->reason);
	if (row->cost.nr)
		lines_put_lane(line, costs_lane(t, &row->cost, wide));
	lines_put_lane(line, times_lane(t, &times, most, COSTS_AT + DURATIONS_SHOWN * wide + 2));
}

static void add_vm_when(struct text *t, const struct kvm_report *r, const struct kvm_vm *vm)
{
	unsigned int wide = t->width >= 110 ? 2 : 1;
	char title[128];

	if (!vm->nr || !time_span_known(exits_span(r->exits)))
		return;
	snprintf(title, sizeof(title), "Exits of vm %u: CPU time of each, and when they occurred", vm->number);
	lines_title(t->lines, title);
	fprintf(t->page.out, "  %-*s %8s %-*s%4s  %s", REASON_LEN, "reason", "max/s",
		(int)(DURATIONS_SHOWN * wide - 4 + 1), "   <1us", ">4ms", "start to end");
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < vm->nr; i++)
		add_when(t, r, vm, &vm->reasons[i].all, wide);
}

/* What ran instead of a vCPU */

static void say_preemptor(struct text *t, const struct kvm_report *r,
			  const struct exit_preemptor *p)
{
	int32_t vm = p->tid > 0 ? kvm_preemptor_vm(r, p) : -1;
	char who[96], of[32] = "";

	if (vm >= 0)
		snprintf(of, sizeof(of), ", of vm %d", vm);
	snprintf(who, sizeof(who), "%.32s, thread %d%s", p->tid > 0 ?
		 timeline_comm(r->d->timeline, p->task) : "", p->tid, of);
	cell_write(t->page.out, p->tid > 0 ? who : !p->tid ? "idle" :
		   p->tid == PREEMPTOR_TID_OTHERS ? "other threads" : "unknown", WHO_LEN, true,
		   false);
}

static void add_preemptors_of(struct text *t, const struct kvm_report *r,
			      const struct timeline_vcpu *name, const struct exit_vcpu *v, bool begin)
{
	char vm[NUMBER_LEN], vcpu[NUMBER_LEN], ns[NUMBER_LEN], share[NUMBER_LEN], filter[32];
	uint64_t stolen = v->ns[ACCOUNT_PREEMPTED];

	for (size_t i = 0; stolen && i < v->nr_preemptors && i < PREEMPTORS_SHOWN; i++) {
		const struct exit_preemptor *p = &v->preemptors[i];
		double part = (double)p->ns / (double)stolen;
		struct text_line *line;

		fprintf(t->page.out, " %3s %-4s %9s %6s%%  ", number_id(vm, name->vm),
			number_id(vcpu, name->vcpu), kvm_duration(ns, (double)p->ns),
			number_fixed(share, 100 * part, 1));
		say_preemptor(t, r, p);
		line = text_line(t, ROLE_TEXT);
		lines_bar(line, part, ROLE_STOLEN);
		snprintf(filter, sizeof(filter), "tid=%d", p->tid);
		if (p->tid > 0)
			lines_zoom(t->lines, line, filter, filter);
		if (line)
			line->begin = begin && !i;
	}
}

static void add_preemptors(struct text *t, const struct kvm_report *r, uint64_t tid)
{
	const struct timeline_vcpu *names;
	const struct exit_vcpu *v;
	bool some = false;
	size_t nr;

	v = exits_vcpus(r->exits, &nr);
	timeline_vcpus(r->d->timeline, &names);
	for (size_t i = 0; i < nr; i++)
		some |= v[i].nr_preemptors > 0;
	if (!some)
		return;
	lines_title(t->lines, "Who ran while a vCPU was preempted");
	fprintf(t->page.out, " %3s %-4s %9s %7s  %s", "vm", "vcpu", "stolen", "share", "ran "
		"instead");
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < nr; i++)
		add_preemptors_of(t, r, &names[i], &v[i], (uint64_t)v[i].tid == tid);
}

/* What vCPU threads did on each CPU, by slice. */
static void add_cpus(struct text *t, const struct kvm_report *r)
{
	const struct time_span *span = exits_span(r->exits);
	const struct exit_cpu *const *cpus;
	size_t nr = exits_cpus(r->exits, &cpus);
	struct picture p = { .part = ledger_part, .nr = LEDGER_PARTS };

	if (!nr || !time_span_known(span))
		return;
	p.whole = (double)(span->end - span->begin) / TIME_SLICES;
	lines_title(t->lines, "CPUs that vCPUs ran on: in guests, for exits, in VMMs");
	for (size_t i = 0; i < nr && i < CPUS_SHOWN; i++) {
		struct lane *lane = lines_lane(t->lines, &p, TRACK_LABEL,
					       t->width > TRACK_LABEL + 2 ? t->width - TRACK_LABEL - 2 : 1, 1);
		char name[32], filter[32];

		for (unsigned int c = 0; lane && c < lane->columns; c++)
			ledger_sizes(&lane->size[c * LEDGER_PARTS],
				     cpus[i]->slices[c * TIME_SLICES / lane->columns]);
		snprintf(name, sizeof(name), "  cpu %d", cpus[i]->cpu);
		snprintf(filter, sizeof(filter), "cpu=%d", cpus[i]->cpu);
		lines_zoom(t->lines, lines_add_lane(t->lines, lane, name), filter, filter);
	}
	ledger_legend(t);
}

/*
 * Guest code
 */

/* Enter shows the guest's samples at that place, if there are any. */
static void zoom_site(struct lines *l, struct text_line *line, const struct kvm_site *s)
{
	char filter[FILTER_LEN], more[64], crumb[2 * ZOOM_LEN];

	if (*s->symbol && !filter_of_place(s->symbol, s->object, NULL, filter))
		return;
	if (!*s->symbol)
		snprintf(filter, sizeof(filter), "address=0x%" PRIx64, s->address);
	snprintf(more, sizeof(more), "world=guest && vm=%d", s->vm);
	snprintf(crumb, sizeof(crumb), "vm %d %.60s", s->vm, *s->symbol ? s->symbol : "(no host "
		 "name)");
	if (filter_join(filter, more))
		lines_zoom(l, line, filter, crumb);
}

static void add_sites_of(struct text *t, const struct kvm_report *r,
			 enum exit_reason reason)
{
	uint64_t all = kvm_site_exits(r, reason);
	unsigned int left = KVM_SITES_SHOWN;

	for (size_t i = 0; i < r->nr_functions_of_sites && left; i++) {
		const struct kvm_site *s = &r->functions_of_sites[i];

		if (s->reason != reason)
			continue;
		kvm_text_site(&t->page, s, all);
		zoom_site(t->lines, text_line(t, ROLE_TEXT), s);
		left--;
	}
}

static void add_sites(struct text *t, const struct kvm_report *r)
{
	bool seen[NR_REASONS] = { false };

	if (!r->nr_functions_of_sites)
		return;
	lines_title(t->lines, "Guest code that exits");
	kvm_text_site_head(&t->page);
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < r->nr_functions_of_sites; i++) {
		enum exit_reason reason = r->functions_of_sites[i].reason;

		if (!seen[reason])
			add_sites_of(t, r, reason);
		seen[reason] = true;
	}
}

/* Host code that handles exits */

static bool is_of(const struct rows *f, size_t i, enum exit_reason reason)
{
	const struct value *v = &f->row[i].keys[rows_key(f, FIELD_REASON)];

	return v->known && !strcmp(v->text, exit_reason_name(reason));
}

static void add_handler(struct text *t, const struct rows *f, size_t i, uint64_t all)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], filter[FILTER_LEN], crumb[CRUMB_LEN];
	const struct row *row = &f->row[i];
	const struct value *symbol = &row->keys[rows_key(f, FIELD_SYMBOL)];
	const struct value *world = &row->keys[rows_key(f, FIELD_WORLD)];
	struct text_line *line;

	fprintf(t->page.out, " %9s %8s  ", number_grouped(a, row->m.samples),
		page_share(&t->page, b, row->m.samples, all));
	cell_write(t->page.out, row->keys[rows_key(f, FIELD_REASON)].text, REASON_LEN, true, false);
	fputs("  ", t->page.out);
	cell_write(t->page.out, world->text, 12, true, false);
	fputs("  ", t->page.out);
	cell_write(t->page.out, symbol->known && *symbol->text ? symbol->text : "-",
		   t->width < BARS_WIDTH ? 24 : 40, true, false);
	line = text_line(t, ROLE_TEXT);
	crumb_of_row(f, i, crumb);
	if (filter_of_row(f, i, filter))
		lines_zoom(t->lines, line, filter, crumb);
	if (all)
		lines_bar(line, (double)row->m.samples / (double)all, world_role((enum world)world->num));
}

/* Rows are sorted by samples: the first of a reason are its hottest. */
static void add_handlers_of(struct text *t, const struct rows *f, enum exit_reason reason)
{
	unsigned int left = KVM_SITES_SHOWN;
	uint64_t all = 0;

	for (size_t i = 0; i < f->nr; i++)
		all += is_of(f, i, reason) ? f->row[i].m.samples : 0;
	for (size_t i = 0; all && left && i < f->nr; i++) {
		if (!is_of(f, i, reason))
			continue;
		add_handler(t, f, i, all);
		left--;
	}
}

/* Reasons by cost over all VMs. */
static void add_handlers(struct text *t, const struct kvm_sum *s, const struct kvm_report *r)
{
	bool seen[NR_REASONS] = { false };

	if (!r->functions || !r->functions->nr)
		return;
	lines_title(t->lines, "Host code that handles exits, all VMs");
	fprintf(t->page.out, " %9s %8s  %-*s  %-12s  %s", "samples", "share", REASON_LEN, "reason",
		"world", "function");
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < s->nr; i++)
		for (size_t k = 0; k < s->vms[i].nr; k++) {
			enum exit_reason reason = s->vms[i].reasons[k].all.reason;

			if (!seen[reason])
				add_handlers_of(t, r->functions, reason);
			seen[reason] = true;
		}
}

static void add_limits(struct text *t, const struct kvm_sum *s, const struct kvm_report *r)
{
	char (*limit)[KVM_LIMIT_LEN] = malloc(KVM_LIMITS * sizeof(*limit));
	size_t nr = limit ? kvm_limits(limit, s, r) : 0;

	if (nr)
		lines_title(t->lines, "Limits of this data");
	for (size_t i = 0; i < nr; i++)
		page_say(&t->page, NULL, limit[i]);
	text_lines(t);
	free(limit);
}

void exits_lines(struct text *t, const struct kvm_report *r, uint64_t tid)
{
	struct kvm_sum s = { .nr = 0 };

	if (kvm_sum_make(&s, r))
		t->lines->failed = true;
	add_reasons(t, &s);
	add_preemptors(t, r, tid);
	for (size_t i = 0; i < s.nr; i++)
		add_vm_when(t, r, &s.vms[i]);
	add_handlers(t, &s, r);
	add_sites(t, r);
	add_cpus(t, r);
	kvm_text_irqs(&t->page, r);
	text_lines(t);
	lines_title(t->lines, "Findings");
	kvm_text_findings(&t->page, &s, r, true);
	text_lines(t);
	add_limits(t, &s, r);
	kvm_sum_clear(&s);
}
