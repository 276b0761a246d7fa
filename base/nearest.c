// SPDX-License-Identifier: GPL-2.0-only
#include "base/nearest.h"

#include <string.h>

/* Longer words are compared by nothing: no option, field or column is longer. */
#define WORD_MAX	32

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

/* '-' and '_' are one mistake away for the eye, and none for the meaning. */
static unsigned int differ(char a, char b)
{
	if (a == '-')
		a = '_';
	if (b == '-')
		b = '_';
	return (a | 0x20) != (b | 0x20);
}

/* Edits from a to b; two swapped neighbours are one (Damerau, restricted). */
static unsigned int distance(const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned int d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= alen; i++)
		d[i][0] = (unsigned int)i;
	for (size_t j = 0; j <= blen; j++)
		d[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= alen; i++)
		for (size_t j = 1; j <= blen; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				       d[i - 1][j - 1] + differ(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[alen][blen];
}

void nearest_start(struct nearest *n, const char *word, size_t len)
{
	*n = (struct nearest){ .word = word, .len = len };
	/* A third of the letters may be wrong; more is another word. */
	n->distance = len < 3 ? 2 : (unsigned int)(len / 3 + 2);
	if (n->distance > 4)
		n->distance = 4;
}

void nearest_try(struct nearest *n, const char *candidate)
{
	size_t len = strlen(candidate);
	unsigned int d;

	if (!n->len || n->len > WORD_MAX || len > WORD_MAX)
		return;
	/* Each letter more or less is an edit: most words need no comparison. */
	if ((len > n->len ? len - n->len : n->len - len) < n->distance)
		d = distance(n->word, n->len, candidate, len);
	else
		d = n->distance;
	/* A beginning is a good guess, however much is missing. */
	if (n->len >= 3 && len > n->len && !memcmp(candidate, n->word, n->len) && d > 1)
		d = 1;
	if (d < n->distance) {
		n->distance = d;
		n->best = candidate;
	}
}
