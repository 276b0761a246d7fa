/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/palette.h"

/* A screen as a grid of cells: views draw on it, a terminal shows it, tests print it. */

struct canvas_cell {
	char text[5];		/* one character, UTF-8; "" in the second column of a wide one */
	uint8_t width;		/* columns: 1 or 2; 0 in the second column of a wide one */
	uint8_t role;		/* enum role */
	uint8_t ground;		/* enum role whose colour is the background; ROLE_TEXT: none */
};

struct canvas;

/* A blank canvas.  Sides are at most 10,000; NULL: out of memory, or invalid size. */
struct canvas *canvas_new(unsigned int width, unsigned int height);
void canvas_free(struct canvas *c);	/* NULL is fine */
unsigned int canvas_width(const struct canvas *c);
unsigned int canvas_height(const struct canvas *c);
void canvas_clear(struct canvas *c);
/* Borrowed until the canvas changes; NULL: outside. */
const struct canvas_cell *canvas_at(const struct canvas *c, unsigned int y, unsigned int x);

/*
 * Write any text, escaped as by report_escape(), in at most `width` columns of line y from column x
 * on.  ".." replaces what does not fit.  Nothing is written outside the canvas.  Returns the number
 * of columns written.
 */
unsigned int canvas_put(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
			enum role role, const char *text);
/* The same, but truncates the start instead of the end. */
unsigned int canvas_put_tail(struct canvas *c, unsigned int y, unsigned int x,
			     unsigned int width, enum role role, const char *text);
/* The same, right-aligned in the columns. */
unsigned int canvas_put_right(struct canvas *c, unsigned int y, unsigned int x,
			      unsigned int width, enum role role, const char *text);
/* Blank `width` columns. */
void canvas_fill(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 enum role role);
/* Change the role of what is there. */
void canvas_paint(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		  enum role role);
/* How many colours a cell can have, text and background: 0 (none), 1 or 2.  Initially 2. */
void canvas_set_colors(struct canvas *c, unsigned int colors);
unsigned int canvas_colors(const struct canvas *c);
/*
 * Draw one narrow character of a picture, which must be safe, in the colour of role on that of
 * ground.
 */
void canvas_glyph(struct canvas *c, unsigned int y, unsigned int x, enum role role,
		  enum role ground, const char *glyph);
/*
 * A bar for a share (0 to 1) of width columns, to an eighth of a column if the locale has UTF-8,
 * else made of '#'.  A share above 0 is always visible.
 */
void canvas_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		enum role role, double share);

/* Print all lines without trailing blanks.  0, or -errno of the write. */
int canvas_print(const struct canvas *c, FILE *out);

#endif
