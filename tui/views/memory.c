// SPDX-License-Identifier: GPL-2.0-only
/* Data sources: a row per source, with share and average latency for each world. */
#include <stdio.h>
#include <string.h>

#include "base/nodes.h"
#include "decoder/names.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

#define LABEL	18
#define LABEL_NARROW	12
#define WORLD	15	/* columns of a world's share and average, with a blank */
#define WORLD_NARROW	13
#define WIDE_FROM	100	/* minimum columns of a screen */

struct sources {
	uint64_t whole[NR_WORLDS];		/* samples with a source */
	uint64_t shown[SUMMARY_SOURCES];	/* of all worlds; 0 once displayed */
};

static bool sum_up(const struct summary_model *m, struct sources *s)
{
	bool any = false;

	*s = (struct sources){ 0 };
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		for (unsigned int c = 0; c < SUMMARY_SOURCES; c++) {
			s->whole[w] += m->samples[w][c];
			s->shown[c] += m->samples[w][c];
			any |= m->samples[w][c] > 0;
		}
	return any;
}

static int label_width(const struct text *t)
{
	return t->width < WIDE_FROM ? LABEL_NARROW : LABEL;
}

static int world_width(const struct text *t)
{
	return t->width < WIDE_FROM ? WORLD_NARROW : WORLD;
}

static void add_heads(struct text *t, const struct sources *s)
{
	int label = label_width(t), world = world_width(t);

	fprintf(t->page.out, " %-*s", label, "");
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		if (s->whole[world_at(i)])
			fprintf(t->page.out, "%*s", world, world_name(world_at(i)));
	text_line(t, ROLE_HEADER);
	fprintf(t->page.out, " %-*s", label, "source");
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		if (s->whole[world_at(i)])
			fprintf(t->page.out, "%*s", world, "share  mean");
	text_line(t, ROLE_HEADER);
}

static void add_source(struct text *t, const struct summary_model *m,
		       unsigned int code, const struct sources *s)
{
	char label[SOURCE_LEN], filter[SOURCE_LEN + 16], a[NUMBER_LEN], b[NUMBER_LEN + 1];
	const char *name = spe_source_name(m->midr, (uint16_t)code);
	struct text_line *line;

	text_source(label, m->midr, code);
	fprintf(t->page.out, " %-*s", label_width(t), label);
	for (unsigned int i = 0; i < NR_WORLDS; i++) {
		enum world w = world_at(i);
		uint64_t n = m->samples[w][code];

		if (s->whole[w])
			fprintf(t->page.out, "%*s %5s", world_width(t) - 6,
				page_share(&t->page, a, n, s->whole[w]),
				text_source_mean(b, m->total_sum[w][code], n));
	}
	line = text_line(t, ROLE_TEXT);
	if (name)
		snprintf(filter, sizeof(filter), "source=\"%s\"", name);
	else
		snprintf(filter, sizeof(filter), "source=%u", code);
	/* The last code stands for several. */
	if (code == SUMMARY_SOURCES - 1)
		return;
	lines_zoom(t->lines, line, filter, label);
}

static void add_model(struct text *t, const struct summary_model *m)
{
	const char *cpu = spe_cpu_name(m->midr);
	struct sources s;
	char title[128];

	if (!sum_up(m, &s))
		return;
	snprintf(title, sizeof(title), "Data sources, %s%s",
		 cpu ? cpu : "codes as recorded: CPU model unknown",
		 cpu && !spe_sources_basis(m->midr) ?
		 ": codes as recorded (spelunk help cpus)" : "");
	lines_title(t->lines, title);
	add_heads(t, &s);
	for (;;) {
		unsigned int best = 0;

		for (unsigned int c = 1; c < SUMMARY_SOURCES; c++)
			if (s.shown[c] > s.shown[best])
				best = c;
		if (!s.shown[best])
			break;
		s.shown[best] = 0;
		add_source(t, m, best, &s);
	}
}

/* Misses, as columns of the report. */
static const enum column cache_columns[] = {
	COLUMN_L1D_MISS, COLUMN_L2D_MISS, COLUMN_LLC_MISS, COLUMN_TLB_WALK, COLUMN_XLAT_MEAN,
	COLUMN_XLAT_P99,
};

#define NR_CACHE_COLUMNS	(sizeof(cache_columns) / sizeof(cache_columns[0]))
#define WORLD_LABEL		13

static void add_world(struct text *t, const struct rows *r, enum world w)
{
	char text[NUMBER_LEN], filter[64];

	for (size_t i = 0; i < r->nr; i++) {
		if (r->row[i].keys[0].num != w)
			continue;
		fprintf(t->page.out, " %-*s", WORLD_LABEL, world_name(w));
		for (size_t c = 0; c < NR_CACHE_COLUMNS; c++)
			fprintf(t->page.out, " %9s", page_value(&t->page, text, cache_columns[c],
								&r->row[i].m, &r->sum));
		snprintf(filter, sizeof(filter), "world=%s", world_name(w));
		lines_zoom(t->lines, text_line(t, ROLE_TEXT), filter, world_name(w));
	}
}

static void add_caches(struct text *t, const struct rows *r)
{
	if (!r->nr)
		return;
	lines_title(t->lines, "Caches and TLB");
	fprintf(t->page.out, " %-*s", WORLD_LABEL, "world");
	for (size_t c = 0; c < NR_CACHE_COLUMNS; c++)
		fprintf(t->page.out, " %9s", column_title(cache_columns[c]));
	text_line(t, ROLE_HEADER);
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		add_world(t, r, world_at(i));
}

static void build(struct app *a, struct text *t)
{
	const struct summary *s = &a->result->summary;

	for (size_t i = 0; i < s->nr_models; i++)
		add_model(t, &s->models[i]);
	if (!t->lines->nr)
		lines_title(t->lines, "No sample names a data source");
	heat_lines(a, t);
	nodes_lines(a, t);
	add_caches(t, a->result->worlds);
	fputc('\n', t->page.out);
	page_say(&t->page, "share", "of the world's samples that name a source; ~: from fewer "
		 "than 30 samples");
	page_say(&t->page, "mean", "total latency in core cycles, dispatch to complete");
	heat_legend(t);
	page_say(&t->page, "misses", "of the world's accesses; xlat: waiting for the MMU, cycles");
	page_say(&t->page, "addresses", "5 shows the cache lines; there g and page, va or pa other "
		 "grains");
	text_lines(t);
}

/* Nodes only where there are several: they need each sample's physical address. */
static size_t keys(const struct app_config *cfg, enum field out[PROFILE_KEYS])
{
	static const enum field all[] = { HEAT_KEYS, FIELD_CPU_NODE, FIELD_NODE };
	size_t nr = sizeof(all) / sizeof(all[0]) - (nodes_are_several(cfg->data.info->nodes) ? 0 : 2);

	memcpy(out, all, nr * sizeof(all[0]));
	return nr;
}

static bool act(struct app *a, enum action action)
{
	if (action != ACTION_STEP_LESS && action != ACTION_STEP_MORE)
		return false;
	return heat_move(a, action == ACTION_STEP_MORE);
}

static void note(const struct app *a, const struct pass_query *q, struct lines *l,
		 unsigned int width)
{
	lines_add(l, ROLE_DIM, "(latencies by source: --by world,source,total_step)");
}

const struct view_ops view_memory = {
	.body = &lines_body, .build = build, .recording_keys = keys,
	.act = act, .line_menu = VIEW_ACTIONS(ACTION_STEP_MORE, ACTION_STEP_LESS), .note = note,
};
