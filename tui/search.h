/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_SEARCH_H
#define TUI_SEARCH_H

#include <regex.h>
#include <stdbool.h>

#include "base/pattern.h"

/*
 * A search for text, ignoring case, or for an extended regular expression.  Text that contains the
 * pattern literally also matches, because "f(int)" and "operator+" are names.  All zero: matches
 * nothing.
 */
struct search {
	char *text;		/* NULL: nothing */
	regex_t *regex;		/* NULL: the text is not a valid expression, or has no special
				 * characters */
};

/* false: out of memory; it matches nothing. */
bool search_set(struct search *n, const char *text);
void search_clear(struct search *n);

/* Does the text match?  An empty search never does. */
bool search_matches(const struct search *n, const char *text);

#endif
