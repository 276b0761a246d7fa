/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_COLUMNS_H
#define PROFILE_COLUMNS_H

#include "profile/profile.h"

/*
 * Columns: what a row's metrics are called, how they are counted, for --sort
 * and --columns.  profile/columns.def.
 */
enum column {
#define COLUMN(id, name, title, unit, expr, what) COLUMN_##id,
#include "profile/columns.def"
#undef COLUMN
	NR_COLUMNS
};
/* Of a recording with samples of CPU cycles; their columns are the last. */
#define COLUMNS_OF(cycles)	((cycles) ? NR_COLUMNS : COLUMN_CYCLE_SAMPLES)
int column_find(const char *name, size_t len);	/* enum column, or -1 */
const char *column_name(enum column c);
const char *column_title(enum column c);	/* short; a space is where it may break */
const char *column_unit(enum column c);		/* "samples", "operations", "cycles", "%" */
const char *column_what(enum column c);		/* its definition */
bool column_is_integer(enum column c);
/*
 * Is it a ratio, mean or percentile?  Those of fewer samples than column_least() are sorted
 * behind all others, and are an order of magnitude.
 */
bool column_is_average(enum column c);
#define COLUMN_LEAST	30
#define COLUMN_LEAST_P99	100	/* a 99th percentile is one of a hundred */
unsigned int column_least(enum column c);
bool column_is_part(enum column c);	/* is it % of all rows? */
bool column_is_cost(enum column c);	/* is it of cycles, no more than of the row's total latency? */
bool column_is_cycles(enum column c);	/* is it a sum of latency x sampling period? */
/*
 * The value; false where the row has no data for it (shown as "-"; empty in
 * CSV).  sum is over all rows, for shares; NULL: a share has no data.
 */
bool column_value(enum column c, const struct metrics *m, const struct metrics *sum,
		  double *out);
/* How many samples the value stands on; UINT64_MAX: it is a count itself.  sum: as above. */
uint64_t column_support(enum column c, const struct metrics *m, const struct metrics *sum);
/* Is it the same of rows whose query was brief (profile_query.brief)? */
bool column_is_brief(enum column c);
/*
 * Is the value a lower bound, because latency counters saturated?  A share is one only where
 * no other row has such samples.  sum: as above.
 */
bool column_at_least(enum column c, const struct metrics *m, const struct metrics *sum);

/*
 * Sort rows by a column, largest first (ascending turns it), ties by keys: total order.  Rows
 * without value come last, most samples first, and before them, of an average, those that
 * stand on fewer samples than column_least(): rows->few.  Of equal time the costlier comes first.
 */
void rows_sort(struct rows *rows, enum column c, bool ascending);

/*
 * What to sort by if nobody says: time, where all rows have at least TIME_LEAST samples of CPU
 * cycles, or nothing else, else cost.  Then a tenth of the time stands on COLUMN_LEAST samples.
 */
#define TIME_LEAST	300
enum column rows_usual_order(const struct rows *rows);

#endif
