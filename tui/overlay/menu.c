// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "tui/app_impl.h"
#include "tui/filter_text.h"
#include "tui/here.h"

#define MENU_MAX	40
#define TEXT_LEN	128
#define WIDTH_MAX	100

/* A menu item: an action, or a zoom by one key of the line that keeps the view. */
struct item {
	enum action action;		/* ACTION_NONE: a zoom */
	char text[TEXT_LEN];
	char filter[FILTER_LEN];
	char crumb[CRUMB_LEN];
};

struct menu {
	struct item item[MENU_MAX];
	unsigned int nr, choice;
};

static struct item *add(struct menu *m)
{
	return m->nr < MENU_MAX ? &m->item[m->nr++] : NULL;
}

static void add_action(const struct app *a, struct menu *m, enum action action)
{
	struct item *i = add(m);

	if (!i)
		return;
	i->action = action;
	if (action == ACTION_ZOOM)
		snprintf(i->text, sizeof(i->text), "%-9.9s open the row: show %s", action_key(action),
			 here_enter(a));
	else
		snprintf(i->text, sizeof(i->text), "%-9.9s %s", action_key(action),
			 action_what(action));
}

/* Add the actions, up to ACTION_NONE, that have an effect; NULL: none. */
static void add_actions(const struct app *a, struct menu *m, const enum action *action)
{
	for (; action && *action != ACTION_NONE; action++)
		if (here_applies(a, *action))
			add_action(a, m, *action);
}

/* A zoom to the samples with the same value of one key, or to all others. */
static void add_key(struct menu *m, const struct rows *r, size_t row, size_t key, bool but)
{
	const struct value *v = &r->row[row].keys[key];
	struct item *i = add(m);
	char filter[FILTER_LEN];

	if (!i)
		return;
	if (!filter_of_key(r, row, key, filter) ||
	    (size_t)snprintf(i->filter, sizeof(i->filter), but ? "!(%s)" : "%s", filter) >=
	    sizeof(i->filter)) {
		m->nr--;
		return;
	}
	i->action = ACTION_NONE;
	snprintf(i->text, sizeof(i->text), "%-9s %s %s", but ? "all but" : "only",
		 field_name(r->keys[key]), v->known ? v->text : "unknown");
	snprintf(i->crumb, sizeof(i->crumb), "%s%s%s%s", but ? "not " : "",
		 v->is_num || !v->known ? field_name(r->keys[key]) : "",
		 v->is_num || !v->known ? " " : "", v->known ? v->text : "unknown");
}

static void add_keys(const struct app *a, struct menu *m)
{
	const struct rows *r;
	size_t row;

	if (!table_has_row(a))
		return;
	table_row(a, app_level(a)->cursor, &r, &row);
	for (size_t k = 0; k < r->nr_keys; k++) {
		add_key(m, r, row, k, false);
		add_key(m, r, row, k, true);
	}
}

void menu_open(struct app *a)
{
	static const enum action zooms[] = {
		ACTION_ZOOM, ACTION_ROW_CODE, ACTION_ROW_RECORDS, ACTION_NONE
	}, counted[] = {
		ACTION_BACK, ACTION_UNFILTER, ACTION_FILTER, ACTION_NONE
	}, rest[] = {
		ACTION_SEARCH, ACTION_SAVE, ACTION_COMMAND, ACTION_HELP, ACTION_NONE
	};
	struct menu *m = calloc(1, sizeof(*m));

	if (!m) {
		app_say(a, true, "not enough memory");
		return;
	}
	add_actions(a, m, zooms);
	add_actions(a, m, app_view(a)->line_menu);
	add_keys(a, m);
	add_actions(a, m, counted);
	add_actions(a, m, app_view(a)->view_menu);
	add_actions(a, m, rest);
	free(a->menu);
	a->menu = m;
	a->mode = MODE_MENU;
}

static void choose(struct app *a)
{
	const struct item *i = &a->menu->item[a->menu->choice];

	a->mode = MODE_BROWSE;
	if (i->action != ACTION_NONE)
		app_act(a, i->action);
	else
		zoom_here(a, i->filter, i->crumb);
}

void menu_key(struct app *a, int press)
{
	struct menu *m = a->menu;
	enum action action = action_of(press);
	unsigned int page = a->screen.height > 6 ? a->screen.height - 6 : 1;

	switch (action) {
	case ACTION_DOWN:
		m->choice = (m->choice + 1) % m->nr;
		break;
	case ACTION_UP:
		m->choice = (m->choice + m->nr - 1) % m->nr;
		break;
	case ACTION_PAGE_DOWN:
		m->choice = m->choice + page < m->nr ? m->choice + page : m->nr - 1;
		break;
	case ACTION_PAGE_UP:
		m->choice = m->choice > page ? m->choice - page : 0;
		break;
	case ACTION_HOME:
		m->choice = 0;
		break;
	case ACTION_END:
		m->choice = m->nr - 1;
		break;
	case ACTION_ZOOM:
		choose(a);
		break;
	case ACTION_BACK:
	case ACTION_MENU:
	case ACTION_QUIT:
		a->mode = MODE_BROWSE;
		break;
	default:
		/* The key of an item in the menu performs it; other keys do nothing. */
		for (unsigned int i = 0; i < m->nr; i++)
			if (action != ACTION_NONE && m->item[i].action == action) {
				a->mode = MODE_BROWSE;
				app_act(a, action);
				return;
			}
	}
}

/* The menu's position: below the cursor's line, or above it. */
struct box {
	unsigned int x, y, width, rows, first;
};

static struct box box_of(const struct app *a, unsigned int y, unsigned int height)
{
	const struct menu *m = a->menu;
	const struct level *top = app_level(a);
	size_t line = top->cursor - top->top + app_heads(a) + 1;
	struct box b = { .x = 3, .y = y };

	b.width = a->screen.width - 6 < WIDTH_MAX ? a->screen.width - 6 : WIDTH_MAX;
	b.rows = m->nr < height ? m->nr : height;
	if (line < height)
		b.y = y + (unsigned int)line;
	if (b.y + b.rows > y + height)
		b.y = y + height - b.rows;
	b.first = m->choice < b.rows ? 0 : m->choice - b.rows + 1;
	return b;
}

void menu_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	const struct menu *m = a->menu;
	struct box b = box_of(a, y, height);

	for (unsigned int i = 0; i < b.rows; i++) {
		bool here = b.first + i == m->choice;

		canvas_fill(c, b.y + i, b.x, b.width, here ? ROLE_SELECTED : ROLE_HEADER);
		canvas_put(c, b.y + i, b.x, 2, here ? ROLE_SELECTED : ROLE_HEADER, here ? "|>" : "|");
		canvas_put(c, b.y + i, b.x + 2, b.width - 3, here ? ROLE_SELECTED : ROLE_HEADER,
			   m->item[b.first + i].text);
		canvas_put(c, b.y + i, b.x + b.width - 1, 1, ROLE_HEADER, "|");
	}
}

void menu_press(struct app *a, unsigned int x, unsigned int y)
{
	struct box b = box_of(a, screen_head(a), a->screen.height - screen_head(a) - SCREEN_FOOT);

	if (x < b.x || x >= b.x + b.width || y < b.y || y >= b.y + b.rows) {
		a->mode = MODE_BROWSE;
		return;
	}
	a->menu->choice = b.first + y - b.y;
	choose(a);
}
