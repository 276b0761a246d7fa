// SPDX-License-Identifier: GPL-2.0-only
/* Writes all text of a page with escaping: names, sentences, numbers, paragraphs. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/html/page.h"

#define NO_BREAK	"\302\240"	/* U+00A0 in UTF-8 */

static void put_bytes(struct html *h, const char *text, size_t len)
{
	fwrite(text, 1, len, h->out);
	h->written += len;
}

void html_put(struct html *h, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(h->out, fmt, ap);
	va_end(ap);
	h->written += n > 0 ? (size_t)n : 0;
}

/*
 * The entity for a character that is special in text or in a double-quoted attribute; NULL: none.
 */
static const char *entity(char c)
{
	switch (c) {
	case '&':	return "&amp;";
	case '<':	return "&lt;";
	case '>':	return "&gt;";
	case '"':	return "&quot;";
	case '\'':	return "&#39;";
	}
	return NULL;
}

/* Write text up to end, or to its NUL. */
static void put_text(struct html *h, const char *text, const char *end, size_t most)
{
	char piece[GLYPH_TEXT_LEN];

	for (struct glyph g = glyph_at(text); g.used && text < end; g = glyph_at(text)) {
		size_t len = glyph_text(piece, text, &g);

		if (!most--) {
			put_bytes(h, "..", 2);
			return;
		}
		for (size_t i = 0; i < len; i++) {
			const char *e = entity(piece[i]);

			put_bytes(h, e ? e : &piece[i], e ? strlen(e) : 1);
		}
		text += g.used;
	}
}

void html_text(struct html *h, const char *text, size_t most)
{
	put_text(h, text, text + strlen(text), most);
}

void html_name(struct html *h, const char *name)
{
	html_text(h, *name ? name : "(no name)", HTML_NAME);
}

/* Is there a unit, which belongs to the number before it? */
static bool is_unit(const char *text)
{
	static const char *const units[] = { "%", "ns", "us", "ms", "s", "k", "M", "G" };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t len = strlen(units[i]);

		if (!strncmp(text, units[i], len) && !isalnum((unsigned char)text[len]))
			return true;
	}
	return false;
}

/* Text whose numbers stay on one line with their units. */
static void put_prose(struct html *h, const char *text, const char *end)
{
	for (const char *at = text + 1; at < end; at++) {
		if (*at != ' ' || !isdigit((unsigned char)at[-1]) || !is_unit(at + 1))
			continue;
		put_text(h, text, at, HTML_SENTENCE);
		put_bytes(h, NO_BREAK, sizeof(NO_BREAK) - 1);
		text = at + 1;
	}
	put_text(h, text, end, HTML_SENTENCE);
}

void html_sentence(struct html *h, const char *text)
{
	bool code = false;

	for (;;) {
		size_t len = strcspn(text, "`");

		if (code)
			put_text(h, text, text + len, HTML_SENTENCE);
		else
			put_prose(h, text, text + len);
		text += len;
		if (!*text++)
			break;
		code = !code;
		html_put(h, code ? "<code>" : "</code>");
	}
	if (code)
		html_put(h, "</code>");
}

void html_about(struct html *h, const char *text)
{
	html_put(h, "<p class=\"sub\">");
	html_sentence(h, text);
	html_put(h, "</p>\n");
}

void html_room(struct html *h, size_t bytes)
{
	h->room = h->written + bytes;
}

bool html_full(const struct html *h)
{
	return h->written > h->room;
}

void html_left_out(struct html *h, size_t n, const char *one, const char *many)
{
	char number[NUMBER_LEN];

	if (n)
		html_put(h, "<p class=\"left\">%s more %s left out</p>\n",
			 number_grouped(number, n), n == 1 ? one : many);
}

void html_rest(struct html *h, uint64_t samples)
{
	char number[NUMBER_LEN];

	if (samples)
		html_put(h, "<p class=\"left\">%s samples are in rows that were not counted "
			 "separately: --max-rows 0 counts all</p>\n",
			 number_grouped(number, samples));
}

/* The output of text writers */

#define LABEL	12	/* columns of a label after two blanks: page_say() */

static void put_labelled(struct html *h, const char *line)
{
	size_t all = strlen(line), len = all < LABEL ? all : LABEL;

	while (len && line[len - 1] == ' ')
		len--;
	html_put(h, "<dt>");
	put_text(h, line, line + len, HTML_NAME);
	html_put(h, "</dt><dd>");
	html_sentence(h, all > LABEL ? line + LABEL : "");
	html_put(h, "</dd>\n");
}

/* Omit titles, which are not indented: a section has its own. */
static void put_lines(struct html *h, char *text, bool labels)
{
	char *line;

	html_put(h, labels ? "<dl class=\"said\">\n" : "");
	while ((line = strsep(&text, "\n"))) {
		if (*line != ' ')
			continue;
		if (labels)
			put_labelled(h, line + 2);
		else
			html_about(h, line + 2);
	}
	html_put(h, labels ? "</dl>\n" : "");
}

void html_said_of(struct html *h, html_said_of_fn *fn, const void *arg, bool labels)
{
	struct report_options plain = *h->opt;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	/* do not wrap lines */
	struct page p = { .out = f, .d = h->d, .opt = &plain, .width = SIZE_MAX / 2 };

	plain.palette = NULL;
	if (f)
		fn(&p, arg);
	if (!f || fclose(f))
		h->failed = true;
	else if (len)
		put_lines(h, text, labels);
	h->page.rough |= p.rough;
	h->page.at_least |= p.at_least;
	h->page.cycles |= p.cycles;
	free(text);
}

static void say(struct page *p, const void *arg)
{
	html_said_fn *const *fn = arg;

	(*fn)(p);
}

void html_said(struct html *h, html_said_fn *fn, bool labels)
{
	html_said_of(h, say, &fn, labels);
}
