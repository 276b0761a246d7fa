// SPDX-License-Identifier: GPL-2.0-only
#include "tui/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "tui/app_impl.h"

void command_filter(FILE *out, const char *filter)
{
	if (!*filter)
		return;
	fputs(" --filter ", out);
	quote_word(out, filter);
}

void command_columns(FILE *out, const struct setup *s, const enum column *usual, size_t nr)
{
	if (s->nr_columns == nr && !memcmp(s->columns, usual, nr * sizeof(*usual)))
		return;
	for (size_t i = 0; i < s->nr_columns; i++)
		fprintf(out, "%s%s", i ? "," : " --columns ", column_name(s->columns[i]));
}

void command_keys(FILE *out, const struct level *l)
{
	for (size_t i = 0; i < l->nr_keys; i++)
		fprintf(out, "%s%s", i ? "," : " --by ", field_name(l->keys[i]));
}

void command_end(const struct app *a, FILE *out, const struct pass_query *q)
{
	command_filter(out, q->filter);
	fprintf(out, " %s", a->cfg->arguments);
	/* The last --slice counts, and the arguments may already have one. */
	if (q->slice)
		fprintf(out, " --slice %" PRIu64, q->slice);
}

static void put_command(const struct app *a, FILE *out, const struct pass_query *q)
{
	if (app_view(a)->command) {
		app_view(a)->command(a, out, q);
		return;
	}
	fputs("spelunk report", out);
	command_end(a, out, q);
}

/* Owned by the caller; NULL: failed, and a message says why. */
static char *command_of(struct app *a, struct pass_query *q)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool fits = out && level_query(a, app_top(a), q);

	if (fits)
		put_command(a, out, q);
	if ((!out || !fclose(out)) && fits)
		return text;
	free(text);
	app_say(a, true, "cannot show the command line");
	return NULL;
}

/* Notes about differences between the output and the screen. */
static void add_notes(const struct app *a, struct lines *l, const struct pass_query *q,
		      unsigned int width)
{
	if (app_view(a)->note)
		app_view(a)->note(a, q, l, width);
	if (a->cfg->title)
		lines_add_wrapped(l, "The file is removed after some minutes, unless top "
				  "has --keep FOLDER; R writes a copy.", width);
}

void command_open(struct app *a)
{
	unsigned int width = a->screen.width ? a->screen.width - 2 : 78;
	struct pass_query q;
	char *text = command_of(a, &q);
	struct lines *l;

	if (!text)
		return;
	l = pager_open(a);
	lines_title(l, "This command prints the same");
	lines_add(l, ROLE_TEXT, "");
	lines_add_wrapped(l, text, width);
	add_notes(a, l, &q, width);
	lines_add(l, ROLE_TEXT, "");
	lines_add(l, ROLE_DIM, "y copies it, if the terminal supports that.");
	free(text);
}

void command_copy(struct app *a)
{
	struct pass_query q;

	free(a->requests.copy);
	a->requests.copy = command_of(a, &q);
	if (a->requests.copy)
		app_say(a, false, "the terminal was asked to copy it (OSC 52): %s", a->requests.copy);
}
