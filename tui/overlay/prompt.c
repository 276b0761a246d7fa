// SPDX-License-Identifier: GPL-2.0-only
/* The line where something is typed. */
#include <string.h>

#include "report/escape.h"
#include "profile/filter.h"
#include "tui/view.h"

static const char *const asks[] = {
	[ASK_SEARCH] = "search: ", [ASK_ONLY] = "only rows with: ", [ASK_FILTER] = "filter: ", [ASK_GROUPING] = "rows by: ",
	[ASK_COLUMNS] = "columns: ", [ASK_SAVE] = "write to file: ",
	[ASK_OTHER] = "what changed from recording: ",
};

static void add_name(struct app *a, const char *name)
{
	size_t len = strlen(a->input);

	snprintf(a->input + len, sizeof(a->input) - len, "%s%s", len ? "," : "", name);
}

void prompt_open(struct app *a, enum question q)
{
	const struct level *top = app_top(a);
	const struct setup *s = &a->setup[top->view];

	a->mode = MODE_PROMPT;
	a->question = q;
	*a->input = '\0';
	a->search_from = top->cursor;
	switch (q) {
	case ASK_SEARCH:
	case ASK_SAVE:
		break;
	case ASK_ONLY:
		if (search_is_set(&a->only.search))
			snprintf(a->input, sizeof(a->input), "%s", a->only.search.text);
		strcpy(a->only_before, a->input);
		a->only_depth = a->only.depth;
		break;
	case ASK_FILTER:
		strcpy(a->input, a->filter);
		break;
	case ASK_OTHER:
		strcpy(a->input, a->other);
		break;
	case ASK_GROUPING:
		for (size_t i = 0; i < top->nr_keys; i++)
			add_name(a, field_name(top->keys[i]));
		break;
	case ASK_COLUMNS:
		for (size_t i = 0; i < s->nr_columns; i++)
			add_name(a, column_name(s->columns[i]));
		break;
	}
}

/* Words between commas into numbers; -1: a message says what is wrong. */
static int parse_words(struct app *a, int (*find)(const char *, size_t), const char *what,
		       int *out, size_t max)
{
	const char *at = a->input;
	size_t nr = 0;

	do {
		size_t len = strcspn(at, ",");
		int found = find(at, len);

		if (found < 0) {
			app_say(a, true, "no %s '%.*s': spelunk help %ss lists them", what,
				(int)(len < 40 ? len : 40), at, what);
			return -1;
		}
		for (size_t i = 0; i < nr; i++) {
			if (out[i] == found)
				found = -1;
		}
		if (found < 0 || nr == max) {
			app_say(a, true, found < 0 ? "a %s is there twice" : "too many %ss", what);
			return -1;
		}
		out[nr++] = found;
		at += len + (at[len] == ',');
	} while (*at);
	return (int)nr;
}

static bool set_grouping(struct app *a)
{
	struct level *top = app_top(a);
	int keys[PROFILE_KEYS], nr = parse_words(a, field_find, "key", keys, PROFILE_KEYS);

	for (int i = 0; i < nr; i++)
		top->keys[i] = (enum field)keys[i];
	if (nr < 0)
		return false;
	top->nr_keys = (size_t)nr;
	top->cursor = 0;
	return true;
}

static bool set_columns(struct app *a)
{
	struct setup *s = &a->setup[app_top(a)->view];
	int columns[NR_COLUMNS], nr = parse_words(a, column_find, "column", columns, NR_COLUMNS);

	for (int i = 0; i < nr; i++)
		s->columns[i] = (enum column)columns[i];
	if (nr < 0)
		return false;
	s->nr_columns = (size_t)nr;
	app_top(a)->left = 0;
	app_stale(a);
	return true;
}

static bool set_filter(struct app *a)
{
	struct filter *f = NULL;
	char why[256];

	if (*a->input && filter_parse(&f, a->input, why, sizeof(why))) {
		app_say(a, true, "%s", why);
		return false;
	}
	filter_free(f);
	strcpy(a->filter, a->input);
	app_top(a)->cursor = 0;
	a->stopped = false;
	return true;
}

/* True: it was taken, and the line goes. */
static bool answer(struct app *a)
{
	switch (a->question) {
	case ASK_SEARCH:
		search_set(&a->search, a->input);
		return true;
	case ASK_ONLY:	/* it is there already */
		return true;
	case ASK_FILTER:
		return set_filter(a);
	case ASK_GROUPING:
		return set_grouping(a);
	case ASK_COLUMNS:
		return set_columns(a);
	case ASK_SAVE:
		if (*a->input)
			save(a, a->input);
		return true;
	case ASK_OTHER:
		return !*a->input || changes_from(a);
	}
	return true;
}

/* A code point's UTF-8. */
static size_t encode(int code, char out[4])
{
	unsigned int c = (unsigned int)code;

	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void edit(struct app *a, int press)
{
	size_t len = strlen(a->input);
	char text[4];

	if (press == PRESS_BACKSPACE) {
		while (len && ((unsigned char)a->input[--len] & 0xc0) == 0x80)
			;
		a->input[len] = '\0';
	} else if (press == PRESS_CTRL('u')) {
		*a->input = '\0';
	} else if (press == PRESS_CTRL('w')) {
		while (len && a->input[len - 1] == ' ')
			len--;
		while (len && !strchr(" ,", a->input[len - 1]))
			len--;
		a->input[len] = '\0';
	} else if (press >= ' ' && press != 0x7f && press < PRESS_UP) {
		size_t n = encode(press, text);

		if (len + n < sizeof(a->input)) {
			memcpy(a->input + len, text, n);
			a->input[len + n] = '\0';
		}
	}
}

static bool find_typed(struct app *a)
{
	struct search typed = { 0 };
	bool found = !*a->input || (search_set(&typed, a->input) &&
				    app_find(a, &typed, a->search_from, true));

	search_clear(&typed);
	return found;
}

void prompt_key(struct app *a, int press)
{
	struct level *top = app_top(a);

	if (press == PRESS_ESC) {
		a->mode = MODE_BROWSE;
		if (a->question == ASK_ONLY)
			only_set_at(a, a->only_before, a->only_depth);
		if (a->question == ASK_SEARCH || a->question == ASK_ONLY)
			top->cursor = a->search_from;
		return;
	}
	if (press == PRESS_ENTER) {
		a->mode = answer(a) ? MODE_BROWSE : MODE_PROMPT;
		return;
	}
	edit(a, press);
	if (a->question == ASK_ONLY)
		only_set(a, a->input);
	if (a->question != ASK_SEARCH)
		return;
	top->cursor = a->search_from;
	if (!find_typed(a))
		app_say(a, true, "not here: %s", a->input);
}

void prompt_draw(const struct app *a, struct canvas *c, unsigned int y)
{
	unsigned int width = canvas_width(c), x = 1, room;

	/* What is wrong with it stands above. */
	if (*a->message) {
		canvas_fill(c, y - 1, 0, width, ROLE_HEADER);
		canvas_put(c, y - 1, 1, width - 2, ROLE_BAD, a->message);
	}
	canvas_fill(c, y, 0, width, ROLE_TEXT);
	x += canvas_put(c, y, x, width, ROLE_TITLE, asks[a->question]);
	room = width > x + 2 ? width - x - 2 : 0;
	x += canvas_put_tail(c, y, x, room, ROLE_TEXT, a->input);
	canvas_put(c, y, x, 1, ROLE_SELECTED, "_");
}
