// SPDX-License-Identifier: GPL-2.0-only
/* What covers a view for a while: help, a command line, the list of columns. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotate.h"
#include "tui/quote.h"
#include "tui/view.h"

/*
 * Pages
 */

void page_open(struct app *a)
{
	lines_clear(&a->page);
	a->page_top = 0;
	a->page_left = 0;
	a->mode = MODE_PAGE;
}

void page_open_help(struct app *a)
{
	size_t nr;
	const struct key_row *rows = key_rows(&nr);
	char text[256];

	page_open(a);
	for (size_t i = 0; i < nr; i++) {
		if (!rows[i].name) {
			lines_title(&a->page, rows[i].what);
			continue;
		}
		snprintf(text, sizeof(text), "  %-16s %s", rows[i].name, rows[i].what);
		lines_add(&a->page, ROLE_TEXT, text);
	}
}

void page_key(struct app *a, int press)
{
	size_t nr = a->page.nr, page = a->height > 4 ? a->height - 4 : 1;

	switch (action_of(press)) {
	case ACTION_DOWN:
		a->page_top += a->page_top + 1 < nr;
		break;
	case ACTION_UP:
		a->page_top -= a->page_top > 0;
		break;
	case ACTION_PAGE_DOWN:
		a->page_top += a->page_top + page < nr ? page : 0;
		break;
	case ACTION_PAGE_UP:
		a->page_top -= a->page_top < page ? a->page_top : page;
		break;
	case ACTION_RIGHT:
		a->page_left += a->page_left < PAGE_MAX ? 8 : 0;
		break;
	case ACTION_LEFT:
		a->page_left -= a->page_left < 8 ? a->page_left : 8;
		break;
	default:	/* whatever it does elsewhere: here it goes back */
		record_leave(a);
		a->mode = MODE_BROWSE;
	}
}

/*
 * The command line of what is seen
 */

static void put_filter(FILE *out, const char *filter)
{
	if (!*filter)
		return;
	fputs(" --filter ", out);
	quote_word(out, filter);
}

/* The columns, where they are not the usual ones. */
static void put_columns(FILE *out, const struct setup *s, const enum column *usual, size_t nr)
{
	if (s->nr_columns == nr && !memcmp(s->columns, usual, nr * sizeof(*usual)))
		return;
	for (size_t i = 0; i < s->nr_columns; i++)
		fprintf(out, "%s%s", i ? "," : " --columns ", column_name(s->columns[i]));
}

static void put_keys(FILE *out, const struct level *l)
{
	for (size_t i = 0; i < l->nr_keys; i++)
		fprintf(out, "%s%s", i ? "," : " --by ", field_name(l->keys[i]));
}

/* The file that was there before comes first. */
static void put_diff(const struct app *a, FILE *out, const struct pass_query *q)
{
	const char *path = a->cfg->data.info->path;

	fputs("spelunk diff", out);
	put_keys(out, &a->stack[a->depth - 1]);
	fprintf(out, " --limit %d", CHANGES_MAX);
	put_filter(out, q->filter);
	fprintf(out, "%s -- ", a->cfg->diff_arguments);
	quote_word(out, q->other);
	fputc(' ', out);
	quote_word(out, path ? path : "");
}

static void put_table(FILE *out, const struct level *l, const struct setup *s)
{
	put_keys(out, l);
	fprintf(out, " --sort %s%s", s->ascending ? "-" : "", column_name(s->sort));
	put_columns(out, s, text_usual, text_nr_usual);
}

/* dump asks no symbolizer. */
static bool has_names(const char *filter)
{
	return filter_asks(filter, 1ull << FIELD_OBJECT | 1ull << FIELD_SYMBOL |
			   1ull << FIELD_LINE | 1ull << FIELD_OFFSET);
}

static void put_command(struct app *a, FILE *out, const struct pass_query *q)
{
	const struct level *top = app_top(a);

	if (top->view == VIEW_CHANGES) {
		put_diff(a, out, q);
		return;
	}
	if (top->view == VIEW_RECORDS && !has_names(q->filter)) {
		fprintf(out, "spelunk dump --samples --limit %d", RECORDS_MAX);
		put_filter(out, q->filter);
		fprintf(out, " %s", a->cfg->dump_arguments);
		return;
	}
	fputs(top->view == VIEW_ANNOTATE ? "spelunk annotate" : top->view == VIEW_SHARING ?
	      "spelunk sharing" : "spelunk report", out);
	if (top->view == VIEW_ANNOTATE)
		put_columns(out, &a->setup[top->view], annotate_usual, annotate_nr_usual);
	else if (top->view == VIEW_TIME)
		fputs(" --by slice,world,vm,cpu --limit 0", out);
	else if (top->view == VIEW_RECORDS)
		fputs(" --by time,address,op", out);
	else if (view_is_table(top->view))
		put_table(out, top, &a->setup[top->view]);
	put_filter(out, q->filter);
	fprintf(out, " %s", a->cfg->arguments);
	/* The last one counts, and they may have one. */
	if (q->slice)
		fprintf(out, " --slice %" PRIu64, q->slice);
}

void page_open_command(struct app *a)
{
	struct pass_query q;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out || !level_query(a, app_top(a), &q)) {
		app_say(a, true, "the command line cannot be made");
	} else {
		put_command(a, out, &q);
		fflush(out);
		page_open(a);
		lines_title(&a->page, "This prints the same");
		lines_add(&a->page, ROLE_TEXT, "");
		lines_add_wrapped(&a->page, text, a->width ? a->width - 2 : 78);
		if (app_top(a)->view == VIEW_RECORDS && has_names(q.filter))
			lines_add(&a->page, ROLE_DIM, "(dump knows no names of code: this has a row "
				  "for each record)");
		if (a->tree)
			lines_add_wrapped(&a->page, "(The lines that have none below them; the "
					  "others are --by the first key, the first two...)",
					  a->width ? a->width - 2 : 78);
		if (app_top(a)->view == VIEW_MEMORY)
			lines_add(&a->page, ROLE_DIM, "(latencies by source: --by "
				  "world,source,total_step)");
		if (a->cfg->title)
			lines_add_wrapped(&a->page, "The file is gone once another interval is shown, "
					  "unless top has --keep FOLDER.", a->width ? a->width - 2 : 78);
		lines_add(&a->page, ROLE_TEXT, "");
		lines_add(&a->page, ROLE_DIM, "w writes what is seen to a file; any key goes back.");
	}
	if (out)
		fclose(out);
	free(text);
}

/*
 * The column that orders rows
 */

void sort_open(struct app *a)
{
	a->mode = MODE_SORT;
	a->choice = a->setup[app_top(a)->view].sort;
}

void sort_key(struct app *a, int press)
{
	struct setup *s = &a->setup[app_top(a)->view];
	int choice = (int)a->choice;

	switch (action_of(press)) {
	case ACTION_DOWN:	choice++; break;
	case ACTION_UP:		choice--; break;
	case ACTION_PAGE_DOWN:	choice += 10; break;
	case ACTION_PAGE_UP:	choice -= 10; break;
	case ACTION_HOME:	choice = 0; break;
	case ACTION_END:	choice = NR_COLUMNS - 1; break;
	case ACTION_ZOOM:
		s->sort = a->choice;
		a->mode = MODE_BROWSE;
		app_top(a)->cursor = 0;
		break;
	default:	/* whatever it does elsewhere: here it goes back */
		a->mode = MODE_BROWSE;
	}
	a->choice = (enum column)(choice < 0 ? 0 : choice >= NR_COLUMNS ? NR_COLUMNS - 1 : choice);
}

void sort_draw(const struct app *a, struct canvas *c, unsigned int y, unsigned int height)
{
	unsigned int rows = height - 1, width = canvas_width(c);
	unsigned int top = a->choice < rows ? 0 : a->choice - rows + 1;

	canvas_put(c, y++, 1, width, ROLE_TITLE, "Order rows by (Enter chooses, i turns around)");
	for (unsigned int i = 0; i < rows && top + i < NR_COLUMNS; i++, y++) {
		enum column column = (enum column)(top + i);

		canvas_put(c, y, 2, 22, ROLE_TEXT, column_name(column));
		canvas_put(c, y, 25, width - 25, ROLE_DIM, column_what(column));
		if (column != a->choice)
			continue;
		canvas_put(c, y, 0, 1, ROLE_SELECTED, ">");
		canvas_paint(c, y, 0, width, ROLE_SELECTED);
	}
}
