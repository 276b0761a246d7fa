// SPDX-License-Identifier: GPL-2.0-only
#include "report/text/text.h"

#include <string.h>

#include "report/findings/findings.h"

void page_percent(struct page *p, char out[NUMBER_LEN], double share, bool rough, bool is_all)
{
	char number[NUMBER_LEN];

	p->rough |= rough;
	/* Below 1 % a row of few samples has a digit more, to be compared with its neighbours. */
	if (rough) {
		snprintf(out, NUMBER_LEN, share > 0 && share < 0.05 ? "<0.1%%" : "~%s%%",
			 number_fixed(number, share, share > 0 && share < 0.95));
		return;
	}
	/* "100.0%" is written only for all. */
	if (!is_all && share > 99.9)
		share = 99.9;
	snprintf(out, NUMBER_LEN, "%s%%", share > 0 && share < 0.05 ? "<0.1" :
		 number_fixed(number, share, 1));
}

char *page_share(struct page *p, char out[NUMBER_LEN], uint64_t part, uint64_t whole)
{
	if (!whole || !part)
		return strcpy(out, "-");
	page_percent(p, out, 100.0 * (double)part / (double)whole, part < ROUGH_BELOW, part == whole);
	return out;
}

void page_put_share(struct page *p, int width, uint64_t part, uint64_t whole)
{
	char text[NUMBER_LEN];

	page_share(p, text, part, whole);
	fputc(' ', p->out);
	page_put(p, *text == '~' || *text == '-' ? ROLE_DIM : ROLE_TEXT, "%*s", width, text);
}

static bool is_percent(enum column c)
{
	return !strcmp(column_unit(c), "%");
}

/* The digits, without "~" and ">=". */
static void put_digits(char out[NUMBER_LEN], enum column c, double v, bool rough)
{
	char number[NUMBER_LEN];

	if (column_is_cycles(c)) {
		number_short(out, v < 1e18 ? (uint64_t)v : UINT64_MAX);
		return;
	}
	number_fixed(number, v, !rough && !column_is_integer(c) && (is_percent(c) || v < 100));
	snprintf(out, NUMBER_LEN, "%.24s%s", number, is_percent(c) ? "%" : "");
}

char *page_value(struct page *p, char out[NUMBER_LEN], enum column c,
		 const struct metrics *m, const struct metrics *sum)
{
	uint64_t support = column_support(c, m, sum);
	bool rough = support < column_least(c);
	bool least = column_at_least(c, m, sum);
	char digits[NUMBER_LEN];
	double v;

	if (c == COLUMN_SHARE)
		return page_share(p, out, m->samples, sum->samples);
	if (c == COLUMN_OPERATIONS)
		return number_short(out, m->operations);
	if (!column_value(c, m, sum, &v))
		return strcpy(out, "-");
	p->cycles |= column_is_cycles(c) || column_is_part(c);
	if (support == UINT64_MAX)
		return number_grouped(out, v < 1e18 ? (uint64_t)v : UINT64_MAX);
	p->at_least |= least;
	if (column_is_part(c) && !least) {
		page_percent(p, out, v, rough, v > 100 - 1e-9);
		return out;
	}
	p->rough |= rough && !least;
	put_digits(digits, c, v, rough);
	snprintf(out, NUMBER_LEN, "%s%.29s", least ? ">=" : rough ? "~" : "", digits);
	return out;
}

void page_put_value(struct page *p, int width, enum column c, const struct metrics *m,
		    const struct metrics *sum)
{
	char text[NUMBER_LEN];

	page_value(p, text, c, m, sum);
	fputc(' ', p->out);
	page_put(p, page_role(c, m, sum, text), "%*s", width, text);
}

void text_marks(struct page *p)
{
	struct words w = { .len = 0 };

	if (p->rough)
		words_add(&w, "~ based on fewer than %d samples: an order of magnitude", ROUGH_BELOW);
	if (p->at_least)
		words_add(&w, "%s>= latency counters saturated: at least this much",
			  w.len ? "; " : "");
	if (w.len)
		page_say(p, "legend", w.s);
}

void text_legend(struct page *p)
{
	struct words w = { .len = 0 };

	if (p->rough)
		words_add(&w,
			  "~ based on fewer than %d samples (a p99: fewer than %d): an order of "
			  "magnitude. ",
			  COLUMN_LEAST, COLUMN_LEAST_P99);
	if (p->at_least)
		words_add(
			&w,
			">= latency counters saturated: at least this much. ");
	if (p->cycles)
		words_add(&w, "Latency cycles are latency x sampling period, summed; cost is the "
			  "share of them. Latencies overlap: they are not time. ");
	words_add(&w, "Misses are per L1D and LLC access, TLB walks per TLB access, "
		  "mispredictions per branch. ");
	words_add(&w,
		  "Samples count operations, not time: a slow operation is sampled as often as a "
		  "quick one.");
	if (p->opt->cycles)
		words_add(&w, " Time is the share of CPU cycles, from separate samples.");
	fputc('\n', p->out);
	page_say_in(p, ROLE_DIM, "legend", w.s);
}

void text_way(struct page *p)
{
	char text[1024];

	if (!p->d->nr_missing)
		return;
	report_escape(text, sizeof(text), p->d->missing[0]);
	page_say(p, "symbols", text);
}

void text_missing(struct page *p)
{
	if (p->d->nr_missing > 1)
		page_title(p, "Missing symbols", NULL);
	for (size_t i = 1; i < p->d->nr_missing; i++) {
		char text[1024];

		report_escape(text, sizeof(text), p->d->missing[i]);
		page_say(p, NULL, text);
	}
}

void text_write(FILE *out, const struct report_data *d, const struct report_options *opt)
{
	struct page p = page_begin(out, d, opt, "spelunk report");

	if (d->has_findings) {
		findings_text_top(&p);
		text_recording_details(&p);
	} else {
		text_recording(&p);
		text_losses(&p);
	}
	if (d->worlds) {
		text_worlds(&p);
		text_guests(&p);
		text_hot(&p);
		text_sources(&p);
		text_ops(&p);
		text_errata(&p);
	} else if (d->rows) {
		text_table(&p);
	}
	text_missing(&p);
	text_legend(&p);
}
