/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_COLUMNS_H
#define PROFILE_COLUMNS_H

#include "profile/profile.h"

/*
 * Columns: the name and definition of each metric of a row, for --sort and --columns:
 * profile/columns.def.
 */
enum column {
#define COLUMN(id, name, title, unit, expr, what) COLUMN_##id,
#include "profile/columns.def"
#undef COLUMN
	NR_COLUMNS
};
/* The columns of a recording; those of samples of CPU cycles come last, if it has any. */
#define COLUMNS_OF(cycles)	((cycles) ? NR_COLUMNS : COLUMN_CYCLE_SAMPLES)
int column_find(const char *name, size_t len);	/* enum column, or -1 */
const char *column_name(enum column c);
const char *column_title(enum column c);	/* short; may break at a space */
const char *column_unit(enum column c);		/* "samples", "operations", "cycles", "%" */
const char *column_what(enum column c);		/* its definition */
bool column_is_integer(enum column c);
/*
 * Is it a ratio, mean or percentile?  If it is of fewer samples than column_least(), it is only an
 * order of magnitude and is sorted after all others.
 */
bool column_is_average(enum column c);
#define COLUMN_LEAST	30
#define COLUMN_LEAST_P99	100	/* a 99th percentile needs a hundred */
unsigned int column_least(enum column c);
bool column_is_part(enum column c);	/* is it a % of all rows? */
bool column_is_cost(enum column c);	/* is it in cycles, and at most the row's total latency? */
bool column_is_cycles(enum column c);	/* is it a sum of latency x sampling period? */
/*
 * The value; false: the row has no data for it (shown as "-", empty in CSV).  sum is over all rows,
 * for shares; NULL: a share has no data.
 */
bool column_value(enum column c, const struct metrics *m, const struct metrics *sum,
		  double *out);
/* The number of samples behind the value; UINT64_MAX: it is a count itself.  sum: as above. */
uint64_t column_support(enum column c, const struct metrics *m, const struct metrics *sum);
/* Is its value the same if the query was brief (profile_query.brief)? */
bool column_is_brief(enum column c);
/*
 * Is the value a lower bound, because latency counters saturated?  A share is one only if no other
 * row has such samples.  sum: as above.
 */
bool column_at_least(enum column c, const struct metrics *m, const struct metrics *sum);

/*
 * Sort rows by a column, largest first (unless ascending), ties by keys: a total order.  Rows
 * without a value come last, most samples first; before them, for an average, those with fewer
 * samples than column_least(): rows->few.  Among rows of equal time the costlier comes first.
 */
void rows_sort(struct rows *rows, enum column c, bool ascending);

/* Order rows by a column, without sorting: sets .order and .least. */
void rows_order_by(struct rows *rows, enum column c);
/* The place that a row with these metrics has in that order, and its value there. */
enum row_place rows_place(const struct rows *rows, const struct metrics *m, double *value);

/* The rows that a table shows: the first nr by a column, largest first. */
struct rows_first {
	bool usual;		/* by rows_usual_order() */
	enum column column;	/* else by this one */
	size_t nr;
	bool weigh;		/* make rows->weight of all others: less than 100 bytes each */
};

/*
 * As profile_rows(), but only the first rows, and rows that equal the last of these, so that
 * rows_sort() by that column puts the same nr rows first.  rows->beyond counts the others, and
 * rows->sum includes them.  This saves memory: a row of a wide table takes 600 bytes.
 */
int profile_rows_first(struct profile *p, const enum field *keys, size_t nr_keys,
		       unsigned int worlds, struct naming *naming, unsigned int count_size,
		       const struct rows_first *first, struct rows **out);

/*
 * The default order: by time, if all rows together have at least TIME_LEAST samples of CPU cycles
 * or nothing else; else by cost.  With so many samples a tenth of the time has COLUMN_LEAST.
 */
#define TIME_LEAST	300
enum column rows_usual_order(const struct rows *rows);

#endif
