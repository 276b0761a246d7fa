/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_NOTHING_H
#define TUI_NOTHING_H

#include "tui/pass.h"

struct app;
struct lines;

/*
 * Explains an empty view, and how to leave it.  Zooms and filters apply together, so that a zoom
 * into one world within another leaves no sample.
 */
#define NOTHING_LINES	3
#define NOTHING_LEN	(FILTER_LEN + 64)

/* "": no more lines. */
struct nothing {
	char line[NOTHING_LINES][NOTHING_LEN];
};

/* The result must be without samples. */
void nothing_say(const struct app *a, struct nothing *out);
/* The same as lines, the first a title. */
void nothing_lines(const struct app *a, struct lines *l);

#endif
