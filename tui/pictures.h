/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_PICTURES_H
#define TUI_PICTURES_H

#include "report/picture.h"
#include "tui/canvas.h"

/* Stacks of parts (report/picture.h) on a canvas. */

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
