// SPDX-License-Identifier: GPL-2.0-only
#include "report/text/text.h"

#include <stdarg.h>
#include <string.h>

#include "report/findings/findings.h"

void page_style(struct page *p, enum style s)
{
	static const char *const codes[] = {
		[STYLE_PLAIN] = "\033[0m", [STYLE_TITLE] = "\033[1m",
		[STYLE_DIM] = "\033[2m", [STYLE_ALARM] = "\033[33m",
	};

	if (p->opt->color)
		fputs(codes[s], p->out);
}

struct page page_begin(FILE *out, const struct report_data *d, const struct report_options *opt,
		       const char *title)
{
	struct page p = { .out = out, .d = d, .opt = opt, .width = page_width(opt->width) };

	page_style(&p, STYLE_TITLE);
	fputs(title, out);
	page_style(&p, STYLE_PLAIN);
	fputc('\n', out);
	return p;
}

void page_title(struct page *p, const char *title, const char *note)
{
	fputc('\n', p->out);
	page_style(p, STYLE_TITLE);
	fputs(title, p->out);
	page_style(p, STYLE_PLAIN);
	if (note)
		fprintf(p->out, "  %s", note);
	fputc('\n', p->out);
}

void words_add(struct words *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->s + w->len, sizeof(w->s) - w->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		w->len += (size_t)n < sizeof(w->s) - w->len ? (size_t)n
							     : sizeof(w->s) - w->len - 1;
}

void words_copy(char *out, size_t len, const struct words *w)
{
	size_t n = w->len < len ? w->len : len - 1;

	memcpy(out, w->s, n);
	out[n] = '\0';
}

void words_add_name(struct words *w, const char *name)
{
	char text[256];

	if (report_escape(text, sizeof(text), name) > sizeof(text) - GLYPH_TEXT_LEN)
		words_add(w, "%s..", text);
	else
		words_add(w, "%s", text);
}

#define LABEL_WIDTH	14

/* Bytes of text that fit in room columns, cut at a space where there is one. */
static size_t line_len(const char *text, size_t room)
{
	size_t cut = 0, width = 0, i;

	for (i = 0; text[i]; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80 && width++ == room)
			return cut ? cut : i;
		if (text[i] == ' ' && text[i + 1] != '%')	/* "41 %" stays together */
			cut = i;
	}
	return i;
}

void page_say(struct page *p, const char *label, const char *text)
{
	int indent = label ? LABEL_WIDTH - 2 : 0;

	if (!label)
		label = "";
	do {
		size_t len = line_len(text, p->width - 2 - (size_t)indent);

		fprintf(p->out, "  %-*s%.*s\n", indent, label, (int)len, text);
		text += len;
		while (*text == ' ')
			text++;
		label = "";
	} while (*text);
}

void page_percent(struct page *p, char out[NUMBER_LEN], double share, bool rough, bool is_all)
{
	char number[NUMBER_LEN];

	p->rough |= rough;
	if (rough) {
		snprintf(out, NUMBER_LEN, share > 0 && share < 0.5 ? "~<1%%" : "~%s%%",
			 number_fixed(number, share, 0));
		return;
	}
	/* "100.0%" is said of all, and of nothing less. */
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

static bool is_percent(enum column c)
{
	return !strcmp(column_unit(c), "%");
}

static bool is_p99(enum column c)
{
	return c == COLUMN_TOTAL_P99 || c == COLUMN_ISSUE_P99 || c == COLUMN_XLAT_P99;
}

/* What its digits are, without "~" and ">=". */
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
	bool rough = support < (is_p99(c) ? ROUGH_P99_BELOW : ROUGH_BELOW);
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

void text_legend(struct page *p)
{
	struct words w = { .len = 0 };

	if (p->rough)
		words_add(&w,
			  "~ stands on fewer than %d samples (a p99: fewer than %d): an "
			  "order of magnitude. ",
			  ROUGH_BELOW, ROUGH_P99_BELOW);
	if (p->at_least)
		words_add(
			&w,
			">= latency counters stopped at their top: at least this much. ");
	if (p->cycles)
		words_add(&w, "Latency cycles are latency x sampling period, summed; cost is the "
			  "share of them. Latencies overlap: they are not time. ");
	words_add(&w, "Misses: L1D and LLC of their accesses, TLB walks of TLB accesses, "
		  "mispredicted of branches. ");
	words_add(&w,
		  "Samples count operations, not time: an operation that waits long is "
		  "sampled as often as a quick one.");
	if (p->opt->cycles)
		words_add(&w, " Time is the share of CPU cycles, from samples of their own.");
	fputc('\n', p->out);
	page_style(p, STYLE_DIM);
	page_say(p, "legend", w.s);
	page_style(p, STYLE_PLAIN);
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
		page_title(p, "Symbols missing", NULL);
	for (size_t i = 1; i < p->d->nr_missing; i++) {
		char text[1024];

		report_escape(text, sizeof(text), p->d->missing[i]);
		page_say(p, NULL, text);
	}
}

size_t page_width(unsigned int width)
{
	if (!width)
		return PAGE_WIDTH;
	return width < PAGE_MIN ? PAGE_MIN : width > PAGE_MAX ? PAGE_MAX : width;
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
