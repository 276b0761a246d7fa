// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency by data source: a line per data source and world, a column per step of total latency; a
 * cell is darker the larger its share of the line's latency cycles.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/html/html_impl.h"
#include "report/html/svg.h"

#define SOURCES_MAX	64
#define SOURCES_SHOWN	16
#define STEPS		(2 * 16)	/* of a 16-bit latency */
#define ALL_WORLDS	NR_WORLDS
#define CELL_HEIGHT	22

/* The order of HTML_HEAT_KEYS. */
enum { KEY_WORLD, KEY_OP, KEY_SOURCE, KEY_STEP };

struct source {
	const char *name;		/* "load", "store" if the samples have none */
	bool named;
	uint64_t cycles[NR_WORLDS + 1][STEPS], samples[NR_WORLDS + 1][STEPS];
	uint64_t all[NR_WORLDS + 1], nr[NR_WORLDS + 1];
};

struct heat {
	struct source source[SOURCES_MAX];
	unsigned int nr, first, end;	/* number of sources; range of steps with samples */
	uint64_t all;			/* latency cycles */
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

static struct source *source_of(struct heat *t, const struct row *r)
{
	bool named = r->keys[KEY_SOURCE].known;
	const char *name = r->keys[named ? KEY_SOURCE : KEY_OP].text;

	/* Operations without data have no source; it is not missing. */
	if (!named && strcmp(name, "load") && strcmp(name, "store"))
		return NULL;
	for (unsigned int i = 0; i < t->nr; i++)
		if (t->source[i].named == named && !strcmp(t->source[i].name, name))
			return &t->source[i];
	if (t->nr == SOURCES_MAX)
		return NULL;
	t->source[t->nr] = (struct source){ .name = name, .named = named };
	return &t->source[t->nr++];
}

static void add(struct source *s, unsigned int world, unsigned int step, const struct metrics *m)
{
	s->cycles[world][step] += m->total.cycles;
	s->samples[world][step] += m->samples;
	s->all[world] += m->total.cycles;
	s->nr[world] += m->samples;
}

static int by_cost(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return array_order(y->all[ALL_WORLDS], x->all[ALL_WORLDS]) ?: strcmp(x->name, y->name);
}

static void fill(struct heat *t, const struct rows *rows)
{
	t->first = STEPS;
	for (size_t i = 0; i < rows->nr; i++) {
		const struct row *r = &rows->row[i];
		struct source *s = r->keys[KEY_STEP].known ? source_of(t, r) : NULL;
		unsigned int step;

		if (!s)
			continue;
		step = step_index(r->keys[KEY_STEP].num);
		add(s, (unsigned int)r->keys[KEY_WORLD].num, step, &r->m);
		add(s, ALL_WORLDS, step, &r->m);
		t->all += r->m.total.cycles;
		t->first = step < t->first ? step : t->first;
		t->end = step >= t->end ? step + 1 : t->end;
	}
	qsort(t->source, t->nr, sizeof(t->source[0]), by_cost);
}

/* Shade of a cell, 1 to 9, by its share of the line's cycles; 0: no samples. */
static unsigned int shade(uint64_t part, uint64_t all)
{
	static const unsigned int below[] = { 1, 3, 6, 10, 16, 25, 40, 60 };	/* % */
	unsigned int i = 0;

	while (i < sizeof(below) / sizeof(below[0]) && part * 100 >= (uint64_t)below[i] * all)
		i++;
	return part ? i + 1 : 0;
}

static void put_cell(struct html *h, const struct heat *t, const struct source *s,
		     unsigned int world, unsigned int step)
{
	double width = 100.0 / (t->end - t->first);
	struct svg_box box = { (step - t->first) * width, 1, width - 0.15, CELL_HEIGHT - 2 };
	char title[128 + 2 * NUMBER_LEN], class[16], a[NUMBER_LEN], b[NUMBER_LEN];
	unsigned int dark = shade(s->cycles[world][step], s->all[world]);

	if (!dark)
		return;
	snprintf(class, sizeof(class), "h%u", dark);
	snprintf(title, sizeof(title), "%" PRIu64 " to %" PRIu64 " cycles: %s samples, %s of the "
		 "line's latency cycles", step_start(step), step_start(step + 1) - 1,
		 number_grouped(a, s->samples[world][step]),
		 html_percent(b, (double)s->cycles[world][step], (double)s->all[world]));
	svg_rect(h, class, box, title);
}

static void put_line(struct html *h, const struct heat *t, const struct source *s,
		     unsigned int world)
{
	const char *class = world == ALL_WORLDS ? "all" : html_world_class(world);
	char text[NUMBER_LEN];

	html_put(h, "<div class=\"bar%s\"><span class=\"name\">",
		 world == ALL_WORLDS ? "" : " under");
	if (world == ALL_WORLDS)
		html_name(h, s->name);
	else
		html_put(h, "<i class=\"%s\"></i>%s", class, world_name(world));
	if (world == ALL_WORLDS && !s->named)
		html_put(h, " <small>no source</small>");
	html_put(h, "</span>");
	svg_open(h, "heat", CELL_HEIGHT, s->name);
	html_put(h, "<g class=\"%s\">", class);
	for (unsigned int i = t->first; i < t->end; i++)
		put_cell(h, t, s, world, i);
	html_put(h, "</g>");
	svg_close(h);
	html_put(h, "<span class=\"note\" data-k=\"samples\" data-v=\"%" PRIu64 "\">",
		 s->nr[world]);
	html_text(h, html_percent(text, (double)s->all[world], (double)t->all), NUMBER_LEN);
	html_put(h, "</span></div>\n");
}

static void put_axis(struct html *h, const struct heat *t)
{
	double width = 100.0 / (t->end - t->first);
	char text[NUMBER_LEN];

	html_put(h, "<div class=\"bar\"><span class=\"name\"></span>");
	svg_open(h, "axis", 18, "latency in core cycles");
	for (unsigned int i = t->first; i < t->end; i++)
		if ((i - t->first) % 4 == 0)
			svg_text(h, "tick", (i - t->first) * width, 13, SVG_START,
				 number_grouped(text, step_start(i)));
	svg_close(h);
	html_put(h, "<span class=\"note\">share</span></div>\n");
}

static void put_heat(struct html *h, const struct heat *t)
{
	unsigned int i;

	html_about(h, "Loads and stores by data source. A column is a step of total latency, in core "
		   "cycles; it is darker where more of the line's latency cycles are. The share is "
		   "of the latency cycles of all loads and stores.");
	html_put(h, "<div class=\"bars heat\">\n");
	put_axis(h, t);
	for (i = 0; i < t->nr && i < SOURCES_SHOWN && !html_full(h); i++) {
		put_line(h, t, &t->source[i], ALL_WORLDS);
		for (unsigned int k = 0; k < NR_WORLDS; k++)
			if (t->source[i].all[html_world(k)])
				put_line(h, t, &t->source[i], html_world(k));
	}
	html_put(h, "</div>\n");
	html_left_out(h, t->nr - i, "data source", "data sources");
}

void html_heat(struct html *h)
{
	struct heat *t = calloc(1, sizeof(*t));

	if (!t) {
		h->failed = true;
		return;
	}
	fill(t, h->r->heat);
	if (t->nr)
		put_heat(h, t);
	else
		html_about(h, "No load or store has a latency.");
	html_rest(h, h->r->heat->rest);
	free(t);
}
