// SPDX-License-Identifier: GPL-2.0-only
/* What covers a view for a while: help and other pages, the list of columns. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotate.h"
#include "tui/quote.h"
#include "tui/view.h"

/*
 * Pages
 */

void page_open(struct app *a)
{
	lines_clear(&a->page);
	a->page_top = 0;
	a->page_left = 0;
	a->mode = MODE_PAGE;
}

void page_open_help(struct app *a)
{
	size_t nr;
	const struct key_row *rows = key_rows(&nr);
	char text[256];

	page_open(a);
	for (size_t i = 0; i < nr; i++) {
		if (!rows[i].name) {
			lines_title(&a->page, rows[i].what);
			continue;
		}
		snprintf(text, sizeof(text), "  %-16s %s", rows[i].name, rows[i].what);
		lines_add(&a->page, ROLE_TEXT, text);
	}
}

void page_key(struct app *a, int press)
{
	size_t nr = a->page.nr, page = a->height > 4 ? a->height - 4 : 1;

	switch (action_of(press)) {
	case ACTION_DOWN:
		a->page_top += a->page_top + 1 < nr;
		break;
	case ACTION_UP:
		a->page_top -= a->page_top > 0;
		break;
	case ACTION_PAGE_DOWN:
		a->page_top += a->page_top + page < nr ? page : 0;
		break;
	case ACTION_PAGE_UP:
		a->page_top -= a->page_top < page ? a->page_top : page;
		break;
	case ACTION_RIGHT:
		a->page_left += a->page_left < PAGE_MAX ? 8 : 0;
		break;
	case ACTION_LEFT:
		a->page_left -= a->page_left < 8 ? a->page_left : 8;
		break;
	case ACTION_COPY:
		record_leave(a);
		a->mode = MODE_BROWSE;
		command_copy(a);
		break;
	default:	/* whatever it does elsewhere: here it goes back */
		record_leave(a);
		a->mode = MODE_BROWSE;
	}
}

/*
 * The column that orders rows
 */

void sort_open(struct app *a)
{
	a->mode = MODE_SORT;
	a->choice = a->setup[app_top(a)->view].sort;
}

void sort_key(struct app *a, int press)
{
	struct setup *s = &a->setup[app_top(a)->view];
	int choice = (int)a->choice;

	switch (action_of(press)) {
	case ACTION_DOWN:	choice++; break;
	case ACTION_UP:		choice--; break;
	case ACTION_PAGE_DOWN:	choice += 10; break;
	case ACTION_PAGE_UP:	choice -= 10; break;
	case ACTION_HOME:	choice = 0; break;
	case ACTION_END:	choice = NR_COLUMNS - 1; break;
	case ACTION_ZOOM:
		s->sort = a->choice;
		a->mode = MODE_BROWSE;
		app_top(a)->cursor = 0;
		break;
	default:	/* whatever it does elsewhere: here it goes back */
		a->mode = MODE_BROWSE;
	}
	a->choice = (enum column)(choice < 0 ? 0 : choice >= NR_COLUMNS ? NR_COLUMNS - 1 : choice);
}

void sort_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	unsigned int rows = height - 1, width = canvas_width(c);
	unsigned int top = a->choice < rows ? 0 : a->choice - rows + 1;

	canvas_put(c, y++, 1, width, ROLE_TITLE, "Order rows by (Enter chooses, i turns around)");
	for (unsigned int i = 0; i < rows && top + i < NR_COLUMNS; i++, y++) {
		enum column column = (enum column)(top + i);

		canvas_put(c, y, 2, 22, ROLE_TEXT, column_name(column));
		canvas_put(c, y, 25, width - 25, ROLE_DIM, column_what(column));
		if (column != a->choice)
			continue;
		canvas_put(c, y, 0, 1, ROLE_SELECTED, ">");
		canvas_paint(c, y, 0, width, ROLE_SELECTED);
	}
}
