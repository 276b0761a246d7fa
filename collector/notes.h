/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_NOTES_H
#define COLLECTOR_NOTES_H

#include <stddef.h>
#include <stdint.h>

/* Messages about what an input skipped or found odd: a bounded list, one entry per kind. */

#define NOTES_MAX 50

struct notes {
	struct {
		const char *kind;	/* the format string itself */
		char *text;
		uint64_t more;		/* further occurrences */
	} list[NOTES_MAX];
	size_t nr;
	const char *shown[NOTES_MAX];
	char *suffixed[NOTES_MAX];	/* owned: text with its count */
};

/*
 * Add one sentence.  fmt must be a literal: a second note with the same fmt only counts.  Never put
 * text from the recording into a note.
 */
void notes_add(struct notes *n, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The notes with their counts; borrowed until the next call or notes_free(). */
const char *const *notes_show(struct notes *n, size_t *nr);

void notes_free(struct notes *n);

#endif
