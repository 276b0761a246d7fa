// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/filter_text.h"

int app_new(struct app **out, const struct app_config *cfg)
{
	struct app *a = calloc(1, sizeof(*a));
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
	for (enum view_id v = 0; v < NR_VIEWS; v++)
		setup_init(&a->setup[v], v, cfg);
	a->zoom.depth = 1;
	level_view(app_top(a), cfg->nr_by ? VIEW_HOT : VIEW_OVERVIEW, cfg);
	if (cfg->filter && !filter_join(a->zoom.filter, cfg->filter))
		app_say(a, true, "the filter is too long for the screens: all samples are counted");
	if (cfg->other)
		changes_from(a, cfg->other);
	*out = a;
	return 0;
}

void app_free(struct app *a)
{
	if (!a)
		return;
	app_withdraw(a);
	passes_free(a->passes);
	free(a->requests.edit);
	free(a->requests.copy);
	free(a->menu);
	picker_free(a->picker);
	complete_clear(&a->complete);
	table_clear(&a->table);
	search_clear(&a->search);
	lines_clear(&a->body.lines);
	slices_clear(&a->time.slices);
	flame_clear(&a->flame);
	lines_clear(&a->pager.lines);
	free(a);
}

void app_say(struct app *a, bool alarm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->message.text, sizeof(a->message.text), fmt, ap);
	va_end(ap);
	a->message.alarm = alarm;
}

struct app_requests *app_requests(struct app *a)
{
	return &a->requests;
}

int app_fd(const struct app *a)
{
	return passes_fd(a->passes);
}

bool app_busy(const struct app *a)
{
	return passes_busy(a->passes) || a->offer.cfg;
}

void app_report_data(const struct app *a, struct report_data *out)
{
	const struct pass_result *r = a->result;

	*out = a->cfg->data;
	out->summary = &r->summary;
	out->worlds = r->worlds;
	out->rows = r->rows;
	out->filter = *r->query.filter ? r->query.filter : NULL;
	out->costly = r->costly;
	out->nr_costly = r->nr_costly;
	out->missing = (const char *const *)r->missing;
	out->nr_missing = r->nr_missing;
}

/* Results */

void app_stale(struct app *a)
{
	a->body.of = 0;
	table_stale(&a->table);
}

/* The identity of the cursor's row, if the result is partial and will be replaced. */
static uint64_t cursor_of_part(const struct app *a, const struct pass_query *q)
{
	const struct pass_result *r = a->result;

	return r && r->part && pass_query_same(&r->query, q) ? table_cursor(a) : 0;
}

static void fail(struct app *a)
{
	struct pass_result *r = a->result;

	a->result = NULL;
	if (*r->why)
		app_say(a, true, "%.80s: %.200s", r->query.other, r->why);
	else
		app_say(a, true, "cannot count: %s", strerror(-r->err));
	if (app_view(a)->failed)
		app_view(a)->failed(a, r);
}

void app_land(struct app *a, bool forth)
{
	const struct body_ops *body = app_view(a)->body;
	size_t nr = app_nr(a), *at = &app_top(a)->cursor, from = *at;

	if (!body->still || !nr)
		return;
	while (body->still(a, *at) && *at != (forth ? nr - 1 : 0))
		*at += forth ? 1 : -1;
	if (!body->still(a, *at))
		return;
	*at = from;
	while (body->still(a, *at) && *at != (forth ? 0 : nr - 1))
		*at += forth ? -1 : 1;
}

/* row: identity of the cursor's row in the previous result. */
static void show_result(struct app *a, uint64_t row)
{
	struct level *top = app_top(a);
	size_t nr;

	app_view(a)->body->update(a);
	tree_update(a);
	only_update(a);
	table_follow(a, row);
	nr = app_nr(a);
	if (top->cursor >= nr)
		top->cursor = nr ? nr - 1 : 0;
}

static void update(struct app *a)
{
	uint64_t serial = a->result ? a->result->serial : 0, row;
	struct pass_query q;
	bool fits;

	if (live_follow(a))
		return;
	record_take(a);
	mark_take(a);
	fits = level_query(a, app_top(a), &q);
	row = fits ? cursor_of_part(a, &q) : 0;
	a->result = NULL;
	if (!fits)
		app_say(a, true, "the filters together are too long: zoom out, or F");
	if (!fits || a->stopped) {
		passes_take(a->passes);
		return;
	}
	a->result = passes_want(a->passes, &q);
	if (complete_take(a))
		a->result = passes_want(a->passes, &q);
	if (a->result && a->result->err)
		fail(a);
	else if (a->result)
		show_result(a, a->result->serial != serial ? row : 0);
	if (a->result && a->result->serial != serial)
		screen_count_names(a);
}

/*
 * Ask again if a pass has ended meanwhile: its descriptor has been read and will not wake the
 * terminal again.
 */
void app_update(struct app *a)
{
	uint64_t ended;

	do {
		ended = passes_ended(a->passes);
		update(a);
	} while (passes_ended(a->passes) != ended);
}

void app_wait(struct app *a)
{
	app_update(a);
	while (passes_busy(a->passes)) {
		passes_wait(a->passes);
		app_update(a);
	}
}
