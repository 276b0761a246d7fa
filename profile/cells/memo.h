/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_MEMO_H
#define PROFILE_CELLS_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Remembers the cell of an address in a world and space, which is all that a plain query needs for
 * a sample.
 */

#define MEMO_WAYS	4

/* One field of all memos of a line, which are compared at once. */
typedef uint32_t memo_ways __attribute__((vector_size(4 * MEMO_WAYS)));
typedef uint64_t memo_halves __attribute__((vector_size(4 * MEMO_WAYS)));

/* A cache line, filled from the front. */
struct memo_line {
	memo_ways low, high;	/* halves of the address */
	memo_ways where;	/* world and space; 0: free */
	memo_ways cell;		/* + 1 */
};

struct memos {
	struct memo_line *line;		/* when a line is full, the next ones are used */
	size_t nr;			/* number of memos */
	unsigned int bits;		/* of the number of a line */
};

int memos_init(struct memos *m);	/* 0 or -ENOMEM */
void memos_free(struct memos *m);	/* all zeros is fine */

/* The number of a memo's first line.  Adding memos may change it. */
static inline uint32_t memo_home(const struct memos *m, uint64_t pc, uint32_t where)
{
	return (uint32_t)((pc ^ where * 0xd6e8feb86659fd93ull) * 0x9fb21c651e98df25ull >>
			  (64 - m->bits));
}

static inline void memo_fetch(const struct memos *m, uint32_t home)
{
	__builtin_prefetch(&m->line[home]);
}

/*
 * Is the memo in its first line?  If so, *cell is its cell.  If memos were added since home was
 * asked for, it may not be found.  Branch-free, because which of the four matches is not
 * predictable.
 */
static inline bool memo_is_near(const struct memos *m, uint32_t home, uint64_t pc,
				uint32_t where, uint32_t *cell)
{
	const struct memo_line *line = &m->line[home];
	memo_halves found = (memo_halves)(line->low == (uint32_t)pc) &
			    (memo_halves)(line->high == (uint32_t)(pc >> 32)) &
			    (memo_halves)(line->where == where) & (memo_halves)line->cell;
	uint64_t two = found[0] | found[1];
	uint32_t one = (uint32_t)(two | two >> 32);

	*cell = one - 1;
	return one;
}

/* Is it in any line? */
bool memo_find(const struct memos *m, uint64_t pc, uint32_t where, uint32_t *cell);

/* Add one that is not there yet; where must not be 0, nor cell UINT32_MAX.  0 or -ENOMEM. */
int memo_add(struct memos *m, uint64_t pc, uint32_t where, uint32_t cell);

#endif
