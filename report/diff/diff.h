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
	NR_DIFF_PARTS
};
/* Can samples be sorted by it?  samples, share, operations and total_mean. */
bool diff_sorts_by(enum column c);
const char *diff_part_name(enum diff_part p);	/* "samples", "exits", "ledger" */

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

struct diff_report {
	struct diff_side a, b;
	const char *filter;		/* the expression; NULL: none */
	enum diff_part part;		/* in CSV */
	bool sorted;			/* samples by .sort in B, not by what changed */
	enum column sort;		/* diff_sorts_by() */
	bool ascending;
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int diff_report_write(FILE *out, const struct diff_report *r, const struct report_options *opt);

/* The same in two steps: what r borrows is borrowed until diff_tables_free().  0 or -ENOMEM. */
struct diff_tables;
int diff_tables_new(struct diff_tables **out, const struct diff_report *r);
void diff_tables_free(struct diff_tables *t);	/* NULL is fine */
int diff_tables_write(FILE *out, const struct diff_tables *t, const struct report_options *opt);

/* Which of B's samples a line of the text stands for. */
struct diff_line {
	const struct rows *rows;	/* B's; NULL: it is no line of samples */
	const struct row *row;		/* one with the line's keys; NULL: B has no such sample */
	const char *reason;		/* of exits; NULL: it is no line of exits */
	int32_t pid;			/* of the VM they left; -1: B has none */
};
/* Who hears of each line of a table when it was written. */
struct diff_listener {
	void (*line)(void *arg, const struct diff_line *line);
	void *arg;
	bool narrow;			/* leave counts and intervals out, so that names have room */
};
/* Write the text.  As diff_report_write(). */
int diff_tables_tell(FILE *out, const struct diff_tables *t, const struct report_options *opt,
		     const struct diff_listener *who);

#endif
