// SPDX-License-Identifier: GPL-2.0-only
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE	(64u << 10)

struct pool_block {
	struct pool_block *next;
	size_t used, size;
	char bytes[];
};

const char *pool_bytes(struct pool *p, const void *data, size_t len)
{
	struct pool_block *b = p->blocks;
	char *at;

	if (!b || b->size - b->used <= len) {
		size_t size = len < BLOCK_SIZE / 4 ? BLOCK_SIZE : len + 1;

		b = malloc(sizeof(*b) + size);
		if (!b)
			return NULL;
		*b = (struct pool_block){ .next = p->blocks, .size = size };
		p->blocks = b;
	}
	at = b->bytes + b->used;
	if (len)
		memcpy(at, data, len);
	at[len] = '\0';
	b->used += len + 1;
	return at;
}

const char *pool_string(struct pool *p, const char *bytes, size_t len)
{
	return pool_bytes(p, bytes, strnlen(bytes, len));
}

void pool_free(struct pool *p)
{
	while (p->blocks) {
		struct pool_block *next = p->blocks->next;

		free(p->blocks);
		p->blocks = next;
	}
}
