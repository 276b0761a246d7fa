/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_BLOCKS_H
#define PROFILE_CELLS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * An arena of items of one size, addressed by number.  Items are zeroed, and aligned to a cache
 * line if their size is a multiple of one.  Their addresses are stable.
 */
struct blocks {
	void **block;
	uint32_t nr;		/* items */
	uint32_t max_blocks;
	size_t size;		/* bytes per item */
	unsigned int bits;	/* log2 of items per block: about 32 KiB is good */
};

void blocks_init(struct blocks *b, size_t size, unsigned int bits);
void blocks_free(struct blocks *b);	/* all zeros is fine */

/* Add an item; *i is its number.  0 or -ENOMEM. */
int blocks_add(struct blocks *b, uint32_t *i);

static inline void *blocks_at(const struct blocks *b, uint32_t i)
{
	return (char *)b->block[i >> b->bits] + (i & ((1u << b->bits) - 1)) * b->size;
}

#endif
