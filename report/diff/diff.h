/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "kvm/exits.h"
#include "report/report.h"

/* What changed from one recording, A, to another, B, as text, CSV or JSON. */

enum diff_part {
	DIFF_SAMPLES,	/* by the keys asked for */
	DIFF_EXITS,	/* by VM and reason */
	DIFF_LEDGER,	/* by VM and account */
	NR_DIFF_PARTS,	/* of rows */
	DIFF_WHOLE = NR_DIFF_PARTS	/* the recordings as a whole */
};
/* Can samples be sorted by it?  cost, samples, share, operations and total_mean. */
bool diff_sorts_by(enum column c);
const char *diff_part_name(enum diff_part p);	/* "samples", "exits", "ledger", "whole" */

/* Of the recordings as a whole. */
enum diff_whole_figure {
#define WHOLE(id, name, unit, exact, title, scale, decimals, did, more, less, what) DIFF_WHOLE_##id,
#include "report/diff/whole.def"
#undef WHOLE
	NR_DIFF_WHOLE
};
const char *diff_whole_name(enum diff_whole_figure f);

/* When a comparison fails: the figure grew by more than .above. */
struct diff_rule {
	bool asked;
	double above;			/* 0.05: 5 % */
	enum diff_whole_figure on;	/* NR_DIFF_WHOLE: cycles where they are known, else latency */
};

enum diff_outcome {
	DIFF_PASSED,		/* the interval of its growth is not above the rule's */
	DIFF_FAILED,		/* it is: also where the growth has no interval, but is measured */
	DIFF_UNDECIDED,		/* there is no interval, or one so wide that it decides nothing */
};

/* One recording.  Borrowed for the call. */
struct diff_side {
	const struct report_data *d;	/* of it: source, info, clock, timeline, summary, missing */
	const struct time_span *span;
	uint64_t slice;			/* ns of a slice: the rows' FIELD_SLICE; 0: not known */
	const struct exits *exits;
	/*
	 * Samples by the keys and, last, FIELD_SLICE; NULL: there are none.  In B's the
	 * same keys.
	 */
	struct rows *rows;
};

enum diff_order {
	DIFF_BY_COST,			/* by how much their share of latency cycles changed */
	DIFF_BY_SIGNIFICANCE,		/* by what changed most of its interval */
	DIFF_BY_COLUMN,			/* by .sort in B */
};

struct diff_report {
	struct diff_side a, b;
	const char *filter;		/* the expression; NULL: none */
	const char *command;		/* for HTML: as it was typed, not yet escaped */
	enum diff_part part;		/* in CSV */
	enum diff_order order;		/* of samples */
	enum column sort;		/* diff_sorts_by() */
	bool ascending;
	struct diff_rule rule;
};

/*
 * What r borrows is borrowed until diff_tables_free().  0; -ENOMEM; other -errno: a timeline's
 * file cannot be read.
 */
struct diff_tables;
int diff_tables_new(struct diff_tables **out, const struct diff_report *r);
void diff_tables_free(struct diff_tables *t);	/* NULL is fine */
/* 0, or -errno of the write that failed. */
int diff_tables_write(FILE *out, const struct diff_tables *t, const struct report_options *opt);

/* How the rule decided, and why in a sentence, which is borrowed; without a rule: passed, "". */
enum diff_outcome diff_tables_outcome(const struct diff_tables *t, const char **why);

/* Which of B's samples a line of the text stands for. */
struct diff_line {
	const struct rows *rows;	/* B's; NULL: it is no line of samples */
	const struct row *row;		/* one with the line's keys; NULL: B has no such sample */
	const char *reason;		/* of exits; NULL: it is no line of exits */
	int32_t pid;			/* of the VM they left; -1: B has none */
	int change;			/* of its first significant figure: 1 grew, -1 fell; 0: there is none */
};
/* Who hears of each line of a table when it was written. */
struct diff_listener {
	void (*line)(void *arg, const struct diff_line *line);
	void *arg;
	bool narrow;			/* leave counts and intervals out, so that names have room */
};
/* Write the text.  As diff_tables_write(). */
int diff_tables_tell(FILE *out, const struct diff_tables *t, const struct report_options *opt,
		     const struct diff_listener *who);

#endif
