// SPDX-License-Identifier: GPL-2.0-only
/* Whose operations, the VMs, losses, and what the recording is. */
#include <string.h>

#include "report/findings/findings.h"
#include "report/kvm/kvm_sum.h"
#include "report/losses.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

/* Metrics of the row whose only key is that; NULL: none. */
static const struct metrics *metrics_of(const struct rows *r, const char *text)
{
	for (size_t i = 0; r && i < r->nr; i++)
		if (r->row[i].keys[0].known && !strcmp(r->row[i].keys[0].text, text))
			return &r->row[i].m;
	return NULL;
}

/* sum: of all rows. */
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

	lines_title(t->lines, "Whose operations");
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

/* Of exits, which know no filter. */
static void add_findings(struct text *t, const struct exits *exits)
{
	const struct kvm_report r = { .d = &t->data, .exits = exits };
	struct kvm_sum s = { .nr = 0 };

	if (!exits || !exits_evidence(exits)->exits)
		return;
	lines_title(t->lines, "Exits of guests");
	if (kvm_sum_make(&s, &r))
		t->lines->failed = true;
	kvm_text_findings(&t->page, &s, &r, true);
	text_lines(t);
	kvm_sum_clear(&s);
}

/* Without samples of SPE: what there is all the same. */
static void add_nothing(struct text *t, const struct app *a)
{
	const struct pass_result *r = a->result;
	const struct timeline_vm *vms;

	lines_add(t->lines, ROLE_TITLE, *r->query.filter ? "No sample matches the filter" :
		  a->cfg->maker.bytes ? "No sample was decoded" : "The recording has no SPE samples");
	if (*r->query.filter || a->cfg->maker.bytes)
		return;
	if (a->cfg->cycles)
		page_say(&t->page, "cycles", "where CPUs spent their time is in the views Hot and Code, and "
			 "who called it in Flame");
	if (timeline_vms(a->cfg->data.timeline, &vms))
		page_say(&t->page, "exits", "where guests spent their time, and why they were left, is in the "
			 "view VMs");
	text_lines(t);
}

static void build(struct app *a, struct text *t)
{
	struct pass_result *r = a->result;
	char sentence[96];

	if (r->worlds->sum.samples)
		add_worlds(t, r);
	else
		add_nothing(t, a);
	add_vms(t, r);
	lines_title(t->lines, "Losses and findings");
	text_losses(&t->page);
	findings_text(&t->page, true);
	text_lines(t);
	add_findings(t, a->cfg->exits);
	lines_title(t->lines, "Recording");
	if (r->worlds->sum.samples)
		text_world_notes(&t->page);
	text_recording(&t->page);
	text_lines(t);
	if (r->nr_missing) {
		snprintf(sentence, sizeof(sentence), "  symbols     missing for %zu objects or "
			 "more: 8, quality, says which", r->nr_missing - 1);
		lines_add(t->lines, ROLE_BAD, sentence);
	}
}

const struct view_ops view_overview = {
	.body = &lines_body, .build = build, VIEW_KEYS(OVERVIEW_KEYS),
	.query = view_query_findings,
};
