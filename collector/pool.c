// SPDX-License-Identifier: GPL-2.0-only
#include "collector/pool.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16384

struct pool_block {
	struct pool_block *next;
	size_t used, size;
	char bytes[];
};

const char *pool_string(struct pool *p, const char *bytes, size_t len)
{
	struct pool_block *b = p->blocks;
	char *s;

	len = strnlen(bytes, len);
	if (!b || b->size - b->used <= len) {
		size_t size = len < BLOCK_SIZE ? BLOCK_SIZE : len + 1;

		b = malloc(sizeof(*b) + size);
		if (!b)
			return NULL;
		b->next = p->blocks;
		b->used = 0;
		b->size = size;
		p->blocks = b;
	}
	s = b->bytes + b->used;
	memcpy(s, bytes, len);
	s[len] = '\0';
	b->used += len + 1;
	return s;
}

void pool_free(struct pool *p)
{
	struct pool_block *b = p->blocks;

	while (b) {
		struct pool_block *next = b->next;

		free(b);
		b = next;
	}
	p->blocks = NULL;
}
