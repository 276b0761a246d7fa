// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/annotate.h"
#include "report/sharing/lines.h"
#include "tui/view.h"

static const struct {
	const char *name, *title, *filter;
	view_build *build;
} views[NR_VIEWS] = {
#define VIEW(id, name, title, build, filter) [VIEW_##id] = { name, title, filter, build },
#include "tui/views.def"
#undef VIEW
};

const char *view_name(enum view_id v)
{
	return views[v].name;
}

const char *view_title(enum view_id v)
{
	return views[v].title;
}

const char *view_filter(enum view_id v)
{
	return views[v].filter;
}

char view_press(enum view_id v)
{
	static const char presses[] = "1234567890LD";

	_Static_assert(sizeof(presses) == NR_VIEWS + 1, "as keys.def has them");
	return presses[v];
}

view_build *view_builder(enum view_id v)
{
	return views[v].build;
}

bool view_is_table(enum view_id v)
{
	return !views[v].build;
}

bool view_has_keys(enum view_id v)
{
	return view_is_table(v) || v == VIEW_CHANGES;
}

bool view_is_listed(enum view_id v)
{
	return v != VIEW_CHANGES;
}

bool view_has_columns(enum view_id v)
{
	return view_is_table(v) || v == VIEW_ANNOTATE;
}

#define KEYS(...) do { \
	static const enum field keys[] = { __VA_ARGS__ }; \
	*nr = sizeof(keys) / sizeof(keys[0]); \
	return keys; \
} while (0)

const enum field *view_keys(enum view_id v, size_t *nr)
{
	switch (v) {
	case VIEW_HOT:
		KEYS(FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT);
	case VIEW_DATA:
		KEYS(FIELD_WORLD, FIELD_VM, FIELD_CACHE_LINE);
	case VIEW_BRANCHES:
		KEYS(FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_TARGET);
	case VIEW_TIME:
		KEYS(FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU);
	case VIEW_ANNOTATE:
		KEYS(ANNOTATION_KEYS);
	case VIEW_CHANGES:
		KEYS(FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT);
	case VIEW_RECORDS:
	case VIEW_SHARING:	/* those of sharing_keys(), by the recording's addresses */
		break;
	case VIEW_MEMORY:
		KEYS(FIELD_WORLD, FIELD_VM, FIELD_OP, FIELD_SOURCE, FIELD_TOTAL_STEP);
	/* The same for all three: one pass serves them. */
	case VIEW_OVERVIEW:
	case VIEW_VMS:
	case VIEW_QUALITY:
	case NR_VIEWS:
		KEYS(FIELD_WORLD, FIELD_VM);
	}
	*nr = 0;
	return NULL;
}

static void set_columns(struct setup *s, const enum column *columns, size_t nr)
{
	memcpy(s->columns, columns, nr * sizeof(*columns));
	s->nr_columns = nr;
}

void view_setup(enum view_id v, struct setup *out)
{
	static const enum column data[] = {
		COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_LOADS, COLUMN_STORES, COLUMN_TOTAL_MEAN,
		COLUMN_TOTAL_P99, COLUMN_XLAT_MEAN, COLUMN_L1D_MISS, COLUMN_LLC_MISS,
		COLUMN_TLB_WALK, COLUMN_REMOTE,
	};
	static const enum column branches[] = {
		COLUMN_SHARE, COLUMN_SAMPLES, COLUMN_EVENT_MISPREDICTED, COLUMN_MISPREDICT,
		COLUMN_NOT_TAKEN, COLUMN_TOTAL_MEAN, COLUMN_TOTAL_P99, COLUMN_ISSUE_MEAN,
	};

	*out = (struct setup){ .sort = COLUMN_SAMPLES };
	if (v == VIEW_DATA) {
		set_columns(out, data, sizeof(data) / sizeof(data[0]));
	} else if (v == VIEW_BRANCHES) {
		set_columns(out, branches, sizeof(branches) / sizeof(branches[0]));
		out->sort = COLUMN_EVENT_MISPREDICTED;
	} else if (v == VIEW_ANNOTATE) {
		set_columns(out, annotate_usual, annotate_nr_usual);
	} else {
		set_columns(out, text_usual, text_nr_usual);
	}
}

/*
 * The body of the screen
 */

size_t body_nr(const struct app *a)
{
	const struct level *top = &a->stack[a->depth - 1];

	if (!view_is_table(top->view))
		return a->lines.nr;
	return a->tree ? tree_nr(a->tree) : a->only.row ? a->only.nr : a->result->rows->nr;
}

void body_row(const struct app *a, size_t i, const struct rows **rows, size_t *row)
{
	struct tree_line line = { .rows = a->result->rows, .row = i };

	if (a->tree)
		line = tree_line(a->tree, i);
	else if (a->only.row)
		line.row = a->only.row[i];
	*rows = line.rows;
	*row = line.row;
}

void body_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	struct level *top = app_top(a);

	if (view_is_table(top->view)) {
		table_draw(a, c, y, height);
		return;
	}
	if (top->view == VIEW_TIME) {
		time_draw(a, c, y);
		y += TIME_HEADS;
		height -= TIME_HEADS;
	}
	if (top->view == VIEW_TIME)
		lines_draw(&a->lines, c, y, height, top->top, top->cursor, 0, &a->search);
	else
		lines_draw(&a->lines, c, y, height, top->top, top->cursor, top->left, &a->search);
}

unsigned int body_heads(const struct app *a)
{
	enum view_id v = a->stack[a->depth - 1].view;

	return view_is_table(v) ? TABLE_HEADS : v == VIEW_TIME ? TIME_HEADS :
	       a->result ? lines_heads(&a->lines) : 0;
}

bool body_matches(const struct app *a, size_t i, const struct search *search)
{
	const struct level *top = &a->stack[a->depth - 1];
	const struct rows *r;
	size_t row;

	if (!view_is_table(top->view))
		return search_matches(search, a->lines.line[i].text);
	body_row(a, i, &r, &row);
	for (size_t k = a->tree ? tree_line(a->tree, i).first_key : 0; k < r->nr_keys; k++)
		if (search_matches(search, r->row[row].keys[k].text))
			return true;
	return false;
}

bool body_zoom(struct app *a, size_t i, char filter[FILTER_LEN], char crumb[CRUMB_LEN])
{
	const struct text_line *line;
	const struct rows *rows;
	size_t row;

	if (view_is_table(app_top(a)->view)) {
		body_row(a, i, &rows, &row);
		/* The next view may show other kinds of samples, too. */
		if (!filter_of_row(rows, row, filter) ||
		    !filter_join(filter, view_filter(app_top(a)->view))) {
			app_say(a, true, "this row's names are too long, or have quotes of both "
				"kinds: they cannot be written as a filter");
			return false;
		}
		crumb_of_row(rows, row, crumb);
		return true;
	}
	line = &a->lines.line[i];
	if (!line->filter) {
		app_say(a, false, "this line stands for no samples: go to another, and press Enter");
		return false;
	}
	snprintf(filter, FILTER_LEN, "%s", line->filter);
	snprintf(crumb, CRUMB_LEN, "%s", line->crumb);
	return app_top(a)->view != VIEW_TIME || time_zoom(a, filter, crumb);
}
