/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "kvm/exits.h"
#include "report/fleet/fleet.h"

/* The changes from one recording, A, to another, B, as text, CSV or JSON. */

enum diff_part {
	DIFF_SAMPLES,	/* by the requested keys */
	DIFF_EXITS,	/* by VM and reason */
	DIFF_LEDGER,	/* by VM and account */
	NR_DIFF_PARTS,	/* number of parts with rows */
	DIFF_WHOLE = NR_DIFF_PARTS	/* the recordings as a whole */
};
/* Can samples be sorted by that column?  cost, samples, share, operations and total_mean. */
bool diff_sorts_by(enum column c);
const char *diff_part_name(enum diff_part p);	/* "samples", "exits", "ledger", "whole" */

/* Figures of the recordings as a whole. */
enum diff_whole_figure {
#define WHOLE(id, name, unit, exact, title, scale, decimals, did, more, less, what) DIFF_WHOLE_##id,
#include "report/diff/whole.def"
#undef WHOLE
	NR_DIFF_WHOLE
};
const char *diff_whole_name(enum diff_whole_figure f);

/* A rule for when a comparison fails: the figure grew by more than .above. */
struct diff_rule {
	bool asked;
	double above;			/* 0.05: 5 % */
	enum diff_whole_figure on;	/* NR_DIFF_WHOLE: cycles if known, else latency */
};

enum diff_outcome {
	DIFF_PASSED,		/* the confidence interval of its growth is not above the limit */
	DIFF_FAILED,		/* the interval is above the limit; or a measured growth, which
				 * has no interval, is */
	DIFF_UNDECIDED,		/* no interval, or one too wide to decide */
};

/* One recording, or several, borrowed for the call. */
struct diff_side {
	const struct report_data *d;	/* its source, info, clock, timeline, summary, missing */
	const struct time_span *span;
	uint64_t slice;			/* ns of a slice in the rows' FIELD_SLICE; 0: unknown */
	const struct exits *exits;
	/* Samples by the keys and, last, FIELD_SLICE; the same keys on both sides.  NULL: none. */
	struct rows *rows;
	/*
	 * Several recordings: slices are the recordings, so that chance is what these vary by; .d has
	 * no input, timeline or clock, .span is unknown, and .exits is NULL.
	 */
	const struct fleet_file *recordings;
	size_t nr_recordings;		/* 0: there is one */
	bool lossy;			/* some of them lost samples */
};

enum diff_order {
	DIFF_BY_COST,			/* by the change of their share of latency cycles */
	DIFF_BY_SIGNIFICANCE,		/* by the change relative to its interval */
	DIFF_BY_COLUMN,			/* by .sort, in B */
};

struct diff_report {
	struct diff_side a, b;
	const char *filter;		/* the expression; NULL: none */
	const char *command;		/* for HTML: as typed, not escaped */
	enum diff_part part;		/* for CSV */
	enum diff_order order;		/* for samples */
	enum column sort;		/* diff_sorts_by() */
	bool ascending;
	struct diff_rule rule;
};

/*
 * What r borrows must stay valid until diff_tables_free().  0; -ENOMEM; other -errno: a timeline's
 * file cannot be read.
 */
struct diff_tables;
int diff_tables_new(struct diff_tables **out, const struct diff_report *r);
void diff_tables_free(struct diff_tables *t);	/* NULL is fine */
/* 0, or -errno of the write that failed. */
int diff_tables_write(FILE *out, const struct diff_tables *t, const struct report_options *opt);

/*
 * The rule's outcome, and the reason in a sentence, which is borrowed; without a rule: passed, "".
 */
enum diff_outcome diff_tables_outcome(const struct diff_tables *t, const char **why);

/* The samples of B behind a line of the text. */
struct diff_line {
	const struct rows *rows;	/* B's; NULL: not a line of samples */
	const struct row *row;		/* B's row with the line's keys; NULL: none */
	const char *reason;		/* of exits; NULL: not a line of exits */
	int32_t pid;			/* of the VM; -1: B does not have it */
	int change;			/* of its first significant figure: 1 grew, -1 fell; 0:
					 * there is none */
};
/* Called for each line of a table after it was written. */
struct diff_listener {
	void (*line)(void *arg, const struct diff_line *line);
	void *arg;
	bool narrow;			/* omit counts and intervals, to leave room for names */
};
/* Write the text and call who.  Returns as diff_tables_write(). */
int diff_tables_visit(FILE *out, const struct diff_tables *t, const struct report_options *opt,
		      const struct diff_listener *who);

#endif
