// SPDX-License-Identifier: GPL-2.0-only
/* The samples themselves, as `spelunk dump --samples` prints them. */
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
