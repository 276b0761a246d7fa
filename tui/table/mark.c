// SPDX-License-Identifier: GPL-2.0-only
/* Two rows beside each other: one that was marked, and the cursor's. */
#include <stdio.h>
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"

#define NAME_WIDTH	24	/* of the longest column's */

static void name_row(char *out, size_t len, const struct rows *r, size_t i)
{
	size_t n = 0;

	*out = '\0';
	for (size_t k = 0; k < r->nr_keys && n < len; k++) {
		const struct value *v = &r->row[i].keys[k];

		n += (size_t)snprintf(out + n, len - n, "%s%s", k ? "  " : "",
				      v->known ? v->text : "-");
	}
}

static void mark(struct app *a, const struct rows *r, size_t i)
{
	a->mark = (struct mark){ .set = true, .m = r->row[i].m, .sum = r->sum };
	name_row(a->mark.name, sizeof(a->mark.name), r, i);
	app_say(a, false, "marked: m on another row, also of another view, shows both");
}

static bool is_marked(const struct mark *m, const struct rows *r, size_t i)
{
	char name[MARK_LEN];

	name_row(name, sizeof(name), r, i);
	return !strcmp(name, m->name) && m->m.samples == r->row[i].m.samples;
}

/* How many times the first; rough where one of the two is. */
static const char *ratio(char out[NUMBER_LEN], enum column c, const struct mark *x,
			 const struct row *row, const struct metrics *sum, bool rough)
{
	double a, b;

	if (!column_value(c, &x->m, &x->sum, &a) || !column_value(c, &row->m, sum, &b) || a <= 0)
		return "-";
	snprintf(out, NUMBER_LEN, "%sx%.2f", rough ? "~" : "", b / a);
	return out;
}

static bool says_nothing(enum column c, const struct metrics *m, const struct metrics *sum)
{
	double value;

	return !column_value(c, m, sum, &value) || value == 0;
}

static void add_column(struct lines *l, enum column c, const struct mark *x, const struct row *row,
		       const struct metrics *sum)
{
	char first[NUMBER_LEN], second[NUMBER_LEN], times[NUMBER_LEN], text[160];
	struct page page = { 0 };

	if (says_nothing(c, &x->m, &x->sum) && says_nothing(c, &row->m, sum))
		return;
	page_value(&page, first, c, &x->m, &x->sum);
	page_value(&page, second, c, &row->m, sum);
	snprintf(text, sizeof(text), "  %-*s %12s %12s %10s  %s", NAME_WIDTH, column_name(c), first,
		 second, ratio(times, c, x, row, sum, page.rough), column_unit(c));
	lines_add(l, ROLE_TEXT, text);
}

static void compare(struct app *a, const struct rows *r, size_t i)
{
	struct lines *l = pager_open(a);
	char name[MARK_LEN], text[MARK_LEN + 8];

	lines_title(l, "Two rows");
	name_row(name, sizeof(name), r, i);
	snprintf(text, sizeof(text), "  A  %s", a->mark.name);
	lines_add(l, ROLE_TEXT, text);
	snprintf(text, sizeof(text), "  B  %s", name);
	lines_add(l, ROLE_TEXT, text);
	lines_add(l, ROLE_TEXT, "");
	snprintf(text, sizeof(text), "  %-*s %12s %12s %10s", NAME_WIDTH, "", "A", "B", "B / A");
	lines_add(l, ROLE_HEADER, text);
	for (enum column c = 0; c < COLUMNS_OF(a->cfg->cycles); c++)
		add_column(l, c, &a->mark, &r->row[i], &r->sum);
	lines_add(l, ROLE_TEXT, "");
	lines_add(l, ROLE_DIM, "~ stands on few samples; what is 0 in both is not here.");
	lines_add(l, ROLE_DIM, "A stays marked; m on it ends that.");
}

bool mark_row(struct app *a)
{
	const struct rows *rows;
	size_t row;

	if (!app_nr(a))
		return false;
	table_row(a, app_top(a)->cursor, &rows, &row);
	if (!a->mark.set) {
		mark(a, rows, row);
	} else if (is_marked(&a->mark, rows, row)) {
		a->mark.set = false;
		app_say(a, false, "no row is marked any more");
	} else {
		compare(a, rows, row);
	}
	return true;
}
