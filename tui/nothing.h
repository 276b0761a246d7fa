/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_NOTHING_H
#define TUI_NOTHING_H

#include "tui/pass.h"

struct app;
struct lines;

/*
 * Why nothing is shown, and what to do about it: zooms and filters hold together, so that a zoom
 * into one world inside another leaves no sample.
 */
#define NOTHING_LINES	3
#define NOTHING_LEN	(FILTER_LEN + 64)

/* "": no more lines. */
struct nothing {
	char line[NOTHING_LINES][NOTHING_LEN];
};

/* Of the result, which has no sample. */
void nothing_say(const struct app *a, struct nothing *out);
/* The same as lines, the first a title. */
void nothing_lines(const struct app *a, struct lines *l);

#endif
