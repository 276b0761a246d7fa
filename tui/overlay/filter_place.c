// SPDX-License-Identifier: GPL-2.0-only
/* Finds the position in a partially typed filter; the grammar is in profile/filter/filter.h. */
#include <string.h>

#include "tui/overlay/complete.h"

#define SPACE	" \t\n\r"

static bool in_word(char c)
{
	return c && !strchr(SPACE "()&|!<>=\"'", c);
}

static size_t word_length(const char *at)
{
	size_t len = 0;

	while (in_word(at[len]))
		len++;
	return len;
}

/* The length of a comparison operator; 0: there is none. */
static size_t comparison(const char *at)
{
	return strspn(at, "=!<>~");
}

/* The length of a quoted text or a word; *ends: something follows it. */
static size_t value_length(const char *at, bool *ends)
{
	const char *end;
	size_t len;

	if (*at != '"' && *at != '\'') {
		len = word_length(at);
		*ends = at[len];
		return len;
	}
	end = strchr(at + 1, *at);
	*ends = end;
	return end ? (size_t)(end + 1 - at) : strlen(at);
}

struct filter_place filter_place(const char *text)
{
	const char *at = text;
	size_t len;
	bool ends;

	for (;;) {
		struct filter_place p = { .kind = FILTER_TERM };
		int field;

		at += strspn(at, SPACE "(!&|");
		p.from = (size_t)(at - text);
		len = word_length(at);
		if (!at[len])
			return p;
		field = field_find(at, len);
		at += len;
		at += strspn(at, SPACE);
		len = comparison(at);
		if (len) {
			at += len;
			at += strspn(at, SPACE);
			p.from = (size_t)(at - text);
			p.kind = field < 0 ? FILTER_NOWHERE : FILTER_VALUE;
			p.field = field < 0 ? NR_FIELDS : (enum field)field;
			at += value_length(at, &ends);
			if (!ends)
				return p;
		}
		at += strspn(at, SPACE ")");
		p.from = (size_t)(at - text);
		p.kind = FILTER_OPERATOR;
		if (!*at || !strcmp(at, "&") || !strcmp(at, "|"))
			return p;
		/* Not a valid filter: two words without an operator between, or a quote. */
		p.kind = FILTER_NOWHERE;
		if (*at != '&' && *at != '|')
			return p;
	}
}
