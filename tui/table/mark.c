// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares two rows or lines: a marked one, and the cursor's.  A table's row has its numbers; for a
 * line there is a filter, and a pass counts its samples.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/filter_text.h"
#include "tui/views/text.h"

#define NAME_WIDTH	24	/* of the longest column title */
#define NUMBER_WIDTH	12
/* The ratio from which a value is highlighted. */
#define MUCH_MORE	1.5

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

static void side_of_row(struct app *a, struct mark_side *s)
{
	const struct rows *r;
	size_t i;

	table_row(a, app_level(a)->cursor, &r, &i);
	*s = (struct mark_side){ .counted = true, .m = r->row[i].m, .sum = r->sum };
	name_row(s->name, sizeof(s->name), r, i);
}

/* false: it has no samples. */
static bool side_of_line(struct app *a, struct mark_side *s)
{
	const struct text_line *line = lines_body_line(a);
	const struct pass_result *r = a->result;
	struct pass_query q;

	if (!line || !line->filter || !r->rows || !level_query(a, app_level(a), &q))
		return false;
	*s = (struct mark_side){ .sum = r->rows->sum };
	snprintf(s->name, sizeof(s->name), "%s", *line->crumb ? line->crumb : "all");
	snprintf(s->own, sizeof(s->own), "%s", line->filter);
	strcpy(s->filter, q.filter);
	return filter_join(s->filter, line->filter);
}

static bool is_same(const struct mark_side *x, const struct mark_side *y)
{
	return !strcmp(x->name, y->name) && !strcmp(x->filter, y->filter) &&
	       (!x->counted || !y->counted || x->m.samples == y->m.samples);
}

/*
 * The page
 */

/* The ratio to the first; rough if either of them is. */
static const char *ratio(char out[NUMBER_LEN], double a, double b, bool rough)
{
	if (a <= 0)
		return "-";
	snprintf(out, NUMBER_LEN, "%sx%.2f", rough ? "~" : "", b / a);
	return out;
}

static void add_line(struct lines *l, const char *name, const char *first, const char *second,
		     const char *times, const char *unit, bool much)
{
	char text[256];

	snprintf(text, sizeof(text), "  %-*s %*s %*s %10s  %s", NAME_WIDTH, name, NUMBER_WIDTH, first,
		 NUMBER_WIDTH, second, times, unit);
	lines_add(l, much ? ROLE_WARM : ROLE_TEXT, text);
}

static void add_column(struct lines *l, enum column c, const struct mark_side *x,
		       const struct mark_side *y)
{
	char first[NUMBER_LEN], second[NUMBER_LEN], times[NUMBER_LEN];
	double a = 0, b = 0;
	bool has_a = column_value(c, &x->m, &x->sum, &a), has_b = column_value(c, &y->m, &y->sum, &b);
	struct page page = { 0 };
	bool much;

	if (a == 0 && b == 0)
		return;
	page_value(&page, first, c, &x->m, &x->sum);
	page_value(&page, second, c, &y->m, &y->sum);
	much = column_is_average(c) && has_a && has_b && !page.rough &&
	       (a > MUCH_MORE * b || b > MUCH_MORE * a);
	add_line(l, column_name(c), first, second,
		 has_a && has_b ? ratio(times, a, b, page.rough) : "-", column_unit(c), much);
}

/* The ledger of the only vCPU that a filter selects; NULL: none. */
static const struct exit_vcpu *vcpu_of(const struct app *a, const char *filter)
{
	const struct timeline_vcpu *names;
	const struct exit_vcpu *v;
	int vm, vcpu, end = 0;
	size_t nr;

	if (sscanf(filter, "vm=%d && vcpu=%d%n", &vm, &vcpu, &end) != 2 || filter[end] || !a->cfg->exits)
		return NULL;
	timeline_vcpus(a->cfg->data.timeline, &names);
	v = exits_vcpus(a->cfg->exits, &nr);
	for (size_t i = 0; i < nr; i++)
		if (names[i].vm == vm && names[i].vcpu == vcpu)
			return &v[i];
	return NULL;
}

static double part_of(const struct exit_vcpu *v, enum account k)
{
	return v->end > v->begin ? 100.0 * (double)v->ns[k] / (double)(v->end - v->begin) : 0;
}

/* Where the time of two vCPUs went, which samples do not show. */
static void add_ledgers(struct lines *l, const struct exit_vcpu *x, const struct exit_vcpu *y)
{
	char first[NUMBER_LEN], second[NUMBER_LEN], times[NUMBER_LEN];

	if (!x || !y)
		return;
	for (enum account k = 0; k < NR_ACCOUNTS; k++) {
		double a = part_of(x, k), b = part_of(y, k);

		if (a <= 0 && b <= 0)
			continue;
		snprintf(first, sizeof(first), "%.1f%%", a);
		snprintf(second, sizeof(second), "%.1f%%", b);
		add_line(l, account_name(k), first, second, ratio(times, a, b, false), "of its thread's time",
			 a > MUCH_MORE * b || b > MUCH_MORE * a);
	}
	add_line(l, "exits", number_grouped(first, x->exits), number_grouped(second, y->exits),
		 ratio(times, (double)x->exits, (double)y->exits, false), "exits", false);
	lines_add(l, ROLE_TEXT, "");
}

static void fill(struct app *a)
{
	const struct mark_side *x = &a->mark.a, *y = &a->mark.b;
	struct lines *l = pager_open(a);
	char text[MARK_LEN + 8];

	lines_title(l, "The two marked lines, side by side");
	snprintf(text, sizeof(text), "  A  %s", x->name);
	lines_add(l, ROLE_TEXT, text);
	snprintf(text, sizeof(text), "  B  %s", y->name);
	lines_add(l, ROLE_TEXT, text);
	lines_add(l, ROLE_TEXT, "");
	snprintf(text, sizeof(text), "  %-*s %*s %*s %10s", NAME_WIDTH, "", NUMBER_WIDTH, "A",
		 NUMBER_WIDTH, "B", "B / A");
	lines_add(l, ROLE_HEADER, text);
	add_ledgers(l, vcpu_of(a, x->own), vcpu_of(a, y->own));
	for (enum column c = 0; c < COLUMNS_OF(a->cfg->cycles); c++)
		add_column(l, c, x, y);
	lines_add(l, ROLE_TEXT, "");
	lines_add(l, ROLE_DIM, "~ based on few samples; rows that are 0 in both are left out.");
	lines_add(l, ROLE_DIM, "A stays marked (see line 2) until Esc, or m on it.");
}

/* Counting both */

/* Count the samples if necessary; 1: done, 0: not yet, -errno. */
static int count(struct app *a, struct mark_side *s)
{
	struct pass_query q = { .keys = { FIELD_WORLD }, .nr_keys = 1 };
	const struct pass_result *r;

	if (s->counted)
		return 1;
	strcpy(q.filter, s->filter);
	r = passes_want(a->passes, &q);
	if (!r || r->part)
		return 0;
	if (r->err)
		return r->err;
	s->m = r->rows->sum;
	s->counted = true;
	return 1;
}

void mark_take(struct app *a)
{
	int done = a->mark.waits ? count(a, &a->mark.a) : 0;

	if (done == 1)
		done = count(a, &a->mark.b);
	if (!done)
		return;
	a->mark.waits = false;
	if (done == 1) {
		fill(a);
		return;
	}
	a->mode = MODE_BROWSE;
	app_say(a, true, "cannot count: %s", strerror(-done));
}

void mark_leave(struct app *a)
{
	if (a->mark.waits)
		passes_cancel(a->passes);
	a->mark.waits = false;
}

void mark_clear(struct app *a)
{
	a->mark.set = false;
	app_say(a, false, "mark removed");
}

bool mark_row(struct app *a)
{
	struct mark_side here;

	if (!app_nr(a))
		return false;
	if (table_has_row(a))
		side_of_row(a, &here);
	else if (!side_of_line(a, &here))
		return false;
	if (!a->mark.set) {
		a->mark.a = here;
		a->mark.set = true;
		app_say(a, false, "marked: m on another row, also of another view, shows both");
	} else if (is_same(&a->mark.a, &here)) {
		mark_clear(a);
	} else {
		a->mark.b = here;
		a->mark.waits = true;
		lines_add(pager_open(a), ROLE_DIM, "Counting both ...");
	}
	return true;
}
