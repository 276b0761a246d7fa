// SPDX-License-Identifier: GPL-2.0-only
/* What each key does. */
#include <limits.h>
#include <string.h>

#include "report/write.h"
#include "tui/view.h"

static void move(struct app *a, long by)
{
	struct level *top = app_top(a);
	size_t nr = a->result ? body_nr(a) : 0;

	if (!nr)
		return;
	if (by < 0)
		top->cursor -= (size_t)-by < top->cursor ? (size_t)-by : top->cursor;
	else
		top->cursor += (size_t)by < nr - 1 - top->cursor ? (size_t)by : nr - 1 - top->cursor;
}

static void switch_mouse(struct app *a)
{
	a->no_mouse = !a->no_mouse;
	app_say(a, false, a->no_mouse ? "the mouse is the terminal's" :
		"the mouse is ours; M gives it to the terminal, to select text");
}

bool app_wants_mouse(const struct app *a)
{
	return !a->no_mouse;
}

static void brush(struct app *a)
{
	if (app_top(a)->view == VIEW_TIME)
		time_mark(a);
	else
		app_say(a, false, "only for time: 9");
}

static void sideways(struct app *a, bool right)
{
	struct level *top = app_top(a);
	unsigned int step = view_is_table(top->view) ? 1 : 8;
	size_t most = view_is_table(top->view) ? a->setup[top->view].nr_columns - 1 : 4096;

	if (top->view == VIEW_TIME)
		time_move(a, right ? 1 : -1);
	else if (right)
		top->left += top->left + step <= most ? step : 0;
	else
		top->left -= top->left < step ? top->left : step;
}

bool app_find(struct app *a, const struct search *search, size_t from, bool forth)
{
	size_t nr = a->result ? body_nr(a) : 0;

	/* Once around. */
	for (size_t n = 0, i = from; n < nr; n++, i = forth ? i + 1 : i + nr - 1) {
		if (!body_matches(a, i % nr, search))
			continue;
		app_top(a)->cursor = i % nr;
		return true;
	}
	return false;
}

static void find_again(struct app *a, bool forth)
{
	size_t nr = a->result ? body_nr(a) : 0, at = app_top(a)->cursor;

	if (!search_is_set(&a->search))
		prompt_open(a, ASK_SEARCH);
	else if (nr && !app_find(a, &a->search, forth ? at + 1 : at + nr - 1, forth))
		app_say(a, false, "not here: %s", a->search.text);
}

/* The other lines of the line's function. */
static void find_same(struct app *a)
{
	const struct rows *r;
	int k = -1;
	size_t row;

	if (view_is_table(app_top(a)->view) && a->result && body_nr(a)) {
		body_row(a, app_top(a)->cursor, &r, &row);
		k = rows_key(r, FIELD_SYMBOL);
	}
	if (k < 0 || !r->row[row].keys[k].known) {
		app_say(a, false, "only for lines that name a function");
		return;
	}
	search_set(&a->search, r->row[row].keys[k].text);
	find_again(a, true);
}

static bool needs_table(struct app *a)
{
	if (view_is_table(app_top(a)->view))
		return true;
	app_say(a, false, "only for tables: hot, data and branches");
	return false;
}

static bool needs_keys(struct app *a)
{
	return view_has_keys(app_top(a)->view) || needs_table(a);
}

/* The views in their order, without those that are not listed. */
static enum view_id next_view(enum view_id v)
{
	do
		v = (v + 1) % NR_VIEWS;
	while (!view_is_listed(v));
	return v;
}

static bool needs_columns(struct app *a)
{
	return view_has_columns(app_top(a)->view) || needs_table(a);
}

static void invert(struct app *a)
{
	if (needs_table(a))
		a->setup[app_top(a)->view].ascending ^= true;
}

void app_act(struct app *a, enum action action)
{
	long page = a->rows > 1 ? (long)a->rows - 1 : 1;

	switch (action) {
	case ACTION_NONE:	break;
	case ACTION_OVERVIEW:	app_go_to(a, VIEW_OVERVIEW); break;
	case ACTION_HOT:	app_go_to(a, VIEW_HOT); break;
	case ACTION_VMS:	app_go_to(a, VIEW_VMS); break;
	case ACTION_MEMORY:	app_go_to(a, VIEW_MEMORY); break;
	case ACTION_DATA:	app_go_to(a, VIEW_DATA); break;
	case ACTION_BRANCHES:	app_go_to(a, VIEW_BRANCHES); break;
	case ACTION_RECORDS:	app_go_to(a, VIEW_RECORDS); break;
	case ACTION_QUALITY:	app_go_to(a, VIEW_QUALITY); break;
	case ACTION_TIME:	app_go_to(a, VIEW_TIME); break;
	case ACTION_CODE:	app_go_to(a, VIEW_ANNOTATE); break;
	case ACTION_SHARING:	app_go_to(a, VIEW_SHARING); break;
	case ACTION_BRUSH:	brush(a); break;
	case ACTION_STEP_LESS:	heat_move(a, false); break;
	case ACTION_STEP_MORE:	heat_move(a, true); break;
	case ACTION_NEXT_VIEW:	app_go_to(a, next_view(app_top(a)->view)); break;
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
	case ACTION_SEARCH:	prompt_open(a, ASK_SEARCH); break;
	case ACTION_ONLY:	if (needs_table(a)) prompt_open(a, ASK_ONLY); break;
	case ACTION_SAME:	find_same(a); break;
	case ACTION_NEXT:	find_again(a, true); break;
	case ACTION_PREVIOUS:	find_again(a, false); break;
	case ACTION_FILTER:	prompt_open(a, ASK_FILTER); break;
	case ACTION_UNFILTER:	zoom_none(a); break;
	case ACTION_GROUPING:	if (needs_keys(a)) prompt_open(a, ASK_GROUPING); break;
	case ACTION_COLUMNS:	if (needs_columns(a)) prompt_open(a, ASK_COLUMNS); break;
	case ACTION_TREE:	if (needs_table(a)) tree_switch(a); break;
	case ACTION_TURN:	if (needs_table(a)) tree_turn_line(a); break;
	case ACTION_TURN_ALL:	if (needs_table(a)) tree_turn_lines(a); break;
	case ACTION_SORT:	if (needs_table(a)) sort_open(a); break;
	case ACTION_INVERT:	invert(a); break;
	case ACTION_MARK:	mark_row(a); break;
	case ACTION_ROW_RECORDS: zoom_show(a, VIEW_RECORDS); break;
	case ACTION_ROW_CODE:	zoom_show(a, VIEW_ANNOTATE); break;
	case ACTION_HOTTEST:	code_hottest(a); break;
	case ACTION_FOLLOW:	code_follow(a); break;
	case ACTION_SOURCE:	code_source(a); break;
	case ACTION_EDIT:	code_edit(a); break;
	case ACTION_SAVE:	prompt_open(a, ASK_SAVE); break;
	case ACTION_COMMAND:	page_open_command(a); break;
	case ACTION_COPY:	command_copy(a); break;
	case ACTION_COMPARE:	prompt_open(a, ASK_OTHER); break;
	case ACTION_HOLD:	live_hold(a); break;
	case ACTION_SHORTER:	live_resize(a, false); break;
	case ACTION_LONGER:	live_resize(a, true); break;
	case ACTION_REDRAW:	break;	/* app_key() */
	case ACTION_MOUSE:	switch_mouse(a); break;
	case ACTION_MENU:	menu_open(a); break;
	case ACTION_HELP:	page_open_help(a); break;
	case ACTION_QUIT:	a->quit = true; break;
	case NR_ACTIONS:	break;
	}
	/* Another question than the one that was stopped. */
	if (action != ACTION_BACK && action != ACTION_ZOOM && action <= ACTION_NEXT_VIEW)
		a->stopped = false;
}

bool app_take_redraw(struct app *a)
{
	bool redraw = a->redraw;

	a->redraw = false;
	return redraw;
}

void app_key(struct app *a, int press)
{
	if (press == PRESS_NONE || press == PRESS_RESIZE)
		return;
	/* What is there is what is drawn. */
	if (action_of(press) == ACTION_REDRAW) {
		a->redraw = true;
		return;
	}
	*a->message = '\0';
	a->alarm = false;
	switch (a->mode) {
	case MODE_BROWSE:	app_act(a, action_of(press)); break;
	case MODE_PROMPT:	prompt_key(a, press); break;
	case MODE_SORT:		sort_key(a, press); break;
	case MODE_MENU:		menu_key(a, press); break;
	case MODE_PAGE:		page_key(a, press); break;
	}
	if (!a->quit)
		app_update(a);
}
