/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_ANNOTATE_H
#define REPORT_ANNOTATE_H

#include "profile/annotation.h"
#include "report/arrows.h"
#include "report/report.h"

/* Functions, instruction by instruction, as text, CSV or JSON. */

/* Borrowed for the call. */
struct annotate_report {
	const struct report_data *d;	/* .rows are the annotation's */
	const struct annotation *a;
};

/* What is shown where no columns are asked for. */
extern const enum column annotate_usual[];
extern const size_t annotate_nr_usual;

/* 0, or -errno of the write that failed; -ENOMEM. */
int annotate_write(FILE *out, const struct annotate_report *r, const struct report_options *opt);

void annotate_csv(FILE *out, const struct annotate_report *r, const struct report_options *opt);
void annotate_json(FILE *out, const struct annotate_report *r, const struct report_options *opt);

/* The parts of the text, which the screens show, too. */
struct page;

/* How many of the columns leave room for code in a line of that width; at least two. */
size_t annotate_fit(const enum column *columns, size_t nr, unsigned int width);

/* What the function is, and what is missing: lines. */
void annotate_title(struct page *p, const struct annotated *f);
/* What was left out, and why: lines. */
void annotate_rest(struct page *p, const struct annotation *a);
/*
 * Titles of the columns (p->opt->columns, or the usual ones): the upper or lower line, as all
 * that follow without its end.  gap: blank columns behind those of metrics, for a picture.
 */
void annotate_heads(struct page *p, bool upper, unsigned int gap);
/* How wide the columns of metrics are. */
unsigned int annotate_columns_width(const struct page *p);

/* How the lines of a function are laid out. */
struct annotate_layout {
	const struct annotated *f;
	struct arrows *arrows;
	int address;		/* digits */
	unsigned int gap;	/* as above */
};

/* False: out of memory. */
bool annotate_lay_out(struct annotate_layout *l, const struct annotated *f, unsigned int levels,
		      unsigned int gap);
void annotate_lay_down(struct annotate_layout *l);
/* Does another line of the source begin at instruction i? */
bool annotate_has_source(const struct annotate_layout *l, size_t i);
/* That line, and without what stands left of it. */
void annotate_source(struct page *p, const struct annotate_layout *l, size_t i);
void annotate_source_text(struct page *p, const struct annotate_layout *l, size_t i);
/* What an instruction looks like: hot or warm by its cost, or samples. */
enum role annotate_role(const struct annotated *f, const struct instruction *insn, bool samples);
/* note: what is to be said of it, behind its text; "": nothing. */
void annotate_insn(struct page *p, const struct annotate_layout *l, size_t i, const char *note);

#endif
