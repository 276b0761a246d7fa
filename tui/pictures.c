// SPDX-License-Identifier: GPL-2.0-only
#include "tui/pictures.h"

#include <ctype.h>

#include "report/escape.h"

#define EIGHTHS	8
#define NONE	PICTURE_PARTS

static const char *const up[EIGHTHS + 1] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const right[EIGHTHS + 1] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };

/* Which part each eighth of a cell is of, from the end where parts begin. */
struct cell {
	unsigned int part[EIGHTHS];
	unsigned int used;		/* eighths of any part */
};

/* Cell `at` of `cells`. */
static struct cell cut(const struct picture *p, const float *size, unsigned int at,
		       unsigned int cells)
{
	unsigned int all = cells * EIGHTHS, from = at * EIGHTHS, end, begin = 0;
	struct cell cell = { .used = 0 };
	double sum = 0;

	for (unsigned int i = 0; i < EIGHTHS; i++)
		cell.part[i] = NONE;
	for (unsigned int k = 0; k < p->nr; k++, begin = end) {
		sum += size[k];
		end = (unsigned int)(sum / p->whole * all + 0.5);
		end = !end && sum > 0 ? 1 : end < all ? end : all;
		for (unsigned int i = begin > from ? begin : from; i < end && i < from + EIGHTHS; i++) {
			cell.part[i - from] = k;
			cell.used++;
		}
	}
	return cell;
}

/* The part with most of the eighths from `from` on that are of any. */
static unsigned int most(const struct cell *cell, unsigned int from)
{
	unsigned int nr[PICTURE_PARTS] = { 0 }, best = cell->part[from];

	for (unsigned int i = from; i < cell->used; i++)
		nr[cell->part[i]]++;
	for (unsigned int k = 0; k < PICTURE_PARTS; k++)
		if (nr[k] > nr[best])
			best = k;
	return best;
}

static void put_letter(struct canvas *c, unsigned int y, unsigned int x, const struct picture *p,
		       const struct cell *cell)
{
	const struct picture_part *part = &p->part[most(cell, 0)];
	int letter = cell->used * 2 >= EIGHTHS ? toupper(part->letter) : part->letter;
	char text[2] = { (char)letter, '\0' };

	canvas_glyph(c, y, x, part->role, ROLE_TEXT, text);
}

static void put(struct canvas *c, unsigned int y, unsigned int x, const struct picture *p,
		const struct cell *cell, const char *const blocks[EIGHTHS + 1])
{
	unsigned int first = cell->part[0], n = 1, rest;

	if (!cell->used)
		return;
	if (!canvas_colors(c) || !locale_has_utf8()) {
		put_letter(c, y, x, p, cell);
		return;
	}
	/* Where the stack ends in it, the second colour is the ground's. */
	if (canvas_colors(c) == 1 || cell->used < EIGHTHS) {
		canvas_glyph(c, y, x, p->part[most(cell, 0)].role, ROLE_TEXT, blocks[cell->used]);
		return;
	}
	while (n < EIGHTHS && cell->part[n] == first)
		n++;
	rest = n < EIGHTHS ? most(cell, n) : first;
	canvas_glyph(c, y, x, p->part[first].role, p->part[rest].role, blocks[n]);
}

void picture_bar(struct canvas *c, unsigned int y, unsigned int x, unsigned int width,
		 const struct picture *p, const float *size)
{
	for (unsigned int i = 0; i < width; i++) {
		struct cell cell = cut(p, size, i, width);

		put(c, y, x + i, p, &cell, right);
	}
}

void picture_cell(struct canvas *c, unsigned int y, unsigned int x, const struct picture *p,
		  const float *size, unsigned int row, unsigned int height)
{
	struct cell cell = cut(p, size, row, height);

	put(c, y, x, p, &cell, up);
}
