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
	char text[5];		/* one character, UTF-8; "" right of a wide one */
	uint8_t width;		/* columns: 1 or 2; 0 right of a wide one */
	uint8_t role;		/* enum role */
	uint8_t ground;		/* enum role whose colour is behind it; ROLE_TEXT: none */
};

struct canvas;

/* All blank.  Sides are at most 10,000; NULL: out of memory, or no such size. */
struct canvas *canvas_new(unsigned int width, unsigned int height);
void canvas_free(struct canvas *c);	/* NULL is fine */
unsigned int canvas_width(const struct canvas *c);
unsigned int canvas_height(const struct canvas *c);
void canvas_clear(struct canvas *c);
/* Borrowed until the canvas changes; NULL: outside. */
const struct canvas_cell *canvas_at(const struct canvas *c, unsigned int y, unsigned int x);

/*
 * Write text, by anyone and of any length, in at most `width` columns of line y
 * from column x on: escaped as report_escape() does, and cut, with ".." for
 * what is left out.  What is outside the canvas is not written.  Returns the
 * columns written.
 */
unsigned int canvas_put(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
			enum role role, const char *text);
/* The same, but the start is cut off, and never the end. */
unsigned int canvas_put_tail(struct canvas *c, unsigned int y, unsigned int x,
			     unsigned int width, enum role role, const char *text);
/* The same, at the right end of the columns. */
unsigned int canvas_put_right(struct canvas *c, unsigned int y, unsigned int x,
			      unsigned int width, enum role role, const char *text);
/* Blank `width` columns. */
void canvas_fill(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 enum role role);
/* Give what is there another role. */
void canvas_paint(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		  enum role role);
/*
 * How many colours the terminal can show in one cell, text and ground: 0 (it has none), 1 or 2.
 * A canvas begins with 2.
 */
void canvas_set_colors(struct canvas *c, unsigned int colors);
unsigned int canvas_colors(const struct canvas *c);
/* One narrow character of a picture, safe as it is, in the colour of role on that of ground. */
void canvas_glyph(struct canvas *c, unsigned int y, unsigned int x, enum role role,
		  enum role ground, const char *glyph);
/*
 * A bar of share (0 to 1) of width columns, to an eighth of a column where the
 * locale has UTF-8, else of '#'.  A share above 0 is always seen.
 */
void canvas_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		enum role role, double share);

/* Line by line, without blanks at their ends.  0, or -errno of the write. */
int canvas_print(const struct canvas *c, FILE *out);

#endif
