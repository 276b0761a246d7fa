// SPDX-License-Identifier: GPL-2.0-only
/* The samples themselves, as `spelunk dump --samples` prints them, and one of them whole. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/view.h"

void view_records(struct app *a, struct lines *l, unsigned int width)
{
	char text[96];

	lines_add_text(l, a->result->records);
	if (!l->nr)
		lines_add(l, ROLE_TITLE, "No sample matches the filter");
	if (a->result->more_records) {
		snprintf(text, sizeof(text), "These are the first %d; a filter (f) makes them fewer.",
			 RECORDS_MAX);
		lines_add(l, ROLE_DIM, text);
	}
}

/*
 * One record, on a page
 */

void record_open(struct app *a)
{
	size_t at = app_top(a)->cursor;

	if (at >= a->result->nr_places) {
		app_say(a, false, "this line is no record");
		return;
	}
	a->place = a->result->places[at];
	a->page_waits = true;
	page_open(a);
	lines_add(&a->page, ROLE_DIM, "Reading the record ...");
}

void record_leave(struct app *a)
{
	if (a->page_waits)
		passes_cancel(a->passes);
	a->page_waits = false;
}

static void fill(struct app *a, const struct pass_result *r)
{
	char *command = NULL;

	page_open(a);
	lines_add_text(&a->page, r->records);
	lines_title(&a->page, "This prints the same");
	if (asprintf(&command, "spelunk dump --packets --at %zu:0x%" PRIx64 " %s", a->place.stream,
		     a->place.offset, a->cfg->dump_arguments) >= 0)
		lines_add_wrapped(&a->page, command, a->width ? a->width - 2 : 78);
	free(command);
	lines_add(&a->page, ROLE_TEXT, "");
	lines_add(&a->page, ROLE_DIM, "Arrows scroll; any other key goes back.");
}

void record_take(struct app *a)
{
	const struct pass_query q = { .packets = true, .place = a->place };
	const struct pass_result *r = a->page_waits ? passes_want(a->passes, &q) : NULL;

	if (!r)
		return;
	a->page_waits = false;
	if (!r->err) {
		fill(a, r);
		return;
	}
	a->mode = MODE_BROWSE;
	app_say(a, true, "cannot read the record: %s", strerror(-r->err));
}
