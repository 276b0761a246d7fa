// SPDX-License-Identifier: GPL-2.0-only
#include "report/escape.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

/* The cursor begins where Enter does something, and most is to be seen. */
static void settle(const struct lines *l, struct level *top)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < l->nr; i++)
		if (l->line[i].filter &&
		    (best == SIZE_MAX || l->line[i].weight > l->line[best].weight))
			best = i;
	if (best != SIZE_MAX)
		top->cursor = best;
	top->settled = true;
}

static void update(struct app *a)
{
	struct level *top = app_top(a);
	struct lines_body *b = &a->body;
	unsigned int width = a->screen.width ? a->screen.width : 80;
	unsigned int height = a->screen.height ? a->screen.height : 24;
	struct text t;

	if (b->of == a->result->serial && b->view == top->view && b->depth == a->zoom.depth &&
	    b->width == width && b->height == height)
		return;
	lines_clear(&b->lines);
	if (text_begin(&t, a, &b->lines, width)) {
		t.height = height;
		t.letters = !a->screen.colors || !locale_has_utf8();
		app_view(a)->build(a, &t);
		text_end(&t);
	}
	if (b->lines.failed)
		app_say(a, true, "not enough memory for all lines");
	b->of = a->result->serial;
	b->view = top->view;
	b->depth = a->zoom.depth;
	b->width = width;
	b->height = height;
	if (!top->settled)
		settle(&b->lines, top);
}

static size_t nr(const struct app *a)
{
	return a->body.lines.nr;
}

static unsigned int heads(const struct app *a)
{
	return a->result ? lines_heads(&a->body.lines) : 0;
}

static void draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	const struct level *top = app_level(a);

	lines_draw(&a->body.lines, c, y, height, top->top, top->cursor, top->left, &a->search);
}

static bool matches(const struct app *a, size_t i, const struct search *search)
{
	return search_matches(search, a->body.lines.line[i].text);
}

static bool zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	const struct text_line *line = &a->body.lines.line[i];

	if (!line->filter) {
		app_say(a, false, "this line stands for no samples: go to another, and press Enter");
		return false;
	}
	snprintf(filter, FILTER_LEN, "%s", line->filter);
	snprintf(crumb, CRUMB_LEN, "%s", line->crumb);
	return true;
}

static bool has_samples(const struct app *a, size_t i)
{
	return a->body.lines.line[i].filter;
}

static const enum field *keys(const struct app *a, size_t i, size_t *nr_keys)
{
	const struct level *top = app_level(a);

	*nr_keys = top->nr_keys;
	return a->body.lines.line[i].by_keys ? top->keys : NULL;
}

static bool still(const struct app *a, size_t i)
{
	return a->body.lines.line[i].still;
}

static const char *function(const struct app *a, size_t i)
{
	return a->body.lines.line[i].function;
}

const struct body_ops lines_body = {
	.update = update, .nr = nr, .heads = heads, .draw = draw, .matches = matches,
	.zoom = zoom, .has_samples = has_samples, .keys = keys, .still = still,
	.function = function,
};

const struct text_line *lines_body_line(const struct app *a)
{
	if (app_view(a)->body != &lines_body || !app_nr(a))
		return NULL;
	return &a->body.lines.line[app_level(a)->cursor];
}
