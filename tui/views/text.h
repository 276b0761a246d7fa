/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_TEXT_H
#define TUI_VIEWS_TEXT_H

#include "report/parts.h"
#include "report/text/text.h"
#include "tui/lines.h"
#include "tui/view.h"

/* Text from the report's own functions, to be turned into the lines of a view. */
struct text {
	struct lines *lines;
	unsigned int width, height;	/* of the screen */
	bool letters;			/* pictures use letters */
	uint64_t begin;			/* where the cursor starts, as defined by the view; 0:
					 * anywhere */
	struct page page;		/* page.out: write here */
	struct report_data data;
	struct report_options opt;
	char *text;
	size_t len;
};

/*
 * Begin with a->result, for a screen of that width.  false: out of memory; the lines have failed.
 */
bool text_begin(struct text *t, const struct app *a, struct lines *l, unsigned int width);
/* Turn what was written since the last call into lines. */
void text_lines(struct text *t);
/* Return it as text; borrowed until more is written. */
const char *text_written(struct text *t);
/* Turn it into a single line; NULL: out of memory. */
struct text_line *text_line(struct text *t, enum role role);
void text_end(struct text *t);

/* A line that explains the parts of pictures: "host-user", ... */
void picture_legend(struct text *t, const struct picture_part *part, const char *const *name,
		    unsigned int nr);

#endif
