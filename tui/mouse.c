// SPDX-License-Identifier: GPL-2.0-only
/* What the mouse does: it points at what keys reach, too. */
#include "tui/view.h"

#define WHEEL_LINES	3

/* The line of the body below the mouse; false: there is none. */
static bool line_at(const struct app *a, unsigned int y, size_t *line)
{
	const struct level *top = &a->stack[a->depth - 1];
	unsigned int first = SCREEN_HEAD + body_heads(a);

	if (!a->result || y < first || y + SCREEN_FOOT >= a->height)
		return false;
	*line = top->top + y - first;
	return *line < body_nr(a);
}

/* A click on the column that orders the rows turns the order around. */
static void sort_by(struct app *a, enum column c)
{
	struct setup *s = &a->setup[app_top(a)->view];

	s->ascending = c == s->sort && !s->ascending;
	s->sort = c;
	app_top(a)->cursor = 0;
}

static void press(struct app *a, const struct mouse *m)
{
	struct level *top = app_top(a);
	enum view_id view;
	enum column column;
	size_t line;

	if (!m->y && view_at(a, m->x, &view)) {
		app_go_to(a, view);
	} else if (line_at(a, m->y, &line)) {
		/* Where it is already: as Enter. */
		if (line == top->cursor && top->view != VIEW_TIME)
			app_act(a, ACTION_ZOOM);
		else
			top->cursor = line;
		if (top->view == VIEW_TIME)
			time_press(a, m->x);
	} else if (view_is_table(top->view) && a->result && m->y >= SCREEN_HEAD &&
		   m->y < SCREEN_HEAD + TABLE_HEADS && table_column_at(a, m->x, &column)) {
		sort_by(a, column);
	}
}

/* The other button: what can be done with the line below it. */
static void press_menu(struct app *a, const struct mouse *m)
{
	size_t line;

	if (line_at(a, m->y, &line))
		app_top(a)->cursor = line;
	menu_open(a);
}

void app_mouse(struct app *a, const struct mouse *m)
{
	switch (m->kind) {
	case MOUSE_WHEEL_UP:
	case MOUSE_WHEEL_DOWN:
		for (int i = 0; i < WHEEL_LINES; i++)
			app_key(a, m->kind == MOUSE_WHEEL_UP ? PRESS_UP : PRESS_DOWN);
		return;
	case MOUSE_RELEASE:
		if (a->mode == MODE_BROWSE && app_top(a)->view == VIEW_TIME)
			time_release(a, m->x);
		return;
	case MOUSE_PRESS:
	case MOUSE_MENU:
		break;
	}
	if (a->mode == MODE_MENU) {
		menu_press(a, m->x, m->y);
		app_update(a);
		return;
	}
	if (a->mode != MODE_BROWSE)
		return;
	*a->message = '\0';
	a->alarm = false;
	if (m->kind == MOUSE_PRESS)
		press(a, m);
	else
		press_menu(a, m);
	app_update(a);
}
