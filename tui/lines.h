/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "tui/pictures.h"
#include "tui/search.h"

/* Lines of text, some with a bar, some of which can be zoomed into. */

/* A picture of stacked columns, spread over several lines that each show one row of it. */
struct lane {
	struct picture picture;
	unsigned int at;	/* column of the text at which it begins */
	unsigned int columns, height;
	float size[];		/* picture.nr for each column */
};

#define LINE_LANES	2

struct text_line {
	char *text;		/* any text: the canvas makes it safe */
	enum role role;
	double bar;		/* 0 to 1, after the text; below 0: none */
	enum role bar_role;
	unsigned int bar_at, bar_width;	/* columns, if it is not after the text */
	uint8_t *paint;		/* roles of columns from paint_at on; NULL: none */
	unsigned int paint_at, nr_paint;
	char *filter;		/* filter of a zoom into it; NULL: none */
	bool by_keys;		/* the filter is one value for each of the level's keys */
	char *crumb;		/* name of the zoom */
	uint64_t weight;	/* its cost, if lines can be stepped through by cost; else 0 */
	size_t leads;		/* target line of a jump; 0: none */
	char *lead_filter;	/* filter of a called function; NULL: none */
	char *lead_crumb;
	char *function;		/* symbol of its function; NULL: none */
	char *path;		/* of its source file; NULL: none available */
	unsigned int path_line;
	const struct lane *lane[LINE_LANES];	/* NULL: none */
	unsigned int lane_row;		/* row of each lane; 0: the lowest */
	const struct lane *stack;	/* its only column as a bar after the text; NULL: none */
	bool still;		/* the cursor does not stop here */
	bool begin;		/* the cursor starts here */
	/* Enter shows this view (enum view_id + 1), with that level.at; 0: the default. */
	unsigned int opens;
	uint64_t opens_at;
};

#define LINES_HEADS	2

struct lines {
	char *head[LINES_HEADS];	/* fixed above the others; NULL: none */
	struct text_line *line;
	size_t nr, room;
	struct lane **lane;	/* owned: those of the lines */
	size_t nr_lanes;
	bool failed;		/* out of memory for some */
};

void lines_clear(struct lines *l);
/*
 * Add a line; borrowed until the next is added, to give it a bar or a zoom.  NULL: out of memory.
 */
struct text_line *lines_add(struct lines *l, enum role role, const char *text);
/* Add a blank line, unless it would be the first, and a title. */
void lines_title(struct lines *l, const char *title);
/* Add each line of text; those that begin in the first column are titles. */
void lines_add_text(struct lines *l, const char *text);
/* Add text wrapped to that width, at spaces if possible. */
void lines_add_wrapped(struct lines *l, const char *text, unsigned int width);
/* Draw a bar after its text.  line NULL is fine. */
void lines_bar(struct text_line *line, double share, enum role role);
/*
 * Create a lane of zeros, to be filled by the caller.  A column of p->whole ends an eighth of a
 * cell below the lane's top, so that lanes do not touch.  Owned by the lines.  NULL: out of memory;
 * the lines have failed.
 */
struct lane *lines_lane(struct lines *l, const struct picture *p, unsigned int at,
			unsigned int columns, unsigned int height);
/*
 * Add the lines of a lane; the last one has its text and is borrowed until the next is added.  The
 * cursor stops only there.  lane NULL is fine.  NULL: out of memory.
 */
struct text_line *lines_add_lane(struct lines *l, const struct lane *lane, const char *text);
/* Add a lane, one cell high, to those of a line.  line and lane NULL are fine. */
void lines_put_lane(struct text_line *line, const struct lane *lane);
/* A bar after the text, stacked of parts with these sizes.  line NULL is fine. */
void lines_stack(struct lines *l, struct text_line *line, const struct picture *p,
		 const float *size);
/* Let a line be zoomed into.  line NULL is fine. */
void lines_zoom(struct lines *l, struct text_line *line, const char *filter, const char *crumb);

/* Set the target of the line's call: filter of the function, and its name.  line NULL is fine. */
void lines_lead(struct lines *l, struct text_line *line, const char *filter, const char *crumb);
/* Set the line's function.  line NULL is fine. */
void lines_function(struct lines *l, struct text_line *line, const char *symbol);
/* Set the line's source.  line NULL is fine. */
void lines_source(struct lines *l, struct text_line *line, const char *path, unsigned int nr);
/* Set the n-th fixed line. */
void lines_head(struct lines *l, unsigned int n, const char *text);
/* The number of fixed lines. */
unsigned int lines_heads(const struct lines *l);

/* Draw the lines from `top` on, on canvas lines y to y + height - 1; search: text to highlight. */
void lines_draw(const struct lines *l, struct canvas *c, unsigned int y, unsigned int height,
		size_t top, size_t cursor, unsigned int left, const struct search *search);

#endif
