/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_MEMO_H
#define PROFILE_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The cell of an address in a world and space, remembered: all that a plain query
 * needs to know of a sample.
 */

#define MEMO_WAYS	4

/* A cache line, filled from its beginning. */
struct memo_line {
	uint64_t pc[MEMO_WAYS];
	uint32_t where[MEMO_WAYS];	/* 0: free */
	uint32_t cell[MEMO_WAYS];
};

struct memos {
	struct memo_line *line;		/* what finds no room is in the next ones */
	size_t nr, mask;		/* of memos; of lines, a power of two less one */
};

int memos_init(struct memos *m);	/* 0 or -ENOMEM */
void memos_free(struct memos *m);	/* also one that is all zeros */

static inline uint64_t memo_hash(uint64_t pc, uint32_t where)
{
	uint64_t h = (pc ^ (uint64_t)where << 40) * 0x9fb21c651e98df25ull;

	return h ^ h >> 32;
}

static inline void memo_fetch(const struct memos *m, uint64_t hash)
{
	__builtin_prefetch(&m->line[hash & m->mask]);
}

/*
 * Is it in the line it would be in first?  *cell is its cell then.  Which of the four
 * it is cannot be guessed, so no branch tries to.
 */
static inline bool memo_is_near(const struct memos *m, uint64_t hash, uint64_t pc,
				uint32_t where, uint32_t *cell)
{
	const struct memo_line *line = &m->line[hash & m->mask];
	unsigned int at = 0;

	for (unsigned int i = 0; i < MEMO_WAYS; i++)
		at |= (unsigned int)!((line->pc[i] ^ pc) | (line->where[i] ^ where)) << i;
	*cell = line->cell[__builtin_ctz(at | 1u << (MEMO_WAYS - 1))];
	return at;
}

/* Anywhere? */
bool memo_find(const struct memos *m, uint64_t hash, uint64_t pc, uint32_t where, uint32_t *cell);

/* One that is not there yet; where is not 0.  0 or -ENOMEM. */
int memo_add(struct memos *m, uint64_t pc, uint32_t where, uint32_t cell);

#endif
