// SPDX-License-Identifier: GPL-2.0-only
/* Mouse actions, which correspond to keys. */
#include "tui/app_impl.h"

#define WHEEL_LINES	3

/* The body's line at the mouse; false: none. */
static bool line_at(const struct app *a, unsigned int y, unsigned int x, size_t *line)
{
	const struct body_ops *body = app_view(a)->body;
	unsigned int first = screen_head(a) + app_heads(a);

	if (y < first || y + SCREEN_FOOT >= a->screen.height)
		return false;
	if (body->at)
		return app_nr(a) && body->at(a, y - first, x, line);
	*line = app_level(a)->top + y - first;
	return *line < app_nr(a);
}

static bool is_row(const struct app *a, size_t line)
{
	const struct body_ops *body = app_view(a)->body;

	return !body->still || !body->still(a, line);
}

static void press_line(struct app *a, size_t line, unsigned int x)
{
	const struct view_ops *ops = app_view(a);
	struct level *top = app_top(a);
	bool again = top->cursor == line;

	if (!is_row(a, line))
		return;
	top->cursor = line;
	if (ops->press)
		ops->press(a, x);
	else if (again)
		app_act(a, ACTION_ZOOM);
}

static void press(struct app *a, const struct mouse *m)
{
	const struct body_ops *body = app_view(a)->body;
	enum action action;
	enum view_id view;
	size_t line;

	if (!m->y && screen_view_at(a, m->x, &view))
		app_show(a, view);
	else if (m->y + SCREEN_FOOT == a->screen.height && screen_key_at(a, m->x, &action))
		app_act(a, action);
	else if (line_at(a, m->y, m->x, &line))
		press_line(a, line, m->x);
	else if (body->press_head && a->result && m->y >= screen_head(a) &&
		 m->y < screen_head(a) + app_heads(a))
		body->press_head(a, m->x);
}

/* The second button opens the menu of that line. */
static void press_menu(struct app *a, const struct mouse *m)
{
	size_t line;

	if (line_at(a, m->y, m->x, &line) && is_row(a, line))
		app_top(a)->cursor = line;
	menu_open(a);
}

static void take(struct app *a, const struct mouse *m)
{
	*a->message.text = '\0';
	a->message.alarm = false;
	if (m->kind == MOUSE_PRESS)
		press(a, m);
	else
		press_menu(a, m);
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
		if (a->mode == MODE_BROWSE && app_view(a)->release)
			app_view(a)->release(a, m->x);
		return;
	case MOUSE_PRESS:
	case MOUSE_MENU:
		break;
	}
	if (a->mode == MODE_MENU)
		menu_press(a, m->x, m->y);
	else if (a->mode == MODE_PICKER && m->kind == MOUSE_PRESS)
		picker_press(a, m->y);
	else if (a->mode == MODE_PAGER)
		pager_key(a, PRESS_ESC);
	else if (a->mode == MODE_BROWSE)
		take(a, m);
	app_update(a);
}
