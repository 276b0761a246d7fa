// SPDX-License-Identifier: GPL-2.0-only
/*
 * Latency by data source: a line per data source and world, a column per step of total latency; a
 * cell is darker the larger its share of the line's latency cycles.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/html/html_impl.h"
#include "report/html/svg.h"
#include "report/latencies.h"

#define SOURCES_SHOWN	16
#define CELL_HEIGHT	22

/* Shade of a cell, 1 to 9, by its share of the line's cycles; 0: no samples. */
static unsigned int shade(uint64_t part, uint64_t all)
{
	static const unsigned int below[] = { 1, 3, 6, 10, 16, 25, 40, 60 };	/* % */
	unsigned int i = 0;

	while (i < sizeof(below) / sizeof(below[0]) && part * 100 >= (uint64_t)below[i] * all)
		i++;
	return part ? i + 1 : 0;
}

static void put_cell(struct html *h, const struct latencies *t, const struct latency_source *s,
		     unsigned int world, unsigned int step)
{
	double width = 100.0 / (t->end - t->first);
	struct svg_box box = { (step - t->first) * width, 1, width - 0.15, CELL_HEIGHT - 2 };
	char title[128 + 2 * NUMBER_LEN], class[16], a[NUMBER_LEN], b[NUMBER_LEN];
	unsigned int dark = shade(s->cycles[world][step], s->all_cycles[world]);

	if (!dark)
		return;
	snprintf(class, sizeof(class), "h%u", dark);
	snprintf(title, sizeof(title), "%" PRIu64 " to %" PRIu64 " cycles: %s samples, %s of the "
		 "line's latency cycles", latency_step_start(step), latency_step_start(step + 1) - 1,
		 number_grouped(a, s->samples[world][step]),
		 html_percent(b, (double)s->cycles[world][step], (double)s->all_cycles[world]));
	svg_rect(h, class, box, title);
}

static void put_line(struct html *h, const struct latencies *t, const struct latency_source *s,
		     unsigned int world)
{
	const char *class = world == LATENCY_ALL_WORLDS ? "all" : html_world_class(world);
	char text[NUMBER_LEN];

	html_put(h, "<div class=\"bar%s\"><span class=\"name\">",
		 world == LATENCY_ALL_WORLDS ? "" : " under");
	if (world == LATENCY_ALL_WORLDS)
		html_name(h, s->name);
	else
		html_put(h, "<i class=\"%s\"></i>%s", class, world_name(world));
	if (world == LATENCY_ALL_WORLDS && !s->named)
		html_put(h, " <small>no source</small>");
	html_put(h, "</span>");
	svg_open(h, "heat", CELL_HEIGHT, s->name);
	html_put(h, "<g class=\"%s\">", class);
	for (unsigned int i = t->first; i < t->end; i++)
		put_cell(h, t, s, world, i);
	html_put(h, "</g>");
	svg_close(h);
	html_put(h, "<span class=\"note\" data-k=\"samples\" data-v=\"%" PRIu64 "\">",
		 s->all_samples[world]);
	html_text(h, html_percent(text, (double)s->all_cycles[world], (double)t->cycles), NUMBER_LEN);
	html_put(h, "</span></div>\n");
}

static void put_axis(struct html *h, const struct latencies *t)
{
	double width = 100.0 / (t->end - t->first);
	char text[NUMBER_LEN];

	html_put(h, "<div class=\"bar\"><span class=\"name\"></span>");
	svg_open(h, "axis", 18, "latency in core cycles");
	for (unsigned int i = t->first; i < t->end; i++)
		if ((i - t->first) % 4 == 0)
			svg_text(h, "tick", (i - t->first) * width, 13, SVG_START,
				 number_grouped(text, latency_step_start(i)));
	svg_close(h);
	html_put(h, "<span class=\"note\">share</span></div>\n");
}

static void put_heat(struct html *h, const struct latencies *t)
{
	unsigned int i;

	html_about(h, "Loads and stores by data source. A column is a step of total latency, in core "
		   "cycles; it is darker where more of the line's latency cycles are. The share is "
		   "of the latency cycles of all loads and stores.");
	html_put(h, "<div class=\"bars heat\">\n");
	put_axis(h, t);
	for (i = 0; i < t->nr && i < SOURCES_SHOWN && !html_full(h); i++) {
		put_line(h, t, &t->source[i], LATENCY_ALL_WORLDS);
		for (unsigned int k = 0; k < NR_WORLDS; k++)
			if (t->source[i].all_cycles[html_world(k)])
				put_line(h, t, &t->source[i], html_world(k));
	}
	html_put(h, "</div>\n");
	html_left_out(h, t->nr - i, "data source", "data sources");
}

void html_heat(struct html *h)
{
	struct latencies *t = latencies_new(h->r->heat);

	if (!t) {
		h->failed = true;
		return;
	}
	if (t->nr)
		put_heat(h, t);
	else
		html_about(h, "No load or store has a latency.");
	html_rest(h, h->r->heat->rest);
	free(t);
}
