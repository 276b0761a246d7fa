// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/memo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_LINES	1024

/* Allocate zeroed lines. */
static struct memo_line *new_lines(size_t nr)
{
	size_t size = nr * sizeof(struct memo_line);
	void *p;

	return posix_memalign(&p, sizeof(struct memo_line), size) ? NULL : memset(p, 0, size);
}

int memos_init(struct memos *m)
{
	*m = (struct memos){ .line = new_lines(FIRST_LINES), .mask = FIRST_LINES - 1 };
	return m->line ? 0 : -ENOMEM;
}

void memos_free(struct memos *m)
{
	free(m->line);
}

bool memo_find(const struct memos *m, uint64_t hash, uint64_t pc, uint32_t where, uint32_t *cell)
{
	while (!memo_is_near(m, hash, pc, where, cell))
		if (!m->line[hash++ & m->mask].where[MEMO_WAYS - 1])
			return false;
	return true;
}

static void put(struct memos *m, uint64_t pc, uint32_t where, uint32_t cell)
{
	uint64_t k = memo_hash(pc, where);
	struct memo_line *line;
	unsigned int i = 0;

	while (m->line[k & m->mask].where[MEMO_WAYS - 1])
		k++;
	line = &m->line[k & m->mask];
	while (line->where[i])
		i++;
	line->low[i] = (uint32_t)pc;
	line->high[i] = (uint32_t)(pc >> 32);
	line->where[i] = where;
	line->cell[i] = cell + 1;
}

static int grow(struct memos *m)
{
	struct memos more = { .nr = m->nr, .mask = m->mask * 2 + 1 };

	more.line = new_lines(more.mask + 1);
	if (!more.line)
		return -ENOMEM;
	for (size_t k = 0; k <= m->mask; k++) {
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
	if (m->nr >= (m->mask + 1) * MEMO_WAYS / 2 && grow(m))
		return -ENOMEM;
	put(m, pc, where, cell);
	m->nr++;
	return 0;
}
