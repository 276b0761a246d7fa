/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "report/palette.h"

/*
 * Bars and columns that are stacked of parts, cell by cell.  A cell shows two parts where one
 * ends in it, to an eighth of the cell; without colours, or without UTF-8, it shows the letter
 * of the larger one: a capital if parts fill half of the cell.
 */

/* What a part looks like: its colour, ROLE_DIM: a shade, and its letter, a small one. */
struct picture_part {
	enum role role;
	char letter;
};

/* One cell full of a part, where there are colours. */
const char *picture_full(const struct picture_part *part);

#define PICTURE_PARTS	16	/* most parts of a stack */

struct picture {
	const struct picture_part *part;
	unsigned int nr;		/* at most PICTURE_PARTS */
	double whole;			/* the size that fills a stack; > 0 */
};

/* Which way a stack grows from its first part. */
enum picture_way { PICTURE_UP, PICTURE_RIGHT };

struct picture_glyph {
	char text[5];			/* one character, UTF-8; "": nothing is there */
	enum role role;
	enum role ground;		/* behind it; ROLE_TEXT: none */
};

/*
 * Cell `at` of a stack of `cells` that has parts of these sizes.  colors: how many a terminal
 * can show in a cell, 0, 1 or 2.  A stack of anything above 0 is seen.
 */
struct picture_glyph picture_glyph(const struct picture *p, const float *size, unsigned int at,
				   unsigned int cells, enum picture_way way, unsigned int colors);

#endif
