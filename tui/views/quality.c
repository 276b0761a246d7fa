// SPDX-License-Identifier: GPL-2.0-only
/* How reliable the data are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/losses.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

static void put_loss(struct text *t, const char *who, const struct loss *l)
{
	const uint64_t counts[] = {
		l->truncated, l->partial, l->collided, l->samples, l->events, l->torn, l->skipped,
	};
	char number[NUMBER_LEN];

	fprintf(t->page.out, " %-9s %11s", who, number_grouped(number, l->records));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		fprintf(t->page.out, " %7s", counts[i] ? number_grouped(number, counts[i]) : "-");
}

static void add_losses(struct text *t)
{
	struct loss all, *losses;
	char who[32];
	size_t nr;

	losses = losses_collect(&t->data, &nr, &all);
	lines_title(t->lines, "Losses");
	fprintf(t->page.out, " %-9s %11s %7s %7s %7s %7s %7s %7s %7s", "CPU", "records", "trunc.",
		"gaps", "collis.", "samples", "events", "torn", "bytes");
	text_line(t, ROLE_HEADER);
	for (size_t i = 0; losses && i < nr; i++) {
		snprintf(who, sizeof(who), losses[i].cpu < 0 ? "none" : "%d", losses[i].cpu);
		put_loss(t, who, &losses[i]);
		text_line(t, loss_any(&losses[i]) ? ROLE_BAD : ROLE_GOOD);
	}
	free(losses);
	put_loss(t, "all", &all);
	text_line(t, loss_any(&all) ? ROLE_BAD : ROLE_GOOD);
	page_say(&t->page, "columns", "trunc., gaps, collis.: buffer regions that were truncated, had "
		 "gaps or collisions; samples, events: lost; torn: records; bytes: outside of records");
	text_losses(&t->page);
	text_lines(t);
}

static void add_evidence(struct text *t, const struct summary *s)
{
	char number[NUMBER_LEN], share[NUMBER_LEN], filter[64];
	struct text_line *line;

	lines_title(t->lines, "Evidence: why a sample is attributed to its world");
	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		enum world w = world_at(i);
		uint64_t whole = world_samples(s, w);

		for (unsigned int b = 0; b < NR_BASES; b++) {
			if (!s->samples[w][b])
				continue;
			fprintf(t->page.out, " %-12s %-16s %11s %7s", world_name(w), text_basis(b),
				number_grouped(number, s->samples[w][b]),
				page_share(&t->page, share, s->samples[w][b], whole));
			line = text_line(t, w == WORLD_UNKNOWN ? ROLE_BAD : ROLE_TEXT);
			snprintf(filter, sizeof(filter), "world=%s && basis=%s", world_name(w),
				 basis_name(b));
			lines_zoom(t->lines, line, filter, filter);
			lines_bar(line, whole ? (double)s->samples[w][b] / (double)whole : 0, world_role(w));
		}
	}
}

static void add_saturation(struct text *t, const struct metrics *m)
{
	const struct { const char *name; const struct latency *l; } kinds[] = {
		{ "total", &m->total }, { "issue", &m->issue }, { "translation", &m->xlat },
	};
	char number[NUMBER_LEN], share[NUMBER_LEN];

	lines_title(t->lines, "Saturated latency counters");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		fprintf(t->page.out, " %-12s %11s %7s", kinds[i].name,
			number_grouped(number, kinds[i].l->saturated),
			page_share(&t->page, share, kinds[i].l->saturated, kinds[i].l->n));
		text_line(t, kinds[i].l->saturated ? ROLE_BAD : ROLE_GOOD);
	}
}

/* Evidence about guests: the offsets of their clocks and the slides of their kernels. */
static void add_guests(struct text *t)
{
	char text[REPORT_SLIDE_LEN];
	bool any = false;

	for (size_t i = 0; i < t->data.nr_guests; i++)
		any |= t->data.guests[i].vm >= 0;
	for (size_t i = 0; i < t->data.nr_slides; i++)
		any |= *report_slide_text(text, &t->data.slides[i]);
	if (!any)
		return;
	fputs("\nGuests\n", t->page.out);
	text_clocks(&t->page);
}

static void build(struct app *a, struct text *t)
{
	add_losses(t);
	add_evidence(t, &a->result->summary);
	text_world_notes(&t->page);
	text_lines(t);
	add_saturation(t, &a->result->worlds->sum);
	text_errata(&t->page);
	add_guests(t);
	text_missing(&t->page);
	text_way(&t->page);
	fputs("\nConfidence\n", t->page.out);
	page_say(&t->page, "~", "from fewer than 30 samples (a p99: fewer than 100): an order "
		 "of magnitude");
	page_say(&t->page, ">=", "latency counters saturated: at least this much");
	text_lines(t);
}

const struct view_ops view_quality = {
	.body = &lines_body, .build = build, VIEW_KEYS(FINDINGS_KEYS),
	.query = view_query_findings,
};
