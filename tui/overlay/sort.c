// SPDX-License-Identifier: GPL-2.0-only
#include "tui/app_impl.h"

void sort_open(struct app *a)
{
	a->mode = MODE_SORT;
	/* From the order to begin with to the one by samples it is one key. */
	a->sort_choice = app_setup(a)->usual ? COLUMN_SAMPLES : app_setup(a)->sort;
}

void sort_key(struct app *a, int press)
{
	struct setup *s = app_setup(a);
	int choice = (int)a->sort_choice, nr = COLUMNS_OF(a->cfg->cycles);

	switch (action_of(press)) {
	case ACTION_DOWN:	choice++; break;
	case ACTION_UP:		choice--; break;
	case ACTION_PAGE_DOWN:	choice += 10; break;
	case ACTION_PAGE_UP:	choice -= 10; break;
	case ACTION_HOME:	choice = 0; break;
	case ACTION_END:	choice = nr - 1; break;
	case ACTION_ZOOM:
		s->sort = a->sort_choice;
		s->usual = false;
		a->mode = MODE_BROWSE;
		app_top(a)->cursor = 0;
		break;
	default:	/* whatever it does elsewhere: here it goes back */
		a->mode = MODE_BROWSE;
	}
	choice = choice < 0 ? 0 : choice;
	a->sort_choice = (enum column)(choice < nr ? choice : nr - 1);
}

void sort_draw(enum column choice, unsigned int nr, struct canvas *c, unsigned int y,
	       unsigned int height)
{
	unsigned int rows = height - 1, width = canvas_width(c);
	unsigned int top = choice < rows ? 0 : choice - rows + 1;

	canvas_put(c, y++, 1, width, ROLE_TITLE, "Order rows by (Enter chooses, i turns around)");
	for (unsigned int i = 0; i < rows && top + i < nr; i++, y++) {
		enum column column = (enum column)(top + i);

		canvas_put(c, y, 2, 22, ROLE_TEXT, column_name(column));
		canvas_put(c, y, 25, width - 25, ROLE_DIM, column_what(column));
		if (column != choice)
			continue;
		canvas_put(c, y, 0, 1, ROLE_SELECTED, ">");
		canvas_paint(c, y, 0, width, ROLE_SELECTED);
	}
}
