/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/*
 * Suggest a word for a mistyped one: nearest_start(), nearest_try() with every valid word, then
 * read .best.
 */
struct nearest {
	const char *word;	/* borrowed */
	size_t len;
	const char *best;	/* one of the words tried; NULL: none is similar enough */
	unsigned int distance;	/* edits from word to best */
};

void nearest_start(struct nearest *n, const char *word, size_t len);
void nearest_try(struct nearest *n, const char *candidate);

#endif
