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

static void add_key(struct lines *l, const char *name, const char *what)
{
	char text[256];

	snprintf(text, sizeof(text), "  %-16s %s", name, what);
	lines_add(l, ROLE_TEXT, text);
}

void pager_open_help(struct app *a)
{
	struct lines *l = pager_open(a);

#define GROUP(title) lines_title(l, title);
#define KEY(code, name, id, what) add_key(l, name, what);
#include "tui/keys.def"
}

void pager_key(struct app *a, int press)
{
	struct pager *p = &a->pager;
	size_t nr = p->lines.nr, page = a->screen.height > 4 ? a->screen.height - 4 : 1;

	switch (action_of(press)) {
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
		record_leave(a);
		a->mode = MODE_BROWSE;
		command_copy(a);
		break;
	default:	/* whatever it does elsewhere: here it goes back */
		record_leave(a);
		a->mode = MODE_BROWSE;
	}
}

void pager_draw(const struct pager *p, struct canvas *c, unsigned int y, unsigned int height)
{
	lines_draw(&p->lines, c, y, height, p->top, SIZE_MAX, p->left, &(struct search){ 0 });
}
