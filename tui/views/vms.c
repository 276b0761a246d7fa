// SPDX-License-Identifier: GPL-2.0-only
/* The vCPUs, and where their time went. */
#include <stdio.h>
#include <string.h>

#include "base/quote.h"
#include "report/kvm/kvm_sum.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/views/text.h"

#define ZOOM_LEN	64

/* The filter for a vCPU's samples, and its name. */
static void say_thread(char filter[ZOOM_LEN], char crumb[ZOOM_LEN], const struct timeline_vcpu *v)
{
	if (v->vm < 0 || v->vcpu < 0) {
		snprintf(filter, ZOOM_LEN, "tid=%d", v->tid);
		snprintf(crumb, ZOOM_LEN, "vcpu thread %d", v->tid);
		return;
	}
	snprintf(filter, ZOOM_LEN, "vm=%d && vcpu=%d", v->vm, v->vcpu);
	snprintf(crumb, ZOOM_LEN, "vm %d vcpu %d", v->vm, v->vcpu);
}

static void add_vcpu(struct text *t, const struct timeline_vcpu *v,
		     const struct summary_vcpu *samples, uint64_t whole)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], c[NUMBER_LEN], d[NUMBER_LEN], e[NUMBER_LEN];
	uint64_t all = samples->user + samples->kernel;
	char filter[ZOOM_LEN], crumb[ZOOM_LEN], id[NUMBER_LEN];
	struct text_line *line;

	fprintf(t->page.out, "   %-4s %8d %11s %11s %9s %9s %9s  ",
		number_id(id, v->vcpu), v->tid,
		number_grouped(a, v->entries), number_grouped(b, v->exits),
		number_fixed(c, (double)v->guest_time / 1e9, 3), number_grouped(d, samples->user),
		number_grouped(e, samples->kernel));
	cell_write(t->page.out, v->comm, 16, false, false);
	line = text_line(t, ROLE_TEXT);
	say_thread(filter, crumb, v);
	if (!all)
		return;
	lines_zoom(t->lines, line, filter, crumb);
	lines_bar(line, (double)all / (double)whole, ROLE_GUEST);
}

static void add_vm(struct text *t, size_t i, const struct timeline_vm *vm)
{
	char a[NUMBER_LEN], b[NUMBER_LEN], filter[64], crumb[64];
	struct text_line *line;

	fprintf(t->page.out, " vm %zu  ", i);
	cell_write(t->page.out, *vm->name ? vm->name : "(no name)", 40, false, false);
	fprintf(t->page.out, ", process %d, %u vCPU%s, %s entries, %s exits", vm->pid,
		vm->nr_vcpus, vm->nr_vcpus == 1 ? "" : "s", number_grouped(a, vm->entries),
		number_grouped(b, vm->exits));
	line = text_line(t, ROLE_TEXT);
	snprintf(filter, sizeof(filter), "vm=%zu", i);
	snprintf(crumb, sizeof(crumb), "vm %zu", i);
	lines_zoom(t->lines, line, filter, crumb);
}

/* vCPU threads of unknown VMs, after all others. */
static void add_strays(struct text *t, const struct timeline_vcpu *vcpus, size_t nr,
		       const struct summary *s, uint64_t whole)
{
	bool titled = false;

	for (size_t i = 0; i < nr && i < s->nr_vcpus; i++) {
		if (vcpus[i].vm >= 0)
			continue;
		if (!titled)
			lines_add(t->lines, ROLE_TEXT, " VM unknown: no event names the process");
		titled = true;
		add_vcpu(t, &vcpus[i], &s->vcpus[i], whole);
	}
}

static char *percent(char out[NUMBER_LEN], uint64_t part, uint64_t whole)
{
	if (!part || !whole)
		return strcpy(out, "-");
	number_fixed(out, 100.0 * (double)part / (double)whole, 1);
	return strcat(out, "%");
}

static void add_time(struct text *t, const struct timeline_vcpu *name,
		     const struct exit_vcpu *v)
{
	uint64_t alive = v->end - v->begin;
	char text[NUMBER_LEN], vm[NUMBER_LEN], vcpu[NUMBER_LEN];
	struct picture p = { .part = ledger_part, .nr = LEDGER_PARTS, .whole = (double)alive };
	char filter[ZOOM_LEN], crumb[2 * ZOOM_LEN + 32];
	float size[LEDGER_PARTS];
	struct text_line *line;

	fprintf(t->page.out, " %3s %-4s %8s", number_id(vm, name->vm), number_id(vcpu, name->vcpu),
		kvm_duration(text, (double)alive));
	for (enum account k = 0; k < NR_ACCOUNTS; k++)
		fprintf(t->page.out, " %7s", percent(text, v->ns[k], alive));
	snprintf(filter, sizeof(filter), "tid=%d", v->tid);
	snprintf(crumb, sizeof(crumb), "thread of vm %s vcpu %s", vm, vcpu);
	line = text_line(t, ROLE_TEXT);
	lines_zoom(t->lines, line, filter, crumb);
	ledger_sizes(size, v->ns);
	if (alive)
		lines_stack(t->lines, line, &p, size);
}

static void add_times(struct text *t, const struct kvm_report *r)
{
	const struct timeline_vcpu *names;
	size_t nr;
	const struct exit_vcpu *v = exits_vcpus(r->exits, &nr);

	timeline_vcpus(r->d->timeline, &names);
	lines_title(t->lines, "Where the time of the vCPUs' threads went");
	fprintf(t->page.out, " %3s %-4s %8s", "vm", "vcpu", "time");
	for (enum account k = 0; k < NR_ACCOUNTS; k++)
		fprintf(t->page.out, " %7s", k == ACCOUNT_PREEMPTED ? "stolen" : account_name(k));
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; i < nr; i++)
		add_time(t, &names[i], &v[i]);
	ledger_legend(t);
}

static void add_ledger(struct text *t, const struct app *a)
{
	const struct kvm_report r = findings_exits(a, t);

	if (!findings_has_exits(a))
		return;
	add_times(t, &r);
	exits_lines(t, &r, app_level(a)->at);
}

static void build(struct app *a, struct text *t)
{
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	const struct summary *s = &a->result->summary;
	uint64_t whole = 0;
	size_t nr, all;

	nr = timeline_vms(t->data.timeline, &vms);
	all = timeline_vcpus(t->data.timeline, &vcpus);
	for (size_t v = 0; v < s->nr_vcpus; v++)
		whole += s->vcpus[v].user + s->vcpus[v].kernel;
	lines_title(t->lines, all ? "Virtual machines" : "No virtual machine ran here");
	if (all)
		lines_add(t->lines, ROLE_HEADER, "   vcpu   thread     entries       exits  guest, s "
			  "  g. user g. kernel  name");
	for (size_t i = 0; i < nr; i++) {
		add_vm(t, i, &vms[i]);
		for (size_t v = vms[i].first_vcpu;
		     v < (size_t)vms[i].first_vcpu + vms[i].nr_vcpus && v < all && v < s->nr_vcpus; v++)
			add_vcpu(t, &vcpus[v], &s->vcpus[v], whole);
	}
	add_strays(t, vcpus, all, s, whole);
	add_ledger(t, a);
	if (all) {
		fputc('\n', t->page.out);
		page_say(&t->page, "guest, s", "seconds between kvm_entry and kvm_exit, from the "
			 "tracepoints and not from samples");
		page_say(&t->page, "mean", "p50, p99 and max: time on a CPU that one exit took, in the "
			 "kernel and the VMM; Enter shows the code of such exits");
		page_say(&t->page, "guest code", "Enter on it shows the guest's samples there, if any");
		page_say(&t->page, "g. user", "and g. kernel: samples of the guest's user and "
			 "kernel operations, the only columns that the filter applies to");
		text_lines(t);
	}
}

/* `spelunk kvm` has no filter, and neither does its output. */
static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	const char *path = a->cfg->data.info->path;

	fprintf(out, "spelunk kvm%s ", a->cfg->symbol_arguments);
	quote_word(out, path ? path : "");
}

const struct view_ops view_vms = {
	.body = &lines_body, .build = build, VIEW_KEYS(FINDINGS_KEYS),
	.query = view_query_findings, .line_menu = VIEW_ACTIONS(ACTION_MARK),
	.view_menu = VIEW_ACTIONS(ACTION_HOTTEST), .command = command,
};
