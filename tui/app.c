// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/sharing/lines.h"
#include "tui/view.h"

void level_keys(struct level *l, const enum field *keys, size_t nr)
{
	if (nr)
		memcpy(l->keys, keys, nr * sizeof(*keys));
	l->nr_keys = nr;
}

void level_view(struct app *a, struct level *l, enum view_id v)
{
	size_t nr;
	const enum field *keys = view_keys(v, &nr);

	l->view = v;
	l->cursor = l->top = 0;
	l->left = 0;
	l->at = l->mark = 0;
	l->settled = false;
	if (v == VIEW_SHARING)
		l->nr_keys = sharing_keys(a->cfg->line, l->keys);
	else if (v == VIEW_HOT && a->cfg->nr_by)
		level_keys(l, a->cfg->by, a->cfg->nr_by);
	else
		level_keys(l, keys, nr);
}

int app_new(struct app **out, const struct app_config *cfg)
{
	struct app *a = calloc(1, sizeof(*a));
	struct setup *hot;
	int err;

	*out = NULL;
	if (!a)
		return -ENOMEM;
	a->cfg = cfg;
	err = passes_new(&a->passes, &cfg->maker);
	if (err) {
		free(a);
		return err;
	}
	for (unsigned int v = 0; v < NR_VIEWS; v++)
		view_setup(v, &a->setup[v]);
	hot = &a->setup[VIEW_HOT];
	hot->sort = cfg->sort;
	hot->ascending = cfg->ascending;
	if (cfg->nr_columns) {
		memcpy(hot->columns, cfg->columns, cfg->nr_columns * sizeof(*cfg->columns));
		hot->nr_columns = cfg->nr_columns;
	}
	a->depth = 1;
	level_view(a, &a->stack[0], cfg->nr_by ? VIEW_HOT : VIEW_OVERVIEW);
	if (cfg->filter && !filter_join(a->filter, cfg->filter))
		app_say(a, true, "the filter is too long for the screens: all samples are counted");
	if (cfg->other) {
		snprintf(a->input, sizeof(a->input), "%s", cfg->other);
		changes_from(a);
	}
	*out = a;
	return 0;
}

void app_free(struct app *a)
{
	if (!a)
		return;
	app_withdraw(a);
	passes_free(a->passes);
	free(a->edit);
	free(a->copy);
	free(a->menu);
	tree_free(a->tree);
	tree_open_clear(&a->open);
	search_clear(&a->search);
	only_clear(a);
	lines_clear(&a->lines);
	lanes_clear(&a->lanes);
	lines_clear(&a->page);
	free(a);
}

struct level *app_top(struct app *a)
{
	return &a->stack[a->depth - 1];
}

void app_say(struct app *a, bool alarm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->message, sizeof(a->message), fmt, ap);
	va_end(ap);
	a->alarm = alarm;
}

bool app_has_quit(const struct app *a)
{
	return a->quit;
}

int app_fd(const struct app *a)
{
	return passes_fd(a->passes);
}

bool app_busy(const struct app *a)
{
	return passes_busy(a->passes) || a->next;
}

void app_report_data(const struct app *a, struct report_data *out)
{
	const struct pass_result *r = a->result;

	*out = a->cfg->data;
	out->summary = &r->summary;
	out->worlds = r->worlds;
	out->rows = r->rows;
	out->filter = *r->query.filter ? r->query.filter : NULL;
	out->missing = (const char *const *)r->missing;
	out->nr_missing = r->nr_missing;
}

/*
 * What there is to show
 */

static void sort_rows(struct app *a, const struct setup *s)
{
	struct pass_result *r = a->result;

	if (r->query.sort == s->sort && r->query.ascending == s->ascending)
		return;
	a->tree_of = a->only.of = 0;
	rows_sort(r->rows, s->sort, s->ascending);
	for (size_t n = 0; n < PROFILE_KEYS && r->by[n]; n++)
		rows_sort(r->by[n], s->sort, s->ascending);
	r->query.sort = s->sort;
	r->query.ascending = s->ascending;
}

void app_stale(struct app *a)
{
	a->lines_of = a->tree_of = a->only.of = 0;
}

/* Back to what was compared; what is on its way there is not wanted any more. */
void changes_leave(struct app *a)
{
	if (!a->result)
		passes_cancel(a->passes);
	if (a->depth > 1)
		a->depth--;
	else
		level_view(a, app_top(a), VIEW_OVERVIEW);
}

/* The cursor begins where Enter does something, and most is to be seen. */
static void settle(struct app *a, struct level *top)
{
	const struct text_line *line = a->lines.line;
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < a->lines.nr; i++)
		if (line[i].filter && (best == SIZE_MAX || line[i].weight > line[best].weight))
			best = i;
	if (best != SIZE_MAX)
		top->cursor = best;
	top->settled = true;
}

static void make_lines(struct app *a, unsigned int width)
{
	struct level *top = app_top(a);

	if (a->lines_of == a->result->serial && a->lines_view == top->view &&
	    a->lines_width == width)
		return;
	lines_clear(&a->lines);
	view_builder(top->view)(a, &a->lines, width);
	if (a->lines.failed)
		app_say(a, true, "not enough memory for all lines");
	a->lines_of = a->result->serial;
	a->lines_view = top->view;
	a->lines_width = width;
	if (!top->settled)
		settle(a, top);
}

uint64_t app_row(const struct app *a)
{
	const struct level *top = &a->stack[a->depth - 1];
	const struct rows *r = a->result ? a->result->rows : NULL;
	size_t row;

	if (!r || !view_is_table(top->view) || !top->cursor || top->cursor >= body_nr(a))
		return 0;
	body_row(a, top->cursor, &r, &row);
	return a->tree ? tree_line(a->tree, top->cursor).id : row_identity(r, row);
}

/*
 * The same, of a part that others take the place of.
 */
static uint64_t cursor_row(const struct app *a, const struct pass_query *q)
{
	const struct pass_result *r = a->result;

	return r && r->part && pass_query_same(&r->query, q) ? app_row(a) : 0;
}

void app_follow_row(struct app *a, uint64_t row)
{
	const struct rows *r = a->result ? a->result->rows : NULL;
	size_t at;

	if (row && a->tree && tree_find(a->tree, row, &at))
		app_top(a)->cursor = at;
	for (size_t i = 0; row && r && !a->tree && i < body_nr(a); i++) {
		body_row(a, i, &r, &at);
		if (row_identity(r, at) != row)
			continue;
		app_top(a)->cursor = i;
		return;
	}
}

/* There is no such result: what was there before is looked at again. */
static void fail(struct app *a)
{
	struct pass_result *r = a->result;

	a->result = NULL;
	if (*r->why)
		app_say(a, true, "%.80s: %.200s", r->query.other, r->why);
	else
		app_say(a, true, "cannot count: %s", strerror(-r->err));
	if (app_top(a)->view != VIEW_CHANGES)
		return;
	/* the file may be another one the next time */
	passes_forget(a->passes, r);
	changes_leave(a);
	app_update(a);
}

/* Take or ask for what the top level shows. */
void app_update(struct app *a)
{
	struct level *top = app_top(a);
	uint64_t serial = a->result ? a->result->serial : 0, row;
	struct pass_query q;
	bool fits;
	size_t nr;

	if (live_follow(a))
		return;
	record_take(a);
	fits = level_query(a, top, &q);
	row = fits ? cursor_row(a, &q) : 0;
	a->result = NULL;
	if (!fits)
		app_say(a, true, "the filters together are too long: zoom out, or F");
	if (!fits || a->stopped) {
		passes_take(a->passes);
		return;
	}
	a->result = passes_want(a->passes, &q);
	if (a->result && a->result->err) {
		fail(a);
		return;
	}
	if (!a->result)
		return;
	if (view_is_table(top->view))
		sort_rows(a, &a->setup[top->view]);
	tree_update(a);
	only_update(a);
	if (a->result->serial != serial)
		app_follow_row(a, row);
	if (!view_is_table(top->view))
		make_lines(a, a->width ? a->width : 80);
	nr = body_nr(a);
	if (top->cursor >= nr)
		top->cursor = nr ? nr - 1 : 0;
}

void app_wait(struct app *a)
{
	app_update(a);
	while (passes_busy(a->passes)) {
		passes_wait(a->passes);
		app_update(a);
	}
}
