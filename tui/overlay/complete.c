// SPDX-License-Identifier: GPL-2.0-only
#include "tui/overlay/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "tui/app_impl.h"
#include "tui/filter_text.h"

#define ROWS_MAX	12	/* maximum visible candidates */
#define NAME_WIDTH	30	/* columns */
#define NAME_MAX	56

/* Names of events in filters, including those of single CPU vendors. */
static const struct candidate flags[] = {
#define EVENT(bit, id, name, dump, what) { name, what },
#include "decoder/events.def"
#undef EVENT
	{ "taken", "branch whose condition did not fail" },
	{ "saturated", "a latency counter saturated" },
};

static const struct candidate operators[] = {
	{ "&&", "and" }, { "||", "or" },
};

#define NR(list)	(sizeof(list) / sizeof((list)[0]))

static void drop_values(struct complete *c)
{
	for (size_t i = 0; i < c->nr_values; i++)
		free(c->value[i]);
	free(c->value);
	c->value = NULL;
	c->nr_values = 0;
	c->field = NR_FIELDS;
}

void complete_reset(struct complete *c)
{
	drop_values(c);
	c->wanted = NR_FIELDS;
	c->nr = c->choice = 0;
}

void complete_clear(struct complete *c)
{
	drop_values(c);
	free(c->item);
	c->item = NULL;
}

/* Candidates */

/* Append a candidate if its match has this quality. */
static void add(struct complete *c, const char *typed, enum input_match match, const char *name,
		const char *what)
{
	struct candidate *more = NULL;

	if (input_match(typed, name, what) == match)
		more = array_add(c->item, c->nr);
	if (more)
		*more = (struct candidate){ name, what };
}

/* Is it one of the comma-separated words in the first len bytes of list? */
static bool is_listed(const char *list, size_t len, const char *name)
{
	for (const char *at = list; *at && at < list + len; at += *at == ',') {
		size_t word = strcspn(at, ",");

		if (word == strlen(name) && !memcmp(at, name, word))
			return true;
		at += word;
	}
	return false;
}

static void add_fields(struct complete *c, const char *typed, enum input_match match,
		       const char *listed)
{
	for (enum field f = 0; f < NR_FIELDS; f++)
		if (!is_listed(listed, c->from, field_name(f)))
			add(c, typed, match, field_name(f), field_what(f));
}

static void add_columns(struct complete *c, const char *typed, enum input_match match,
			const char *listed, int nr)
{
	for (int i = 0; i < nr; i++)
		if (!is_listed(listed, c->from, column_name((enum column)i)))
			add(c, typed, match, column_name((enum column)i), column_what((enum column)i));
}

static void add_values(struct complete *c, const char *typed, enum input_match match)
{
	for (size_t i = 0; i < c->nr_values; i++)
		add(c, typed, match, c->value[i], "");
}

static void add_list(struct complete *c, const char *typed, enum input_match match,
		     const struct candidate *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		add(c, typed, match, list[i].name, list[i].what);
}

/* The possible continuations of a filter at that position. */
static void add_of_filter(struct complete *c, const char *typed, enum input_match match,
			  const struct filter_place *p)
{
	switch (p->kind) {
	case FILTER_TERM:
		add_fields(c, typed, match, "");
		add_list(c, typed, match, flags, NR(flags));
		break;
	case FILTER_VALUE:
		if (p->field == c->field)
			add_values(c, typed + (*typed == '"' || *typed == '\''), match);
		break;
	case FILTER_OPERATOR:
		add_list(c, typed, match, operators, NR(operators));
		break;
	case FILTER_NOWHERE:
		break;
	}
}

void complete_update(struct app *a)
{
	const struct prompt *prompt = &a->prompt;
	const char *input = prompt->input, *comma = strrchr(input, ',');
	struct filter_place place = filter_place(input);
	struct complete *c = &a->complete;
	const char *typed;

	c->from = prompt->question == ASK_FILTER ? place.from : comma ? (size_t)(comma + 1 - input) : 0;
	typed = input + c->from;
	c->nr = c->choice = 0;
	c->wanted = NR_FIELDS;
	for (int match = MATCH_EQUAL; match > MATCH_NONE; match--) {
		if (prompt->question == ASK_FILTER)
			add_of_filter(c, typed, match, &place);
		else if (prompt->question == ASK_GROUPING)
			add_fields(c, typed, match, input);
		else if (prompt->question == ASK_COLUMNS)
			add_columns(c, typed, match, input, COLUMNS_OF(a->cfg->cycles));
	}
	if (prompt->question == ASK_FILTER && place.kind == FILTER_VALUE &&
	    field_has_values(place.field) && place.field != c->field)
		c->wanted = place.field;
}

/*
 * The values of a field
 */

static void keep_values(struct complete *c, enum field f, const struct pass_result *r)
{
	drop_values(c);
	c->field = f;
	for (size_t i = 0; r->rows && i < r->rows->nr && c->nr_values < COMPLETE_VALUES; i++) {
		const struct value *v = &r->rows->row[i].keys[0];
		char **to = v->known ? array_add(c->value, c->nr_values) : NULL;

		if (!to)
			continue;
		*to = strdup(v->text);
		if (!*to)
			c->nr_values--;
	}
}

bool complete_take(struct app *a)
{
	struct complete *c = &a->complete;
	struct pass_query q = { .keys = { c->wanted }, .nr_keys = 1, .sort = COLUMN_SAMPLES };
	const struct pass_result *r;

	/* The displayed result has priority. */
	if (a->mode != MODE_PROMPT || c->wanted == NR_FIELDS || !a->result || a->result->part ||
	    a->result->err)
		return false;
	strcpy(q.filter, app_level(a)->filter);
	r = passes_want(a->passes, &q);
	if (r && !r->part) {
		keep_values(c, c->wanted, r);
		complete_update(a);
	}
	return true;
}

/* Actions */

bool complete_insert(struct app *a)
{
	struct complete *c = &a->complete;
	char *input = a->prompt.input, text[FILTER_LEN];
	struct filter_place place = filter_place(input);
	const char *name;

	if (!c->nr)
		return false;
	name = c->item[c->choice].name;
	if (a->prompt.question != ASK_FILTER || place.kind == FILTER_OPERATOR)
		snprintf(text, sizeof(text), "%s%s", name, place.kind == FILTER_OPERATOR ? " " : "");
	else if (place.kind != FILTER_VALUE)
		snprintf(text, sizeof(text), "%s%s", name,
			 field_has_values(field_find(name, strlen(name))) ? "=" : "");
	else if (!filter_word(name, text))
		return false;
	if (c->from + strlen(text) >= sizeof(a->prompt.input))
		return false;
	strcpy(input + c->from, text);
	complete_update(a);
	return true;
}

void complete_move(struct complete *c, int by)
{
	if (by > 0)
		c->choice += c->choice + 1 < c->nr;
	else
		c->choice -= c->choice > 0;
}

void complete_draw(const struct complete *c, struct canvas *canvas, unsigned int top,
		   unsigned int y)
{
	unsigned int room = y > top ? y - top : 0, rows = c->nr < ROWS_MAX ? (unsigned int)c->nr : ROWS_MAX;
	unsigned int width = canvas_width(canvas), names = width / 3;
	size_t first;

	rows = rows < room ? rows : room;
	first = !rows || c->choice < rows ? 0 : c->choice - rows + 1;
	names = names < NAME_WIDTH ? NAME_WIDTH : names < NAME_MAX ? names : NAME_MAX;
	for (unsigned int i = 0; i < rows; i++) {
		const struct candidate *item = &c->item[first + i];
		enum role role = first + i == c->choice ? ROLE_SELECTED : ROLE_HEADER;
		unsigned int line = y - rows + i;

		canvas_fill(canvas, line, 0, width, role);
		canvas_put(canvas, line, 1, *item->what ? names - 1 : width - 2, role, item->name);
		canvas_put(canvas, line, 1 + names, width - names - 2, role, item->what);
	}
	if (rows)
		canvas_put_right(canvas, y - rows + (unsigned int)(c->choice - first), 0, width - 1,
				 ROLE_SELECTED, " Tab completes");
}
