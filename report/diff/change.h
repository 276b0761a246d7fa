/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_CHANGE_H
#define REPORT_DIFF_CHANGE_H

#include <stdbool.h>

#include "collector/clock.h"

/*
 * Did a figure change from one recording to another, or is the difference chance?
 *
 * Figures are quotients of two sums: a share is samples divided by all samples, a mean latency is
 * cycles divided by samples, a rate is exits divided by seconds.  The recording itself shows how
 * much a quotient varies by chance: from slice to slice of its time.  Work comes in phases, and
 * samples within a phase are alike.  Slices shorter than the phases would not show this variation.
 * So slices are also combined by two and by four, the correlation of neighbours is taken into
 * account, and the largest variance is used.  This works for phases of up to an eighth of a
 * recording (tests/unit/change.c).  Slower variation cannot be detected in a recording.
 */

/* A quotient's sums, by slice. */
struct quotient {
	double part[TIME_SLICES], whole[TIME_SLICES];
};

/* The estimate of a quotient in one recording. */
struct estimate {
	bool known;		/* the divisor is not 0 */
	double value;
	double variance;	/* of the value */
	double freedom;		/* degrees of freedom; 0: unknown */
};

struct estimate quotient_estimate(const struct quotient *q);

/*
 * Raise the variance of a quotient of counts to at least that of independent events (Poisson; for a
 * share binomial).  Both estimates are of the same kind.
 */
void estimates_of_counts(struct estimate *a, const struct quotient *qa, struct estimate *b,
			 const struct quotient *qb, bool share);

/* Time spent in a state consists of stays of any length. */
struct stays {
	double ns;
	double squares;		/* ns^2: sum of the squared stays */
};

/* Time in the state of a share, and all other time. */
struct time_share {
	struct stays in, out;
};

/* If both recordings together have fewer long stays than this, a share is not tested. */
#define STAYS_LEAST	4

/*
 * Likewise for a share of time.  Its variance is at least that of a sum of this many random stays
 * (compound Poisson: the sum of their squares), of those in or those out, whichever is smaller.  As
 * for counts, both recordings together define the length of stays, because it may be chance that
 * one of them has no long stay.  If few stays make up most of the time, degrees of freedom are as
 * few.
 */
void estimates_of_stays(struct estimate *a, const struct time_share *sa, struct estimate *b,
			const struct time_share *sb);

struct change {
	struct estimate a, b;
	bool tested;		/* the fields below are valid */
	double half;		/* half of the confidence interval around b - a */
	bool significant;	/* the interval excludes 0 */
};

/*
 * Test a change with a probability of error, both sides together: with 0.05, one of 20 unchanged
 * figures is reported as changed.
 */
void change_test(struct change *c, double error);

/*
 * The relative growth of a figure: 0.05 is 5 % more.  The interval is Fieller's for a quotient
 * (Fieller, Some problems in interval estimation, 1954), which is exact if both values are normal;
 * it is not symmetric around .by.
 */
struct growth {
	bool known;		/* .by is valid: both have a value, and A's is not 0 */
	double by;
	bool tested;		/* the fields below are valid */
	double low, high;
	bool significant;	/* the interval excludes 0 */
};

/*
 * Values must not be negative.  error: as for change_test().  Not tested if A's value could be 0,
 * as relative growth from 0 is undefined.
 */
struct growth growth_test(const struct estimate *a, const struct estimate *b, double error);

/*
 * The t that a variable with Student's distribution exceeds, on either side, with that probability.
 */
double student_limit(double error, double freedom);

#endif
