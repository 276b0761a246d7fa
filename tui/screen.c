// SPDX-License-Identifier: GPL-2.0-only
/* Draws what surrounds a view: the views' names, the path of zooms, and the last line. */
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/here.h"

#define MARK_WIDTH	40	/* columns of the marked row's name */
#define NAMELESS_SAID	50	/* % from which the screen says so */

static void view_label(char out[32], enum view_id v, bool now)
{
	const struct view_row *row = &view_rows[v];

	*out = '\0';
	if (now || !row->ops->is_unlisted)
		snprintf(out, 32, now ? "[%c %s]" : "%c %s", row->press, row->title);
}

/* The first view in the line, chosen so that the present one fits, too. */
static enum view_id first_view(const struct app *a, unsigned int width)
{
	enum view_id now = app_level(a)->view, first = now;
	size_t used = 1;
	char text[32];

	for (unsigned int v = now + 1; v--; first = v) {
		view_label(text, v, v == now);
		used += strlen(text) + 1;
		if (used > width)
			break;
	}
	return first;
}

static void draw_views(const struct app *a, struct canvas *c)
{
	enum view_id now = app_level(a)->view;
	unsigned int x = 1;
	char text[32];

	canvas_fill(c, 0, 0, canvas_width(c), ROLE_HEADER);
	for (unsigned int v = first_view(a, canvas_width(c)); v < NR_VIEWS; v++) {
		view_label(text, v, v == now);
		x += canvas_put(c, 0, x, canvas_width(c), v == now ? ROLE_CURRENT : ROLE_HEADER,
				text) + 1;
	}
}

unsigned int screen_head(const struct app *a)
{
	return SCREEN_HEAD + live_rows(a);
}

bool screen_view_at(const struct app *a, unsigned int x, enum view_id *out)
{
	enum view_id now = app_level(a)->view;
	size_t at = 1;
	char text[32];

	for (unsigned int v = first_view(a, a->screen.width); v < NR_VIEWS; v++) {
		view_label(text, v, v == now);
		*out = v;
		if (x >= at && x < at + strlen(text))
			return true;
		at += strlen(text) + 1;
	}
	return false;
}

void screen_count_names(struct app *a)
{
	const struct rows *r = a->result->rows;
	int key = r ? rows_key(r, FIELD_SYMBOL) : -1;
	uint64_t all = 0, nameless = 0;

	for (size_t i = 0; key >= 0 && i < r->nr; i++) {
		const struct value *v = &r->row[i].keys[key];

		all += r->row[i].m.samples;
		nameless += !v->known || naming_is_block(v->text) ? r->row[i].m.samples : 0;
	}
	a->screen.nameless = all ? (unsigned int)(nameless * 100 / all) : 0;
}

/*
 * If most samples have no name, say how to get names, provided there is room between these columns.
 */
static void draw_nameless(const struct app *a, struct canvas *c, unsigned int from, unsigned int end)
{
	char text[64];

	snprintf(text, sizeof(text), "  %u %% without names: 8 says how to get them",
		 a->screen.nameless);
	if (a->screen.nameless >= NAMELESS_SAID && from + strlen(text) <= end)
		canvas_put_right(c, 1, 0, end, ROLE_WARM, text);
}

/* The number of samples, and what is missing; "": nothing is counted. */
static void say_samples(const struct app *a, char *out, size_t len)
{
	const struct pass_result *result = a->result;
	const struct rows *r = result ? result->rows : NULL;
	char all[NUMBER_LEN], rest[NUMBER_LEN], below[NUMBER_LEN];
	const char *part = result && result->part ? " so far" : "";

	*out = '\0';
	if (!r)
		return;
	number_grouped(all, r->sum.samples);
	if (!r->rest)
		snprintf(out, len, "  %s samples%s", all, part);
	else
		snprintf(out, len, "  %s of %s samples%s: in rows of fewer than %s%s, not here",
			 number_grouped(rest, r->rest), all, part,
			 number_grouped(below, r->rest_below), r->rest_by_cost ? " cycles" : "");
}

/* In line two, up to column end.  Returns the column behind it. */
static unsigned int put_crumb(struct canvas *c, unsigned int x, unsigned int end, enum role role,
			      const char *text)
{
	return x + canvas_put(c, 1, x, end > x ? end - x : 0, role, text);
}

/* Returns the column after them. */
static unsigned int draw_crumbs(const struct app *a, struct canvas *c, unsigned int end)
{
	const char *arrow = locale_has_utf8() ? " › " : " > ";
	const char *path = a->cfg->data.info->path, *slash = path ? strrchr(path, '/') : NULL;
	const struct only *only = &a->table.only;
	unsigned int x = 1, half = canvas_width(c) / 2;

	x = put_crumb(c, x, x + half < end ? x + half : end, ROLE_TITLE, a->cfg->title ? a->cfg->title :
		      slash ? slash + 1 : path ? path : "(unnamed)");
	if (a->cfg->title && app_is_held(a))
		x = put_crumb(c, x, end, ROLE_BAD, " (paused)");
	for (size_t i = 1; i < a->zoom.depth; i++) {
		x = put_crumb(c, x, end, ROLE_DIM, arrow);
		x = put_crumb(c, x, end, ROLE_TITLE, a->zoom.level[i].crumb);
	}
	if (only->row) {
		x = put_crumb(c, x, end, ROLE_BAD, "   only: ");
		x = put_crumb(c, x, end, ROLE_BAD, only->search.text);
	}
	if (a->mark.set) {
		x = put_crumb(c, x, end, ROLE_DIM, "   marked: ");
		x = put_crumb(c, x, x + MARK_WIDTH < end ? x + MARK_WIDTH : end, ROLE_MATCH,
			      a->mark.a.name);
	}
	if (*a->zoom.filter) {
		x = put_crumb(c, x, end, ROLE_BAD, "   filter: ");
		x = put_crumb(c, x, end, ROLE_BAD, a->zoom.filter);
	}
	return x;
}

/* Where one is, what of it is shown, and how many samples that leaves. */
static void draw_place(const struct app *a, struct canvas *c)
{
	unsigned int width = canvas_width(c) - 1, end, x;
	char text[3 * NUMBER_LEN + 64];

	say_samples(a, text, sizeof(text));
	end = width > strlen(text) ? width - (unsigned int)strlen(text) : 0;
	x = draw_crumbs(a, c, end);
	canvas_put_right(c, 1, 0, width, ROLE_DIM, text);
	if (*text && !a->result->rows->rest)
		draw_nameless(a, c, x, end);
}

static void draw_progress(const struct app *a, struct canvas *c, unsigned int y)
{
	double done = passes_progress(a->passes);
	unsigned int x = 1;
	char text[32];

	snprintf(text, sizeof(text), "counting %3.0f %% ", done * 100);
	x += canvas_put(c, y, x, 40, ROLE_HEADER, text);
	canvas_bar(c, y, x, 30, ROLE_HEADER, done);
	canvas_put(c, y, x + 31, canvas_width(c), ROLE_HEADER, "Esc stops");
}

#define HINTS_MAX	24
#define PLACE_WIDTH	14	/* width of "cursor/lines" */

/* A key in the last line, and its action. */
struct hint {
	enum action action;
	char key[ACTION_KEY_LEN];
	const char *label;
	unsigned int x, width;
};

static struct hint make_hint(const struct app *a, enum action action, unsigned int x)
{
	struct hint h = { .action = action, .x = x, .label = action_label(action) };

	action_first_key(h.key, action);
	if (action == ACTION_BACK)
		strcpy(h.key, "Bksp");
	if (action == ACTION_ZOOM)
		h.label = here_enter(a);
	if (action == ACTION_MARK && a->mark.set)
		h.label = "compare";
	h.width = (unsigned int)(strlen(h.key) + 1 + strlen(h.label));
	return h;
}

/* The hints that fit. */
static unsigned int make_hints(const struct app *a, struct hint out[HINTS_MAX], unsigned int width)
{
	enum action keys[HINTS_MAX];
	unsigned int nr = 0, x = 1, all = here_keys(a, keys, HINTS_MAX);

	for (unsigned int i = 0; i < all; i++) {
		struct hint h = make_hint(a, keys[i], x);

		if (x + h.width + PLACE_WIDTH > width)
			continue;
		out[nr++] = h;
		x += h.width + 2;
	}
	return nr;
}

bool screen_key_at(const struct app *a, unsigned int x, enum action *out)
{
	struct hint hint[HINTS_MAX];
	unsigned int nr = *a->message.text || passes_busy(a->passes) ? 0 :
			  make_hints(a, hint, a->screen.width);

	for (unsigned int i = 0; i < nr; i++) {
		*out = hint[i].action;
		if (x >= hint[i].x && x < hint[i].x + hint[i].width)
			return true;
	}
	return false;
}

static void draw_status(const struct app *a, struct canvas *c, unsigned int y)
{
	unsigned int width = canvas_width(c), nr;
	struct hint hint[HINTS_MAX];
	char text[64];

	canvas_fill(c, y, 0, width, ROLE_HEADER);
	if (*a->message.text) {
		canvas_put(c, y, 1, width - 2, a->message.alarm ? ROLE_BAD : ROLE_HEADER, a->message.text);
		return;
	}
	if (passes_busy(a->passes)) {
		draw_progress(a, c, y);
		return;
	}
	if (a->mode == MODE_PAGER || a->mode == MODE_MENU) {
		canvas_put(c, y, 1, width - 2, ROLE_HEADER, a->mode == MODE_PAGER ?
			   "Esc goes back, arrows scroll" : "Enter runs the line, Esc goes back");
		return;
	}
	nr = make_hints(a, hint, width);
	for (unsigned int i = 0; i < nr; i++) {
		unsigned int used = canvas_put(c, y, hint[i].x, width, ROLE_KEY, hint[i].key) + 1;

		canvas_put(c, y, hint[i].x + used, width, ROLE_HEADER, hint[i].label);
	}
	if (!app_nr(a))
		return;
	snprintf(text, sizeof(text), "  %zu/%zu", app_level(a)->cursor + 1, app_nr(a));
	canvas_put_right(c, y, 0, width - 1, ROLE_HEADER, text);
}

/* Scroll as little as possible to make the cursor visible. */
static void scroll(struct level *l, size_t nr, unsigned int rows)
{
	size_t last = nr > rows ? nr - rows : 0;

	if (l->cursor < l->top)
		l->top = l->cursor;
	if (l->cursor >= l->top + rows)
		l->top = l->cursor - rows + 1;
	if (l->top > last)
		l->top = last;
}

static void draw_body(struct app *a, struct canvas *c, unsigned int height)
{
	const struct view_ops *ops = app_view(a);
	unsigned int heads = app_heads(a), head = screen_head(a);

	a->screen.rows = height > heads + 1 ? height - heads : height;
	if (!a->result) {
		canvas_put(c, head + 1, 2, canvas_width(c), ROLE_DIM, a->stopped ?
			   "Stopped.  Enter counts the samples after all." :
			   passes_busy(a->passes) ? "Counting the samples ..." : "");
		return;
	}
	scroll(app_top(a), app_nr(a), a->screen.rows);
	if (ops->draw_heads)
		ops->draw_heads(a, c, head);
	ops->body->draw(a, c, head + ops->heads, height - ops->heads);
}

void app_draw(struct app *a, struct canvas *c)
{
	unsigned int width = canvas_width(c), height = canvas_height(c), head;

	a->screen.width = width;
	a->screen.height = height;
	a->screen.colors = canvas_colors(c);
	app_update(a);
	canvas_clear(c);
	if (width < 40 || height < 8) {
		canvas_put(c, 0, 0, width, ROLE_BAD, "too small: 40x8");
		return;
	}
	head = screen_head(a);
	height -= head + SCREEN_FOOT;
	draw_views(a, c);
	draw_place(a, c);
	live_draw(a, c, SCREEN_HEAD);
	if (a->mode == MODE_PAGER)
		pager_draw(&a->pager, c, head, height);
	else if (a->mode != MODE_PICKER)
		draw_body(a, c, height);
	if (a->mode == MODE_MENU)
		menu_draw(a, c, head, height);
	draw_status(a, c, head + height);
	if (a->mode == MODE_PICKER)
		picker_draw(a, c, head, height);
	if (a->mode == MODE_PROMPT)
		prompt_draw(a, c, head + height);
}
