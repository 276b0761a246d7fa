/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DIFF_HALF_H
#define CMD_DIFF_HALF_H

#include "cmd/run.h"
#include "report/diff/diff.h"

/* One of the two recordings of a diff, counted. */

struct diff_query {
	const enum field *keys;
	size_t nr_keys;			/* 0: world, symbol, object; less than PROFILE_KEYS */
	const struct filter *filter;	/* NULL: none */
	const char *filter_text;
	struct count_options count;
};

struct diff_half {
	enum field keys[PROFILE_KEYS];	/* the requested ones, and FIELD_SLICE */
	size_t nr_keys;
	struct summary summary;
	struct missing missing;
	struct report_data data;
	struct time_span span;		/* from the first sample to the last event */
	uint64_t slice;			/* ns; 0: unknown */
	const struct exits *exits;
	struct rows *rows;
};

/*
 * Count the open recording rec in as many slices as the statistics require.  *h is all zeros; it
 * borrows from rec and q until diff_half_clear().  0 or -errno.
 */
int diff_half_count(struct diff_half *h, const struct recording *rec, const struct diff_query *q);
void diff_half_clear(struct diff_half *h);	/* all zeros is fine */

/* The input for report/; borrowed from h. */
struct diff_side diff_half_side(const struct diff_half *h);

#endif
