// SPDX-License-Identifier: GPL-2.0-only
#include "report/escape.h"
#include "tui/app_impl.h"
#include "tui/views/text.h"

#define CONTEXT	4	/* one in this many of the screen's lines is above the cursor's initial
			 * line */

static bool is_better(const struct text_line *a, const struct text_line *b, bool code)
{
	return a->begin != b->begin ? a->begin : code && a->weight > b->weight;
}

/*
 * Set the initial cursor: where a line requests it, or on the first line that Enter can open; in
 * code, on the costliest line.
 */
static void settle(const struct lines *l, struct level *top, unsigned int height, bool code)
{
	size_t best = SIZE_MAX, above = height / CONTEXT;

	for (size_t i = 0; i < l->nr; i++)
		if (l->line[i].filter &&
		    (best == SIZE_MAX || is_better(&l->line[i], &l->line[best], code)))
			best = i;
	if (best != SIZE_MAX)
		top->cursor = best;
	if (best != SIZE_MAX && l->line[best].begin && top->at)
		top->top = best > above ? best - above : 0;
	top->settled = true;
}

static void update(struct app *a)
{
	struct level *top = app_top(a);
	struct lines_body *b = &a->body;
	unsigned int width = a->screen.width ? a->screen.width : 80;
	unsigned int height = (a->screen.height ? a->screen.height : 24) - live_rows(a);
	bool letters = !a->screen.colors || !locale_has_utf8();
	bool same = b->of == a->result->serial && b->view == top->view && b->depth == a->zoom.depth;
	struct text t;

	if (same && b->width == width && b->height == height && b->letters == letters)
		return;
	/* With another width the initial line is another one. */
	if (same && top->cursor == b->began)
		top->settled = false;
	lines_clear(&b->lines);
	if (text_begin(&t, a, &b->lines, width)) {
		t.height = height;
		t.letters = letters;
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
	b->letters = letters;
	if (!top->settled) {
		settle(&b->lines, top, height, app_view(a)->is_instructions);
		b->began = top->cursor;
	}
	if (b->lines.nr && top->cursor >= b->lines.nr)
		top->cursor = b->lines.nr - 1;
	app_land(a, true);
}

static size_t nr(const struct app *a)
{
	return a->body.lines.nr;
}

static unsigned int heads(const struct app *a)
{
	return a->result ? lines_heads(&a->body.lines) : 0;
}

/* Nothing can be done with the line, and the view does not stop at every line. */
static bool still(const struct app *a, size_t i)
{
	const struct text_line *line = &a->body.lines.line[i];

	return line->still || (!app_view(a)->stops_everywhere && !line->filter && !line->function &&
			       !line->lead_filter && !line->leads && !line->path);
}

static bool has_rows(const struct app *a)
{
	for (size_t i = 0; i < nr(a); i++)
		if (!still(a, i))
			return true;
	return false;
}

static void draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	const struct level *top = app_level(a);

	/* If nothing can be done with any line, there is no cursor, and the lines scroll. */
	lines_draw(&a->body.lines, c, y, height, top->top,
		   app_nr(a) && still(a, top->cursor) ? SIZE_MAX : top->cursor, top->left, &a->search);
}

static bool matches(const struct app *a, size_t i, const struct search *search)
{
	const struct text_line *line = &a->body.lines.line[i];

	return !line->still && search_matches(search, line->text);
}

static bool zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	const struct text_line *line = &a->body.lines.line[i];

	if (!line->filter) {
		app_say(a, false, has_rows(a) ? "nothing to open on this line: Up and Down go to rows, x lists more" :
			"nothing to open in this view: 1 to 9 show others, : lists commands");
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
