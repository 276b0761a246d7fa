/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_ARROWS_H
#define REPORT_ARROWS_H

#include "profile/annotation.h"

/*
 * The jumps of a function drawn beside its instructions: each in a lane of its own, the
 * shortest ones innermost.  What has no lane is not drawn.
 */
struct arrows;

#define ARROWS_LANES	8
#define ARROWS_LEN	(ARROWS_LANES * 3 + 4)	/* bytes of one line, with its NUL */

/* At most so many lanes.  NULL: out of memory. */
struct arrows *arrows_new(const struct annotated *f, unsigned int lanes);
void arrows_free(struct arrows *a);	/* NULL is fine */

/* Columns of a line: lanes and head; 0: no jump is drawn. */
unsigned int arrows_width(const struct arrows *a);
/* Beside instruction i. */
void arrows_at(const struct arrows *a, size_t i, char out[ARROWS_LEN]);
/* Above it, where another line stands between. */
void arrows_above(const struct arrows *a, size_t i, char out[ARROWS_LEN]);

#endif
