// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "profile/filter/filter.h"
#include "report/text/text.h"
#include "report/vm_filter.h"
#include "tui/app_impl.h"

static const char *const asks[] = {
	[ASK_SEARCH] = "search: ", [ASK_ONLY] = "only rows with: ",
	[ASK_FILTER] = "filter: ", [ASK_GROUPING] = "rows by: ",
	[ASK_COLUMNS] = "columns: ", [ASK_SAVE] = "write to file: ",
	[ASK_OTHER] = "what changed from recording: ",
};

static void add_name(struct prompt *p, const char *name)
{
	size_t len = strlen(p->input);

	snprintf(p->input + len, sizeof(p->input) - len, "%s%s", len ? "," : "", name);
}

void prompt_open(struct app *a, enum question q)
{
	const struct only *only = &a->table.only;
	const struct level *top = app_top(a);
	const struct setup *s = app_setup(a);
	struct prompt *p = &a->prompt;

	a->mode = MODE_PROMPT;
	p->question = q;
	*p->input = '\0';
	p->cursor = top->cursor;
	complete_reset(&a->complete);
	switch (q) {
	case ASK_SEARCH:
	case ASK_SAVE:
		break;
	case ASK_ONLY:
		if (only->search.text)
			snprintf(p->input, sizeof(p->input), "%s", only->search.text);
		strcpy(p->only, p->input);
		p->only_depth = only->depth;
		break;
	case ASK_FILTER:
		strcpy(p->input, a->zoom.filter);
		break;
	case ASK_OTHER:
		strcpy(p->input, a->changes.other);
		break;
	case ASK_GROUPING:
		for (size_t i = 0; i < top->nr_keys; i++)
			add_name(p, field_name(top->keys[i]));
		break;
	case ASK_COLUMNS:
		for (size_t i = 0; i < s->nr_columns; i++)
			add_name(p, column_name(s->columns[i]));
		break;
	}
	complete_update(a);
}

/* Parse comma-separated words into numbers; -1: a message says what is wrong. */
static int parse_words(struct app *a, int (*find)(const char *, size_t), const char *what,
		       int *out, size_t max)
{
	const char *at = a->prompt.input;
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
			app_say(a, true, found < 0 ? "a %s is given twice" : "too many %ss", what);
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
	struct setup *s = app_setup(a);
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

static bool set_filter(struct app *a, const char *input)
{
	struct filter *f = NULL;
	struct words vms = { .len = 0 };
	char why[256];
	int err = 0;

	if (*input && filter_parse(&f, input, why, sizeof(why))) {
		app_say(a, true, "%s", why);
		return false;
	}
	if (vm_filter_check(f, a->cfg->data.timeline, &vms)) {
		app_say(a, true, "%s", vms.s);
		err = -1;
	}
	filter_free(f);
	if (err)
		return false;
	strcpy(a->zoom.filter, input);
	app_top(a)->cursor = 0;
	a->stopped = false;
	return true;
}

/* True: accepted, close the prompt. */
static bool answer(struct app *a)
{
	const char *input = a->prompt.input;

	switch (a->prompt.question) {
	case ASK_SEARCH:
		search_set(&a->search, input);
		return true;
	case ASK_ONLY:	/* already applied while typing */
		return true;
	case ASK_FILTER:
		return set_filter(a, input);
	case ASK_GROUPING:
		return set_grouping(a);
	case ASK_COLUMNS:
		return set_columns(a);
	case ASK_SAVE:
		return !*input || save(a, input);
	case ASK_OTHER:
		return !*input || changes_from(a, input);
	}
	return true;
}

static bool find_typed(struct app *a)
{
	const struct prompt *p = &a->prompt;
	struct search typed = { 0 };
	bool found = !*p->input || (search_set(&typed, p->input) &&
				    app_find(a, &typed, p->cursor, true));

	search_clear(&typed);
	return found;
}

static void escape(struct app *a)
{
	const struct prompt *p = &a->prompt;

	a->mode = MODE_BROWSE;
	if (p->question == ASK_ONLY)
		only_set_at(a, p->only, p->only_depth);
	if (p->question == ASK_SEARCH || p->question == ASK_ONLY)
		app_top(a)->cursor = p->cursor;
}

/* The line is another one. */
static void changed(struct app *a)
{
	const struct prompt *p = &a->prompt;

	complete_update(a);
	if (p->question == ASK_ONLY)
		only_set(a, p->input);
	if (p->question != ASK_SEARCH)
		return;
	app_top(a)->cursor = p->cursor;
	if (!find_typed(a))
		app_say(a, true, "not here: %s", p->input);
}

bool prompt_paste(struct app *a, const struct paste *p)
{
	bool fits = input_paste(a->prompt.input, sizeof(a->prompt.input), p);

	changed(a);
	return fits;
}

void prompt_key(struct app *a, int press)
{
	struct prompt *p = &a->prompt;

	if (press == PRESS_ESC) {
		escape(a);
		return;
	}
	if (press == PRESS_ENTER) {
		a->mode = answer(a) ? MODE_BROWSE : MODE_PROMPT;
		return;
	}
	if (press == PRESS_UP || press == PRESS_DOWN)
		complete_move(&a->complete, press == PRESS_DOWN ? 1 : -1);
	if (press == PRESS_TAB)
		complete_insert(a);
	/* Other keys do nothing. */
	if (input_edit(p->input, sizeof(p->input), press))
		changed(a);
}

void prompt_draw(const struct app *a, struct canvas *c, unsigned int y)
{
	unsigned int width = canvas_width(c), x = 1, room;

	/* An error is shown above the input. */
	if (*a->message.text) {
		canvas_fill(c, y - 1, 0, width, ROLE_HEADER);
		canvas_put(c, y - 1, 1, width - 2, ROLE_BAD, a->message.text);
	}
	complete_draw(&a->complete, c, screen_head(a), y - !!*a->message.text);
	canvas_fill(c, y, 0, width, ROLE_TEXT);
	x += canvas_put(c, y, x, width, ROLE_TITLE, asks[a->prompt.question]);
	room = width > x + 2 ? width - x - 2 : 0;
	x += canvas_put_tail(c, y, x, room, ROLE_TEXT, a->prompt.input);
	canvas_put(c, y, x, 1, ROLE_SELECTED, "_");
}
