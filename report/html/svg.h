/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_SVG_H
#define REPORT_HTML_SVG_H

#include "report/html/page.h"

/*
 * Pictures in SVG.  A picture is as wide as its place: x and width are in %, y and height in
 * pixels, so that text keeps its size on a phone and on a wide screen.  Only plots (svg_plot())
 * have coordinates of their own in both directions, and they have no text.  Classes are our own;
 * titles and texts are escaped.
 */

struct svg_box {
	double x, y, width, height;
};

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* label: a description for screen readers. */
void svg_open(struct html *h, const char *class, unsigned int height, const char *label);
/* Coordinates are 0 to width, and 0 to 100 from top to bottom, stretched to the plot's place. */
void svg_plot(struct html *h, const char *class, unsigned int height, unsigned int width,
	      const char *label);
void svg_close(struct html *h);
/* title: tooltip; NULL: none. */
void svg_rect(struct html *h, const char *class, struct svg_box box, const char *title);
void svg_text(struct html *h, const char *class, double x, double y, enum svg_anchor anchor,
	      const char *text);
/* A box with its name, clipped to the box. */
void svg_frame(struct html *h, const char *class, struct svg_box box, const char *name,
	       const char *title);

/* The outline of columns in a plot: begin, the columns from left to right, end. */
struct svg_area {
	struct html *h;
	double height;		/* of the last column */
	double end;		/* x at the end of the last column */
};
void svg_area_begin(struct svg_area *a, struct html *h, const char *class);
/* A column of that height, 0 to 100, from x to end. */
void svg_area_add(struct svg_area *a, double x, double end, double height);
void svg_area_end(struct svg_area *a);

#endif
