// SPDX-License-Identifier: GPL-2.0-only
#include "report/commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"

enum { TAKES_FILTER = 1, TAKES_SLICE = 2 };

/* The commands in reports that read a recording, with the report's options that they take. */
static const struct reader {
	const char *name;
	unsigned int takes;
} readers[] = {
	{ "report", TAKES_FILTER | TAKES_SLICE }, { "annotate", TAKES_FILTER | TAKES_SLICE },
	{ "sharing", TAKES_FILTER }, { "kvm", 0 },
};

static const char program[] = "spelunk ";

/* For "spelunk NAME ..."; NULL: it does not read a recording. */
static const struct reader *reader_of(const char *command)
{
	const char *name = command + strlen(program);
	size_t len;

	if (strncmp(command, program, strlen(program)))
		return NULL;
	len = strcspn(name, " `");
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strlen(readers[i].name) == len && !strncmp(name, readers[i].name, len))
			return &readers[i];
	return NULL;
}

static void put_filter(FILE *out, const char *report, const char *own)
{
	char *both = NULL;

	if (report && own && asprintf(&both, "(%s) && (%s)", report, own) < 0)
		return;
	fputs(" --filter ", out);
	quote_word(out, both ? both : own ? own : report);
	free(both);
}

static void put_options(FILE *out, const struct report_data *d, const struct reader *r,
			const char *filter)
{
	if (d->arguments)
		fputs(d->arguments, out);
	if (d->slice && r->takes & TAKES_SLICE)
		fprintf(out, " --slice %" PRIu64, d->slice);
	if (r->takes & TAKES_FILTER && (d->filter || filter))
		put_filter(out, d->filter, filter);
}

/* Close out, and return its text escaped: command lines are untrusted, too. */
static char *escaped(FILE *out, char **text)
{
	char *shown = NULL;
	size_t room;

	if (!fclose(out)) {
		room = 8 * strlen(*text) + 1;
		shown = malloc(room);
		if (shown)
			report_escape(shown, room, *text);
	}
	free(*text);
	return shown;
}

char *report_command(const struct report_data *d, const char *command, const char *filter)
{
	const struct reader *r = reader_of(command);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs(command, out);
	if (r)
		put_options(out, d, r, filter);
	return escaped(out, &text);
}

char *report_commands(const struct report_data *d, const char *text)
{
	const struct reader *r = NULL;
	char *done = NULL;
	bool inside = false;
	size_t len;
	FILE *out = open_memstream(&done, &len);

	if (!out)
		return NULL;
	for (; *text; text++) {
		if (*text == '`') {
			inside = !inside;
			if (inside)
				r = reader_of(text + 1);
			else if (r)
				put_options(out, d, r, NULL);
		}
		fputc(*text, out);
	}
	return escaped(out, &done);
}
