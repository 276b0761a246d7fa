// SPDX-License-Identifier: GPL-2.0-only
/* Views that are tables: their rows, and the actions of keys. */
#include "tui/table/table.h"

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/command.h"
#include "tui/filter_text.h"

void table_clear(struct table *t)
{
	only_clear(&t->only);
	tree_free(t->tree);
	tree_open_clear(&t->open);
}

void table_stale(struct table *t)
{
	t->tree_of = t->only.of = 0;
}

bool table_is_shown(const struct app *a)
{
	return app_view(a)->body == &table_body;
}

bool table_has_row(const struct app *a)
{
	return table_is_shown(a) && app_nr(a);
}

void table_row(const struct app *a, size_t i, const struct rows **rows, size_t *row)
{
	struct tree_line line = { .rows = a->result->rows, .row = i };

	if (a->table.tree)
		line = tree_line(a->table.tree, i);
	else if (a->table.only.row)
		line.row = a->table.only.row[i];
	*rows = line.rows;
	*row = line.row;
}

uint64_t table_cursor(const struct app *a)
{
	size_t cursor = app_level(a)->cursor, row;
	const struct rows *r;

	if (!table_is_shown(a) || !cursor || cursor >= app_nr(a))
		return 0;
	if (a->table.tree)
		return tree_line(a->table.tree, cursor).id;
	table_row(a, cursor, &r, &row);
	return row_identity(&r->row[row], r->nr_keys);
}

void table_follow(struct app *a, uint64_t row)
{
	const struct tree *tree = a->table.tree;
	const struct rows *r;
	size_t at;

	if (row && tree && tree_find(tree, row, &at))
		app_top(a)->cursor = at;
	for (size_t i = 0; row && !tree && i < app_nr(a); i++) {
		table_row(a, i, &r, &at);
		if (row_identity(&r->row[at], r->nr_keys) != row)
			continue;
		app_top(a)->cursor = i;
		return;
	}
}

/* The body */

/* By time if displayed and based on enough samples. */
static enum column usual_order(const struct setup *s, const struct rows *rows)
{
	enum column c = rows_usual_order(rows);

	for (size_t i = 0; i < s->nr_columns; i++)
		if (s->columns[i] == c)
			return c;
	return COLUMN_COST;
}

static void sort(struct app *a)
{
	struct setup *s = app_setup(a);
	struct pass_result *r = a->result;

	if (s->usual)
		s->sort = usual_order(s, r->rows);
	if (r->query.sort == s->sort && r->query.ascending == s->ascending)
		return;
	table_stale(&a->table);
	rows_sort(r->rows, s->sort, s->ascending);
	for (size_t n = 0; n < PROFILE_KEYS && r->by[n]; n++)
		rows_sort(r->by[n], s->sort, s->ascending);
	r->query.sort = s->sort;
	r->query.ascending = s->ascending;
}

static size_t nr(const struct app *a)
{
	const struct table *t = &a->table;

	return t->tree ? tree_nr(t->tree) : t->only.row ? t->only.nr : a->result->rows->nr;
}

static unsigned int heads(const struct app *a)
{
	return TABLE_HEADS;
}

static bool matches(const struct app *a, size_t i, const struct search *search)
{
	const struct tree *tree = a->table.tree;
	const struct rows *r;
	size_t row;

	table_row(a, i, &r, &row);
	for (size_t k = tree ? tree_line(tree, i).first_key : 0; k < r->nr_keys; k++)
		if (search_matches(search, r->row[row].keys[k].text))
			return true;
	return false;
}

static bool zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	const char *own = app_view(a)->filter;
	const struct rows *r;
	size_t row;

	table_row(a, i, &r, &row);
	/* The filter must include the view's own, because the next view may have another. */
	if (!filter_of_row(r, row, filter) || (own && !filter_join(filter, own))) {
		app_say(a, true, "this row's names are too long, or have quotes of both "
			"kinds: they cannot be written as a filter");
		return false;
	}
	crumb_of_row(r, row, crumb);
	return true;
}

static bool has_samples(const struct app *a, size_t i)
{
	return true;
}

static const enum field *keys(const struct app *a, size_t i, size_t *nr_keys)
{
	const struct rows *r;
	size_t row;

	table_row(a, i, &r, &row);
	*nr_keys = r->nr_keys;
	return r->keys;
}

/* A click on the sort column inverts the order. */
static void press_head(struct app *a, unsigned int x)
{
	struct setup *s = app_setup(a);
	enum column c;

	if (!table_column_at(a, x, &c))
		return;
	s->ascending = c == s->sort && !s->ascending;
	s->sort = c;
	s->usual = false;
	app_top(a)->cursor = 0;
}

static const char *function(const struct app *a, size_t i)
{
	const struct rows *r;
	size_t row;
	int k;

	table_row(a, i, &r, &row);
	k = rows_key(r, FIELD_SYMBOL);
	return k >= 0 && r->row[row].keys[k].known ? r->row[row].keys[k].text : NULL;
}

const struct body_ops table_body = {
	.update = sort, .nr = nr, .heads = heads, .draw = table_draw, .matches = matches,
	.zoom = zoom, .has_samples = has_samples, .keys = keys, .function = function,
	.press_head = press_head,
};

/*
 * The view
 */

void table_query(const struct app *a, const struct level *l, struct pass_query *q)
{
	q->tree = a->table.as_tree && l->nr_keys > 1;
}

/* The first column is fixed. */
static void sideways(struct app *a, bool right)
{
	unsigned int *left = &app_top(a)->left;

	if (right)
		*left += *left + 1 < app_setup(a)->nr_columns;
	else
		*left -= *left > 0;
}

bool table_act(struct app *a, enum action action)
{
	switch (action) {
	case ACTION_LEFT:	sideways(a, false); break;
	case ACTION_RIGHT:	sideways(a, true); break;
	case ACTION_ONLY:	prompt_open(a, ASK_ONLY); break;
	case ACTION_TREE:	tree_switch(a); break;
	case ACTION_TURN:	tree_turn_line(a); break;
	case ACTION_TURN_ALL:	tree_turn_lines(a); break;
	case ACTION_SORT:	picker_open_sort(a); break;
	case ACTION_INVERT:	app_setup(a)->ascending ^= true; break;
	default:		return false;
	}
	return true;
}

bool table_offers(const struct app *a, enum action action)
{
	const struct tree *tree = a->table.tree;
	bool line = app_nr(a);

	if (action == ACTION_TURN)
		return line && tree && tree_line(tree, app_level(a)->cursor).children;
	if (action == ACTION_TURN_ALL)
		return line && tree;
	return line || action == ACTION_COLUMNS;
}

void table_command(const struct app *a, FILE *out, const struct pass_query *q)
{
	const struct level *l = app_level(a);
	const struct setup *s = &a->setup[l->view];

	fputs("spelunk report", out);
	command_keys(out, l);
	fprintf(out, " --sort %s%s", s->ascending ? "-" : "", column_name(s->sort));
	command_columns(out, s, text_usual, text_nr_usual);
	command_end(a, out, q);
}

void table_note(const struct app *a, const struct pass_query *q, struct lines *l,
		unsigned int width)
{
	if (a->table.tree)
		lines_add_wrapped(l, "(These are the innermost rows; the others are --by the "
				  "first key, the first two, ...)", width);
}

int table_write(const struct app *a, FILE *out, struct report_data *d,
		struct report_options *opt)
{
	const struct setup *s = &a->setup[app_level(a)->view];

	opt->columns = s->columns;
	opt->nr_columns = s->nr_columns;
	return report_write(out, d, opt);
}
