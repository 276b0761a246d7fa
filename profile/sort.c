// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "profile/columns.h"

/* Unknown values come last. */
static int compare_values(const struct value *a, const struct value *b)
{
	if (a->known != b->known)
		return a->known ? -1 : 1;
	if (a->is_num && b->is_num && a->num != b->num)
		return a->num < b->num ? -1 : 1;
	return strcmp(a->text, b->text);
}

static int compare_keys(const void *x, const void *y, void *arg)
{
	const struct row *a = x, *b = y;
	const struct rows *rows = arg;
	int c = 0;

	for (size_t k = 0; k < rows->nr_keys && !c; k++)
		c = compare_values(&a->keys[k], &b->keys[k]);
	return c;
}

struct order {
	bool ascending;
	bool time;		/* the column is time: most rows have little or none, but a cost */
};

static int compare_rows(const void *x, const void *y, void *arg)
{
	const struct row *a = x, *b = y;
	const struct order *order = arg;
	int c;

	/* Rows without data come last in both directions. */
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	c = a->place == ROW_NONE ? 0 : array_order(a->value, b->value);
	if (c)
		return order->ascending ? c : -c;
	if (order->time)
		c = array_order(b->m.total.cycles, a->m.total.cycles);
	if (a->place == ROW_NONE)
		c = c ?: array_order(b->m.samples, a->m.samples);
	return c ?: array_order(a->rank, b->rank);
}

/* Compare texts only once, so that sorting many rows again only compares numbers. */
static void rank_rows(struct rows *rows)
{
	if (rows->nr)
		qsort_r(rows->row, rows->nr, sizeof(*rows->row), compare_keys, rows);
	for (size_t i = 0; i < rows->nr; i++)
		rows->row[i].rank = (uint32_t)i;
	rows->ranked = true;
}

void rows_order_by(struct rows *rows, enum column c)
{
	rows->order = c;
	rows->least = column_is_average(c) ? column_least(c) : 0;
}

enum row_place rows_place(const struct rows *rows, const struct metrics *m, double *value)
{
	enum column c = rows->order;
	uint64_t support;

	if (!column_value(c, m, &rows->sum, value))
		return ROW_NONE;
	support = column_support(c, m, &rows->sum);
	return support >= rows->least ? ROW_PROVEN : support >= COLUMN_LEAST ? ROW_FEW : ROW_FEWER;
}

void rows_sort(struct rows *rows, enum column c, bool ascending)
{
	const struct order order = {
		ascending, c == COLUMN_TIME_SHARE || c == COLUMN_CYCLES || c == COLUMN_CYCLE_SAMPLES,
	};

	rows_order_by(rows, c);
	rows->few = 0;
	if (!rows->ranked)
		rank_rows(rows);
	for (size_t i = 0; i < rows->nr; i++) {
		struct row *r = &rows->row[i];

		r->place = rows_place(rows, &r->m, &r->value);
		rows->few += r->place == ROW_FEW || r->place == ROW_FEWER;
	}
	if (rows->nr)
		qsort_r(rows->row, rows->nr, sizeof(*rows->row), compare_rows,
			(void *)(uintptr_t)&order);
}

enum column rows_usual_order(const struct rows *rows)
{
	const struct metrics *sum = &rows->sum;
	uint64_t least = sum->samples ? TIME_LEAST : 1;

	return sum->has_cycles && sum->cycles.samples >= least ? COLUMN_TIME_SHARE : COLUMN_COST;
}
