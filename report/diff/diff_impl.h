/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_IMPL_H
#define REPORT_DIFF_IMPL_H

#include "report/diff/change.h"
#include "report/diff/diff.h"
#include "report/text/text.h"

/* Matched rows of two recordings; shared by the files of this folder. */

/* Probability that any of a table's intervals is wrong. */
#define DIFF_ERROR	0.05

/* A row with fewer events than this in both recordings together is not tested. */
#define DIFF_LEAST	30

/* A figure that is compared. */
struct diff_figure {
	const char *name;	/* name in columns and keys: "share" */
	const char *title;	/* "share, %" */
	double scale;		/* factor for display */
	unsigned int decimals;
};

#define DIFF_FIGURES	5

struct diff_row {
	const char *key[PROFILE_KEYS];	/* "": unknown */
	uint64_t a, b;			/* samples, exits, or ns */
	struct diff_line line;
	struct change figure[DIFF_FIGURES];
};

struct diff_table {
	enum diff_part part;
	const char *title;		/* "Exits" */
	const char *counted;		/* the meaning of .a and .b: "samples" */
	const char *keys[PROFILE_KEYS];
	size_t nr_keys;
	const struct diff_figure *figures;
	size_t nr_figures;
	size_t shown[2], nr_shown;	/* figures shown in text, in this order */
	int of_counts;			/* the figure whose * follows the counts; -1: none */
	struct diff_row *rows;		/* in display order */
	size_t nr;
	size_t tests;			/* number of figures tested */
	size_t changed;			/* number of significant ones */
	size_t rare;			/* number of rows not tested: too few events or stays */
	char (*vm_names)[40];		/* used by keys */
};

/* Figures of the recordings as a whole. */
struct diff_whole {
	struct whole_figure {
		struct estimate a, b;
		struct growth growth;
		bool measured;		/* measured, not sampled: it needs no interval */
		const char *but;	/* why it is not tested; NULL: no reason */
	} figure[NR_DIFF_WHOLE];
	size_t tests, changed;		/* numbers of tested figures and of significant ones */
	struct diff_rule rule;		/* the requested rule, with its figure */
	enum diff_outcome outcome;
	char why[320];			/* the reason for the outcome */
};

/* Title, scale and decimals of a figure. */
const struct diff_figure *diff_whole_figure(enum diff_whole_figure f);
/* The unit and decimals of its values in CSV and JSON. */
const char *diff_whole_unit(enum diff_whole_figure f, unsigned int *decimals);
/* 0, or -errno: a timeline's file cannot be read. */
int diff_whole(struct diff_whole *w, const struct diff_report *r);
/* Summarize the result in a sentence. */
void diff_whole_say(struct words *out, const struct diff_whole *w);
/* Describe the rule in a sentence. */
void diff_rule_say(struct words *out, const struct diff_rule *rule);
const char *diff_outcome_name(enum diff_outcome o);	/* "passed", "failed", "undecided" */

/* The slice of a row's samples: 0 to TIME_SLICES - 1. */
size_t diff_slice_of(const struct diff_side *s, const struct value *slice);
/* The share of the recorded time in each slice; the sum is 1.  Equal shares if unknown. */
void diff_slice_parts(const struct diff_side *s, double part[TIME_SLICES]);

/* Multiply both sums. */
void diff_scale(struct quotient *q, double by);

/* Make a table; it is empty if a recording has nothing of the kind.  0 or -ENOMEM. */
int diff_samples(struct diff_table *t, const struct diff_report *r);
int diff_exits(struct diff_table *t, const struct diff_report *r);
int diff_ledger(struct diff_table *t, const struct diff_report *r);

/*
 * Exits per second over all VMs, in both recordings.  1; 0: one of them has no VM or no exits, and
 * nothing is filled; -ENOMEM.
 */
int diff_exits_whole(struct estimate *a, struct estimate *b, const struct diff_report *r);

/* Test all known estimates, and decide significance for all of them together. */
void diff_decide(struct diff_table *t);
/* For qsort_r(), on rows of that table: largest change relative to its interval first.  Never 0. */
int diff_by_significance(const void *x, const void *y, void *table);

struct diff_tables {
	struct diff_report r;
	struct diff_whole whole;
	struct diff_table t[NR_DIFF_PARTS];
};

/* who NULL: none. */
void diff_text(FILE *out, const struct diff_tables *t, const struct report_options *opt,
	       const struct diff_listener *who);
/* Parts of the text report: the recordings, the verdict of a table, the legend. */
void diff_text_head(struct page *p, const struct diff_report *r);
void diff_text_verdict(struct page *p, const struct diff_table *t);
void diff_text_legend(struct page *p, const struct diff_tables *t);
/* 0, or -errno of the write that failed; -ENOMEM. */
int diff_html(FILE *out, const struct diff_tables *t, const struct report_options *opt);
void diff_csv(FILE *out, const struct diff_table *t, const struct report_options *opt);
void diff_csv_whole(FILE *out, const struct diff_whole *w);
void diff_json(FILE *out, const struct diff_tables *t, const struct report_options *opt);

#endif
