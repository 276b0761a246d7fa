// SPDX-License-Identifier: GPL-2.0-only
#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"

struct lines *pager_open(struct app *a)
{
	lines_clear(&a->pager.lines);
	a->pager.top = 0;
	a->pager.left = 0;
	a->mode = MODE_PAGER;
	return &a->pager.lines;
}

static bool is_view(enum action action)
{
	switch (action) {
#define VIEW(press, name, id, what, word, title) case ACTION_##id:
#define KEY(press, name, id, label, what)
#include "tui/keys.def"
		return true;
	default:
		return false;
	}
}

static void leave(struct app *a)
{
	record_leave(a);
	mark_leave(a);
	a->mode = MODE_BROWSE;
}

void pager_key(struct app *a, int press)
{
	enum action action = action_of(press);
	struct pager *p = &a->pager;
	size_t nr = p->lines.nr, page = a->screen.height > 4 ? a->screen.height - 4 : 1;

	switch (action) {
	case ACTION_DOWN:
		p->top += p->top + 1 < nr;
		break;
	case ACTION_UP:
		p->top -= p->top > 0;
		break;
	case ACTION_PAGE_DOWN:
		p->top += p->top + page < nr ? page : 0;
		break;
	case ACTION_PAGE_UP:
		p->top -= p->top < page ? p->top : page;
		break;
	case ACTION_RIGHT:
		p->left += p->left < PAGE_MAX ? 8 : 0;
		break;
	case ACTION_LEFT:
		p->left -= p->left < 8 ? p->left : 8;
		break;
	case ACTION_COPY:
		leave(a);
		command_copy(a);
		break;
	case ACTION_BACK:
	case ACTION_ZOOM:
	case ACTION_QUIT:
	case ACTION_HELP:
	case ACTION_COMMAND:
		leave(a);
		break;
	default:
		/* A view's key opens that view; other keys do nothing. */
		if (!is_view(action))
			break;
		leave(a);
		app_act(a, action);
	}
}

void pager_draw(const struct pager *p, struct canvas *c, unsigned int y, unsigned int height)
{
	lines_draw(&p->lines, c, y, height, p->top, SIZE_MAX, p->left, &(struct search){ 0 });
}
