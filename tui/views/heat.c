// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long which data took: a line per data source and world, a column per step of total
 * latency, darker where more of the line's latency cycles are.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/latencies.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

#define LABEL		28	/* columns of source and world */
#define CELL_MAX	16	/* columns of a step */

struct heat {
	const struct latencies *of;
	unsigned int cell;		/* columns of a step */
};

/* Less than so many percent of the line's cycles. */
static const struct {
	unsigned int below;
	const char *utf8, *ascii;
} shades[] = {
	{ 1, "·", "." }, { 5, "░", ":" }, { 20, "▒", "+" }, { 50, "▓", "*" }, { 101, "█", "#" },
};

static const char *shade(uint64_t n, uint64_t all)
{
	unsigned int i = 0;

	if (!n)
		return " ";
	while (n * 100 >= all * shades[i].below)
		i++;
	return locale_has_utf8() ? shades[i].utf8 : shades[i].ascii;
}

/* The step that was chosen, or LATENCY_STEPS. */
static unsigned int chosen(const struct app *a, const struct heat *h)
{
	const struct level *top = app_level(a);
	unsigned int step = top->at ? (unsigned int)top->at - 1 : LATENCY_STEPS;

	return step >= h->of->first && step < h->of->end ? step : LATENCY_STEPS;
}

static void make_zoom(struct lines *l, struct text_line *line, const struct latency_source *s,
		      unsigned int world, unsigned int step)
{
	char filter[FILTER_LEN], crumb[CRUMB_LEN];
	int n, c;

	if (s->named)
		n = snprintf(filter, sizeof(filter), "source=\"%s\"", s->name);
	else
		n = snprintf(filter, sizeof(filter), "op=%s && !(source=~\"^\")", s->name);
	c = snprintf(crumb, sizeof(crumb), "%.40s", s->name);
	if (world != LATENCY_ALL_WORLDS) {
		n += snprintf(filter + n, sizeof(filter) - (size_t)n, " && world=%s",
			      world_name(world));
		c += snprintf(crumb + c, sizeof(crumb) - (size_t)c, " %s", world_name(world));
	}
	if (step != LATENCY_STEPS) {
		snprintf(filter + n, sizeof(filter) - (size_t)n, " && total_step=%" PRIu64,
			 latency_step_start(step));
		snprintf(crumb + c, sizeof(crumb) - (size_t)c, " %" PRIu64 " to %" PRIu64 " cycles",
			 latency_step_start(step), latency_step_start(step + 1) - 1);
	}
	lines_zoom(l, line, filter, crumb);
}

/* Roles of a line's columns: the world's, and the chosen step's. */
static void paint(const struct heat *h, struct text_line *line, enum role role,
		  unsigned int step)
{
	unsigned int columns = (h->of->end - h->of->first) * h->cell;

	if (line)
		line->paint = malloc(columns);
	if (!line || !line->paint)
		return;
	line->paint_at = LABEL;
	line->nr_paint = columns;
	for (unsigned int i = 0; i < columns; i++)
		line->paint[i] = h->of->first + i / h->cell == step ? ROLE_MATCH : (uint8_t)role;
}

/* named: it begins with the source's name. */
static void add_line(struct text *t, const struct heat *h,
		     const struct latency_source *s, unsigned int world, bool named, unsigned int step)
{
	char name[CRUMB_LEN];
	struct text_line *line;

	snprintf(name, sizeof(name), s->named ? "%.80s" : "(none) %.80s", s->name);
	fputc(' ', t->page.out);
	cell_write(t->page.out, named ? name : "", 13, true, false);
	fprintf(t->page.out, " %-12s ", world == LATENCY_ALL_WORLDS ? "all" : world_name(world));
	for (unsigned int i = h->of->first; i < h->of->end; i++)
		for (unsigned int k = 0; k < h->cell; k++)
			fputs(shade(s->cycles[world][i], s->all_cycles[world]), t->page.out);
	line = text_line(t, ROLE_TEXT);
	paint(h, line, world == LATENCY_ALL_WORLDS ? ROLE_TEXT : world_role(world), step);
	make_zoom(t->lines, line, s, world, step);
}

/* All samples, and those of each world if these are more than one. */
static void add_source(struct text *t, const struct heat *h,
		       const struct latency_source *s, unsigned int step)
{
	unsigned int worlds = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		worlds += s->all_cycles[w] > 0;
	if (worlds > 1)
		add_line(t, h, s, LATENCY_ALL_WORLDS, true, step);
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		if (s->all_cycles[world_at(i)])
			add_line(t, h, s, world_at(i), worlds == 1, step);
}

/* "1   2   4": where each power of two begins, as far as there is room. */
static void add_scale(struct text *t, const struct heat *h, unsigned int step)
{
	unsigned int end = 0;	/* of what is written */
	char number[24];

	fprintf(t->page.out, " %-13s %-12s ", "source", "world");
	for (unsigned int i = h->of->first; i < h->of->end; i++) {
		unsigned int column = (i - h->of->first) * h->cell;
		uint64_t start = latency_step_start(i);

		if ((end && column <= end) || (start & (start - 1)))
			continue;
		snprintf(number, sizeof(number), start < 1024 ? "%" PRIu64 : "%" PRIu64 "k",
			 start < 1024 ? start : start / 1024);
		fprintf(t->page.out, "%*s%s", (int)(column - end), "", number);
		end = column + (unsigned int)strlen(number);
	}
	paint(h, text_line(t, ROLE_HEADER), ROLE_HEADER, step);
}

static void add_title(struct text *t, const struct heat *h, unsigned int step)
{
	char number[NUMBER_LEN];
	uint64_t samples = 0;

	fputs("Total latency, cycles", t->page.out);
	for (unsigned int i = 0; step != LATENCY_STEPS && i < h->of->nr; i++)
		samples += h->of->source[i].samples[LATENCY_ALL_WORLDS][step];
	if (step != LATENCY_STEPS)
		fprintf(t->page.out, ": %" PRIu64 " to %" PRIu64 ", %s samples", latency_step_start(step),
			latency_step_start(step + 1) - 1, number_grouped(number, samples));
	lines_title(t->lines, text_written(t));
}

void heat_legend(struct text *t)
{
	char text[384];
	int n = 0;

	for (size_t i = 0; i < sizeof(shades) / sizeof(shades[0]); i++) {
		const char *mark = locale_has_utf8() ? shades[i].utf8 : shades[i].ascii;

		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      shades[i].below > 100 ? "%s the rest" : "%s below %u %%, ", mark,
			      shades[i].below);
	}
	snprintf(text + n, sizeof(text) - (size_t)n, " of the line's latency cycles, which overlap: not "
		 "time; < and > choose a column, whose samples of the line Enter zooms into");
	page_say(&t->page, "shades", text);
}

static void add_all(struct app *a, struct text *t, struct heat *h)
{
	const struct latencies *of = h->of;
	unsigned int step;

	a->heat.first = of->first;
	a->heat.steps = of->end - of->first;
	h->cell = t->width > LABEL + 2 ? (t->width - LABEL - 2) / a->heat.steps : 1;
	h->cell = h->cell < 1 ? 1 : h->cell > CELL_MAX ? CELL_MAX : h->cell;
	step = chosen(a, h);
	add_title(t, h, step);
	add_scale(t, h, step);
	a->heat.line = t->lines->nr;
	for (unsigned int i = 0; i < of->nr; i++)
		add_source(t, h, &of->source[i], step);
	a->heat.lines = t->lines->nr - a->heat.line;
}

void heat_lines(struct app *a, struct text *t)
{
	struct latencies *of = latencies_new(a->result->rows);
	struct heat h = { .of = of };

	a->heat.steps = 0;
	if (!of)
		t->lines->failed = true;
	else if (of->nr)
		add_all(a, t, &h);
	free(of);
}

/* From none to the first or the last, and so on around. */
bool heat_move(struct app *a, bool right)
{
	struct level *top = app_top(a);
	const struct heat_state *h = &a->heat;
	unsigned int n = h->steps + 1, at;

	if (!a->result || !h->steps)
		return false;
	at = top->at > h->first ? (unsigned int)top->at - h->first : 0;
	at = (at + (right ? 1 : n - 1)) % n;
	top->at = at ? h->first + at : 0;
	if (top->cursor < h->line || top->cursor >= h->line + h->lines)
		top->cursor = h->line;
	app_stale(a);
	return true;
}
