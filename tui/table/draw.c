// SPDX-License-Identifier: GPL-2.0-only
/* Draws rows: metrics at the left, keys at the right, as in the report of --by. */
#include <stdio.h>
#include <string.h>

#include "report/text/text.h"
#include "tui/app_impl.h"
#include "tui/nothing.h"
#include "tui/views/text.h"

#define FLEX_LEAST	12	/* minimum width of a name */
#define OBJECT_LEAST	14	/* minimum width of an object beside other names: its end is
				 * sufficient */
#define KEYS_LEAST	30	/* minimum width of all keys */
#define TREE_LEAST	40	/* minimum width of a tree's lines */
#define BAR_FROM	100	/* minimum columns of a screen for bars */
#define BAR_PART	12	/* a bar has at least 1/BAR_PART of the columns .. */
#define BAR_MOST	4	/* .. and at most 1/BAR_MOST, if names leave room */
#define NAME_WANTS	36	/* a sufficient width for a name */
/* Fractions of the largest value in the sort column from which a row is highlighted. */
#define HEAT_WARM	0.2
#define HEAT_BAD	0.5
#define TREE_STEP	2	/* indentation per level */

/* The positions of all elements. */
struct layout {
	enum column column[NR_COLUMNS];
	size_t nr_columns;		/* number of columns that fit */
	bool more;			/* there are others to the right */
	unsigned int bar_at, bar_width;	/* bar of the sort column; width 0: none */
	unsigned int key_at[PROFILE_KEYS], key_width[PROFILE_KEYS];
};

/* Columns that a key's values need; 0: a name, of any width. */
static const uint8_t key_width[NR_FIELDS] = {
	[FIELD_WORLD] = 12, [FIELD_SOURCE] = 12, [FIELD_BASIS] = 13, [FIELD_SUBCLASS] = 15,
	[FIELD_REASON] = 15, [FIELD_COMM] = 15, [FIELD_GUEST_COMM] = 15,
	[FIELD_CONTAINER] = 12, [FIELD_NSPID] = 7, [FIELD_CPU_NODE] = 8, [FIELD_NODE] = 4,
	[FIELD_FAR] = 3, [FIELD_MEMBER_OFFSET] = 12,
	[FIELD_VM] = 2, [FIELD_EL] = 2, [FIELD_VCPU] = 5, [FIELD_CPU] = 5, [FIELD_EXTRA] = 5,
	[FIELD_OP] = 6, [FIELD_ACCESS] = 6, [FIELD_WORD] = 6, [FIELD_TOTAL] = 6,
	[FIELD_TOTAL_STEP] = 6, [FIELD_ISSUE] = 6, [FIELD_XLAT] = 6,
	[FIELD_PID] = 7, [FIELD_TID] = 7, [FIELD_GUEST_PID] = 7, [FIELD_GUEST_TID] = 7,
	[FIELD_CTX_EL1] = 10, [FIELD_CTX_EL2] = 10,
	[FIELD_ADDRESS] = 18, [FIELD_OFFSET] = 18, [FIELD_TARGET] = 18, [FIELD_PREV_TARGET] = 18,
	[FIELD_VA] = 18, [FIELD_CACHE_LINE] = 18, [FIELD_PAGE] = 18, [FIELD_PA] = 18,
	[FIELD_PA_LINE] = 18, [FIELD_EVENTS] = 18, [FIELD_TIME] = 18, [FIELD_SLICE] = 18,
};

/* Names share what other keys leave. */
static void lay_out_keys(const struct rows *r, struct layout *l, unsigned int from,
			 unsigned int width)
{
	unsigned int fixed = 0, names = 0, x = from, room, object;

	for (size_t k = 0; k < r->nr_keys; k++) {
		l->key_width[k] = key_width[r->keys[k]];
		fixed += l->key_width[k] + 2;
		names += !l->key_width[k];
	}
	room = width > from + fixed ? width - from - fixed : 0;
	object = room / 4 > OBJECT_LEAST ? room / 4 : OBJECT_LEAST;
	for (size_t k = 0; k < r->nr_keys && names > 1; k++) {
		if (r->keys[k] != FIELD_OBJECT)
			continue;
		l->key_width[k] = object;
		room -= object < room ? object : room;
		names--;
	}
	for (size_t k = 0; k < r->nr_keys; k++) {
		if (!l->key_width[k])
			l->key_width[k] = room / names > FLEX_LEAST ? room / names : FLEX_LEAST;
		l->key_at[k] = x;
		x += l->key_width[k] + 2;
	}
}

static unsigned int keys_want(const struct rows *r)
{
	unsigned int want = 0;

	for (size_t k = 0; k < r->nr_keys; k++) {
		unsigned int width = key_width[r->keys[k]];

		want += (width ? width : FLEX_LEAST + 4) + 2;
	}
	return want;
}

/* Widen the bar by what names do not need. */
static unsigned int widen_bar(const struct rows *r, unsigned int bar, unsigned int x,
			      unsigned int width)
{
	unsigned int want = x + 4, most = width / BAR_MOST;

	for (size_t k = 0; k < r->nr_keys; k++)
		want += (key_width[r->keys[k]] ? key_width[r->keys[k]] :
			 r->keys[k] == FIELD_OBJECT ? OBJECT_LEAST : NAME_WANTS) + 2;
	if (want + bar >= width)
		return bar;
	return width - want < most ? width - want : most;
}

/* The first column is fixed; from the second on, `left` columns are skipped. */
static void lay_out(const struct app *a, unsigned int width, struct layout *l)
{
	const struct level *top = app_level(a);
	const struct setup *s = &a->setup[top->view];
	const struct rows *r = a->result->rows;
	unsigned int keys = a->table.tree ? TREE_LEAST : keys_want(r), x = 1;

	*l = (struct layout){ .bar_width = a->table.tree || width < BAR_FROM ? 0 : width / BAR_PART };
	keys = keys < KEYS_LEAST ? KEYS_LEAST : keys;
	keys = keys < width * 3 / 5 ? keys : width * 3 / 5;
	for (size_t i = 0; i < s->nr_columns; i++) {
		unsigned int w = (unsigned int)text_column_width(s->columns[i]) + 1;

		if (i && i <= top->left)
			continue;
		if (x + w + l->bar_width + keys > width) {
			l->more = true;
			break;
		}
		l->column[l->nr_columns++] = s->columns[i];
		x += w;
	}
	if (l->bar_width) {
		l->bar_width = widen_bar(r, l->bar_width, x, width);
		l->bar_at = x + 2;
		x += l->bar_width + 1;
	}
	lay_out_keys(r, l, x + 2, width);
}

static void draw_head(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		      enum column column, const struct setup *s)
{
	const char *title = column_title(column), *space = strchr(title, ' ');
	enum role role = column == s->sort ? ROLE_CURRENT : ROLE_HEADER;
	char upper[32];
	unsigned int len;

	if (space) {
		snprintf(upper, sizeof(upper), "%.*s", (int)(space - title), title);
		canvas_put_right(c, y, x, width, role, upper);
	}
	canvas_put_right(c, y + 1, x, width, role, space ? space + 1 : title);
	/*
	 * Mark the sort column so that it is visible without colours: before the title, or in the
	 * line above if the title fills the column.
	 */
	len = (unsigned int)strlen(space ? space + 1 : title);
	if (column == s->sort && len < width)
		canvas_put(c, y + 1, x + width - len - 2, 1, role, s->ascending ? "^" : "v");
	else if (column == s->sort)
		canvas_put(c, y, x + width - (space ? 1 + (unsigned int)(space - title) + 1 : 1), 1,
			   role, s->ascending ? "^" : "v");
}

/* "world > vm > symbol". */
static void draw_tree_head(const struct rows *r, struct canvas *c, unsigned int y, unsigned int x)
{
	for (size_t k = 0; k < r->nr_keys; k++) {
		if (k)
			x += canvas_put(c, y, x, canvas_width(c), ROLE_HEADER,
					locale_has_utf8() ? " › " : " > ");
		x += canvas_put(c, y, x, canvas_width(c), ROLE_HEADER, field_name(r->keys[k]));
	}
}

static void draw_heads(const struct app *a, const struct layout *l, struct canvas *c,
		       unsigned int y)
{
	const struct setup *s = &a->setup[app_level(a)->view];
	const struct rows *r = a->result->rows;
	unsigned int x = 1;
	char note[40] = "";

	canvas_fill(c, y, 0, canvas_width(c), ROLE_HEADER);
	canvas_fill(c, y + 1, 0, canvas_width(c), ROLE_HEADER);
	for (size_t i = 0; i < l->nr_columns; i++) {
		unsigned int width = (unsigned int)text_column_width(l->column[i]);

		draw_head(c, y, x + 1, width, l->column[i], s);
		x += width + 1;
	}
	if (l->more)
		canvas_put(c, y, x + 1, 2, ROLE_HEADER, ">>");
	if (r->least)
		snprintf(note, sizeof(note), "(fewer than %u samples: last)", r->least);
	else if (column_is_cycles(s->sort) || (column_is_part(s->sort) && s->sort != COLUMN_SHARE))
		snprintf(note, sizeof(note), "(latencies overlap: not time)");
	canvas_put(c, y, l->key_at[0] + 2, canvas_width(c), ROLE_HEADER, note);
	if (a->table.tree)
		draw_tree_head(r, c, y + 1, l->key_at[0]);
	for (size_t k = 0; k < r->nr_keys && !a->table.tree; k++)
		canvas_put(c, y + 1, l->key_at[k], l->key_width[k], ROLE_HEADER,
			   field_name(r->keys[k]));
}

/* The heat of a row, by its value in the sort column. */
static enum role role_of_heat(const struct rows *r, size_t i)
{
	double part = row_part(r, &r->row[i]);

	return part >= HEAT_BAD ? ROLE_BAD : part >= HEAT_WARM ? ROLE_WARM : ROLE_TEXT;
}

static void draw_columns(const struct rows *r, size_t i, const struct layout *l,
			 enum column sort, struct canvas *c, unsigned int y)
{
	struct page page = { 0 };
	char text[NUMBER_LEN];
	unsigned int x = 1;

	for (size_t n = 0; n < l->nr_columns; n++) {
		unsigned int width = (unsigned int)text_column_width(l->column[n]);
		enum role role;

		page_value(&page, text, l->column[n], &r->row[i].m, &r->sum);
		role = page_role(l->column[n], &r->row[i].m, &r->sum, text);
		if (role == ROLE_TEXT && l->column[n] == sort)
			role = role_of_heat(r, i);
		canvas_put_right(c, y, x + 1, width, role, text);
		x += width + 1;
	}
}

/* The bar of the row's value, in the colour of its world. */
static void draw_bar(const struct rows *r, size_t i, const struct layout *l, struct canvas *c,
		     unsigned int y)
{
	enum role role = ROLE_UNKNOWN;

	for (size_t k = 0; k < r->nr_keys; k++)
		if (r->keys[k] == FIELD_WORLD && r->row[i].keys[k].known)
			role = world_role((enum world)r->row[i].keys[k].num);
	if (row_part(r, &r->row[i]) > 0)
		canvas_bar(c, y, l->bar_at, l->bar_width, role, row_part(r, &r->row[i]));
}

static enum role role_of(enum field key, const struct value *v, const struct search *search)
{
	return !v->known ? ROLE_DIM : search_matches(search, v->text) ? ROLE_MATCH :
	       key == FIELD_WORLD ? world_role((enum world)v->num) : ROLE_TEXT;
}

static void draw_keys(const struct rows *r, size_t i, const struct layout *l, struct canvas *c,
		      unsigned int y, const struct search *search)
{
	for (size_t k = 0; k < r->nr_keys; k++) {
		const struct value *v = &r->row[i].keys[k];
		bool tail = r->keys[k] == FIELD_OBJECT || r->keys[k] == FIELD_LINE;

		(tail ? canvas_put_tail : canvas_put)(c, y, l->key_at[k], l->key_width[k],
						      role_of(r->keys[k], v, search), v->known ? v->text : "-");
	}
}

static bool names_something(const struct tree_line *t)
{
	for (size_t k = t->first_key; k < t->rows->nr_keys; k++)
		if (t->rows->row[t->row].keys[k].known)
			return true;
	return false;
}

/* The names of its own keys; unknown ones only if there is nothing else. */
static void draw_branch(const struct tree_line *t, struct canvas *c, unsigned int y,
			unsigned int x, const struct search *search)
{
	const struct rows *r = t->rows;
	unsigned int width = canvas_width(c);
	bool all = !names_something(t);

	x += TREE_STEP * (unsigned int)t->first_key;
	x += canvas_put(c, y, x, width, ROLE_KEY, !t->children ? "  " : t->open ? "- " : "+ ");
	for (size_t k = t->first_key; k < r->nr_keys; k++) {
		const struct value *v = &r->row[t->row].keys[k];

		if (!v->known && !all)
			continue;
		if (v->is_num || !v->known)
			x += canvas_put(c, y, x, width, ROLE_DIM, field_name(r->keys[k])) + 1;
		x += canvas_put(c, y, x, width, role_of(r->keys[k], v, search), v->known ? v->text : "-") + 2;
	}
}

static void draw_line(const struct app *a, size_t i, const struct layout *l, struct canvas *c,
		      unsigned int y)
{
	const struct only *only = &a->table.only;
	struct tree_line t;
	const struct rows *r;
	size_t row;

	table_row(a, i, &r, &row);
	draw_columns(r, row, l, a->setup[app_level(a)->view].sort, c, y);
	if (l->bar_width)
		draw_bar(r, row, l, c, y);
	if (a->table.tree) {
		t = tree_line(a->table.tree, i);
		draw_branch(&t, c, y, l->key_at[0], &a->search);
	} else {
		draw_keys(r, row, l, c, y, only->row ? &only->search : &a->search);
	}
}

bool table_column_at(const struct app *a, unsigned int x, enum column *out)
{
	unsigned int at = 1;
	struct layout l;

	lay_out(a, a->screen.width, &l);
	for (size_t i = 0; i < l.nr_columns; i++) {
		at += (unsigned int)text_column_width(l.column[i]) + 1;
		*out = l.column[i];
		if (x < at)
			return x > 0;
	}
	return false;
}

static void draw_nothing(const struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	const struct rows *r = a->result->rows;
	struct lines l = { 0 };

	if (r->nr)
		lines_add(&l, ROLE_TITLE, "No row matches: & and an empty line shows all");
	else if (r->rest)
		lines_add(&l, ROLE_TITLE, "No row stands out");
	else
		nothing_lines(a, &l);
	lines_draw(&l, c, y, height, 0, SIZE_MAX, 0, &a->search);
	lines_clear(&l);
}

void table_draw(struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	const struct level *top = app_top(a);
	size_t nr = app_nr(a);
	struct layout l;

	lay_out(a, canvas_width(c), &l);
	draw_heads(a, &l, c, y);
	if (!nr && height > TABLE_HEADS)
		draw_nothing(a, c, y + TABLE_HEADS, height - TABLE_HEADS);
	for (unsigned int i = TABLE_HEADS; i < height; i++) {
		size_t line = top->top + i - TABLE_HEADS;

		if (line >= nr)
			break;
		draw_line(a, line, &l, c, y + i);
		if (line != top->cursor)
			continue;
		canvas_put(c, y + i, 0, 1, ROLE_SELECTED, ">");
		/* except for the bar, whose colour is significant */
		canvas_paint(c, y + i, 0, l.bar_width ? l.bar_at : canvas_width(c), ROLE_SELECTED);
		canvas_paint(c, y + i, l.bar_at + l.bar_width, canvas_width(c), ROLE_SELECTED);
	}
}
