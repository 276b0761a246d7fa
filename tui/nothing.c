// SPDX-License-Identifier: GPL-2.0-only
#include "tui/nothing.h"

#include <string.h>

#include "tui/app_impl.h"
#include "tui/filter_text.h"

void nothing_say(const struct app *a, struct nothing *out)
{
	const char *filter = a->result->query.filter;
	char first[FILTER_LEN], second[FILTER_LEN];

	*out = (struct nothing){ 0 };
	if (!*filter) {
		strcpy(out->line[0], "No sample was decoded");
		return;
	}
	if (filter_contradicts(filter, first, second))
		snprintf(out->line[0], NOTHING_LEN, "No sample passes both %.400s and %.400s", first,
			 second);
	else
		strcpy(out->line[0], "No sample matches the filter");
	snprintf(out->line[1], NOTHING_LEN, "  active here: %s", filter);
	strcpy(out->line[2], a->zoom.depth > 1 ?
	       "  F clears zooms and filter, Backspace takes the last zoom back" :
	       *a->zoom.filter ? "  F clears the filter, f changes it" :
	       "  this view shows no other samples");
}

void nothing_lines(const struct app *a, struct lines *l)
{
	unsigned int width = a->screen.width ? a->screen.width : 80;
	struct nothing n;

	nothing_say(a, &n);
	lines_add(l, ROLE_TITLE, n.line[0]);
	for (size_t i = 1; i < NOTHING_LINES && *n.line[i]; i++)
		lines_add_wrapped(l, n.line[i], width);
}
