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

#endif
