// SPDX-License-Identifier: GPL-2.0-only
#include "report/html/svg.h"

#include <string.h>

#define PLOT_HEIGHT	100

/* A number with just enough digits, independent of the locale. */
static const char *number(char out[NUMBER_LEN], double v)
{
	size_t len = strlen(number_fixed(out, v, 2));

	while (out[len - 1] == '0')
		len--;
	len -= out[len - 1] == '.';
	out[len ? len : 1] = '\0';
	return out;
}

static void put_label(struct html *h, const char *label)
{
	html_put(h, " role=\"img\" aria-label=\"");
	html_name(h, label);
	html_put(h, "\">");
}

void svg_open(struct html *h, const char *class, unsigned int height, const char *label)
{
	html_put(h, "<svg class=\"%s\" width=\"100%%\" height=\"%u\"", class, height);
	put_label(h, label);
}

void svg_plot(struct html *h, const char *class, unsigned int height, unsigned int width,
	      const char *label)
{
	html_put(h, "<svg class=\"%s\" width=\"100%%\" height=\"%u\" viewBox=\"0 0 %u %u\" "
		 "preserveAspectRatio=\"none\"", class, height, width, PLOT_HEIGHT);
	put_label(h, label);
}

void svg_close(struct html *h)
{
	html_put(h, "</svg>\n");
}

static void put_title(struct html *h, const char *title)
{
	html_put(h, "<title>");
	html_text(h, title, 2 * HTML_NAME);
	html_put(h, "</title>");
}

static void put_box(struct html *h, const char *what, const char *class, struct svg_box b)
{
	char x[NUMBER_LEN], y[NUMBER_LEN], width[NUMBER_LEN], height[NUMBER_LEN];

	html_put(h, "<%s class=\"%s\" x=\"%s%%\" y=\"%s\" width=\"%s%%\" height=\"%s\"", what,
		 class, number(x, b.x), number(y, b.y), number(width, b.width),
		 number(height, b.height));
}

void svg_rect(struct html *h, const char *class, struct svg_box box, const char *title)
{
	put_box(h, "rect", class, box);
	if (title) {
		html_put(h, ">");
		put_title(h, title);
		html_put(h, "</rect>");
	} else {
		html_put(h, "/>");
	}
}

void svg_text(struct html *h, const char *class, double x, double y, enum svg_anchor anchor,
	      const char *text)
{
	static const char *const anchors[] = { "", " middle", " end" };
	char at[NUMBER_LEN], down[NUMBER_LEN];

	html_put(h, "<text class=\"%s%s\" x=\"%s%%\" y=\"%s\">", class, anchors[anchor],
		 number(at, x), number(down, y));
	html_text(h, text, HTML_NAME);
	html_put(h, "</text>");
}

void svg_frame(struct html *h, const char *class, struct svg_box box, const char *name,
	       const char *title)
{
	char down[NUMBER_LEN];

	put_box(h, "svg", class, box);
	html_put(h, ">");
	put_title(h, title);
	html_put(h, "<rect width=\"100%%\" height=\"100%%\"/><text x=\"4\" y=\"%s\">",
		 number(down, box.height * 0.72));
	html_text(h, name, HTML_NAME);
	html_put(h, "</text></svg>\n");
}

void svg_area_begin(struct svg_area *a, struct html *h, const char *class)
{
	*a = (struct svg_area){ .h = h, .height = 0 };
	html_put(h, "<path class=\"%s\" d=\"M0 %d", class, PLOT_HEIGHT);
}

void svg_area_add(struct svg_area *a, double x, double end, double height)
{
	char at[NUMBER_LEN], y[NUMBER_LEN];

	if (height != a->height)
		html_put(a->h, "H%sV%s", number(at, x), number(y, PLOT_HEIGHT - height));
	a->height = height;
	a->end = end;
}

void svg_area_end(struct svg_area *a)
{
	char at[NUMBER_LEN];

	html_put(a->h, "H%sV%dZ\"/>", number(at, a->end), PLOT_HEIGHT);
}
