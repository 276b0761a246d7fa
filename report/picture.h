/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "report/palette.h"

/*
 * Bars and columns stacked of parts, drawn in character cells.  If a part ends inside a cell, the
 * cell shows two parts, to an eighth of its size.  Without colours or UTF-8 it shows the letter of
 * the larger part: a capital if parts fill at least half of the cell.
 */

/* The look of a part: its colour (ROLE_DIM: a shade) and its letter, lower case. */
struct picture_part {
	enum role role;
	char letter;
};

/* A cell completely filled by a part, if there are colours. */
const char *picture_full(const struct picture_part *part);

#define PICTURE_PARTS	16	/* maximum parts of a stack */

struct picture {
	const struct picture_part *part;
	unsigned int nr;		/* at most PICTURE_PARTS */
	double whole;			/* the size of a full stack; > 0 */
};

/* The direction in which a stack grows. */
enum picture_way { PICTURE_UP, PICTURE_RIGHT };

struct picture_glyph {
	char text[5];			/* one character, UTF-8; "": empty */
	enum role role;
	enum role ground;		/* background; ROLE_TEXT: none */
};

/*
 * Cell `at` of `cells` in a stack with parts of these sizes.  colors: how many colours a cell can
 * have, 0, 1 or 2.  Any size above 0 is visible.
 */
struct picture_glyph picture_glyph(const struct picture *p, const float *size, unsigned int at,
				   unsigned int cells, enum picture_way way, unsigned int colors);

#endif
