// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

struct order {
	const struct rows *rows;
	enum column column;
	bool ascending;
};

static int compare_numbers(double a, double b)
{
	return (a > b) - (a < b);
}

/* Unknown values go last. */
static int compare_values(const struct value *a, const struct value *b)
{
	if (a->known != b->known)
		return a->known ? -1 : 1;
	if (a->is_num && b->is_num && a->num != b->num)
		return a->num < b->num ? -1 : 1;
	return strcmp(a->text, b->text);
}

static int compare_rows(const void *x, const void *y, void *arg)
{
	const struct row *a = x, *b = y;
	const struct order *o = arg;
	double va, vb;
	bool ha = column_value(o->column, &a->m, &o->rows->sum, &va);
	bool hb = column_value(o->column, &b->m, &o->rows->sum, &vb);
	int c;

	/* No data is neither large nor small: last in both directions. */
	if (ha != hb)
		return ha ? -1 : 1;
	c = ha ? compare_numbers(va, vb) : 0;
	if (c)
		return o->ascending ? c : -c;
	for (size_t k = 0; k < o->rows->nr_keys; k++) {
		c = compare_values(&a->keys[k], &b->keys[k]);
		if (c)
			return c;
	}
	return 0;
}

void report_sort(struct rows *rows, enum column c, bool ascending)
{
	struct order o = { .rows = rows, .column = c, .ascending = ascending };

	if (rows->nr > 1)
		qsort_r(rows->row, rows->nr, sizeof(*rows->row), compare_rows, &o);
}
