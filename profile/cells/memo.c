// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/memo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

#define FIRST_BITS	10
#define MAX_BITS	31	/* 128 GiB */

_Static_assert(sizeof(struct memo_line) == 64, "a memo line is a cache line");

/* Allocate zeroed lines. */
static struct memo_line *new_lines(size_t nr)
{
	return huge_zalloc(nr * sizeof(struct memo_line));
}

int memos_init(struct memos *m)
{
	*m = (struct memos){ .line = new_lines(1 << FIRST_BITS), .bits = FIRST_BITS };
	return m->line ? 0 : -ENOMEM;
}

void memos_free(struct memos *m)
{
	free(m->line);
}

/* The line after another one; the first follows the last. */
static uint32_t next_line(const struct memos *m, uint32_t i)
{
	return (i + 1) & ((1u << m->bits) - 1);
}

static bool is_full(const struct memo_line *line)
{
	return line->where[MEMO_WAYS - 1];
}

bool memo_find(const struct memos *m, uint64_t pc, uint32_t where, uint32_t *cell)
{
	uint32_t i = memo_home(m, pc, where);

	for (; !memo_is_near(m, i, pc, where, cell); i = next_line(m, i))
		if (!is_full(&m->line[i]))
			return false;
	return true;
}

static void put(struct memos *m, uint64_t pc, uint32_t where, uint32_t cell)
{
	uint32_t home = memo_home(m, pc, where);
	struct memo_line *line;
	unsigned int i = 0;

	while (is_full(&m->line[home]))
		home = next_line(m, home);
	line = &m->line[home];
	while (line->where[i])
		i++;
	line->low[i] = (uint32_t)pc;
	line->high[i] = (uint32_t)(pc >> 32);
	line->where[i] = where;
	line->cell[i] = cell + 1;
}

static int grow(struct memos *m)
{
	struct memos more = { .nr = m->nr, .bits = m->bits + 1 };

	if (more.bits > MAX_BITS)
		return -ENOMEM;
	more.line = new_lines((size_t)1 << more.bits);
	if (!more.line)
		return -ENOMEM;
	for (size_t k = 0; k < (size_t)1 << m->bits; k++) {
		const struct memo_line *line = &m->line[k];

		for (unsigned int i = 0; i < MEMO_WAYS && line->where[i]; i++)
			put(&more, line->low[i] | (uint64_t)line->high[i] << 32, line->where[i],
			    line->cell[i] - 1);
	}
	memos_free(m);
	*m = more;
	return 0;
}

int memo_add(struct memos *m, uint64_t pc, uint32_t where, uint32_t cell)
{
	if (m->nr >= ((size_t)MEMO_WAYS << m->bits) / 2 && grow(m))
		return -ENOMEM;
	put(m, pc, where, cell);
	m->nr++;
	return 0;
}
