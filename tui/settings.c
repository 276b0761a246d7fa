// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_impl.h"

/* Switches that are on or off. */
static const struct {
	const char *word;
	size_t at;		/* offset of a bool in struct app */
	const char *set, *clear;
} switches[NR_SWITCHES] = {
	{ "mouse", offsetof(struct app, requests.no_mouse), "off", "on" },
	{ "tree", offsetof(struct app, table.as_tree), "on", "off" },
	{ "source", offsetof(struct app, annotate.no_source), "off", "on" },
};

static bool *switch_of(const struct app *a, unsigned int i)
{
	return (bool *)((char *)a + switches[i].at);
}

/* The words of a line; its key is the first word or the first two. */
struct setting {
	const char *at[3];
	size_t len[3];
	unsigned int nr;
};

static bool word_is(const struct setting *w, unsigned int i, const char *text)
{
	return i < w->nr && w->len[i] == strlen(text) && !memcmp(w->at[i], text, w->len[i]);
}

/* Parse a line's words, the third being the rest, and return the start of the next line. */
static const char *read_line(struct setting *w, const char *line)
{
	const char *end = line + strcspn(line, "\n");

	for (w->nr = 0; w->nr < 3; w->nr++) {
		line += strspn(line, " \t");
		if (line >= end)
			break;
		w->at[w->nr] = line;
		w->len[w->nr] = w->nr == 2 ? (size_t)(end - line) : strcspn(line, " \t\n");
		line += w->len[w->nr];
	}
	return end + (*end == '\n');
}

static bool find_view(const struct setting *w, enum view_id *out)
{
	for (*out = 0; *out < NR_VIEWS; (*out)++)
		if (view_rows[*out].ops->has_columns && word_is(w, 0, view_rows[*out].word))
			return true;
	return false;
}

static bool is_there(const struct setup *s, enum column c)
{
	for (size_t i = 0; i < s->nr_columns; i++)
		if (s->columns[i] == c)
			return true;
	return false;
}

/* All columns must be valid, else the setup is unchanged. */
static void take_columns(struct setup *to, const char *names, size_t left)
{
	struct setup s = *to;

	for (s.nr_columns = 0; left; ) {
		size_t len = strcspn(names, ",\n");
		int found = column_find(names, len);

		if (found < 0 || is_there(&s, (enum column)found))
			return;
		s.columns[s.nr_columns++] = (enum column)found;
		len += len < left;
		names += len;
		left -= len;
	}
	if (s.nr_columns)
		*to = s;
}

static void take_sort(struct setup *s, const char *text, size_t left)
{
	static const char ascending[] = " ascending";
	size_t len = strcspn(text, " \n"), rest = left - len;
	int found = column_find(text, len);

	if (found < 0 || (rest && (rest != strlen(ascending) || memcmp(text + len, ascending, rest))))
		return;
	s->sort = (enum column)found;
	s->ascending = rest;
	s->usual = false;
}

static void take(struct app *a, const struct setting *w)
{
	const struct app_config *cfg = a->cfg;
	enum view_id v;

	for (unsigned int i = 0; i < NR_SWITCHES; i++)
		if (word_is(w, 0, switches[i].word) && w->nr == 2)
			*switch_of(a, i) = word_is(w, 1, switches[i].set);
	if (w->nr < 3 || !find_view(w, &v))
		return;
	else if (word_is(w, 1, "columns") && !(view_rows[v].ops->is_configured && cfg->nr_columns))
		take_columns(&a->setup[v], w->at[2], w->len[2]);
	else if (word_is(w, 1, "sort") && !(view_rows[v].ops->is_configured && cfg->sort_given))
		take_sort(&a->setup[v], w->at[2], w->len[2]);
}

void settings_take(struct app *a, const char *text)
{
	struct setting w;

	a->settings.text = text;
	for (const char *at = text; *at; ) {
		at = read_line(&w, at);
		take(a, &w);
	}
	memcpy(a->settings.setup, a->setup, sizeof(a->setup));
	for (unsigned int i = 0; i < NR_SWITCHES; i++)
		a->settings.switches[i] = *switch_of(a, i);
}

/* Has the user chosen other columns or another order? */

static bool columns_differ(const struct app *a, enum view_id v)
{
	const struct setup *x = &a->settings.setup[v], *y = &a->setup[v];

	return x->nr_columns != y->nr_columns ||
	       memcmp(x->columns, y->columns, y->nr_columns * sizeof(y->columns[0]));
}

static bool sort_differs(const struct app *a, enum view_id v)
{
	return !a->setup[v].usual &&
	       (a->settings.setup[v].sort != a->setup[v].sort ||
		a->settings.setup[v].ascending != a->setup[v].ascending);
}

static bool switch_differs(const struct app *a, unsigned int i)
{
	return a->settings.switches[i] != *switch_of(a, i);
}

/* Is there a newer setting than the line's? */
static bool is_old(const struct app *a, const struct setting *w)
{
	enum view_id v;

	for (unsigned int i = 0; i < NR_SWITCHES; i++)
		if (word_is(w, 0, switches[i].word))
			return switch_differs(a, i);
	if (!find_view(w, &v))
		return false;
	return (word_is(w, 1, "columns") && columns_differ(a, v)) ||
	       (word_is(w, 1, "sort") && sort_differs(a, v));
}

static void put_columns(FILE *out, enum view_id v, const struct setup *s)
{
	fprintf(out, "%s columns ", view_rows[v].word);
	for (size_t i = 0; i < s->nr_columns; i++)
		fprintf(out, "%s%s", i ? "," : "", column_name(s->columns[i]));
	fputc('\n', out);
}

static void put_new(FILE *out, const struct app *a)
{
	for (enum view_id v = 0; v < NR_VIEWS; v++) {
		const struct setup *s = &a->setup[v];

		if (view_rows[v].ops->has_columns && columns_differ(a, v))
			put_columns(out, v, s);
		if (view_rows[v].ops->has_columns && sort_differs(a, v))
			fprintf(out, "%s sort %s%s\n", view_rows[v].word, column_name(s->sort),
				s->ascending ? " ascending" : "");
	}
	for (unsigned int i = 0; i < NR_SWITCHES; i++)
		if (switch_differs(a, i))
			fprintf(out, "%s %s\n", switches[i].word, *switch_of(a, i) ?
				switches[i].set : switches[i].clear);
}

char *settings_text(const struct app *a)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct setting w;
	long old;
	bool some;

	if (!out)
		return NULL;
	for (const char *at = a->settings.text, *next; at && *at; at = next) {
		next = read_line(&w, at);
		if (is_old(a, &w))
			continue;
		fwrite(at, 1, (size_t)(next - at), out);
		if (next[-1] != '\n')
			fputc('\n', out);
	}
	old = ftell(out);
	put_new(out, a);
	some = ftell(out) > old;
	if (fclose(out) || !some) {
		free(text);
		return NULL;
	}
	return text;
}
