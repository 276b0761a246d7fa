// SPDX-License-Identifier: GPL-2.0-only
#include "tui/here.h"

#include "tui/app_impl.h"

static bool is_listed(const enum action *list, enum action action)
{
	for (; list && *list != ACTION_NONE; list++)
		if (*list == action)
			return true;
	return false;
}

bool here_is_own(enum view_id v, enum action action)
{
	const struct view_ops *ops = view_rows[v].ops;

	return is_listed(ops->line_menu, action) || is_listed(ops->view_menu, action);
}

bool here_is_special(enum action action)
{
	for (enum view_id v = 0; v < NR_VIEWS; v++)
		if (here_is_own(v, action))
			return true;
	return false;
}

const char *here_enter(const struct app *a)
{
	static const char *const leads[] = {
		[ZOOM_ROWS] = "rows",
		[ZOOM_FUNCTIONS] = "functions", [ZOOM_INSTRUCTIONS] = "instructions",
		[ZOOM_RECORDS] = "records",
	};
	const struct view_ops *ops = app_view(a);

	if (a->stopped)
		return "count";
	if (!app_nr(a))
		return NULL;
	if (ops->enter)
		return ops->enter(a);
	if (!ops->body->has_samples(a, app_level(a)->cursor))
		return NULL;
	return leads[zoom_leads(a) == ZOOM_ROWS && !a->cfg->nr_by ? ZOOM_FUNCTIONS : zoom_leads(a)];
}

bool here_applies(const struct app *a, enum action action)
{
	const struct view_ops *ops = app_view(a);
	bool samples = app_nr(a) && ops->body->has_samples(a, app_level(a)->cursor);

	if (here_is_own(app_level(a)->view, action))
		return ops->offers ? ops->offers(a, action) : app_nr(a);
	switch (action) {
	case ACTION_ZOOM:
		return here_enter(a);
	case ACTION_ROW_CODE:
	case ACTION_ROW_RECORDS:
		return samples && !ops->is_instructions;
	case ACTION_ROW_CALLERS:
	case ACTION_SAME:
		return app_nr(a) && ops->body->function(a, app_level(a)->cursor);
	case ACTION_BACK:
		return a->zoom.depth > 1;
	case ACTION_UNFILTER:
		return a->zoom.depth > 1 || *a->zoom.filter;
	case ACTION_HOLD:
	case ACTION_EARLIER:
	case ACTION_LATER:
	case ACTION_KEEP:
	case ACTION_SHORTER:
	case ACTION_LONGER:
		return a->cfg->title;
	default:
		return !here_is_special(action);
	}
}

/* Append the actions of list, up to ACTION_NONE, that have an effect and are not in out yet. */
static unsigned int add(const struct app *a, const enum action *list, enum action *out,
			unsigned int nr, unsigned int most)
{
	for (; list && *list != ACTION_NONE && nr < most; list++) {
		unsigned int i = 0;

		while (i < nr && out[i] != *list)
			i++;
		if (i == nr && here_applies(a, *list))
			out[nr++] = *list;
	}
	return nr;
}

unsigned int here_keys(const struct app *a, enum action *out, unsigned int most)
{
	static const enum action first[] = {
		ACTION_HELP, ACTION_PALETTE, ACTION_ZOOM, ACTION_BACK, ACTION_HOLD, ACTION_EARLIER,
		ACTION_KEEP, ACTION_ROW_CODE, ACTION_NONE
	}, rest[] = {
		ACTION_SEARCH, ACTION_FILTER, ACTION_MENU, ACTION_ROW_RECORDS,
		ACTION_ROW_CALLERS, ACTION_NEXT_VIEW, ACTION_QUIT, ACTION_NONE
	};
	const struct view_ops *ops = app_view(a);
	unsigned int nr = add(a, first, out, 0, most);

	nr = add(a, ops->view_menu, out, nr, most);
	nr = add(a, ops->line_menu, out, nr, most);
	return add(a, rest, out, nr, most);
}
