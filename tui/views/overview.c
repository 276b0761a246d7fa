// SPDX-License-Identifier: GPL-2.0-only
/* Samples by world, where vCPUs' time went, findings, losses, and the recording. */
#include <stdlib.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"
#include "report/losses.h"
#include "tui/app_impl.h"
#include "tui/nothing.h"
#include "tui/views/text.h"

/* Metrics of the row with that single key; NULL: none. */
static const struct metrics *metrics_of(const struct rows *r, const char *text)
{
	for (size_t i = 0; r && i < r->nr; i++)
		if (r->row[i].keys[0].known && !strcmp(r->row[i].keys[0].text, text))
			return &r->row[i].m;
	return NULL;
}

/* sum: over all rows. */
static void put_numbers(struct text *t, const struct metrics *m, const struct metrics *sum)
{
	static const enum column latencies[] = {
		COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P50, COLUMN_TOTAL_P99
	};
	char a[NUMBER_LEN];

	fprintf(t->page.out, " %11s %7s", number_grouped(a, m->samples),
		page_share(&t->page, (char[NUMBER_LEN]){ 0 }, m->samples, sum->samples));
	fprintf(t->page.out, " %9s", number_short(a, m->operations));
	for (size_t i = 0; i < 3; i++)
		fprintf(t->page.out, " %6s", page_value(&t->page, a, latencies[i], m, NULL));
	if (sum->cycles.samples)
		fprintf(t->page.out, " %7s", page_value(&t->page, a, COLUMN_TIME_SHARE, m, sum));
}

static void add_worlds(struct text *t, const struct pass_result *r)
{
	const struct metrics *sum = &r->worlds->sum;
	char filter[64];

	lines_title(t->lines, "Operations by world (mean, p50, p99: total latency, cycles)");
	lines_add(t->lines, ROLE_HEADER, sum->cycles.samples ?
		  " world            samples   share      ops.   mean    p50    p99    time" :
		  " world            samples   share      ops.   mean    p50    p99");
	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		const char *name = world_name(world_at(i));
		const struct metrics *m = metrics_of(r->worlds, name);
		struct text_line *line;

		if (!m)
			continue;
		fprintf(t->page.out, " %-12s", name);
		put_numbers(t, m, sum);
		line = text_line(t, ROLE_TEXT);
		snprintf(filter, sizeof(filter), "world=%s", name);
		lines_zoom(t->lines, line, filter, name);
		lines_bar(line, sum->samples ? (double)m->samples / (double)sum->samples : 0,
			  world_parts[i].role);
	}
	fprintf(t->page.out, " %-12s", "all");
	put_numbers(t, sum, sum);
	text_line(t, ROLE_TEXT);
}

static void add_vm(struct text *t, const struct pass_result *r, size_t i,
		   const struct timeline_vm *vm)
{
	char number[24], filter[64];
	const struct metrics *m;
	struct text_line *line;

	snprintf(number, sizeof(number), "%zu", i);
	m = metrics_of(r->vms, number);
	fprintf(t->page.out, " %-3s", number);
	cell_write(t->page.out, *vm->name ? vm->name : "(no name)", 9, true, false);
	if (m)
		put_numbers(t, m, &r->vms->sum);
	else
		fprintf(t->page.out, " %11s", "-");
	line = text_line(t, ROLE_TEXT);
	if (!m)
		return;
	snprintf(filter, sizeof(filter), "vm=%zu", i);
	lines_zoom(t->lines, line, filter, filter);
	lines_bar(line, (double)m->samples / (double)r->vms->sum.samples, ROLE_GUEST);
}

static void add_vms(struct text *t, const struct pass_result *r)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(t->data.timeline, &vms);

	if (!nr)
		return;
	lines_title(t->lines, "Virtual machines");
	for (size_t i = 0; i < nr; i++)
		add_vm(t, r, i, &vms[i]);
}

/*
 * Pictures
 */

#define BAR_LABEL	12	/* columns of a bar's label */

/* The size that a bar of all worlds shows; 0: unknown. */
typedef uint64_t size_fn(const struct metrics *m);

static uint64_t cost_of(const struct metrics *m)
{
	return m->total.cycles;
}

static uint64_t operations_of(const struct metrics *m)
{
	return m->operations;
}

static uint64_t time_of(const struct metrics *m)
{
	return m->cycles.periods;
}

static void add_split(struct text *t, const struct rows *worlds, const char *what, size_fn *size)
{
	struct picture p = { .part = world_parts, .nr = NR_WORLDS };
	float sizes[NR_WORLDS] = { 0 };
	struct text_line *line;

	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		const struct metrics *m = metrics_of(worlds, world_name(world_at(i)));

		sizes[i] = m ? (float)size(m) : 0;
		p.whole += sizes[i];
	}
	if (p.whole <= 0)
		return;
	fprintf(t->page.out, "  %-*s", BAR_LABEL - 2, what);
	line = text_line(t, ROLE_TEXT);
	lines_stack(t->lines, line, &p, sizes);
	if (line)
		line->still = true;
}

/* The worlds that have samples, with their share of the first bar. */
static void add_split_legend(struct text *t, const struct rows *worlds, size_fn *size)
{
	char text[NR_WORLDS][48], number[NUMBER_LEN];
	struct picture_part parts[NR_WORLDS];
	const char *names[NR_WORLDS];
	unsigned int nr = 0;

	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		const struct metrics *m = metrics_of(worlds, world_name(world_at(i)));

		if (!m)
			continue;
		parts[nr] = world_parts[i];
		snprintf(text[nr], sizeof(text[nr]), "%s %s", world_name(world_at(i)),
			 page_share(&t->page, number, size(m), size(&worlds->sum)));
		names[nr] = text[nr];
		nr++;
	}
	picture_legend(t, parts, names, nr);
}

static void add_splits(struct text *t, const struct rows *worlds)
{
	size_fn *first = cost_of(&worlds->sum) ? cost_of : operations_of;

	add_split(t, worlds, "cost", cost_of);
	add_split(t, worlds, "operations", operations_of);
	add_split(t, worlds, "time", time_of);
	add_split_legend(t, worlds, first);
}

/* A part of a vCPU's time in whole percents. */
static void put_part(struct text *t, uint64_t ns, uint64_t alive)
{
	char number[NUMBER_LEN];
	double v = alive ? 100.0 * (double)ns / (double)alive : 0;

	fprintf(t->page.out, " %6s", !ns ? "-" : v < 0.5 ? "<1" : number_fixed(number, v, 0));
}

static void add_vcpu(struct text *t, const struct kvm_vm *vm, const struct timeline_vcpu *name,
		     const struct exit_vcpu *v)
{
	static const enum account shown[] = {
		ACCOUNT_GUEST, ACCOUNT_KERNEL, ACCOUNT_VMM, ACCOUNT_PREEMPTED, ACCOUNT_HALTED,
	};
	uint64_t alive = v->end - v->begin;
	struct picture p = { .part = ledger_part, .nr = LEDGER_PARTS, .whole = (double)alive };
	char text[NUMBER_LEN], filter[64], crumb[64];
	float size[LEDGER_PARTS];
	struct text_line *line;

	fprintf(t->page.out, " %3u ", vm->number);
	cell_write(t->page.out, *vm->vm->name ? vm->vm->name : "(no name)", 9, true, false);
	fprintf(t->page.out, " %4s %8s", number_id(text, name->vcpu),
		kvm_duration((char[NUMBER_LEN]){ 0 }, (double)alive));
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		put_part(t, v->ns[shown[i]], alive);
	line = text_line(t, ROLE_TEXT);
	snprintf(filter, sizeof(filter), "vm=%u && vcpu=%d", vm->number, name->vcpu);
	snprintf(crumb, sizeof(crumb), "vm %u vcpu %d", vm->number, name->vcpu);
	lines_zoom(t->lines, line, filter, crumb);
	ledger_sizes(size, v->ns);
	if (alive)
		lines_stack(t->lines, line, &p, size);
}

#define VCPUS_SHOWN	8	/* over all VMs; the view VMs has all */

static void add_ledgers(struct text *t, const struct kvm_sum *s, const struct kvm_report *r)
{
	size_t left = VCPUS_SHOWN, more = 0;

	if (!s->nr)
		return;
	fprintf(t->page.out, "\n%4s %-9s %4s %8s %6s %6s %6s %6s %6s  %s", "vm", "name", "vcpu", "time",
		"guest", "exits", "VMM", "stolen", "halted", "% of the time");
	lines_add(t->lines, ROLE_TEXT, "");
	lines_add(t->lines, ROLE_HEADER, text_written(t) + 1);
	for (size_t i = 0; i < s->nr; i++)
		for (uint32_t k = 0; k < s->vms[i].vm->nr_vcpus; k++) {
			const struct timeline_vcpu *name;
			const struct exit_vcpu *v = kvm_vcpu(r, &s->vms[i], k, &name);

			if (left)
				add_vcpu(t, &s->vms[i], name, v);
			else
				more++;
			left -= left > 0;
		}
	if (more) {
		fprintf(t->page.out, "  %zu more vCPUs: 3 has all", more);
		text_line(t, ROLE_DIM);
	}
}

/* The top: how to get names, and whether data were lost. */
static void add_light(struct text *t)
{
	struct text_line *line;
	struct loss all;
	size_t nr;
	bool lost;

	free(losses_collect(&t->data, &nr, &all));
	lost = loss_any(&all);
	fprintf(t->page.out, "  %s %s", !t->letters ? "●" : lost ? "!" : "o",
		lost ? "records were lost: 8 says where and how many" : "no loss reported");
	line = text_line(t, lost ? ROLE_BAD : ROLE_TEXT);
	findings_light(t, line, lost ? ROLE_BAD : ROLE_GOOD, 2);
	if (line)
		line->still = true;
}

static void add_way(struct text *t)
{
	size_t from = t->lines->nr;

	text_way(&t->page);
	text_lines(t);
	for (; from < t->lines->nr; from++) {
		t->lines->line[from].role = ROLE_WARM;
		t->lines->line[from].still = true;
	}
}

static void add_tables(struct text *t, const struct pass_result *r)
{
	if (r->worlds->sum.samples)
		add_worlds(t, r);
	add_vms(t, r);
}

static void add_recording(struct text *t, const struct pass_result *r)
{
	lines_title(t->lines, "Losses");
	text_losses(&t->page);
	text_lines(t);
	lines_title(t->lines, "Recording");
	if (r->worlds->sum.samples)
		text_world_notes(&t->page);
	text_recording(&t->page);
	text_lines(t);
}

/* Without samples of SPE: what else the recording has. */
static void add_nothing(struct text *t, const struct app *a)
{
	const struct pass_result *r = a->result;
	const struct timeline_vm *vms;

	if (*r->query.filter || a->cfg->maker.bytes) {
		nothing_lines(a, t->lines);
		return;
	}
	lines_add(t->lines, ROLE_TITLE, "The recording has no SPE samples");
	if (a->cfg->cycles)
		page_say(&t->page, "cycles", "where CPUs spent their time is in the views Hot and Code, and "
			 "who called it in Flame");
	if (timeline_vms(a->cfg->data.timeline, &vms))
		page_say(&t->page, "exits", "where guests spent their time, and why they exited, "
			 "is in the view VMs");
	text_lines(t);
}

static void build(struct app *a, struct text *t)
{
	struct pass_result *r = a->result;
	struct findings_list *l = findings_new(a, t);
	struct kvm_report exits = findings_exits(a, t);

	if (!l)
		return;
	add_way(t);
	add_light(t);
	if (r->worlds->sum.samples)
		add_splits(t, r->worlds);
	else
		add_nothing(t, a);
	if (findings_has_exits(a))
		add_ledgers(t, findings_sum(l), &exits);
	findings_rows(l, t, r->worlds->sum.samples);
	add_tables(t, r);
	findings_say(l, t);
	add_recording(t, r);
	findings_free(l);
}

static bool act(struct app *a, enum action action)
{
	return action == ACTION_ZOOM && findings_open(a);
}

static const char *enter(const struct app *a)
{
	const struct text_line *line = lines_body_line(a);

	return !line || !line->filter ? NULL : line->opens ? "what proves it" : "functions";
}

const struct view_ops view_overview = {
	.body = &lines_body, .build = build, VIEW_KEYS(FINDINGS_KEYS),
	.query = view_query_findings, .act = act, .enter = enter, .line_menu = VIEW_ACTIONS(ACTION_MARK),
};
