// SPDX-License-Identifier: GPL-2.0-only
#include "collector/notes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void notes_add(struct notes *n, const char *fmt, ...)
{
	va_list ap;
	size_t i;

	for (i = 0; i < n->nr; i++) {
		if (!strcmp(n->list[i].kind, fmt)) {
			n->list[i].more++;
			return;
		}
	}
	if (n->nr == NOTES_MAX)
		return;
	va_start(ap, fmt);
	if (vasprintf(&n->list[i].text, fmt, ap) < 0)
		n->list[i].text = NULL;
	va_end(ap);
	if (!n->list[i].text)
		return;
	n->list[i].kind = fmt;
	n->list[i].more = 0;
	n->nr++;
}

const char *const *notes_show(struct notes *n, size_t *nr)
{
	for (size_t i = 0; i < n->nr; i++) {
		free(n->suffixed[i]);
		n->suffixed[i] = NULL;
		if (n->list[i].more &&
		    asprintf(&n->suffixed[i], "%s (and %" PRIu64 " more like this)",
			     n->list[i].text, n->list[i].more) < 0)
			n->suffixed[i] = NULL;
		n->shown[i] = n->suffixed[i] ? n->suffixed[i] : n->list[i].text;
	}
	*nr = n->nr;
	return n->shown;
}

void notes_free(struct notes *n)
{
	for (size_t i = 0; i < n->nr; i++) {
		free(n->list[i].text);
		free(n->suffixed[i]);
	}
	n->nr = 0;
}
