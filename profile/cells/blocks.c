// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/blocks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE	64

void blocks_init(struct blocks *b, size_t size, unsigned int bits)
{
	*b = (struct blocks){ .size = size, .bits = bits };
}

static int grow(struct blocks *b)
{
	uint32_t block = b->nr >> b->bits, max = b->max_blocks ? b->max_blocks * 2 : 16;
	size_t bytes = b->size << b->bits;
	void **more;

	if (block == b->max_blocks) {
		more = realloc(b->block, max * sizeof(*more));
		if (!more)
			return -ENOMEM;
		b->block = more;
		b->max_blocks = max;
	}
	if (posix_memalign(&b->block[block], CACHE_LINE, bytes))
		return -ENOMEM;
	memset(b->block[block], 0, bytes);
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
	for (uint32_t i = 0; b->nr && i <= (b->nr - 1) >> b->bits; i++)
		free(b->block[i]);
	free(b->block);
}
