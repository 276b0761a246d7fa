/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SEARCH_H
#define TUI_SEARCH_H

#include <regex.h>
#include <stdbool.h>

#include "base/pattern.h"

/*
 * What is searched for: letters, large or small, or an extended regular expression.  A
 * line that holds the text as it stands is found, too: "f(int)" and "operator+" are
 * names.  All zero: nothing.
 */
struct search {
	char *text;		/* NULL: nothing */
	regex_t *regex;		/* NULL: the text is none, or has nothing special */
};

/* false: out of memory, and it is nothing. */
bool search_set(struct search *n, const char *text);
void search_clear(struct search *n);

/* Does the text hold it?  Nothing is in no text. */
bool search_matches(const struct search *n, const char *text);

#endif
