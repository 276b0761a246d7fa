// SPDX-License-Identifier: GPL-2.0-only
/* The samples themselves, as `spelunk dump --samples` prints them, and one of them whole. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

static void build(struct app *a, struct text *t)
{
	char text[96];

	lines_add_text(t->lines, a->result->records);
	if (!t->lines->nr)
		lines_add(t->lines, ROLE_TITLE, "No sample matches the filter");
	if (a->result->more_records) {
		snprintf(text, sizeof(text), "These are the first %d; a filter (f) makes them fewer.",
			 RECORDS_MAX);
		lines_add(t->lines, ROLE_DIM, text);
	}
}

/*
 * One record, on a page
 */

static void record_open(struct app *a)
{
	size_t at = app_top(a)->cursor;

	if (at >= a->result->nr_places) {
		app_say(a, false, "this line is no record");
		return;
	}
	a->records.place = a->result->places[at];
	a->records.page_waits = true;
	lines_add(pager_open(a), ROLE_DIM, "Reading the record ...");
}

void record_leave(struct app *a)
{
	if (a->records.page_waits)
		passes_cancel(a->passes);
	a->records.page_waits = false;
}

static void fill(struct app *a, const struct pass_result *r)
{
	const struct record_place *place = &a->records.place;
	struct lines *l = pager_open(a);
	char *text = NULL;

	lines_add_text(l, r->records);
	lines_title(l, "This prints the same");
	if (asprintf(&text, "spelunk dump --packets --at %zu:0x%" PRIx64 " %s", place->stream,
		     place->offset, a->cfg->dump_arguments) >= 0)
		lines_add_wrapped(l, text, a->screen.width ? a->screen.width - 2 : 78);
	free(text);
}

void record_take(struct app *a)
{
	const struct pass_query q = { .packets = true, .place = a->records.place };
	const struct pass_result *r = a->records.page_waits ? passes_want(a->passes, &q) : NULL;

	if (!r)
		return;
	a->records.page_waits = false;
	if (!r->err) {
		fill(a, r);
		return;
	}
	a->mode = MODE_BROWSE;
	app_say(a, true, "cannot read the record: %s", strerror(-r->err));
}

/*
 * The view
 */

static void query(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->records = RECORDS_MAX;
}

static bool act(struct app *a, enum action action)
{
	if (action != ACTION_ZOOM || !a->result)
		return false;
	record_open(a);
	return true;
}

static const char *enter(const struct app *a)
{
	return app_level(a)->cursor < a->result->nr_places ? "the whole record" : NULL;
}

/* dump asks no symbolizer. */
static bool has_names(const struct pass_query *q)
{
	return filter_asks(q->filter, 1ull << FIELD_OBJECT | 1ull << FIELD_SYMBOL |
			   1ull << FIELD_LINE | 1ull << FIELD_OFFSET);
}

static void command(const struct app *a, FILE *out, const struct pass_query *q)
{
	if (has_names(q)) {
		fputs("spelunk report --by time,address,op", out);
		command_end(a, out, q);
		return;
	}
	fprintf(out, "spelunk dump --samples --limit %d", RECORDS_MAX);
	command_filter(out, q->filter);
	fprintf(out, " %s", a->cfg->dump_arguments);
}

static void note(const struct app *a, const struct pass_query *q, struct lines *l,
		 unsigned int width)
{
	if (has_names(q))
		lines_add(l, ROLE_DIM, "(dump knows no names of code: this has a row "
			  "for each record)");
}

const struct view_ops view_records = {
	.body = &lines_body, .build = build, .query = query, .act = act, .enter = enter, .stops_everywhere = true,
	.command = command,
	.note = note,
};
