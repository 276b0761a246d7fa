/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_NEEDLE_H
#define TUI_NEEDLE_H

#include <regex.h>
#include <stdbool.h>

#include "profile/pattern.h"

/*
 * What is searched for: letters, large or small, or an extended regular expression.  A
 * line that holds the text as it stands is found, too: "f(int)" and "operator+" are
 * names.  All zero: nothing.
 */
struct needle {
	char *text;
	regex_t *regex;		/* NULL: the text is none, or has nothing special */
};

/* false: out of memory, and it is nothing. */
bool needle_set(struct needle *n, const char *text);
void needle_clear(struct needle *n);
bool needle_is_set(const struct needle *n);

/* Does the text hold it?  Nothing is in no text. */
bool needle_matches(const struct needle *n, const char *text);

#endif
