// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency by data source: a line per data source and world, a column per step of total latency; a
 * cell is darker the larger its share of the line's latency cycles.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/views/text.h"

#define LABEL		28	/* columns of source and world */
#define SOURCES_MAX	64	/* maximum sources; others are not drawn */
#define STEPS		(2 * 16)	/* of a 16-bit latency */
#define ALL_WORLDS	NR_WORLDS
#define CELL_MAX	16	/* maximum columns per step */

/* The order of HEAT_KEYS. */
enum { KEY_WORLD, KEY_VM, KEY_OP, KEY_SOURCE, KEY_STEP };

struct data_source {
	const char *name;		/* "load", "store" if the samples have none */
	bool named;
	uint64_t cycles[NR_WORLDS + 1][STEPS];	/* x sampling period */
	uint64_t all[NR_WORLDS + 1];
};

struct heat {
	struct data_source source[SOURCES_MAX];
	unsigned int nr;
	unsigned int first, end;	/* range of steps with samples */
	unsigned int cell;		/* columns per step */
	uint64_t of_step[STEPS];
};

/* Two steps per power of two, as latency_step(). */
static uint64_t step_start(unsigned int i)
{
	return i < 2 ? i : (uint64_t)(2 + i % 2) << (i / 2 - 1);
}

static unsigned int step_index(uint64_t cycles)
{
	unsigned int i = 0;

	while (i + 1 < STEPS && step_start(i + 1) <= cycles)
		i++;
	return i;
}

static struct data_source *source_of(struct heat *h, const struct row *r)
{
	bool named = r->keys[KEY_SOURCE].known;
	const char *name = r->keys[named ? KEY_SOURCE : KEY_OP].text;

	/* Operations without data have no source; it is not missing. */
	if (!named && strcmp(name, "load") && strcmp(name, "store"))
		return NULL;
	for (unsigned int i = 0; i < h->nr; i++)
		if (h->source[i].named == named && !strcmp(h->source[i].name, name))
			return &h->source[i];
	if (h->nr == SOURCES_MAX)
		return NULL;
	h->source[h->nr] = (struct data_source){ .name = name, .named = named };
	return &h->source[h->nr++];
}

static int by_cost(const void *a, const void *b)
{
	const struct data_source *x = a, *y = b;
	uint64_t nx = x->all[ALL_WORLDS], ny = y->all[ALL_WORLDS];

	return nx != ny ? (nx < ny ? 1 : -1) : strcmp(x->name, y->name);
}

static void fill(struct heat *h, const struct rows *rows)
{
	h->first = STEPS;
	for (size_t i = 0; i < rows->nr; i++) {
		const struct row *r = &rows->row[i];
		enum world w = (enum world)r->keys[KEY_WORLD].num;
		struct data_source *s = r->keys[KEY_STEP].known ? source_of(h, r) : NULL;
		unsigned int step;

		if (!s)
			continue;
		step = step_index(r->keys[KEY_STEP].num);
		s->cycles[w][step] += r->m.total.cycles;
		s->cycles[ALL_WORLDS][step] += r->m.total.cycles;
		s->all[w] += r->m.total.cycles;
		s->all[ALL_WORLDS] += r->m.total.cycles;
		h->of_step[step] += r->m.samples;
		h->first = step < h->first ? step : h->first;
		h->end = step >= h->end ? step + 1 : h->end;
	}
	qsort(h->source, h->nr, sizeof(h->source[0]), by_cost);
}

/* Shades by upper limits, in percent of the line's cycles. */
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

/* The chosen step, or STEPS. */
static unsigned int chosen(const struct app *a, const struct heat *h)
{
	const struct level *top = app_level(a);
	unsigned int step = top->at ? (unsigned int)top->at - 1 : STEPS;

	return step >= h->first && step < h->end ? step : STEPS;
}

static void make_zoom(struct lines *l, struct text_line *line, const struct data_source *s,
		      unsigned int world, unsigned int step)
{
	char filter[FILTER_LEN], crumb[CRUMB_LEN];
	int n, c;

	if (s->named)
		n = snprintf(filter, sizeof(filter), "source=\"%s\"", s->name);
	else
		n = snprintf(filter, sizeof(filter), "op=%s && !(source=~\"^\")", s->name);
	c = snprintf(crumb, sizeof(crumb), "%.40s", s->name);
	if (world != ALL_WORLDS) {
		n += snprintf(filter + n, sizeof(filter) - (size_t)n, " && world=%s",
			      world_name(world));
		c += snprintf(crumb + c, sizeof(crumb) - (size_t)c, " %s", world_name(world));
	}
	if (step != STEPS) {
		snprintf(filter + n, sizeof(filter) - (size_t)n, " && total_step=%" PRIu64,
			 step_start(step));
		snprintf(crumb + c, sizeof(crumb) - (size_t)c, " %" PRIu64 " to %" PRIu64 " cycles",
			 step_start(step), step_start(step + 1) - 1);
	}
	lines_zoom(l, line, filter, crumb);
}

/* Colour a line's columns: the world's role, and the chosen step's. */
static void paint(const struct heat *h, struct text_line *line, enum role role,
		  unsigned int step)
{
	unsigned int columns = (h->end - h->first) * h->cell;

	if (line)
		line->paint = malloc(columns);
	if (!line || !line->paint)
		return;
	line->paint_at = LABEL;
	line->nr_paint = columns;
	for (unsigned int i = 0; i < columns; i++)
		line->paint[i] = h->first + i / h->cell == step ? ROLE_MATCH : (uint8_t)role;
}

/* named: begin with the source's name. */
static void add_line(struct text *t, const struct heat *h,
		     const struct data_source *s, unsigned int world, bool named, unsigned int step)
{
	char name[CRUMB_LEN];
	struct text_line *line;

	snprintf(name, sizeof(name), s->named ? "%.80s" : "(none) %.80s", s->name);
	fputc(' ', t->page.out);
	cell_write(t->page.out, named ? name : "", 13, true, false);
	fprintf(t->page.out, " %-12s ", world == ALL_WORLDS ? "all" : world_name(world));
	for (unsigned int i = h->first; i < h->end; i++)
		for (unsigned int k = 0; k < h->cell; k++)
			fputs(shade(s->cycles[world][i], s->all[world]), t->page.out);
	line = text_line(t, ROLE_TEXT);
	paint(h, line, world == ALL_WORLDS ? ROLE_TEXT : world_role(world), step);
	make_zoom(t->lines, line, s, world, step);
}

/* A line for all samples, and one per world if there are several. */
static void add_source(struct text *t, const struct heat *h,
		       const struct data_source *s, unsigned int step)
{
	unsigned int worlds = 0;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		worlds += s->all[w] > 0;
	if (worlds > 1)
		add_line(t, h, s, ALL_WORLDS, true, step);
	for (unsigned int i = 0; i < NR_WORLDS; i++)
		if (s->all[world_at(i)])
			add_line(t, h, s, world_at(i), worlds == 1, step);
}

/* "1  2  4": the start of each power of two, if there is room. */
static void add_scale(struct text *t, const struct heat *h, unsigned int step)
{
	unsigned int end = 0;	/* end of the text so far */
	char number[24];

	fprintf(t->page.out, " %-13s %-12s ", "source", "world");
	for (unsigned int i = h->first; i < h->end; i++) {
		unsigned int column = (i - h->first) * h->cell;
		uint64_t start = step_start(i);

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

	fputs("Total latency, cycles", t->page.out);
	if (step != STEPS)
		fprintf(t->page.out, ": %" PRIu64 " to %" PRIu64 ", %s samples", step_start(step),
			step_start(step + 1) - 1, number_grouped(number, h->of_step[step]));
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

void heat_lines(struct app *a, struct text *t)
{
	struct heat *h = calloc(1, sizeof(*h));
	unsigned int step;

	a->heat.steps = 0;
	if (!h) {
		t->lines->failed = true;
		return;
	}
	fill(h, a->result->rows);
	if (h->nr) {
		a->heat.first = h->first;
		a->heat.steps = h->end - h->first;
		h->cell = t->width > LABEL + 2 ? (t->width - LABEL - 2) / a->heat.steps : 1;
		h->cell = h->cell < 1 ? 1 : h->cell > CELL_MAX ? CELL_MAX : h->cell;
		step = chosen(a, h);
		add_title(t, h, step);
		add_scale(t, h, step);
		a->heat.line = t->lines->nr;
		for (unsigned int i = 0; i < h->nr; i++)
			add_source(t, h, &h->source[i], step);
		a->heat.lines = t->lines->nr - a->heat.line;
	}
	free(h);
}

/* Cycle through the steps and none. */
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
