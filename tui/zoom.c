// SPDX-License-Identifier: GPL-2.0-only
/* Zooms into a part, to another view, and back. */
#include "tui/zoom.h"

#include <string.h>

#include "tui/app_impl.h"
#include "tui/filter_text.h"

void zoom_say_long(struct app *a)
{
	app_say(a, true, "the filters together are too long: zoom out with Backspace, or F");
}

void zoom_say_deep(struct app *a)
{
	app_say(a, true, "cannot zoom in deeper: Backspace zooms out");
}

void zoom_to(struct app *a, const char *filter, const char *crumb, enum view_id v)
{
	const struct level *top = app_top(a);
	struct level next = *top;

	if (a->zoom.depth == DEPTH_MAX) {
		zoom_say_deep(a);
		return;
	}
	if (!filter_join(next.filter, filter)) {
		zoom_say_long(a);
		return;
	}
	next.base = a->zoom.depth - 1;
	snprintf(next.crumb, sizeof(next.crumb), "%s", crumb);
	if (app_view(a)->zoom_from)
		app_view(a)->zoom_from(a, &next);
	level_view(&next, v, a->cfg);
	a->zoom.level[a->zoom.depth++] = next;
}

void zoom_here(struct app *a, const char *filter, const char *crumb)
{
	struct level was = *app_top(a);
	size_t depth = a->zoom.depth;

	zoom_to(a, filter, crumb, was.view);
	if (a->zoom.depth > depth)
		level_keys(app_top(a), was.keys, was.nr_keys);
}

static bool line_zooms(struct app *a, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	const struct view_ops *ops = app_view(a);

	return app_nr(a) && ops->body->zoom(a, app_top(a)->cursor, filter, crumb) &&
	       (!ops->narrow || ops->narrow(a, filter, crumb));
}

enum zoom_kind zoom_leads(const struct app *a)
{
	const enum field *keys;
	size_t nr;

	keys = app_view(a)->body->keys(a, app_level(a)->cursor, &nr);
	if (keys ? field_among(FIELD_ADDRESS, keys, nr) || field_among(FIELD_OFFSET, keys, nr) :
	    app_view(a)->is_instructions)
		return ZOOM_RECORDS;
	if (!keys)
		return ZOOM_ROWS;
	return field_among(FIELD_SYMBOL, keys, nr) ? ZOOM_INSTRUCTIONS : ZOOM_FUNCTIONS;
}

void zoom_in(struct app *a)
{
	static const enum field instructions[] = {
		FIELD_ADDRESS, FIELD_OP, FIELD_SUBCLASS, FIELD_LINE,
	};
	const struct view_ops *hot = view_rows[VIEW_HOT].ops;
	char filter[FILTER_LEN], crumb[CRUMB_LEN];
	size_t depth = a->zoom.depth;
	enum zoom_kind kind;

	if (a->stopped) {
		a->stopped = false;
		return;
	}
	if (!line_zooms(a, filter, crumb))
		return;
	/* Keys point into the result, which outlives the zoom. */
	kind = zoom_leads(a);
	zoom_to(a, filter, crumb, kind == ZOOM_RECORDS ? VIEW_RECORDS : VIEW_HOT);
	if (a->zoom.depth == depth)
		return;
	if (kind == ZOOM_INSTRUCTIONS)
		level_keys(app_top(a), instructions, sizeof(instructions) / sizeof(instructions[0]));
	else if (kind == ZOOM_FUNCTIONS)
		level_keys(app_top(a), hot->keys, hot->nr_keys);
}

void zoom_show(struct app *a, enum view_id v)
{
	char filter[FILTER_LEN], crumb[CRUMB_LEN];

	if (line_zooms(a, filter, crumb))
		zoom_to(a, filter, crumb, v);
}

/* Each replaces the one before. */
void zoom_worlds(struct app *a)
{
	static const struct {
		const char *filter, *crumb;
	} worlds[] = { { "world=guest", "guests" }, { "world=host", "host" } };
	const size_t nr = sizeof(worlds) / sizeof(worlds[0]);
	struct level was;
	size_t next = 0;

	if (app_view(a)->leave)
		app_view(a)->leave(a);
	was = *app_top(a);
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(was.crumb, worlds[i].crumb))
			next = i + 1;
	if (next) {
		a->zoom.depth--;
		level_view(app_top(a), was.view, a->cfg);
		level_keys(app_top(a), was.keys, was.nr_keys);
	}
	if (next < nr)
		zoom_here(a, worlds[next].filter, worlds[next].crumb);
}

void zoom_back(struct app *a)
{
	if (a->zoom.depth > 1) {
		a->zoom.depth--;
	} else if (passes_busy(a->passes)) {
		passes_cancel(a->passes);
		a->stopped = true;
	} else {
		app_say(a, false, *a->zoom.filter || a->table.only.row ?
			"nothing to zoom out of; F clears the filter, q quits" :
			"nothing to zoom out of; q quits");
	}
}

void app_show(struct app *a, enum view_id v)
{
	struct level *top, fresh;

	if (app_view(a)->leave)
		app_view(a)->leave(a);
	top = app_top(a);
	fresh = *top;
	level_view(&fresh, v, a->cfg);
	if (fresh.view != top->view || fresh.nr_keys != top->nr_keys ||
	    memcmp(fresh.keys, top->keys, top->nr_keys * sizeof(top->keys[0])))
		*top = fresh;
}

void zoom_none(struct app *a, enum view_id v)
{
	struct level *first = &a->zoom.level[0];

	*a->zoom.filter = '\0';
	only_set(a, "");
	a->zoom.depth = 1;
	level_view(first, v, a->cfg);
	*first->filter = *first->crumb = '\0';
	first->slice = 0;
}
