// SPDX-License-Identifier: GPL-2.0-only
#include "report/picture.h"

#include <ctype.h>
#include <stdio.h>

#include "report/escape.h"

#define EIGHTHS	8
#define NONE	PICTURE_PARTS

static const char *const up[EIGHTHS + 1] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
static const char *const right[EIGHTHS + 1] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };

static bool is_faint(const struct picture_part *part)
{
	return part->role == ROLE_DIM;
}

const char *picture_full(const struct picture_part *part)
{
	return is_faint(part) ? "░" : "█";
}

/* The part in each eighth of a cell, from the side where the stack begins. */
struct cell {
	unsigned int part[EIGHTHS];
	unsigned int used;		/* number of eighths with a part */
};

/* Compute cell `at` of `cells`. */
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

/* The part with most of the eighths from..to, which are all filled. */
static unsigned int most(const struct cell *cell, unsigned int from, unsigned int to)
{
	unsigned int nr[PICTURE_PARTS] = { 0 }, best = cell->part[from];

	for (unsigned int i = from; i < to; i++)
		nr[cell->part[i]]++;
	for (unsigned int k = 0; k < PICTURE_PARTS; k++)
		if (nr[k] > nr[best])
			best = k;
	return best;
}

/* Without colours or block characters. */
static struct picture_glyph letter(const struct picture *p, const struct cell *cell)
{
	const struct picture_part *part = &p->part[most(cell, 0, cell->used)];
	int letter = cell->used * 2 >= EIGHTHS ? toupper(part->letter) : part->letter;

	return (struct picture_glyph){ { (char)letter }, part->role, ROLE_TEXT };
}

static struct picture_glyph glyph(enum picture_way way, unsigned int eighths, enum role role,
				  enum role ground)
{
	struct picture_glyph g = { .role = role, .ground = ground };

	snprintf(g.text, sizeof(g.text), "%s", (way == PICTURE_UP ? up : right)[eighths]);
	return g;
}

static struct picture_glyph shade(const struct picture_part *part)
{
	struct picture_glyph g = { .role = part->role, .ground = ROLE_TEXT };

	snprintf(g.text, sizeof(g.text), "%s", picture_full(part));
	return g;
}

struct picture_glyph picture_glyph(const struct picture *p, const float *size, unsigned int at,
				   unsigned int cells, enum picture_way way, unsigned int colors)
{
	struct cell cell = cut(p, size, at, cells);
	unsigned int first = cell.part[0], n = 1, rest;

	if (!cell.used)
		return (struct picture_glyph){ { 0 }, ROLE_TEXT, ROLE_TEXT };
	if (!colors || !locale_has_utf8())
		return letter(p, &cell);
	if (is_faint(&p->part[first]))
		return shade(&p->part[first]);
	while (n < cell.used && !is_faint(&p->part[cell.part[n]]))
		n++;
	/* If the stack ends in the cell, the second colour is the background. */
	if (colors == 1 || n < EIGHTHS)
		return glyph(way, n, p->part[most(&cell, 0, n)].role, ROLE_TEXT);
	for (n = 1; n < EIGHTHS && cell.part[n] == first;)
		n++;
	rest = n < EIGHTHS ? most(&cell, n, EIGHTHS) : first;
	return glyph(way, n, p->part[first].role, p->part[rest].role);
}
