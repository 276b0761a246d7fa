// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/sharing_lines.h"
#include "tui/view.h"

static void set_keys(struct level *l, const enum field *keys, size_t nr)
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
		set_keys(l, a->cfg->by, a->cfg->nr_by);
	else
		set_keys(l, keys, nr);
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
	needle_clear(&a->needle);
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
	a->tree_of = 0;
	report_sort(r->rows, s->sort, s->ascending);
	for (size_t n = 0; n < PROFILE_KEYS && r->by[n]; n++)
		report_sort(r->by[n], s->sort, s->ascending);
	r->query.sort = s->sort;
	r->query.ascending = s->ascending;
}

void app_stale(struct app *a)
{
	a->lines_of = a->tree_of = 0;
}

/* Back to what was compared; what is on its way there is not wanted any more. */
static void leave_changes(struct app *a)
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

	if (!r || !view_is_table(top->view) || !top->cursor || top->cursor >= body_nr(a))
		return 0;
	return a->tree ? tree_line(a->tree, top->cursor).id : row_identity(r, top->cursor);
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
	for (size_t i = 0; row && r && !a->tree && i < r->nr; i++) {
		if (row_identity(r, i) != row)
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
	leave_changes(a);
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

/*
 * Keys
 */

static void zoom_to(struct app *a, const char *filter, const char *crumb, enum view_id v)
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

void app_zoom_here(struct app *a, const char *filter, const char *crumb)
{
	struct level was = *app_top(a);
	size_t depth = a->depth;

	zoom_to(a, filter, crumb, was.view);
	if (a->depth > depth)
		set_keys(app_top(a), was.keys, was.nr_keys);
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
static void zoom(struct app *a)
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
		set_keys(app_top(a), instructions, sizeof(instructions) / sizeof(instructions[0]));
	else
		set_keys(app_top(a), keys, nr);
}

/* The samples of the line, in another view. */
static void show_in(struct app *a, enum view_id v)
{
	char filter[FILTER_LEN], crumb[CRUMB_LEN];

	if (a->result && body_nr(a) && body_zoom(a, app_top(a)->cursor, filter, crumb))
		zoom_to(a, filter, crumb, v);
}

/* In Code: to where the line jumps, or to the function it calls. */
static void follow(struct app *a)
{
	struct level *top = app_top(a);
	const struct text_line *line;
	size_t depth = a->depth, base = top->base;
	char caller[FILTER_LEN];

	if (top->view != VIEW_ANNOTATE || !a->result || !body_nr(a)) {
		app_say(a, false, "only in Code, on a branch: a shows a function's code");
		return;
	}
	line = &a->lines.line[top->cursor];
	if (line->leads) {
		top->cursor = line->leads;
	} else if (!line->lead_filter) {
		app_say(a, false, "this line is no branch to a known place of this object");
	} else {
		/* The caller's samples are none of the other function's. */
		strcpy(caller, top->filter);
		strcpy(top->filter, depth > 1 ? a->stack[base].filter : "");
		zoom_to(a, line->lead_filter, line->lead_crumb, VIEW_ANNOTATE);
		strcpy(a->stack[depth - 1].filter, caller);
		app_top(a)->base = base;
	}
}

/* In Code: the line's source in an editor, for which the terminal is not ours. */
static void edit(struct app *a)
{
	const struct text_line *line;

	if (app_top(a)->view != VIEW_ANNOTATE || !a->result || !body_nr(a)) {
		app_say(a, false, "only in Code: a shows a function's code");
		return;
	}
	line = &a->lines.line[app_top(a)->cursor];
	if (!line->path) {
		app_say(a, false, "the source of this line is not there: --symfs DIR says where it is");
		return;
	}
	free(a->edit);
	a->edit = strdup(line->path);
	a->edit_line = line->path_line;
}

bool app_take_redraw(struct app *a)
{
	bool redraw = a->redraw;

	a->redraw = false;
	return redraw;
}

char *app_take_edit(struct app *a, unsigned int *line)
{
	char *path = a->edit;

	*line = a->edit_line;
	a->edit = NULL;
	return path;
}

void app_edited(struct app *a, int status)
{
	if (status < 0)
		app_say(a, true, "the editor cannot be started: %s", strerror(-status));
	else if (status == 127)
		app_say(a, true, "the editor cannot be started: set EDITOR to one that is there");
	else if (status)
		app_say(a, true, "the editor ended with status %d", status);
}

/* a before b: hotter, or as hot and above. */
static bool is_hotter(const struct lines *l, size_t a, size_t b)
{
	uint64_t wa = l->line[a].weight, wb = l->line[b].weight;

	return wa != wb ? wa > wb : a < b;
}

/* The hottest line after this one, and after the last of all the hottest again. */
static void step_hottest(struct app *a)
{
	struct level *top = app_top(a);
	const struct lines *l = &a->lines;
	size_t next = SIZE_MAX, first = SIZE_MAX;

	if (view_is_table(top->view) || !a->result)
		return;
	for (size_t i = 0; i < l->nr; i++) {
		if (!l->line[i].weight)
			continue;
		if (first == SIZE_MAX || is_hotter(l, i, first))
			first = i;
		if (l->line[top->cursor].weight && is_hotter(l, top->cursor, i) &&
		    (next == SIZE_MAX || is_hotter(l, i, next)))
			next = i;
	}
	if (first == SIZE_MAX)
		app_say(a, false, "only in Code, where instructions have samples");
	else
		top->cursor = next == SIZE_MAX ? first : next;
}

static void toggle_source(struct app *a)
{
	a->no_source ^= true;
	app_stale(a);
	app_top(a)->settled = false;
}

static void back(struct app *a)
{
	if (app_top(a)->view == VIEW_CHANGES) {
		leave_changes(a);
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
		leave_changes(a);
	top = app_top(a);
	fresh = *top;
	level_view(a, &fresh, v);
	if (fresh.view != top->view || fresh.nr_keys != top->nr_keys ||
	    memcmp(fresh.keys, top->keys, top->nr_keys * sizeof(top->keys[0])))
		*top = fresh;
}

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

bool app_find(struct app *a, const struct needle *needle, size_t from, bool forth)
{
	size_t nr = a->result ? body_nr(a) : 0;

	/* Once around. */
	for (size_t n = 0, i = from; n < nr; n++, i = forth ? i + 1 : i + nr - 1) {
		if (!body_matches(a, i % nr, needle))
			continue;
		app_top(a)->cursor = i % nr;
		return true;
	}
	return false;
}

static void find_again(struct app *a, bool forth)
{
	size_t nr = a->result ? body_nr(a) : 0, at = app_top(a)->cursor;

	if (!needle_is_set(&a->needle))
		prompt_open(a, ASK_SEARCH);
	else if (nr && !app_find(a, &a->needle, forth ? at + 1 : at + nr - 1, forth))
		app_say(a, false, "not here: %s", a->needle.text);
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
	needle_set(&a->needle, r->row[row].keys[k].text);
	find_again(a, true);
}

static void unfilter(struct app *a)
{
	enum view_id v = app_top(a)->view;
	bool changes = v == VIEW_CHANGES;

	*a->filter = '\0';
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
	case ACTION_ZOOM:	zoom(a); break;
	case ACTION_BACK:	back(a); break;
	case ACTION_SEARCH:	prompt_open(a, ASK_SEARCH); break;
	case ACTION_SAME:	find_same(a); break;
	case ACTION_NEXT:	find_again(a, true); break;
	case ACTION_PREVIOUS:	find_again(a, false); break;
	case ACTION_FILTER:	prompt_open(a, ASK_FILTER); break;
	case ACTION_UNFILTER:	unfilter(a); break;
	case ACTION_GROUPING:	if (needs_keys(a)) prompt_open(a, ASK_GROUPING); break;
	case ACTION_COLUMNS:	if (needs_columns(a)) prompt_open(a, ASK_COLUMNS); break;
	case ACTION_TREE:	if (needs_table(a)) tree_switch(a); break;
	case ACTION_TURN:	if (needs_table(a)) tree_turn_line(a); break;
	case ACTION_TURN_ALL:	if (needs_table(a)) tree_turn_lines(a); break;
	case ACTION_SORT:	if (needs_table(a)) sort_open(a); break;
	case ACTION_INVERT:	invert(a); break;
	case ACTION_MARK:	mark_row(a); break;
	case ACTION_ROW_RECORDS: show_in(a, VIEW_RECORDS); break;
	case ACTION_ROW_CODE:	show_in(a, VIEW_ANNOTATE); break;
	case ACTION_HOTTEST:	step_hottest(a); break;
	case ACTION_FOLLOW:	follow(a); break;
	case ACTION_SOURCE:	toggle_source(a); break;
	case ACTION_EDIT:	edit(a); break;
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
