/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_VIEWS_TEXT_H
#define TUI_VIEWS_TEXT_H

#include "report/parts.h"
#include "report/text/text.h"
#include "tui/lines.h"
#include "tui/view.h"

/* Text made by the batch report's own functions, on its way into the lines of a view. */
struct text {
	struct lines *lines;
	unsigned int width, height;	/* of the screen */
	bool letters;			/* pictures are of letters */
	uint64_t begin;			/* where the cursor begins, for the view; 0: anywhere */
	struct page page;		/* page.out: write here */
	struct report_data data;
	struct report_options opt;
	char *text;
	size_t len;
};

/* Of a->result, into lines, for a screen of that width.  false: out of memory, the lines failed. */
bool text_begin(struct text *t, const struct app *a, struct lines *l, unsigned int width);
/* What was written since the last of these becomes lines. */
void text_lines(struct text *t);
/* What was written since then, itself; borrowed until more is. */
const char *text_written(struct text *t);
/* The same, as one line; NULL: no memory. */
struct text_line *text_line(struct text *t, enum role role);
void text_end(struct text *t);

/* A line that says what parts of pictures look like: "host-user", ... */
void picture_legend(struct text *t, const struct picture_part *part, const char *const *name,
		    unsigned int nr);

#endif
