// SPDX-License-Identifier: GPL-2.0-only
/* What each key does. */
#include <limits.h>

#include "tui/app_impl.h"
#include "tui/command.h"

static void move(struct app *a, long by)
{
	struct level *top = app_top(a);
	size_t nr = app_nr(a);

	if (!nr)
		return;
	if (by < 0)
		top->cursor -= (size_t)-by < top->cursor ? (size_t)-by : top->cursor;
	else
		top->cursor += (size_t)by < nr - 1 - top->cursor ? (size_t)by : nr - 1 - top->cursor;
	app_land(a, by > 0);
}

static void switch_mouse(struct app *a)
{
	a->requests.no_mouse = !a->requests.no_mouse;
	app_say(a, false, a->requests.no_mouse ? "the mouse is the terminal's" :
		"the mouse is ours; M gives it to the terminal, to select text");
}

static void sideways(struct app *a, bool right)
{
	const unsigned int step = 8, most = 4096;
	unsigned int *left = &app_top(a)->left;

	if (right)
		*left += *left + step <= most ? step : 0;
	else
		*left -= *left < step ? *left : step;
}

bool app_find(struct app *a, const struct search *search, size_t from, bool forth)
{
	size_t nr = app_nr(a);

	/* Once around. */
	for (size_t n = 0, i = from; n < nr; n++, i = forth ? i + 1 : i + nr - 1) {
		if (!app_view(a)->body->matches(a, i % nr, search))
			continue;
		app_top(a)->cursor = i % nr;
		return true;
	}
	return false;
}

static void find_again(struct app *a, bool forth)
{
	size_t nr = app_nr(a), at = app_top(a)->cursor;

	if (!a->search.text)
		prompt_open(a, ASK_SEARCH);
	else if (nr && !app_find(a, &a->search, forth ? at + 1 : at + nr - 1, forth))
		app_say(a, false, "not here: %s", a->search.text);
}

static const char *function_of_line(const struct app *a)
{
	return app_nr(a) ? app_view(a)->body->function(a, app_level(a)->cursor) : NULL;
}

/* The other lines of the line's function; what is to be said where it names none. */
static const char *find_same(struct app *a)
{
	const char *function = function_of_line(a);

	if (!function)
		return "only for lines that name a function";
	search_set(&a->search, function);
	find_again(a, true);
	return NULL;
}

static const char *show_callers(struct app *a)
{
	const char *function = function_of_line(a);

	if (!function)
		return "only for lines that name a function; K has the callers of the hottest";
	callers_of(a, function);
	return NULL;
}

/* The views in their order, without those that are not listed. */
static enum view_id next_view(enum view_id v)
{
	do
		v = (v + 1) % NR_VIEWS;
	while (view_rows[v].ops->is_unlisted);
	return v;
}

static void show(struct app *a, enum view_id v)
{
	if (view_rows[v].ops->open)
		view_rows[v].ops->open(a);
	else
		app_show(a, v);
}

/* What it does in any view; what is to be said where it does nothing; NULL: nothing. */
static const char *act_anywhere(struct app *a, enum action action)
{
	long page = a->screen.rows > 1 ? (long)a->screen.rows - 1 : 1;

	switch (action) {
#define VIEW(press, name, id, what, word, title) case ACTION_##id: show(a, VIEW_##id); break;
#define KEY(press, name, id, what)
#include "tui/keys.def"
	case ACTION_NEXT_VIEW:	app_show(a, next_view(app_top(a)->view)); break;
	case ACTION_UP:		move(a, -1); break;
	case ACTION_DOWN:	move(a, 1); break;
	case ACTION_PAGE_UP:	move(a, -page); break;
	case ACTION_PAGE_DOWN:	move(a, page); break;
	case ACTION_HOME:	move(a, -LONG_MAX); break;
	case ACTION_END:	move(a, LONG_MAX); break;
	case ACTION_LEFT:	sideways(a, false); break;
	case ACTION_RIGHT:	sideways(a, true); break;
	case ACTION_ZOOM:	zoom_in(a); break;
	case ACTION_BACK:	zoom_back(a); break;
	case ACTION_UNFILTER:	zoom_none(a, app_top(a)->view); break;
	case ACTION_SEARCH:	prompt_open(a, ASK_SEARCH); break;
	case ACTION_NEXT:	find_again(a, true); break;
	case ACTION_PREVIOUS:	find_again(a, false); break;
	case ACTION_FILTER:	prompt_open(a, ASK_FILTER); break;
	case ACTION_ROW_RECORDS: zoom_show(a, VIEW_RECORDS); break;
	case ACTION_ROW_CODE:	zoom_show(a, VIEW_ANNOTATE); break;
	case ACTION_ROW_CALLERS: return show_callers(a);
	case ACTION_SAME:	return find_same(a);
	case ACTION_SOURCE:	annotate_switch_source(a); break;
	case ACTION_SAVE:	prompt_open(a, ASK_SAVE); break;
	case ACTION_COMMAND:	command_open(a); break;
	case ACTION_COPY:	command_copy(a); break;
	case ACTION_HOLD:	live_hold(a); break;
	case ACTION_SHORTER:	live_resize(a, false); break;
	case ACTION_LONGER:	live_resize(a, true); break;
	case ACTION_MOUSE:	switch_mouse(a); break;
	case ACTION_MENU:	menu_open(a); break;
	case ACTION_HELP:	pager_open_help(a); break;
	case ACTION_QUIT:	a->requests.quit = true; break;
	case ACTION_NONE:
	case ACTION_REDRAW:	/* app_key() */
	case NR_ACTIONS:
		break;
	/* Keys of some views, in others. */
	case ACTION_GROUPING:
	case ACTION_COLUMNS:
	case ACTION_ONLY:
	case ACTION_TREE:
	case ACTION_TURN:
	case ACTION_TURN_ALL:
	case ACTION_SORT:
	case ACTION_INVERT:
		return "only for tables: hot, data and branches";
	case ACTION_MARK:
		return "only for rows: of hot, data and branches";
	case ACTION_BRUSH:
		return "only for time: 9";
	case ACTION_STEP_LESS:
	case ACTION_STEP_MORE:
		return "only for the latencies of memory: 4";
	case ACTION_HOTTEST:
		return a->result ? "only in Code, where instructions have samples" : NULL;
	case ACTION_FOLLOW:
		return "only in Code, on a branch: a shows a function's code";
	case ACTION_EDIT:
		return "only in Code: a shows a function's code";
	}
	return NULL;
}

/* What the view does, by its operations. */
static bool act_here(struct app *a, enum action action)
{
	const struct view_ops *ops = app_view(a);

	if (action == ACTION_GROUPING && ops->has_keys)
		prompt_open(a, ASK_GROUPING);
	else if (action == ACTION_COLUMNS && ops->has_columns)
		prompt_open(a, ASK_COLUMNS);
	else
		return ops->act && ops->act(a, action);
	return true;
}

void app_act(struct app *a, enum action action)
{
	const char *why = act_here(a, action) ? NULL : act_anywhere(a, action);

	if (why)
		app_say(a, false, "%s", why);
	/* Another question than the one that was stopped. */
	if (action <= ACTION_NEXT_VIEW)
		a->stopped = false;
}

void app_key(struct app *a, int press)
{
	if (press == PRESS_NONE || press == PRESS_RESIZE)
		return;
	/* What is there is what is drawn. */
	if (action_of(press) == ACTION_REDRAW) {
		a->requests.redraw = true;
		return;
	}
	*a->message.text = '\0';
	a->message.alarm = false;
	switch (a->mode) {
	case MODE_BROWSE:	app_act(a, action_of(press)); break;
	case MODE_PROMPT:	prompt_key(a, press); break;
	case MODE_SORT:		sort_key(a, press); break;
	case MODE_MENU:		menu_key(a, press); break;
	case MODE_PAGER:	pager_key(a, press); break;
	}
	if (!a->requests.quit)
		app_update(a);
}
