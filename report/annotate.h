/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_ANNOTATE_H
#define REPORT_ANNOTATE_H

#include "profile/annotation.h"
#include "report/arrows.h"
#include "report/report.h"

/* Functions, instruction by instruction, as text, CSV or JSON. */

/* Borrowed for the call. */
struct annotate_report {
	const struct report_data *d;	/* .rows are those of the annotation */
	const struct annotation *a;
};

/* The default columns. */
extern const enum column annotate_usual[];
extern const size_t annotate_nr_usual;

/* 0, or -errno of the write that failed; -ENOMEM. */
int annotate_write(FILE *out, const struct annotate_report *r, const struct report_options *opt);

void annotate_csv(FILE *out, const struct annotate_report *r, const struct report_options *opt);
void annotate_json(FILE *out, const struct annotate_report *r, const struct report_options *opt);

/* The parts of the text, which the screens use, too. */
struct page;

/* The number of columns that leave room for code in a line of that width; at least two. */
size_t annotate_fit(const enum column *columns, size_t nr, unsigned int width);

/* Lines that say what the function is, and what is missing. */
void annotate_title(struct page *p, const struct annotated *f);
/* Lines that say what was left out, and why. */
void annotate_rest(struct page *p, const struct annotation *a);
/*
 * Titles of the columns (p->opt->columns, or the default ones): the upper or lower line.  Like all
 * functions below, writes no line feed.  gap: blank columns after the metrics, for a picture.
 */
void annotate_heads(struct page *p, bool upper, unsigned int gap);
/* The width of the columns of metrics. */
unsigned int annotate_columns_width(const struct page *p);

/* The layout of a function's lines. */
struct annotate_layout {
	const struct annotated *f;
	struct arrows *arrows;
	int address;		/* number of digits */
	unsigned int gap;	/* as above */
};

/* Fill l.  False: out of memory. */
bool annotate_lay_out(struct annotate_layout *l, const struct annotated *f, unsigned int levels,
		      unsigned int gap);
void annotate_lay_down(struct annotate_layout *l);
/* Does a different source line begin at instruction i? */
bool annotate_has_source(const struct annotate_layout *l, size_t i);
/* That source line; the second function omits the part left of the text. */
void annotate_source(struct page *p, const struct annotate_layout *l, size_t i);
void annotate_source_text(struct page *p, const struct annotate_layout *l, size_t i);
/* The role of an instruction: hot or warm, by its cost or by samples. */
enum role annotate_role(const struct annotated *f, const struct instruction *insn, bool samples);
/* note: a remark after the instruction's text; "": none. */
void annotate_insn(struct page *p, const struct annotate_layout *l, size_t i, const char *note);

#endif
