// SPDX-License-Identifier: GPL-2.0-only
/* The hottest functions of all worlds, with their code if known. */
#include <string.h>

#include "report/html/html_impl.h"

#define SHOWN	500	/* without --limit */

/* The order of HTML_HOT_KEYS. */
enum { KEY_WORLD, KEY_VM, KEY_SYMBOL, KEY_OBJECT };

static const struct {
	enum column column;
	const char *title;
	bool time;		/* samples of cycles were recorded */
} columns[] = {
	{ COLUMN_TIME_SHARE, "Time", true }, { COLUMN_COST, "Cost", false },
	{ COLUMN_SHARE, "Share", false }, { COLUMN_SAMPLES, "Samples", false },
	{ COLUMN_TOTAL_MEAN, "Mean", false }, { COLUMN_TOTAL_P99, "p99", false },
	{ COLUMN_L1D_MISS, "L1D miss", false }, { COLUMN_LLC_MISS, "LLC miss", false },
	{ COLUMN_TLB_WALK, "TLB walk", false }, { COLUMN_MISPREDICT, "Mispred.", false },
};
#define NR	(sizeof(columns) / sizeof(columns[0]))

static bool is_shown(const struct html *h, size_t i)
{
	return !columns[i].time || h->d->summary->cycles.recorded;
}

/* Its code, if it was annotated and no earlier row shows it. */
static const struct annotated *code_of(const struct html *h, bool shown[HTML_FUNCTIONS],
				       const struct row *row)
{
	const struct annotation *a = h->r->code;

	for (size_t i = 0; a && i < a->nr && i < HTML_FUNCTIONS; i++) {
		const struct annotated *f = &a->function[i];

		if (shown[i] || strcmp(f->symbol, row->keys[KEY_SYMBOL].text) ||
		    strcmp(f->object, row->keys[KEY_OBJECT].text))
			continue;
		shown[i] = true;
		return f;
	}
	return NULL;
}

/* Show the file's name, with the full path as tooltip. */
static void put_object(struct html *h, const char *object)
{
	const char *slash = *object != '[' ? strrchr(object, '/') : NULL;

	html_put(h, "<td title=\"");
	html_text(h, object, HTML_SENTENCE);
	html_put(h, "\">");
	html_text(h, slash && slash[1] ? slash + 1 : *object ? object : "-", HTML_NAME);
	html_put(h, "</td>");
}

static void put_row(struct html *h, const struct row *row, enum world w, bool has_code)
{
	const struct value *vm = &row->keys[KEY_VM];
	const char *symbol = row->keys[KEY_SYMBOL].text;

	html_put(h, "<tr data-world=\"%s\"%s><td><i class=\"%s\"></i><code class=\"fn\">",
		 world_name(w), has_code ? " class=\"opens\"" : "", html_world_class(w));
	html_text(h, *symbol ? symbol : "[unknown]", HTML_NAME);
	html_put(h, "</code></td>");
	for (size_t i = 0; i < NR; i++)
		if (is_shown(h, i))
			html_metric(h, columns[i].column, &row->m, &h->d->rows->sum);
	html_put(h, "<td>%s", world_name(w));
	if (vm->known) {
		html_put(h, " of vm ");
		html_text(h, vm->text, HTML_NAME);
	}
	html_put(h, "</td>");
	put_object(h, row->keys[KEY_OBJECT].text);
	html_put(h, "</tr>\n");
}

static size_t nr_columns(const struct html *h)
{
	size_t nr = 3;

	for (size_t i = 0; i < NR; i++)
		nr += is_shown(h, i);
	return nr;
}

static void put_function(struct html *h, const struct row *row, const struct annotated *f)
{
	/* A row with an unknown world has 0 here, WORLD_UNKNOWN. */
	html_put(h, "<tbody>");
	put_row(h, row, (enum world)row->keys[KEY_WORLD].num, f);
	if (f) {
		html_put(h, "<tr class=\"code\"><td colspan=\"%zu\">", nr_columns(h));
		html_code(h, f);
		html_put(h, "</td></tr>\n");
	}
	html_put(h, "</tbody>\n");
}

static void put_heads(struct html *h)
{
	struct html_column heads[NR + 3] = { HTML_TEXT("Function", NULL) };
	const char *order = h->r->ascending ? "ascending" : "descending";
	size_t nr = 1;

	for (size_t i = 0; i < NR; i++)
		if (is_shown(h, i))
			heads[nr++] = (struct html_column){
				.title = columns[i].title, .what = column_what(columns[i].column),
				.number = true,
				.order = columns[i].column == h->d->rows->order ? order : NULL,
			};
	heads[nr++] = (struct html_column)HTML_TEXT("World", NULL);
	heads[nr++] = (struct html_column)HTML_TEXT("Object", "file, kernel or module");
	html_table_open(h, "hot", heads, nr, true);
}

void html_hot(struct html *h)
{
	const struct rows *r = h->d->rows;
	size_t most = report_shown(h->opt, r->nr, SHOWN), i;
	bool shown[HTML_FUNCTIONS] = { false };

	html_put(h, "<p class=\"sub\">Cost is the share of all latency cycles; latencies are in "
		 "core cycles. ~ is based on fewer than %d samples.</p>\n", COLUMN_LEAST);
	html_put(h, "<p class=\"tools js\"><input type=\"search\" data-filter=\"hot\" "
		 "placeholder=\"Filter by function, object, world\" "
		 "aria-label=\"Filter by function, object, world\"><span></span></p>\n");
	put_heads(h);
	for (i = 0; i < most && !html_full(h); i++)
		put_function(h, &r->row[i], code_of(h, shown, &r->row[i]));
	html_table_close(h);
	html_left_out(h, r->nr - i, "function", "functions");
	html_rest(h, r->rest);
}
