/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_PICTURES_H
#define TUI_PICTURES_H

#include "tui/canvas.h"

/*
 * Bars and columns that are stacked of parts.  A cell shows two parts where one ends in it, to
 * an eighth of the cell; without colours, or without UTF-8, it shows the letter of the larger
 * one: a capital if parts fill half of the cell.
 */

/* What a part looks like: its colour, and its letter, a small one. */
struct picture_part {
	enum role role;
	char letter;
};

#define PICTURE_PARTS	16	/* most parts of a stack */

struct picture {
	const struct picture_part *part;
	unsigned int nr;		/* at most PICTURE_PARTS */
	double whole;			/* the size that fills a stack; > 0 */
};

/* Parts of these sizes, the first at the left, in `width` columns. */
void picture_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 const struct picture *p, const float *size);

/*
 * One cell of a column `height` cells high whose first part is at the bottom: that of row
 * `row`, 0 the lowest.  A column of anything above 0 is seen.
 */
void picture_cell(struct canvas *c, unsigned int y, unsigned int x, const struct picture *p,
		  const float *size, unsigned int row, unsigned int height);

#endif
