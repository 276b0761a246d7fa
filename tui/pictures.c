// SPDX-License-Identifier: GPL-2.0-only
#include "tui/pictures.h"

static void put(struct canvas *c, unsigned int y, unsigned int x, const struct picture_glyph *g)
{
	if (*g->text)
		canvas_glyph(c, y, x, g->role, g->ground, g->text);
}

void picture_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 const struct picture *p, const float *size)
{
	for (unsigned int i = 0; i < width; i++) {
		struct picture_glyph g = picture_glyph(p, size, i, width, PICTURE_RIGHT,
						       canvas_colors(c));

		put(c, y, x + i, &g);
	}
}

void picture_cell(struct canvas *c, unsigned int y, unsigned int x, const struct picture *p,
		  const float *size, unsigned int row, unsigned int height)
{
	struct picture_glyph g = picture_glyph(p, size, row, height, PICTURE_UP, canvas_colors(c));

	put(c, y, x, &g);
}
