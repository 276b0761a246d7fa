// SPDX-License-Identifier: GPL-2.0-only
#include "tui/views/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"

#define LEGEND_AT	3	/* column */

bool text_begin(struct text *t, const struct app *a, struct lines *l, unsigned int width)
{
	*t = (struct text){ .lines = l, .width = width };
	app_report_data(a, &t->data);
	/*
	 * A margin of one column on each side, and at most the width at which sentences are
	 * readable.
	 */
	t->page = (struct page){
		.d = &t->data, .opt = &t->opt,
		.width = width < 42 ? 40 : width - 2 < PAGE_MAX ? width - 2 : PAGE_MAX,
		.out = open_memstream(&t->text, &t->len),
	};
	l->failed = !t->page.out;
	return !l->failed;
}

const char *text_written(struct text *t)
{
	fputc('\0', t->page.out);
	fflush(t->page.out);
	rewind(t->page.out);
	return t->text;
}

void text_lines(struct text *t)
{
	lines_add_text(t->lines, text_written(t));
}

struct text_line *text_line(struct text *t, enum role role)
{
	return lines_add(t->lines, role, text_written(t));
}

void text_end(struct text *t)
{
	fclose(t->page.out);
	free(t->text);
}

/* Print parts starting with `from` that fit into the width; returns the next one. */
static unsigned int legend_line(struct text *t, const struct picture_part *part,
				const char *const *name, unsigned int from, unsigned int nr)
{
	unsigned int at[PICTURE_PARTS], column = LEGEND_AT, i;
	struct text_line *line;

	fprintf(t->page.out, "%*s", LEGEND_AT, "");
	for (i = from; i < nr; i++) {
		unsigned int used = 2 + (unsigned int)strlen(name[i]);

		if (i > from && column + used + 2 > t->width)
			break;
		at[i] = column;
		if (t->letters)
			fputc(toupper(part[i].letter), t->page.out);
		else
			fputs(picture_full(&part[i]), t->page.out);
		fprintf(t->page.out, " %s  ", name[i]);
		column += used + 2;
	}
	line = text_line(t, ROLE_TEXT);
	if (line)
		line->paint = calloc(column, sizeof(*line->paint));
	if (!line || !line->paint)
		return i;
	line->nr_paint = column;
	line->still = true;
	for (unsigned int k = from; k < i; k++)
		line->paint[at[k]] = (uint8_t)part[k].role;
	return i;
}

void picture_legend(struct text *t, const struct picture_part *part, const char *const *name,
		    unsigned int nr)
{
	for (unsigned int i = 0; i < nr;)
		i = legend_line(t, part, name, i, nr);
}
