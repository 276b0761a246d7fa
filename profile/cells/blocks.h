/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_BLOCKS_H
#define PROFILE_CELLS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * An arena of things of one size, by number: they are zeroed, aligned to a cache line if
 * their size is a multiple of one, and their addresses are stable.
 */
struct blocks {
	void **block;
	uint32_t nr;		/* things */
	uint32_t max_blocks;
	size_t size;		/* bytes of a thing */
	unsigned int bits;	/* log2 of things in a block: some 32 KiB are good */
};

void blocks_init(struct blocks *b, size_t size, unsigned int bits);
void blocks_free(struct blocks *b);	/* also one that is all zeros */

/* One more thing; its number in *i.  0 or -ENOMEM. */
int blocks_add(struct blocks *b, uint32_t *i);

static inline void *blocks_at(const struct blocks *b, uint32_t i)
{
	return (char *)b->block[i >> b->bits] + (i & ((1u << b->bits) - 1)) * b->size;
}

#endif
