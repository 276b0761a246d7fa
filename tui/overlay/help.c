// SPDX-License-Identifier: GPL-2.0-only
/* The page of keys: first those of the present view, then all others. */
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/here.h"

#define KEY_WIDTH	15	/* width of a key's name */
#define CELL_LEAST	56	/* minimum columns of a key and its action */
#define COLUMNS_MAX	4
#define TEXT_LEN	1024	/* maximum bytes of a line of cells */

/* Lays out cells side by side; long ones get a line of their own. */
struct cells {
	struct lines *lines;
	unsigned int columns, width;	/* of cells: number per line, and width */
	unsigned int nr;
	const char *key[COLUMNS_MAX], *what[COLUMNS_MAX];
};

/* Number of bytes that fit into the width, cut at a space if possible. */
static size_t fits(const char *text, size_t width)
{
	size_t len = strlen(text), at = width;

	if (len <= width)
		return len;
	while (at && text[at] != ' ')
		at--;
	return at ? at : width;
}

static void paint_keys(struct text_line *line, const struct cells *r)
{
	size_t columns = (size_t)r->columns * r->width;

	if (line)
		line->paint = malloc(columns);
	if (!line || !line->paint)
		return;
	line->nr_paint = (unsigned int)columns;
	for (size_t x = 0; x < columns; x++)
		line->paint[x] = x % r->width < KEY_WIDTH + 3 && x / r->width < r->nr ?
				 ROLE_TITLE : ROLE_TEXT;
}

static void flush(struct cells *r)
{
	unsigned int room = r->width - KEY_WIDTH - 4;
	bool more = r->nr, first = true;
	char text[TEXT_LEN];

	while (more) {
		size_t len = 0;

		more = false;
		for (unsigned int i = 0; i < r->nr; i++) {
			size_t n = fits(r->what[i], room);

			len += (size_t)snprintf(text + len, sizeof(text) - len, "  %-*.*s  %-*.*s",
						KEY_WIDTH, KEY_WIDTH, first ? r->key[i] : "", (int)room,
						(int)n, r->what[i]);
			r->what[i] += n + (r->what[i][n] == ' ');
			more |= *r->what[i];
		}
		text[len] = '\0';
		if (first)
			paint_keys(lines_add(r->lines, ROLE_TEXT, text), r);
		else
			lines_add(r->lines, ROLE_TEXT, text);
		first = false;
	}
	r->nr = 0;
}

static void put(struct cells *r, const char *key, const char *what)
{
	r->key[r->nr] = key;
	r->what[r->nr++] = what;
	if (r->nr == r->columns)
		flush(r);
}

static void title(struct cells *r, const char *text)
{
	flush(r);
	lines_title(r->lines, text);
}

/* A section of keys, except those shown in another section. */
static void put_others(const struct app *a, struct cells *r, enum action action, const char **group)
{
	if (here_is_special(action) || (action == ACTION_ZOOM && here_enter(a)))
		return;
	if (*group)
		title(r, *group);
	*group = NULL;
	put(r, action_key(action), action_what(action));
}

static void put_all(const struct app *a, struct cells *r)
{
	const char *group = NULL;

#define GROUP(title) group = title;
#define KEY(code, name, id, label, what) put_others(a, r, ACTION_##id, &group);
#include "tui/keys.def"
	flush(r);
}

/* The keys that only some views have: this view's, or others'. */
static void put_special(struct cells *r, enum view_id v, bool own)
{
	for (enum action i = 0; i < NR_ACTIONS; i++)
		if (here_is_special(i) && here_is_own(v, i) == own)
			put(r, action_key(i), action_what(i));
	flush(r);
}

void pager_open_help(struct app *a)
{
	unsigned int width = a->screen.width ? a->screen.width - 1 : 79;
	const char *enter = here_enter(a);
	enum view_id v = app_level(a)->view;
	char text[64];
	struct cells r = { .lines = pager_open(a) };

	r.columns = width / CELL_LEAST ? width / CELL_LEAST : 1;
	r.columns = r.columns < COLUMNS_MAX ? r.columns : COLUMNS_MAX;
	r.width = width / r.columns;
	snprintf(text, sizeof(text), "In %s", view_rows[v].title);
	title(&r, text);
	snprintf(text, sizeof(text), "open the row: show %s", enter ? enter : "");
	if (enter)
		put(&r, action_key(ACTION_ZOOM), text);
	put_special(&r, v, true);
	put_all(a, &r);
	title(&r, "In other views");
	put_special(&r, v, false);
}
