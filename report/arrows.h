/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_ARROWS_H
#define REPORT_ARROWS_H

#include "profile/annotation.h"

/*
 * The jumps of a function drawn beside its instructions: each on a level of its own, the
 * shortest ones innermost.  What has no level is not drawn.
 */
struct arrows;

#define ARROWS_LEVELS	8
#define ARROWS_LEN	(ARROWS_LEVELS * 3 + 4)	/* bytes of one line, with its NUL */

/* On at most so many levels.  NULL: out of memory. */
struct arrows *arrows_new(const struct annotated *f, unsigned int levels);
void arrows_free(struct arrows *a);	/* NULL is fine */

/* Columns of a line: levels and head; 0: no jump is drawn. */
unsigned int arrows_width(const struct arrows *a);
/* Beside instruction i. */
void arrows_at(const struct arrows *a, size_t i, char out[ARROWS_LEN]);
/* Above it, where another line stands between. */
void arrows_above(const struct arrows *a, size_t i, char out[ARROWS_LEN]);

#endif
