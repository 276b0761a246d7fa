/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_TEXT_H
#define REPORT_SHARING_TEXT_H

#include "report/sharing/lines.h"
#include "report/text/text.h"

/* Shared lines as lines of text, for reports and screens. */

/* The columns of a table of lines. */
struct sharing_columns {
	bool wide;		/* all; else those that fit in 80 columns */
	bool events;		/* remote, modified, snooped: some sample has such an event */
};

struct sharing_columns sharing_columns(const struct sharing *s, bool wide);
/* The role of lines by verdict, and of accessors by side. */
enum role sharing_role(enum sharing_verdict v);
enum role sharing_side_role(enum sharing_side side);
/* The heads, a line, and an accessor below it; without line feeds. */
void sharing_text_heads(struct page *p, const struct sharing_columns *c);
void sharing_text_line(struct page *p, const struct sharing_columns *c,
		       const struct sharing_line *l);
void sharing_text_accessor(struct page *p, const struct sharing_columns *c,
			   const struct sharing_accessor *a);
/* The number of lines by verdict, and what the verdicts mean. */
void sharing_text_verdicts(struct page *p, const struct sharing *s);
/* Limits of the samples: notes that depend on the data. */
void sharing_text_limits(struct page *p, const struct sharing *s);

#endif
