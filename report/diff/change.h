/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_CHANGE_H
#define REPORT_DIFF_CHANGE_H

#include <stdbool.h>

#include "collector/clock.h"

/*
 * Did a figure change from one recording to another, or is what differs chance?
 *
 * Figures are quotients of two sums: a share is samples of all samples, a mean latency
 * cycles of samples, a rate exits of seconds.  How much a quotient varies by chance is
 * seen in the recording itself: from slice to slice of its time.  Work comes in
 * stretches, and samples of one stretch are alike; slices alone would not tell that where
 * stretches are longer than they, so they are also taken together by two and by four, by
 * how much neighbours are alike is allowed for, and the largest variance counts.  That
 * holds for stretches of up to an eighth of a recording (tests/unit/change.c).  What
 * varies more slowly no recording can tell.
 */

/* A quotient's sums, by slice. */
struct quotient {
	double part[TIME_SLICES], whole[TIME_SLICES];
};

/* What a quotient is in one recording. */
struct estimate {
	bool known;		/* there is something to divide by */
	double value;
	double variance;	/* of the value */
	double freedom;		/* degrees of it; 0: it cannot be told */
};

struct estimate quotient_estimate(const struct quotient *q);

/*
 * The least variance of a count's quotient: what counts alone vary by, were each on
 * its own (Poisson; of a share binomial).  Both estimates are of the same kind.
 */
void estimates_of_counts(struct estimate *a, const struct quotient *qa, struct estimate *b,
			 const struct quotient *qb, bool share);

/* Time spent in some way comes in stays of any length. */
struct stays {
	double ns;
	double squares;		/* ns^2: each stay's, added up */
};

/* Time that counts for a share, and all other time. */
struct time_share {
	struct stays in, out;
};

/* Fewer stays of a length than this, in both recordings together, and a share is not tested. */
#define STAYS_LEAST	4

/*
 * The same of a share of time: it varies at least as a sum of so many stays would (compound
 * Poisson: their squares added up), of those in or those out, whichever vary less.  As with
 * counts, what the stays are like is taken from both recordings: that one of them has no
 * such stay is chance, too.  So few stays that hold the time have as few degrees of freedom.
 */
void estimates_of_stays(struct estimate *a, const struct time_share *sa, struct estimate *b,
			const struct time_share *sb);

struct change {
	struct estimate a, b;
	bool tested;		/* the rest is there */
	double half;		/* the change is b - a, this more or less */
	bool significant;	/* and so not 0 */
};

/*
 * Test a change, with a chance of error (both sides together): 0.05 says that of 20
 * figures that did not change one is called changed.
 */
void change_test(struct change *c, double error);

/*
 * By how much a figure grew, as a part of what it was: 0.05 is 5 % more.  The interval is
 * Fieller's for a quotient (Fieller, Some problems in interval estimation, 1954), which is
 * exact where both values are normal: it is not symmetric around .by.
 */
struct growth {
	bool known;		/* .by: both have a value, and A's is not 0 */
	double by;
	bool tested;		/* the rest is there */
	double low, high;
	bool significant;	/* the interval excludes 0 */
};

/*
 * Values must not be negative.  error as in change_test().  Not tested: A's value could be 0,
 * and nothing has grown from that by a part of it.
 */
struct growth growth_test(const struct estimate *a, const struct estimate *b, double error);

/* The t that a variable of Student's distribution exceeds with that chance, on either side. */
double student_limit(double error, double freedom);

#endif
