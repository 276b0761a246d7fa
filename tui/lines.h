/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "tui/pictures.h"
#include "tui/search.h"

/* Lines of text, some with a bar, some that can be zoomed into. */

/* A picture of stacked columns; each of several lines shows one row of it. */
struct lane {
	struct picture picture;
	unsigned int at;	/* column of the text that it begins at */
	unsigned int columns, height;
	float size[];		/* picture.nr of each column */
};

#define LINE_LANES	2

struct text_line {
	char *text;		/* may hold anything: the canvas makes it safe */
	enum role role;
	double bar;		/* 0 to 1, behind the text; below 0: none */
	enum role bar_role;
	unsigned int bar_at, bar_width;	/* columns, where it is not behind the text */
	uint8_t *paint;		/* roles of columns from paint_at on; NULL: none */
	unsigned int paint_at, nr_paint;
	char *filter;		/* what a zoom counts only; NULL: none */
	bool by_keys;		/* that is one value of each of the level's keys */
	char *crumb;		/* what that is called */
	uint64_t weight;	/* what it costs, where lines are stepped through by that; else 0 */
	size_t leads;		/* line a jump leads to; 0: none */
	char *lead_filter;	/* of another function that a call leads to; NULL: none */
	char *lead_crumb;
	char *function;		/* the symbol of the one it is about; NULL: none */
	char *path;		/* of the source it is from; NULL: none that is there */
	unsigned int path_line;
	const struct lane *lane[LINE_LANES];	/* NULL: none */
	unsigned int lane_row;		/* of each; 0: the lowest */
	const struct lane *stack;	/* a bar of its only column, behind the text; NULL: none */
	bool still;		/* the cursor does not stop here */
	bool begin;		/* it begins here */
	/* Enter shows that view, by its enum view_id + 1, at that level.at; 0: the usual. */
	unsigned int opens;
	uint64_t opens_at;
};

#define LINES_HEADS	2

struct lines {
	char *head[LINES_HEADS];	/* stand still above the others; NULL: none */
	struct text_line *line;
	size_t nr, room;
	struct lane **lane;	/* those of the lines */
	size_t nr_lanes;
	bool failed;		/* no memory for some */
};

void lines_clear(struct lines *l);
/* A line; borrowed until the next is added, for a bar or a zoom.  NULL: no memory. */
struct text_line *lines_add(struct lines *l, enum role role, const char *text);
/* A blank line, unless it would be the first, and a title. */
void lines_title(struct lines *l, const char *title);
/* Each line of text; what begins in the first column is a title. */
void lines_add_text(struct lines *l, const char *text);
/* Text in lines of that width, cut at spaces where there are any. */
void lines_add_wrapped(struct lines *l, const char *text, unsigned int width);
/* A bar behind its text.  line NULL is fine. */
void lines_bar(struct text_line *line, double share, enum role role);
/*
 * A lane of all zeros; the caller fills it in.  A column of p->whole reaches to an eighth of a
 * cell below the lane's top, so that lanes do not touch.  It lives as long as the lines.  NULL:
 * no memory, and the lines failed.
 */
struct lane *lines_lane(struct lines *l, const struct picture *p, unsigned int at,
			unsigned int columns, unsigned int height);
/*
 * Lines for a lane, the last with its text: borrowed until the next is added.  The cursor
 * stops at that one only.  lane NULL is fine.  NULL: no memory.
 */
struct text_line *lines_add_lane(struct lines *l, const struct lane *lane, const char *text);
/* Put a lane, one cell high, beside those of a line.  line and lane NULL are fine. */
void lines_put_lane(struct text_line *line, const struct lane *lane);
/* A bar behind the text, stacked of the parts of these sizes.  line NULL is fine. */
void lines_stack(struct lines *l, struct text_line *line, const struct picture *p,
		 const float *size);
/* Make a line one to zoom into.  line NULL is fine. */
void lines_zoom(struct lines *l, struct text_line *line, const char *filter, const char *crumb);

/* Where a call of the line leads: a function's samples, and its name.  line NULL is fine. */
void lines_lead(struct lines *l, struct text_line *line, const char *filter, const char *crumb);
/* The function that it is about.  line NULL is fine. */
void lines_function(struct lines *l, struct text_line *line, const char *symbol);
/* Where its source is.  line NULL is fine. */
void lines_source(struct lines *l, struct text_line *line, const char *path, unsigned int nr);
/* The n-th line that stands still. */
void lines_head(struct lines *l, unsigned int n, const char *text);
/* How many these are. */
unsigned int lines_heads(const struct lines *l);

/* Draw the lines from `top` on, on canvas lines y to y + height - 1; search: what to mark. */
void lines_draw(const struct lines *l, struct canvas *c, unsigned int y, unsigned int height,
		size_t top, size_t cursor, unsigned int left, const struct search *search);

#endif
