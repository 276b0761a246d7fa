// SPDX-License-Identifier: GPL-2.0-only
#include "tui/canvas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "report/escape.h"

#define SIDE_MAX	10000

struct canvas {
	unsigned int width, height;
	unsigned int colors;	/* per cell */
	struct canvas_cell *cell;
	FILE *safe;		/* escaped text is written here: text, len */
	char *text;
	size_t len;
};

struct canvas *canvas_new(unsigned int width, unsigned int height)
{
	struct canvas *c;

	if (!width || !height || width > SIDE_MAX || height > SIDE_MAX)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->width = width;
	c->height = height;
	c->colors = 2;
	c->cell = calloc((size_t)width * height, sizeof(*c->cell));
	c->safe = open_memstream(&c->text, &c->len);
	if (!c->cell || !c->safe) {
		canvas_free(c);
		return NULL;
	}
	canvas_clear(c);
	return c;
}

void canvas_free(struct canvas *c)
{
	if (!c)
		return;
	if (c->safe)
		fclose(c->safe);
	free(c->text);
	free(c->cell);
	free(c);
}

unsigned int canvas_width(const struct canvas *c)
{
	return c->width;
}

unsigned int canvas_height(const struct canvas *c)
{
	return c->height;
}

static struct canvas_cell *cell_at(const struct canvas *c, unsigned int y, unsigned int x)
{
	return y < c->height && x < c->width ? &c->cell[(size_t)y * c->width + x] : NULL;
}

const struct canvas_cell *canvas_at(const struct canvas *c, unsigned int y, unsigned int x)
{
	return cell_at(c, y, x);
}

/* Set one character.  If this overwrites half of a wide one, its other half becomes blank. */
static void set(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		enum role role, const char *text, size_t len)
{
	static const struct canvas_cell blank = { .text = " ", .width = 1 };
	struct canvas_cell *cell = cell_at(c, y, x), *last = cell_at(c, y, x + width - 1);
	struct canvas_cell *next = cell_at(c, y, x + width);

	if (!cell || !last)
		return;
	if (!cell->width && x)
		cell[-1] = blank;
	if (last->width == 2 && next)
		*next = blank;
	memset(cell, 0, width * sizeof(*cell));
	memcpy(cell->text, text, len < sizeof(cell->text) ? len : sizeof(cell->text) - 1);
	cell->width = (uint8_t)width;
	cell->role = last->role = role;
}

void canvas_set_colors(struct canvas *c, unsigned int colors)
{
	c->colors = colors;
}

unsigned int canvas_colors(const struct canvas *c)
{
	return c->colors;
}

void canvas_glyph(struct canvas *c, unsigned int y, unsigned int x, enum role role,
		  enum role ground, const char *glyph)
{
	struct canvas_cell *cell = cell_at(c, y, x);

	if (!cell)
		return;
	set(c, y, x, 1, role, glyph, strlen(glyph));
	cell->ground = (uint8_t)ground;
}

void canvas_fill(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 enum role role)
{
	for (unsigned int end = x + width; x < end && x < c->width; x++)
		set(c, y, x, 1, role, " ", 1);
}

void canvas_clear(struct canvas *c)
{
	for (unsigned int y = 0; y < c->height; y++)
		canvas_fill(c, y, 0, c->width, ROLE_TEXT);
}

void canvas_paint(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		  enum role role)
{
	struct canvas_cell *cell;

	for (unsigned int end = x + width; x < end && (cell = cell_at(c, y, x)); x++)
		cell->role = role;
}

/* Draw the text that cell_write() escaped, in which every character has a width. */
static unsigned int put_safe(struct canvas *c, unsigned int y, unsigned int x, enum role role)
{
	unsigned int from = x;

	for (size_t at = 0; at < c->len;) {
		struct glyph g = glyph_at(c->text + at);
		int width = wcwidth((wchar_t)g.code);

		if (!g.used || width < 1 || width > 2)
			break;
		set(c, y, x, (unsigned int)width, role, c->text + at, g.used);
		x += (unsigned int)width;
		at += g.used;
	}
	return x - from;
}

static unsigned int put(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
			enum role role, const char *text, bool tail)
{
	if (y >= c->height || x >= c->width)
		return 0;
	width = width < c->width - x ? width : c->width - x;
	rewind(c->safe);
	cell_write(c->safe, text, width, false, tail);
	fputc('\0', c->safe);
	if (fflush(c->safe))
		return 0;
	c->len--;
	return put_safe(c, y, x, role);
}

unsigned int canvas_put(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
			enum role role, const char *text)
{
	return put(c, y, x, width, role, text, false);
}

unsigned int canvas_put_tail(struct canvas *c, unsigned int y, unsigned int x,
			     unsigned int width, enum role role, const char *text)
{
	return put(c, y, x, width, role, text, true);
}

unsigned int canvas_put_right(struct canvas *c, unsigned int y, unsigned int x,
			      unsigned int width, enum role role, const char *text)
{
	unsigned int used = (unsigned int)cell_width(text, width);

	return put(c, y, x + width - used, used, role, text, false);
}

void canvas_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		enum role role, double share)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	bool utf8 = locale_has_utf8();
	unsigned int steps = utf8 ? 8 : 1, length, i;

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	length = (unsigned int)(share * width * steps + 0.5);
	if (share > 0 && !length)
		length = 1;
	for (i = 0; i < length / steps; i++)
		canvas_put(c, y, x + i, 1, role, utf8 ? "█" : "#");
	if (length % steps)
		canvas_put(c, y, x + i, 1, role, eighths[length % steps]);
}

int canvas_print(const struct canvas *c, FILE *out)
{
	for (unsigned int y = 0; y < c->height; y++) {
		const struct canvas_cell *row = cell_at(c, y, 0);
		unsigned int end = c->width;

		while (end && !strcmp(row[end - 1].text, " "))
			end--;
		for (unsigned int x = 0; x < end; x++)
			fputs(row[x].text, out);
		fputc('\n', out);
	}
	return ferror(out) ? -EIO : 0;
}
