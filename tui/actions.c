// SPDX-License-Identifier: GPL-2.0-only
/* The actions of keys. */
#include <limits.h>

#include "tui/app_impl.h"
#include "tui/command.h"

/* The number of visible lines. */
static size_t lines_seen(const struct app *a)
{
	return a->screen.rows ? a->screen.rows : 1;
}

/* The first visible line if the last line is at the bottom. */
static size_t last_top(const struct app *a, size_t nr)
{
	return nr > lines_seen(a) ? nr - lines_seen(a) : 0;
}

/* The next row in that direction, visible or one line beyond; false: there is none. */
static bool next_row(const struct app *a, bool forth, size_t *out)
{
	const struct body_ops *body = app_view(a)->body;
	const struct level *top = app_level(a);
	size_t nr = app_nr(a), end = top->top + lines_seen(a) + 1, begin = top->top ? top->top - 1 : 0;

	end = end < nr ? end : nr;
	for (size_t i = top->cursor; forth ? i + 1 < end : i > begin;) {
		i += forth ? 1 : -1;
		if (body->still(a, i))
			continue;
		*out = i;
		return true;
	}
	return false;
}

/* Move to the next row; if none is near, scroll and keep the cursor. */
static void step(struct app *a, bool forth)
{
	size_t nr = app_nr(a), last = last_top(a, nr), end;
	struct level *top = app_top(a);

	if (next_row(a, forth, &top->cursor))
		return;
	if (forth)
		top->top += top->top < last;
	else
		top->top -= top->top > 0;
	end = top->top + lines_seen(a);
	end = end < nr ? end : nr;
	top->cursor = top->cursor < top->top ? top->top : top->cursor < end ? top->cursor : end - 1;
}

/* Move by a number of lines, and to a visible row. */
static void leap(struct app *a, long by)
{
	size_t nr = app_nr(a), last = last_top(a, nr), end;
	const struct body_ops *body = app_view(a)->body;
	struct level *top = app_top(a);

	if (by < 0)
		top->top -= (size_t)-by < top->top ? (size_t)-by : top->top;
	else
		top->top += top->top < last && (size_t)by < last - top->top ? (size_t)by : last - top->top;
	end = top->top + lines_seen(a);
	end = end < nr ? end : nr;
	top->cursor = by < 0 ? top->top : end - 1;
	for (size_t i = 0; i < end - top->top; i++) {
		size_t at = by < 0 ? top->top + i : end - 1 - i;

		if (body->still(a, at))
			continue;
		top->cursor = at;
		return;
	}
}

static void move(struct app *a, long by)
{
	struct level *top = app_top(a);
	size_t nr = app_nr(a);

	if (!nr)
		return;
	if (app_view(a)->body->still && (by == 1 || by == -1))
		step(a, by > 0);
	else if (app_view(a)->body->still)
		leap(a, by);
	else if (by < 0)
		top->cursor -= (size_t)-by < top->cursor ? (size_t)-by : top->cursor;
	else
		top->cursor += (size_t)by < nr - 1 - top->cursor ? (size_t)by : nr - 1 - top->cursor;
}

static void switch_mouse(struct app *a)
{
	a->requests.no_mouse = !a->requests.no_mouse;
	app_say(a, false, a->requests.no_mouse ? "the terminal handles the mouse: select text; M "
		"ends that" :
		"spelunk handles the mouse; M leaves it to the terminal, to select text");
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

	/* Wrap around once. */
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

/* Find other lines of the line's function; returns a message if it has none. */
static const char *find_same(struct app *a)
{
	const char *function = function_of_line(a);

	if (!function)
		return "only on rows that name a function";
	search_set(&a->search, function);
	find_again(a, true);
	return NULL;
}

static const char *show_callers(struct app *a)
{
	const char *function = function_of_line(a);

	if (!function)
		return "only on rows that name a function: K shows callers of the hottest";
	callers_of(a, function);
	return NULL;
}

/* The next view in order, without unlisted ones. */
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

/*
 * Perform the action, if it is one of all views; returns a message if it has no effect, else NULL.
 */
static const char *act_anywhere(struct app *a, enum action action)
{
	long page = a->screen.rows > 1 ? (long)a->screen.rows - 1 : 1;

	switch (action) {
#define VIEW(press, name, id, what, word, title) case ACTION_##id: show(a, VIEW_##id); break;
#define KEY(press, name, id, label, what)
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
	case ACTION_WORLDS:	zoom_worlds(a); break;
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
	case ACTION_EARLIER:	live_step(a, -1); break;
	case ACTION_LATER:	live_step(a, 1); break;
	case ACTION_KEEP:	live_write(a); break;
	case ACTION_SHORTER:	live_resize(a, false); break;
	case ACTION_LONGER:	live_resize(a, true); break;
	case ACTION_MOUSE:	switch_mouse(a); break;
	case ACTION_MENU:	menu_open(a); break;
	case ACTION_PALETTE:	picker_open_commands(a); break;
	case ACTION_HELP:	pager_open_help(a); break;
	case ACTION_QUIT:	a->requests.quit = true; break;
	case ACTION_NONE:
	case ACTION_REDRAW:	/* handled in app_key() */
	case NR_ACTIONS:
		break;
	/* Actions of some views, used in others. */
	case ACTION_GROUPING:
	case ACTION_COLUMNS:
	case ACTION_ONLY:
	case ACTION_TREE:
	case ACTION_TURN:
	case ACTION_TURN_ALL:
	case ACTION_SORT:
	case ACTION_INVERT:
		return "only in tables: 2 Hot, 5 Data, 6 Branches";
	case ACTION_MARK:
		return mark_row(a) ? NULL : "only on rows that have samples";
	case ACTION_BRUSH:
		return "only in 9 Time";
	case ACTION_STEP_LESS:
	case ACTION_STEP_MORE:
		return "only in 4 Memory";
	case ACTION_HOTTEST:
		return costliest_go(a) || !a->result ? NULL : "no row here has a cost: views 0, 2 "
			"and 3 have such rows";
	case ACTION_FOLLOW:
		return "only on a branch in Code: a shows the code of a row";
	case ACTION_EDIT:
		return "only in Code: a shows the code of a row";
	}
	return NULL;
}

/* Let the view perform the action. */
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
	/* A different query than the one that was cancelled. */
	if (action <= ACTION_NEXT_VIEW)
		a->stopped = false;
}

static void forget_message(struct app *a)
{
	*a->message.text = '\0';
	a->message.alarm = false;
}

/* Text is never a command: who pastes a line of a script into the screens runs nothing. */
void app_paste(struct app *a, const struct paste *p)
{
	bool fits = true;

	forget_message(a);
	switch (a->mode) {
	case MODE_PROMPT:	fits = prompt_paste(a, p); break;
	case MODE_PICKER:	fits = picker_paste(a, p); break;
	case MODE_BROWSE:
	case MODE_MENU:
	case MODE_PAGER:
		app_say(a, false, "pasted text is ignored here: paste it behind / (search) or f (filter)");
		break;
	}
	if (!fits)
		app_say(a, true, "the pasted text does not fit: its end is cut off");
	app_update(a);
}

/* Esc is as Backspace, but takes back a mark first. */
static void browse_key(struct app *a, int press)
{
	if (press == PRESS_ESC && a->mark.set && !passes_busy(a->passes))
		mark_clear(a);
	else
		app_act(a, action_of(press));
}

void app_key(struct app *a, int press)
{
	if (press == PRESS_NONE || press == PRESS_RESIZE)
		return;
	/* Redraw what is displayed. */
	if (action_of(press) == ACTION_REDRAW) {
		a->requests.redraw = true;
		return;
	}
	forget_message(a);
	switch (a->mode) {
	case MODE_BROWSE:	browse_key(a, press); break;
	case MODE_PROMPT:	prompt_key(a, press); break;
	case MODE_PICKER:	picker_key(a, press); break;
	case MODE_MENU:		menu_key(a, press); break;
	case MODE_PAGER:	pager_key(a, press); break;
	}
	if (!a->requests.quit)
		app_update(a);
}
