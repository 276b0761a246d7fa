// SPDX-License-Identifier: GPL-2.0-only
/* Lists to choose from: the sort column, and commands. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"

#define TYPED_LEN	64
#define NAME_WIDTH	23	/* columns */
#define LABEL_WIDTH	17	/* width of a command's name */
#define KEY_WIDTH	10	/* width of its first key */

struct pick {
	const char *name, *what;
	char key[ACTION_KEY_LEN];	/* "": none */
	int id;
};

struct picker {
	const char *ask;
	void (*chosen)(struct app *a, int id);
	struct pick *item;
	size_t nr;
	size_t *shown, nr_shown;	/* indices of items that match the typed text, best first */
	size_t choice;			/* index in shown */
	bool keys;			/* some items have keys */
	char typed[TYPED_LEN];
};

void picker_free(struct picker *p)
{
	if (!p)
		return;
	free(p->item);
	free(p->shown);
	free(p);
}

static void narrow(struct picker *p)
{
	p->nr_shown = 0;
	for (int match = MATCH_EQUAL; match > MATCH_NONE; match--)
		for (size_t i = 0; i < p->nr; i++)
			if ((int)input_match(p->typed, p->item[i].name, p->item[i].what) == match)
				p->shown[p->nr_shown++] = i;
	p->choice = 0;
}

/* Allocate a picker for that many items; NULL: out of memory, and a message says so. */
static struct picker *begin(struct app *a, size_t room)
{
	struct picker *p = calloc(1, sizeof(*p));

	if (p) {
		p->item = calloc(room, sizeof(*p->item));
		p->shown = calloc(room, sizeof(*p->shown));
	}
	if (!p || !p->item || !p->shown) {
		app_say(a, true, "not enough memory");
		picker_free(p);
		return NULL;
	}
	picker_free(a->picker);
	a->picker = p;
	a->mode = MODE_PICKER;
	return p;
}

static void sort_chosen(struct app *a, int id)
{
	app_setup(a)->sort = (enum column)id;
	app_setup(a)->usual = false;
	app_top(a)->cursor = 0;
}

void picker_open_sort(struct app *a)
{
	enum column now = app_setup(a)->sort;
	int nr = COLUMNS_OF(a->cfg->cycles);
	struct picker *p = begin(a, (size_t)nr);

	if (!p)
		return;
	p->ask = "sort rows by: ";
	p->chosen = sort_chosen;
	for (int c = 0; c < nr; c++)
		p->item[p->nr++] = (struct pick){ .name = column_name((enum column)c), .id = c,
						  .what = column_what((enum column)c) };
	narrow(p);
	/* One key leads from the initial order to the one by samples. */
	p->choice = app_setup(a)->usual ? COLUMN_SAMPLES : now;
}

static void command_chosen(struct app *a, int id)
{
	app_act(a, (enum action)id);
}

void picker_open_commands(struct app *a)
{
	struct picker *p = begin(a, NR_ACTIONS);

	if (!p)
		return;
	p->ask = "command: ";
	p->chosen = command_chosen;
	p->keys = true;
	for (enum action i = ACTION_NONE + 1; i < NR_ACTIONS; i++)
		if (i != ACTION_PALETTE) {
			p->item[p->nr] = (struct pick){ .name = action_label(i), .id = i,
							.what = action_what(i) };
			action_first_key(p->item[p->nr++].key, i);
		}
	narrow(p);
}

static void choose(struct app *a)
{
	const struct picker *p = a->picker;

	/* Nothing matches: keep the text for editing. */
	if (!p->nr_shown)
		return;
	a->mode = MODE_BROWSE;
	p->chosen(a, p->item[p->shown[p->choice]].id);
}

static void move(struct picker *p, long by)
{
	size_t last = p->nr_shown ? p->nr_shown - 1 : 0;

	if (by < 0)
		p->choice -= (size_t)-by < p->choice ? (size_t)-by : p->choice;
	else
		p->choice += (size_t)by < last - p->choice ? (size_t)by : last - p->choice;
}

void picker_key(struct app *a, int press)
{
	struct picker *p = a->picker;
	long page = a->screen.height > 6 ? (long)a->screen.height - 6 : 1;

	switch (press) {
	case PRESS_ESC:		a->mode = MODE_BROWSE; break;
	case PRESS_ENTER:	choose(a); break;
	case PRESS_DOWN:
	case PRESS_TAB:		move(p, 1); break;
	case PRESS_UP:		move(p, -1); break;
	case PRESS_PAGE_DOWN:	move(p, page); break;
	case PRESS_PAGE_UP:	move(p, -page); break;
	case PRESS_HOME:	p->choice = 0; break;
	case PRESS_END:		move(p, LONG_MAX); break;
	default:
		if (input_edit(p->typed, sizeof(p->typed), press))
			narrow(p);
	}
}

bool picker_paste(struct app *a, const struct paste *p)
{
	bool fits = input_paste(a->picker->typed, sizeof(a->picker->typed), p);

	narrow(a->picker);
	return fits;
}

/* The first visible item on a screen of that many rows. */
static size_t first_row(const struct picker *p, unsigned int rows)
{
	return p->choice < rows ? 0 : p->choice - rows + 1;
}

void picker_press(struct app *a, unsigned int y)
{
	struct picker *p = a->picker;
	unsigned int head = screen_head(a), rows = a->screen.height - head - SCREEN_FOOT;
	size_t at = first_row(p, rows) + y - head;

	if (y < head || y >= head + rows || at >= p->nr_shown) {
		a->mode = MODE_BROWSE;
		return;
	}
	p->choice = at;
	choose(a);
}

static void draw_item(const struct picker *p, const struct pick *item, struct canvas *c,
		      unsigned int y)
{
	unsigned int width = canvas_width(c), x = 2, names = p->keys ? LABEL_WIDTH : NAME_WIDTH;

	canvas_put(c, y, x, names - 1, ROLE_TEXT, item->name);
	x += names;
	if (p->keys) {
		canvas_put(c, y, x, KEY_WIDTH, ROLE_TITLE, item->key);
		x += KEY_WIDTH;
	}
	canvas_put(c, y, x, width > x ? width - x : 0, ROLE_DIM, item->what);
}

void picker_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	const struct picker *p = a->picker;
	unsigned int width = canvas_width(c), x = 1;
	size_t first = first_row(p, height);
	char count[64];

	if (!p->nr_shown)
		canvas_put(c, y, 2, width - 2, ROLE_DIM, "nothing matches: Backspace takes letters away");
	for (unsigned int i = 0; i < height && first + i < p->nr_shown; i++) {
		draw_item(p, &p->item[p->shown[first + i]], c, y + i);
		if (first + i != p->choice)
			continue;
		canvas_put(c, y + i, 0, 1, ROLE_SELECTED, ">");
		canvas_paint(c, y + i, 0, width, ROLE_SELECTED);
	}
	y += height;
	canvas_fill(c, y, 0, width, ROLE_TEXT);
	snprintf(count, sizeof(count), "%zu of %zu", p->nr_shown, p->nr);
	canvas_put_right(c, y, 0, width - 1, ROLE_DIM, count);
	x += canvas_put(c, y, x, width, ROLE_TITLE, p->ask);
	x += canvas_put_tail(c, y, x, width > x + 16 ? width - x - 16 : 0, ROLE_TEXT, p->typed);
	canvas_put(c, y, x, 1, ROLE_SELECTED, "_");
}
