/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_TEXT_H
#define REPORT_SHARING_TEXT_H

#include "report/sharing/lines.h"
#include "report/text/text.h"

/* Shared lines as lines of text, which reports and screens have in common. */

/* Which columns a table of lines has. */
struct sharing_columns {
	bool wide;		/* all; else those that fit in 80 columns */
	bool events;		/* remote, modified, snooped: some sample has one */
};

struct sharing_columns sharing_columns(const struct sharing *s, bool wide);
/* What lines of a verdict look like, and accessors of a side. */
enum role sharing_role(enum sharing_verdict v);
enum role sharing_side_role(enum sharing_side side);
/* The heads, a line, and an accessor under it, each without its line feed. */
void sharing_text_heads(struct page *p, const struct sharing_columns *c);
void sharing_text_line(struct page *p, const struct sharing_columns *c,
		       const struct sharing_line *l);
void sharing_text_accessor(struct page *p, const struct sharing_columns *c,
			   const struct sharing_accessor *a);
/* How many lines there are of each verdict, and what they mean. */
void sharing_text_verdicts(struct page *p, const struct sharing *s);
/* What the samples cannot say of lines: notes that depend on what there is. */
void sharing_text_limits(struct page *p, const struct sharing *s);

#endif
