// SPDX-License-Identifier: GPL-2.0-only
/* Changes as a page of HTML: intervals are drawn, each column on one scale. */
#include <math.h>
#include <string.h>

#include "report/diff/diff_impl.h"
#include "report/html/page.h"
#include "report/html/svg.h"

#define ROWS_SHOWN	40	/* without --limit */
#define BAR_HEIGHT	14

static const struct diff_tables *tables_of(const struct html *h)
{
	return h->of;
}

static void say_head(struct page *p, const void *arg)
{
	diff_text_head(p, arg);
}

static void put_summary(struct html *h)
{
	const struct diff_tables *t = tables_of(h);
	struct words say = { .len = 0 };

	diff_whole_say(&say, &t->whole);
	html_put(h, "<p class=\"lead\">");
	html_sentence(h, say.s);
	html_put(h, "</p>\n");
	html_said_of(h, say_head, &t->r, true);
}

/* Draw an interval on a scale from -most to most, with its centre as a line. */
static void put_interval(struct html *h, double low, double high, double at, double most,
			 const char *class)
{
	double from = 50 + 50 * fmax(low / most, -1), to = 50 + 50 * fmin(high / most, 1);
	struct svg_box point = { 50 + 50 * at / most - 0.4, 1, 0.8, BAR_HEIGHT - 2 };

	html_put(h, "<td class=\"pic\">");
	svg_open(h, "interval", BAR_HEIGHT, "change and its interval");
	svg_rect(h, "zero", (struct svg_box){ 50, 0, 0.4, BAR_HEIGHT }, NULL);
	svg_rect(h, class, (struct svg_box){ from, 3, fmax(to - from, 0.6), BAR_HEIGHT - 6 }, NULL);
	if (fabs(at) <= most)
		svg_rect(h, "at", point, NULL);
	svg_close(h);
	html_put(h, "</td>");
}

/* More is worse; changes that were not tested or are not significant have no class. */
static const char *class_of(bool significant, double change)
{
	return !significant ? "same" : change > 0 ? "worse" : "better";
}

static void put_value(struct html *h, const struct diff_figure *f, const char *side,
		      const struct estimate *e)
{
	char key[64], shown[NUMBER_LEN];

	snprintf(key, sizeof(key), "%s_%s", f->name, side);
	if (e->known)
		html_signed(h, key, number_fixed(shown, e->value * f->scale, f->decimals),
			    e->value * f->scale, f->decimals + 1);
	else
		html_put(h, "<td class=\"n\">-</td>");
}

static void put_signed(struct html *h, const char *key, double v, unsigned int decimals,
		       bool significant)
{
	char number[NUMBER_LEN], shown[2 * NUMBER_LEN];

	number_signed(number, v, decimals);
	snprintf(shown, sizeof(shown), "%s%s%s", *number == '-' || v <= 0 ? "" : "+", number,
		 significant ? " *" : "");
	html_signed(h, key, shown, v, decimals + 1);
}

/*
 * The whole
 */

static void put_whole_row(struct html *h, enum diff_whole_figure f, double most)
{
	const struct whole_figure *w = &tables_of(h)->whole.figure[f];
	const struct growth *g = &w->growth;
	bool significant = g->tested && g->significant;

	html_put(h, "<tr><td>%s</td>", diff_whole_figure(f)->title);
	put_value(h, diff_whole_figure(f), "a", &w->a);
	put_value(h, diff_whole_figure(f), "b", &w->b);
	if (g->known)
		put_signed(h, "growth_percent", 100 * g->by, 1, significant);
	else
		html_put(h, "<td class=\"n\">-</td>");
	if (g->tested)
		put_interval(h, g->low, g->high, g->by, most, class_of(significant, g->by));
	else
		html_put(h, "<td>%s</td>", w->measured ? "measured" : "not tested");
	html_put(h, "<td>");
	html_text(h, w->but ? w->but : "", HTML_SENTENCE);
	html_put(h, "</td></tr>\n");
}

static void put_whole(struct html *h)
{
	static const struct html_column heads[] = {
		HTML_TEXT("Figure", NULL), HTML_NUMBER("A", NULL), HTML_NUMBER("B", NULL),
		HTML_NUMBER("Growth, %", "* the interval excludes zero"),
		HTML_TEXT("95 % interval", "left of the line: less in B"), HTML_TEXT("", NULL),
	};
	const struct diff_whole *w = &tables_of(h)->whole;
	struct words rule = { .len = 0 };
	double most = 0.01;

	for (enum diff_whole_figure f = 0; f < NR_DIFF_WHOLE; f++)
		if (w->figure[f].growth.tested)
			most = fmax(most, fmin(1, fmax(fabs(w->figure[f].growth.low),
						       fabs(w->figure[f].growth.high))));
	if (w->rule.asked) {
		diff_rule_say(&rule, &w->rule);
		html_put(h, "<p class=\"sub\"><b>%s</b> ", diff_outcome_name(w->outcome));
		html_sentence(h, rule.s);
		html_put(h, " ");
		html_sentence(h, w->why);
		html_put(h, "</p>\n");
	}
	html_table_open(h, "changes", heads, sizeof(heads) / sizeof(heads[0]), false);
	html_put(h, "<tbody>\n");
	for (enum diff_whole_figure f = 0; f < NR_DIFF_WHOLE; f++)
		if (w->figure[f].a.known || w->figure[f].b.known)
			put_whole_row(h, f, most);
	html_put(h, "</tbody>");
	html_table_close(h);
}

/*
 * Rows
 */

/* The scale of a figure's intervals, which fits most of the displayed rows. */
static double scale_of(const struct diff_table *t, size_t figure, size_t shown)
{
	double most = 0;

	for (size_t i = 0; i < shown; i++) {
		const struct change *c = &t->rows[i].figure[figure];

		if (c->tested)
			most = fmax(most, fabs(c->b.value - c->a.value) +
					  (c->significant ? c->half : 0));
	}
	return most > 0 ? most : 1;
}

static void put_change(struct html *h, const struct diff_figure *f, const struct change *c,
		       double most)
{
	double change = c->b.value - c->a.value;
	bool significant = c->tested && c->significant;
	char key[64];

	put_value(h, f, "a", &c->a);
	put_value(h, f, "b", &c->b);
	snprintf(key, sizeof(key), "%s_change", f->name);
	if (c->a.known && c->b.known)
		put_signed(h, key, change * f->scale, f->decimals, significant);
	else
		html_put(h, "<td class=\"n\">-</td>");
	if (c->tested)
		put_interval(h, change - c->half, change + c->half, change, most,
			     class_of(significant, change));
	else
		html_put(h, "<td></td>");
}

/* The key displayed as the n-th: the row's name comes first. */
static size_t key_at(const struct diff_table *t, size_t n)
{
	size_t symbol = 0;

	while (symbol < t->nr_keys && strcmp(t->keys[symbol], "symbol"))
		symbol++;
	if (symbol == t->nr_keys)
		return n;
	return !n ? symbol : n - (n <= symbol);
}

static void put_row(struct html *h, const struct diff_table *t, const struct diff_row *r,
		    const double *most)
{
	html_put(h, "<tr>");
	for (size_t k = 0; k < t->nr_keys; k++)
		html_cell(h, r->key[key_at(t, k)]);
	for (size_t i = 0; i < t->nr_shown; i++)
		put_change(h, &t->figures[t->shown[i]], &r->figure[t->shown[i]], most[i]);
	if (t->part != DIFF_LEDGER) {
		html_count(h, "count_a", r->a);
		html_count(h, "count_b", r->b);
	}
	html_put(h, "</tr>\n");
}

static void put_heads(struct html *h, const struct diff_table *t)
{
	struct html_column heads[PROFILE_KEYS + 4 * 2 + 2];
	size_t nr = 0;

	for (size_t k = 0; k < t->nr_keys; k++)
		heads[nr++] = (struct html_column)HTML_TEXT(t->keys[key_at(t, k)], NULL);
	for (size_t i = 0; i < t->nr_shown; i++) {
		const char *what = t->figures[t->shown[i]].title;

		heads[nr++] = (struct html_column)HTML_NUMBER("A", what);
		heads[nr++] = (struct html_column)HTML_NUMBER("B", what);
		heads[nr++] = (struct html_column)HTML_NUMBER(what, "B - A; * the interval excludes "
								    "zero");
		heads[nr++] = (struct html_column)HTML_TEXT("95 %", "left of the line: less in B");
	}
	if (t->part != DIFF_LEDGER) {
		heads[nr++] = (struct html_column)HTML_NUMBER("Count A", t->counted);
		heads[nr++] = (struct html_column)HTML_NUMBER("Count B", t->counted);
	}
	html_table_open(h, "changes", heads, nr, true);
}

static void say_verdict(struct page *p, const void *arg)
{
	diff_text_verdict(p, arg);
}

static void put_table(struct html *h, enum diff_part part)
{
	const struct diff_table *t = &tables_of(h)->t[part];
	size_t shown = report_shown(h->opt, t->nr, ROWS_SHOWN), i;
	double most[2];

	html_said_of(h, say_verdict, t, true);
	for (i = 0; i < t->nr_shown; i++)
		most[i] = scale_of(t, t->shown[i], shown);
	put_heads(h, t);
	html_put(h, "<tbody>\n");
	for (i = 0; i < shown && !html_full(h); i++)
		put_row(h, t, &t->rows[i], most);
	html_put(h, "</tbody>");
	html_table_close(h);
	html_left_out(h, t->nr - i, "row", "rows");
}

static void put_samples(struct html *h)
{
	put_table(h, DIFF_SAMPLES);
}

static void put_exits(struct html *h)
{
	put_table(h, DIFF_EXITS);
}

static void put_ledger(struct html *h)
{
	put_table(h, DIFF_LEDGER);
}

static bool has_samples(const struct html *h)
{
	return tables_of(h)->t[DIFF_SAMPLES].nr;
}

static bool has_exits(const struct html *h)
{
	return tables_of(h)->t[DIFF_EXITS].nr;
}

static bool has_ledger(const struct html *h)
{
	return tables_of(h)->t[DIFF_LEDGER].nr;
}

static void say_legend(struct page *p, const void *arg)
{
	diff_text_legend(p, arg);
}

static void put_how(struct html *h)
{
	html_command(h, tables_of(h)->r.command);
	html_said_of(h, say_legend, tables_of(h), true);
}

int diff_html(FILE *out, const struct diff_tables *t, const struct report_options *opt)
{
	static const struct html_section sections[] = {
		{ "whole", "As a whole", "The recordings as a whole", NULL, put_whole, 64 << 10 },
		{ "samples", "Samples", "What samples changed", has_samples, put_samples, 1 << 20 },
		{ "exits", "Exits", "What exits changed", has_exits, put_exits, 512 << 10 },
		{ "ledger", "VMs", "Where vCPUs' time changed", has_ledger, put_ledger, 512 << 10 },
		{ "how", "Reproduce", "How to make this page", NULL, put_how, 16 << 10 },
	};
	struct html h = {
		.out = out, .title = "spelunk diff", .name = "What changed from A to B",
		.d = t->r.b.d, .opt = opt, .of = t, .page = { .out = out, .d = t->r.b.d, .opt = opt },
	};

	return html_page(&h, put_summary, sections, sizeof(sections) / sizeof(sections[0]));
}
