// SPDX-License-Identifier: GPL-2.0-only
/* From what is looked at to a part of it, to another view, and back. */
#include <string.h>

#include "tui/view.h"

void zoom_to(struct app *a, const char *filter, const char *crumb, enum view_id v)
{
	uint64_t brushed = app_top(a)->view == VIEW_TIME ? time_brushed(a) : 0;
	struct level *next;

	if (a->depth == DEPTH_MAX) {
		app_say(a, true, "that is as deep as it goes: zoom out with Backspace");
		return;
	}
	next = &a->stack[a->depth];
	*next = a->stack[a->depth - 1];
	if (!filter_join(next->filter, filter)) {
		app_say(a, true, "the filters together are too long: zoom out with Backspace, or F");
		return;
	}
	a->depth++;
	next->base = a->depth - 2;
	snprintf(next->crumb, sizeof(next->crumb), "%s", crumb);
	if (brushed)
		next->slice = slice_length(brushed);
	level_view(a, next, v);
}

void zoom_here(struct app *a, const char *filter, const char *crumb)
{
	struct level was = *app_top(a);
	size_t depth = a->depth;

	zoom_to(a, filter, crumb, was.view);
	if (a->depth > depth)
		level_keys(app_top(a), was.keys, was.nr_keys);
}

/* Is it a key of the cursor's line?  A tree's may have fewer than the level. */
static bool line_has(const struct app *a, enum field f)
{
	const struct level *top = &a->stack[a->depth - 1];
	const enum field *keys = top->keys;
	size_t nr = top->nr_keys, row;
	const struct rows *r;

	if (view_is_table(top->view) && a->result && body_nr(a)) {
		body_row(a, top->cursor, &r, &row);
		keys = r->keys;
		nr = r->nr_keys;
	}
	for (size_t k = 0; k < nr; k++)
		if (keys[k] == f)
			return true;
	return false;
}

/* Is the cursor's line one value of each of the level's keys? */
static bool has_keyed_line(struct app *a)
{
	const struct level *top = app_top(a);

	return view_is_table(top->view) ||
	       (a->result && top->cursor < a->lines.nr && a->lines.line[top->cursor].by_keys);
}

/* From worlds to functions, from these to instructions, from these to records. */
void zoom_in(struct app *a)
{
	static const enum field instructions[] = {
		FIELD_ADDRESS, FIELD_OP, FIELD_SUBCLASS, FIELD_LINE,
	};
	struct level *top = app_top(a);
	char filter[FILTER_LEN], crumb[CRUMB_LEN];
	bool table = has_keyed_line(a);
	bool symbol = table && line_has(a, FIELD_SYMBOL);
	bool address = table ? line_has(a, FIELD_ADDRESS) || line_has(a, FIELD_OFFSET) :
		       top->view == VIEW_ANNOTATE;
	size_t depth = a->depth, nr;
	const enum field *keys = view_keys(VIEW_HOT, &nr);

	if (a->stopped) {
		a->stopped = false;
		return;
	}
	if (a->result && top->view == VIEW_RECORDS) {
		record_open(a);
		return;
	}
	if (!a->result || !body_nr(a) || !body_zoom(a, top->cursor, filter, crumb))
		return;
	zoom_to(a, filter, crumb, address ? VIEW_RECORDS : VIEW_HOT);
	if (a->depth == depth || !table || address)
		return;
	if (symbol)
		level_keys(app_top(a), instructions, sizeof(instructions) / sizeof(instructions[0]));
	else
		level_keys(app_top(a), keys, nr);
}

/* The samples of the line, in another view. */
void zoom_show(struct app *a, enum view_id v)
{
	char filter[FILTER_LEN], crumb[CRUMB_LEN];

	if (a->result && body_nr(a) && body_zoom(a, app_top(a)->cursor, filter, crumb))
		zoom_to(a, filter, crumb, v);
}

void zoom_back(struct app *a)
{
	if (app_top(a)->view == VIEW_CHANGES) {
		changes_leave(a);
	} else if (a->depth > 1) {
		a->depth--;
	} else if (passes_busy(a->passes)) {
		passes_cancel(a->passes);
		a->stopped = true;
	} else {
		app_say(a, false, "nothing to zoom out of; q quits");
	}
}

void app_go_to(struct app *a, enum view_id v)
{
	struct level *top, fresh;

	if (app_top(a)->view == VIEW_CHANGES)
		changes_leave(a);
	top = app_top(a);
	fresh = *top;
	level_view(a, &fresh, v);
	if (fresh.view != top->view || fresh.nr_keys != top->nr_keys ||
	    memcmp(fresh.keys, top->keys, top->nr_keys * sizeof(top->keys[0])))
		*top = fresh;
}

void zoom_none(struct app *a)
{
	enum view_id v = app_top(a)->view;
	bool changes = v == VIEW_CHANGES;

	*a->filter = '\0';
	only_set(a, "");
	/* what was compared lies below */
	if (v == VIEW_CHANGES && a->depth > 1)
		v = a->stack[a->depth - 2].view;
	a->depth = 1;
	level_view(a, app_top(a), v);
	*app_top(a)->filter = *app_top(a)->crumb = '\0';
	app_top(a)->slice = 0;
	if (changes)
		changes_open(a);
}
