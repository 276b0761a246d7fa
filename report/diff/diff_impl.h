/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_IMPL_H
#define REPORT_DIFF_IMPL_H

#include "report/diff/change.h"
#include "report/diff/diff.h"
#include "report/text/text.h"

/* Rows of two recordings, matched: shared by the files of this folder only. */

/* All of a table's intervals hold together with this chance of error. */
#define DIFF_ERROR	0.05

/* Fewer events than this in both together, and a row is not tested. */
#define DIFF_LEAST	30

/* What is compared. */
struct diff_figure {
	const char *name;	/* of columns and keys: "share" */
	const char *title;	/* "share, %" */
	double scale;		/* a value is shown times this */
	unsigned int decimals;
};

#define DIFF_FIGURES	5

struct diff_row {
	const char *key[PROFILE_KEYS];	/* "": not known */
	uint64_t a, b;			/* samples, exits, or ns */
	struct diff_line line;
	struct change figure[DIFF_FIGURES];
};

struct diff_table {
	enum diff_part part;
	const char *title;		/* "Exits" */
	const char *counted;		/* what .a and .b are: "samples" */
	const char *keys[PROFILE_KEYS];
	size_t nr_keys;
	const struct diff_figure *figures;
	size_t nr_figures;
	size_t shown[2], nr_shown;	/* figures that text shows, in this order */
	int of_counts;			/* the one whose * it puts behind the counts; -1: none */
	struct diff_row *rows;		/* in the order they are shown */
	size_t nr;
	size_t tests;			/* figures tested */
	size_t changed;			/* of those, significant */
	size_t rare;			/* rows not tested: too few events or stays */
	char (*vm_names)[40];		/* of keys */
};

/* The recordings as a whole. */
struct diff_whole {
	struct whole_figure {
		struct estimate a, b;
		struct growth growth;
		bool measured;		/* not sampled: it has no interval, and needs none */
		const char *but;	/* why it is not tested; NULL: nothing to say */
	} figure[NR_DIFF_WHOLE];
	size_t tests, changed;		/* figures tested; of those, significant */
	struct diff_rule rule;		/* that was asked for, with its figure */
	enum diff_outcome outcome;
	char why[320];			/* of the outcome */
};

/* Title, scale and decimals of a figure. */
const struct diff_figure *diff_whole_figure(enum diff_whole_figure f);
/* Of its values in CSV and JSON, and the decimals that these have. */
const char *diff_whole_unit(enum diff_whole_figure f, unsigned int *decimals);
/* 0, or -errno: a timeline's file cannot be read. */
int diff_whole(struct diff_whole *w, const struct diff_report *r);
/* What was found, in a sentence. */
void diff_whole_say(struct words *out, const struct diff_whole *w);
/* The rule, likewise. */
void diff_rule_say(struct words *out, const struct diff_rule *rule);
const char *diff_outcome_name(enum diff_outcome o);	/* "passed", "failed", "undecided" */

/* Where a row's samples lie: 0 to TIME_SLICES - 1. */
size_t diff_slice_of(const struct diff_side *s, const struct value *slice);
/* How much of its time each slice covers: 1 together.  Equal where that is not known. */
void diff_slice_parts(const struct diff_side *s, double part[TIME_SLICES]);

/* Both sums times that. */
void diff_scale(struct quotient *q, double by);

/* Make it; nothing in it where a recording has nothing of the kind.  0 or -ENOMEM. */
int diff_samples(struct diff_table *t, const struct diff_report *r);
int diff_exits(struct diff_table *t, const struct diff_report *r);
int diff_ledger(struct diff_table *t, const struct diff_report *r);

/*
 * Exits a second, of all VMs, of both recordings.  1; 0: one of them has no VM, or no exits, and
 * nothing is filled; -ENOMEM.
 */
int diff_exits_whole(struct estimate *a, struct estimate *b, const struct diff_report *r);

/* Test all whose estimates are there, and decide together. */
void diff_decide(struct diff_table *t);
/* For qsort_r(), of rows of that table: what changed most of its interval first.  Never 0. */
int diff_by_significance(const void *x, const void *y, void *table);

struct diff_tables {
	struct diff_report r;
	struct diff_whole whole;
	struct diff_table t[NR_DIFF_PARTS];
};

/* who NULL: nobody. */
void diff_text(FILE *out, const struct diff_tables *t, const struct report_options *opt,
	       const struct diff_listener *who);
/* Parts of the text report: the recordings, the verdict of a table, the legend. */
void diff_text_head(struct page *p, const struct diff_report *r);
void diff_text_verdict(struct page *p, const struct diff_table *t);
void diff_text_legend(struct page *p, const struct diff_table t[NR_DIFF_PARTS]);
/* 0, or -errno of the write that failed; -ENOMEM. */
int diff_html(FILE *out, const struct diff_tables *t, const struct report_options *opt);
void diff_csv(FILE *out, const struct diff_table *t, const struct report_options *opt);
void diff_csv_whole(FILE *out, const struct diff_whole *w);
void diff_json(FILE *out, const struct diff_tables *t, const struct report_options *opt);

#endif
