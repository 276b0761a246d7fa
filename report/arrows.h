/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_ARROWS_H
#define REPORT_ARROWS_H

#include "profile/annotation.h"

/*
 * Draws the jumps of a function beside its instructions: each on a level of its own, the shortest
 * ones innermost.  Jumps that find no level are not drawn.
 */
struct arrows;

#define ARROWS_LEVELS	8
#define ARROWS_LEN	(ARROWS_LEVELS * 3 + 4)	/* bytes of a line, including its NUL */

/* levels: their maximum number.  NULL: out of memory. */
struct arrows *arrows_new(const struct annotated *f, unsigned int levels);
void arrows_free(struct arrows *a);	/* NULL is fine */

/* Columns of a line: levels and head; 0: no jump is drawn. */
unsigned int arrows_width(const struct arrows *a);
/* The arrows beside instruction i. */
void arrows_at(const struct arrows *a, size_t i, char out[ARROWS_LEN]);
/* The arrows above instruction i, for a line between it and the one before. */
void arrows_above(const struct arrows *a, size_t i, char out[ARROWS_LEN]);

#endif
