// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "report/text/text.h"

/* The table of --by: metrics at the left in fixed columns, then the keys. */

#define KEY_WIDTH	32	/* maximum for a key other than the last */
#define KEY_LEAST	16	/* minimum for the last one */
#define LEAST_SHOWN	2	/* minimum columns of metrics */
#define KEY_ROOMY	24	/* minimum for the last one beside a bar */
#define BAR_WIDTH	10	/* for the sort column */

const enum column text_usual[] = {
	COLUMN_COST,      COLUMN_SHARE,     COLUMN_SAMPLES,    COLUMN_TOTAL_MEAN,
	COLUMN_TOTAL_P50, COLUMN_TOTAL_P99, COLUMN_ISSUE_MEAN, COLUMN_XLAT_MEAN,
	COLUMN_L1D_MISS,  COLUMN_LLC_MISS,  COLUMN_TLB_WALK,   COLUMN_MISPREDICT,
};
const size_t text_nr_usual = sizeof(text_usual) / sizeof(text_usual[0]);

static enum column shown_at(const struct page *p, size_t i)
{
	if (p->opt->columns)
		return p->opt->columns[i];
	/* time comes first if recorded */
	return p->opt->cycles && !i ? COLUMN_TIME_SHARE : text_usual[i - p->opt->cycles];
}

const char *text_order(const struct rows *r)
{
	return r->order == COLUMN_TIME_SHARE ? "time" : column_title(r->order);
}

int text_column_width(enum column c)
{
	const char *title = column_title(c), *space = strchr(title, ' ');
	size_t first = space ? (size_t)(space - title) : strlen(title);
	size_t second = space ? strlen(space + 1) : 0;
	size_t width = first > second ? first : second;
	size_t least = column_is_integer(c) && c != COLUMN_TOTAL_P50 ? 9 : 7;

	return (int)(width > least ? width : least);
}

void text_column_title(struct page *p, enum column c, bool upper)
{
	const char *title = column_title(c), *space = strchr(title, ' ');
	int width = text_column_width(c);

	if (!space)
		fprintf(p->out, " %*s", width, upper ? "" : title);
	else if (upper)
		fprintf(p->out, " %*.*s", width, (int)(space - title), title);
	else
		fprintf(p->out, " %*s", width, space + 1);
}

static const char *key_text(const struct value *v)
{
	return v->known ? v->text : "-";
}

static size_t key_width(const struct page *p, const struct rows *r, size_t k)
{
	size_t widest = strlen(field_name(r->keys[k]));

	for (size_t i = 0; i < report_shown(p->opt, r->nr, 0); i++) {
		size_t w = cell_width(key_text(&r->row[i].keys[k]), KEY_WIDTH);

		widest = w > widest ? w : widest;
	}
	return widest;
}

/* By default a terminal shows as many metrics as fit beside the keys. */
static size_t nr_shown(const struct page *p)
{
	const struct rows *r = p->d->rows;
	size_t nr = text_nr_usual + p->opt->cycles, used = KEY_LEAST + 2 * r->nr_keys;

	if (p->opt->columns)
		return p->opt->nr_columns;
	for (size_t k = 0; p->opt->width && k + 1 < r->nr_keys; k++)
		used += key_width(p, r, k);
	for (size_t i = 0; p->opt->width && i < nr; i++) {
		used += (size_t)text_column_width(shown_at(p, i)) + 1;
		if (used > p->width && i >= LEAST_SHOWN)
			return i;
	}
	return nr;
}

/*
 * Widths of the keys; the last one has the rest of a terminal's line, or without a terminal a
 * reasonable width.
 */
static void lay_out(const struct page *p, const struct rows *r, size_t width[NR_FIELDS],
		    unsigned int *bar)
{
	size_t used = 0, last = r->nr_keys - 1;

	for (size_t i = 0; i < nr_shown(p); i++)
		used += (size_t)text_column_width(shown_at(p, i)) + 1;
	for (size_t k = 0; k < last; k++) {
		width[k] = key_width(p, r, k);
		used += width[k] + 2;
	}
	width[last] = PAGE_NAME_MAX;
	*bar = !page_has_bars(p) ? 0 : !p->opt->width ||
	       p->width > used + 2 + KEY_ROOMY + BAR_WIDTH + 1 ? BAR_WIDTH : 0;
	used += *bar ? *bar + 1 : 0;
	if (p->opt->width)
		width[last] = p->width > used + 2 + KEY_LEAST ? p->width - used - 2 : KEY_LEAST;
}

static void say_heads(struct page *p, const struct rows *r, const size_t *width, unsigned int bar)
{
	fputs(page_on(p, ROLE_DIM), p->out);
	for (size_t i = 0; i < nr_shown(p); i++)
		text_column_title(p, shown_at(p, i), true);
	fprintf(p->out, "%s\n%s", page_off(p), page_on(p, ROLE_DIM));
	for (size_t i = 0; i < nr_shown(p); i++)
		text_column_title(p, shown_at(p, i), false);
	fprintf(p->out, "%*s", bar ? (int)bar + 1 : 0, "");
	for (size_t k = 0; k < r->nr_keys; k++)
		fprintf(p->out, "  %-*s", k + 1 < r->nr_keys ? (int)width[k] : 0,
			field_name(r->keys[k]));
	fprintf(p->out, "%s\n", page_off(p));
}

static enum role role_of_row(const struct rows *r, const struct row *row)
{
	int world = rows_key(r, FIELD_WORLD);

	return world >= 0 && row->keys[world].known ?
	       world_role((enum world)row->keys[world].num) : ROLE_UNKNOWN;
}

static void say_row(struct page *p, const struct rows *r, const struct row *row,
		    const size_t *width, unsigned int bar)
{
	for (size_t i = 0; i < nr_shown(p); i++)
		page_put_value(p, text_column_width(shown_at(p, i)), shown_at(p, i), &row->m, &r->sum);
	if (bar)
		page_bar(p, bar, role_of_row(r, row), row_part(r, row));
	for (size_t k = 0; k < r->nr_keys; k++) {
		bool last = k + 1 == r->nr_keys;
		enum role role = !row->keys[k].known ? ROLE_DIM :
				 r->keys[k] == FIELD_WORLD ? role_of_row(r, row) : ROLE_TEXT;

		fputs("  ", p->out);
		page_cell(p, role, key_text(&row->keys[k]), width[k], !last,
			  r->keys[k] == FIELD_OBJECT || r->keys[k] == FIELD_LINE);
	}
	fputc('\n', p->out);
}

/* Say what was left out because of --max-rows. */
static void say_rest(struct page *p, const struct rows *r)
{
	char rest[NUMBER_LEN], below[NUMBER_LEN];

	if (r->rest)
		fprintf(p->out, "  %s samples are in rows of fewer than %s %s each and are left "
			"out (--max-rows 0 counts all)\n", number_grouped(rest, r->rest),
			number_grouped(below, r->rest_below),
			r->rest_by_cost ? "cycles of latency" : "samples");
}

/* The sort order, the total of shares, and what is last if sorted by an average. */
static const char *note_order(char out[96], const struct page *p, const struct rows *r)
{
	if (r->least)
		snprintf(out, 96, "(fewer than %u samples: last)", r->least);
	else
		snprintf(out, 96, "(sorted by %s%s)", text_order(r), !column_is_part(r->order) ? "" :
			 p->d->filter ? "; shares of the matching samples" :
			 "; shares of all samples");
	return out;
}

void text_table(struct page *p)
{
	const struct rows *r = p->d->rows;
	size_t shown = report_shown(p->opt, r->nr, 0), width[NR_FIELDS] = { 0 };
	size_t more = r->nr - shown + r->beyond;
	struct words title = { .len = 0 };
	char number[NUMBER_LEN], note[96];
	unsigned int bar;

	words_add(&title, "Samples by ");
	for (size_t k = 0; k < r->nr_keys; k++)
		words_add(&title, "%s%s", k ? ", " : "", field_name(r->keys[k]));
	page_title(p, title.s, note_order(note, p, r));
	if (!r->nr || !r->nr_keys || r->nr_keys > NR_FIELDS) {
		page_say(p, "none", r->rest ? "no row stands out" : p->d->filter ? "no sample matches the filter" :
			 "no sample was decoded");
		say_rest(p, r);
		return;
	}
	lay_out(p, r, width, &bar);
	say_heads(p, r, width, bar);
	for (size_t i = 0; i < shown; i++)
		say_row(p, r, &r->row[i], width, bar);
	if (more)
		fprintf(p->out, "  %s more row%s (--limit 0 shows all)\n",
			number_grouped(number, more), more == 1 ? "" : "s");
	say_rest(p, r);
}
