/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_SVG_H
#define REPORT_HTML_SVG_H

#include "report/html/page.h"

/*
 * Pictures in SVG.  A picture is as wide as its place: x and width are % of it, y and height
 * are pixels, so that text keeps its size on a phone and on a wide screen.  Only plots
 * (svg_plot()) have coordinates of their own in both directions, and no text.  Classes are
 * ours; titles and texts are escaped.
 */

struct svg_box {
	double x, y, width, height;
};

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* label: what the picture is, for who does not see it. */
void svg_open(struct html *h, const char *class, unsigned int height, const char *label);
/* From 0 to width, 0 to 100 (below), stretched to its place. */
void svg_plot(struct html *h, const char *class, unsigned int height, unsigned int width,
	      const char *label);
void svg_close(struct html *h);
/* title: shown when pointed at; NULL: none. */
void svg_rect(struct html *h, const char *class, struct svg_box box, const char *title);
void svg_text(struct html *h, const char *class, double x, double y, enum svg_anchor anchor,
	      const char *text);
/* A box with its name, cut where the box ends. */
void svg_frame(struct html *h, const char *class, struct svg_box box, const char *name,
	       const char *title);

/* The outline of columns in a plot: begin, the top of each from left to right, end. */
struct svg_area {
	struct html *h;
	double height;		/* of the last column */
	double end;		/* of that */
};
void svg_area_begin(struct svg_area *a, struct html *h, const char *class);
/* From x to end so high; 0 to 100. */
void svg_area_add(struct svg_area *a, double x, double end, double height);
void svg_area_end(struct svg_area *a);

#endif
