// SPDX-License-Identifier: GPL-2.0-only
/* The command line that prints what is seen: shown on a page, or copied. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/annotate.h"
#include "tui/quote.h"
#include "tui/view.h"

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
	fprintf(out, "%s -- ", a->cfg->symbol_arguments);
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

/* It knows no filter: neither does what it prints. */
static void put_kvm(const struct app *a, FILE *out)
{
	const char *path = a->cfg->data.info->path;

	fprintf(out, "spelunk kvm%s ", a->cfg->symbol_arguments);
	quote_word(out, path ? path : "");
}

static void put_command(struct app *a, FILE *out, const struct pass_query *q)
{
	const struct level *top = app_top(a);

	if (top->view == VIEW_CHANGES) {
		put_diff(a, out, q);
		return;
	}
	if (top->view == VIEW_VMS) {
		put_kvm(a, out);
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

/* The caller's to free; NULL: it cannot be made, and the message says so. */
static char *command_of(struct app *a, struct pass_query *q)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool fits = out && level_query(a, app_top(a), q);

	if (fits)
		put_command(a, out, q);
	if ((!out || !fclose(out)) && fits)
		return text;
	free(text);
	app_say(a, true, "the command line cannot be made");
	return NULL;
}

/* What it does not print as it is seen. */
static void add_notes(struct app *a, const struct pass_query *q, unsigned int width)
{
	if (app_top(a)->view == VIEW_RECORDS && has_names(q->filter))
		lines_add(&a->page, ROLE_DIM, "(dump knows no names of code: this has a row "
			  "for each record)");
	if (a->tree)
		lines_add_wrapped(&a->page, "(The lines that have none below them; the others are "
				  "--by the first key, the first two...)", width);
	if (app_top(a)->view == VIEW_MEMORY)
		lines_add(&a->page, ROLE_DIM, "(latencies by source: --by world,source,total_step)");
	if (a->cfg->title)
		lines_add_wrapped(&a->page, "The file is gone once another interval is shown, "
				  "unless top has --keep FOLDER.", width);
}

void page_open_command(struct app *a)
{
	unsigned int width = a->width ? a->width - 2 : 78;
	struct pass_query q;
	char *text = command_of(a, &q);

	if (!text)
		return;
	page_open(a);
	lines_title(&a->page, "This prints the same");
	lines_add(&a->page, ROLE_TEXT, "");
	lines_add_wrapped(&a->page, text, width);
	add_notes(a, &q, width);
	lines_add(&a->page, ROLE_TEXT, "");
	lines_add(&a->page, ROLE_DIM, "y copies it, if the terminal does; any key goes back.");
	free(text);
}

void command_copy(struct app *a)
{
	struct pass_query q;

	free(a->copy);
	a->copy = command_of(a, &q);
	if (a->copy)
		app_say(a, false, "the terminal was asked to copy it (OSC 52): %s", a->copy);
}

char *app_take_copy(struct app *a)
{
	char *copy = a->copy;

	a->copy = NULL;
	return copy;
}
