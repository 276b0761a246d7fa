/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_PICTURES_H
#define TUI_PICTURES_H

#include "report/picture.h"
#include "tui/canvas.h"

/* Draws stacks of parts (report/picture.h) on a canvas. */

/* A bar of parts with these sizes, first at the left, in `width` columns. */
void picture_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 const struct picture *p, const float *size);

/*
 * One cell of a column of `height` cells whose first part is at the bottom: row `row`, 0 the
 * lowest.  Any size above 0 is visible.
 */
void picture_cell(struct canvas *c, unsigned int y, unsigned int x, const struct picture *p,
		  const float *size, unsigned int row, unsigned int height);

#endif
