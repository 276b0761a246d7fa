// SPDX-License-Identifier: GPL-2.0-only
#include "tui/needle.h"

#include <stdlib.h>
#include <string.h>

bool needle_set(struct needle *n, const char *text)
{
	char why[160];

	needle_clear(n);
	if (!*text)
		return true;
	n->text = strdup(text);
	/* While it is typed it is often not yet one. */
	if (n->text && strpbrk(text, ".[(*+?{|^$\\"))
		pattern_compile(&n->regex, text, strlen(text), REG_ICASE, why, sizeof(why));
	return n->text;
}

void needle_clear(struct needle *n)
{
	free(n->text);
	pattern_free(n->regex);
	*n = (struct needle){ 0 };
}

bool needle_is_set(const struct needle *n)
{
	return n->text;
}

bool needle_matches(const struct needle *n, const char *text)
{
	if (!n->text)
		return false;
	return strcasestr(text, n->text) || (n->regex && !regexec(n->regex, text, 0, NULL, 0));
}
