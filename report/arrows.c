// SPDX-License-Identifier: GPL-2.0-only
#include "report/arrows.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/escape.h"

/*
 * Limit of the lines examined for all jumps together: malicious code may have thousands of long
 * ones.
 */
#define WORK_MAX	(4u << 20)

/* Bits are levels; level 0 is the innermost. */
struct line {
	uint8_t busy;		/* a jump begins, ends or passes */
	uint8_t down;		/* a jump continues to the next line */
	uint8_t ends;		/* a jump begins or ends */
	bool is_target, is_source;
};

struct jump {
	uint32_t low, high;	/* lines */
	bool up;		/* the target is the low line */
};

struct arrows {
	struct line *line;
	unsigned int levels;	/* number used */
	bool utf8;
};

static int shortest_first(const void *pa, const void *pb)
{
	const struct jump *a = pa, *b = pb;
	uint32_t la = a->high - a->low, lb = b->high - b->low;

	return array_order(la, lb) ?: array_order(a->low, b->low) ?: array_order(a->up, b->up);
}

static size_t collect(const struct annotated *f, struct jump *jumps)
{
	size_t n = 0;

	for (size_t i = 0; i < f->nr; i++) {
		uint32_t from = (uint32_t)i, to = (uint32_t)f->insn[i].jump;

		if (f->insn[i].jump < 0 || from == to)
			continue;
		jumps[n++] = from < to ? (struct jump){ from, to, false } :
					 (struct jump){ to, from, true };
	}
	qsort(jumps, n, sizeof(*jumps), shortest_first);
	return n;
}

static void draw(struct arrows *a, const struct jump *j, unsigned int levels)
{
	unsigned int busy = 0, level = 0;

	for (uint32_t i = j->low; i <= j->high; i++)
		busy |= a->line[i].busy;
	while (level < levels && busy >> level & 1)
		level++;
	if (level == levels)
		return;
	for (uint32_t i = j->low; i <= j->high; i++) {
		a->line[i].busy |= (uint8_t)(1u << level);
		a->line[i].down |= (uint8_t)((i < j->high) << level);
	}
	a->line[j->low].ends |= (uint8_t)(1u << level);
	a->line[j->high].ends |= (uint8_t)(1u << level);
	a->line[j->up ? j->low : j->high].is_target = true;
	a->line[j->up ? j->high : j->low].is_source = true;
	a->levels = level + 1 > a->levels ? level + 1 : a->levels;
}

struct arrows *arrows_new(const struct annotated *f, unsigned int levels)
{
	struct arrows *a = calloc(1, sizeof(*a));
	struct jump *jumps = calloc(f->nr + 1, sizeof(*jumps));
	uint64_t work = 0;
	size_t n;

	if (a)
		a->line = calloc(f->nr + 1, sizeof(*a->line));
	if (!a || !jumps || !a->line) {
		arrows_free(a);
		free(jumps);
		return NULL;
	}
	a->utf8 = locale_has_utf8();
	levels = levels < ARROWS_LEVELS ? levels : ARROWS_LEVELS;
	n = collect(f, jumps);
	for (size_t i = 0; i < n; i++) {
		work += jumps[i].high - jumps[i].low;
		if (work > WORK_MAX)
			break;
		draw(a, &jumps[i], levels);
	}
	free(jumps);
	return a;
}

void arrows_free(struct arrows *a)
{
	if (a)
		free(a->line);
	free(a);
}

unsigned int arrows_width(const struct arrows *a)
{
	return a->levels ? a->levels + 1 : 0;
}

/* By the directions of a cell's lines: up 1, down 2, left 4, right 8. */
static const char *const boxes[16] = {
	" ", "╵", "╷", "│", "╴", "╯", "╮", "┤", "╶", "╰", "╭", "├", "─", "┴", "┬", "┼",
};
static const char *const plain[16] = {
	" ", "'", ".", "|", "-", "'", ".", "+", "-", "`", ",", "+", "-", "+", "+", "+",
};

static void put(const struct arrows *a, char out[ARROWS_LEN], unsigned int way)
{
	strcat(out, (a->utf8 ? boxes : plain)[way]);
}

void arrows_at(const struct arrows *a, size_t i, char out[ARROWS_LEN])
{
	const struct line *l = &a->line[i];
	unsigned int up = i ? l[-1].down : 0;

	*out = '\0';
	for (unsigned int level = a->levels; level--;) {
		unsigned int way = (up >> level & 1) | (l->down >> level & 1) << 1;

		/* The line of a jump further out that ends here crosses this level. */
		if (l->ends >> level >> 1)
			way |= 4;
		if (l->ends >> level)
			way |= 8;
		put(a, out, way);
	}
	if (a->levels && l->is_target)
		strcat(out, ">");
	else if (a->levels)
		put(a, out, l->is_source ? 12 : 0);
}

void arrows_above(const struct arrows *a, size_t i, char out[ARROWS_LEN])
{
	*out = '\0';
	for (unsigned int level = a->levels; level--;)
		put(a, out, i && a->line[i - 1].down >> level & 1 ? 3 : 0);
	if (a->levels)
		put(a, out, 0);
}
