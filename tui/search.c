// SPDX-License-Identifier: GPL-2.0-only
#include "tui/search.h"

#include <stdlib.h>
#include <string.h>

bool search_set(struct search *n, const char *text)
{
	char why[160];

	search_clear(n);
	if (!*text)
		return true;
	n->text = strdup(text);
	/* While being typed, the text is often not yet a valid expression. */
	if (n->text && strpbrk(text, ".[(*+?{|^$\\"))
		pattern_compile(&n->regex, text, strlen(text), REG_ICASE, why, sizeof(why));
	return n->text;
}

void search_clear(struct search *n)
{
	free(n->text);
	pattern_free(n->regex);
	*n = (struct search){ 0 };
}

bool search_matches(const struct search *n, const char *text)
{
	if (!n->text)
		return false;
	return strcasestr(text, n->text) || (n->regex && !regexec(n->regex, text, 0, NULL, 0));
}
