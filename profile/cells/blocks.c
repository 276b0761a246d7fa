// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

#define CACHE_LINE	64

void blocks_init(struct blocks *b, size_t size, unsigned int bits)
{
	*b = (struct blocks){ .size = size, .bits = bits };
}

static size_t block_size(const struct blocks *b)
{
	return b->size << b->bits;
}

/* So many blocks fill a huge page.  They share one, except for the first so many. */
static uint32_t sharing(const struct blocks *b)
{
	return block_size(b) < HUGE_PAGE ? (uint32_t)(HUGE_PAGE / block_size(b)) : 1;
}

/* Allocate block number i, whose predecessors exist.  NULL: out of memory. */
static void *new_block(const struct blocks *b, uint32_t i)
{
	uint32_t nr = sharing(b);
	void *p;

	if (i < nr)
		return posix_memalign(&p, CACHE_LINE, block_size(b)) ? NULL : p;
	if (i % nr)
		return (char *)b->block[i - 1] + block_size(b);
	return huge_alloc(CACHE_LINE, nr * block_size(b));
}

static int grow(struct blocks *b)
{
	uint32_t block = b->nr >> b->bits, max = b->max_blocks ? b->max_blocks * 2 : 16;
	void **more;

	if (block == b->max_blocks) {
		more = realloc(b->block, max * sizeof(*more));
		if (!more)
			return -ENOMEM;
		b->block = more;
		b->max_blocks = max;
	}
	b->block[block] = new_block(b, block);
	if (!b->block[block])
		return -ENOMEM;
	memset(b->block[block], 0, block_size(b));
	return 0;
}

int blocks_add(struct blocks *b, uint32_t *i)
{
	if (b->nr == UINT32_MAX || (!(b->nr & ((1u << b->bits) - 1)) && grow(b)))
		return -ENOMEM;
	*i = b->nr++;
	return 0;
}

void blocks_free(struct blocks *b)
{
	for (uint32_t i = 0; b->nr && i <= (b->nr - 1) >> b->bits; i++) {
		if (i < sharing(b) || !(i % sharing(b)))
			free(b->block[i]);
	}
	free(b->block);
}
