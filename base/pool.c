// SPDX-License-Identifier: GPL-2.0-only
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

/* Sizes of blocks: they grow, so that most of a large pool is on huge pages. */
#define BLOCK_FIRST	((size_t)64 << 10)
#define BLOCK_MAX	HUGE_PAGE

struct pool_block {
	struct pool_block *next;
	size_t used, size;
	char bytes[];
};

/* A new first block with room for more than len bytes.  NULL: out of memory. */
static struct pool_block *add_block(struct pool *p, size_t len)
{
	size_t next = p->next < BLOCK_FIRST ? BLOCK_FIRST : p->next, total = next;
	struct pool_block *b;

	if (len >= next / 4)
		total = sizeof(*b) + len + 1;
	else
		p->next = next < BLOCK_MAX / 8 ? 8 * next : BLOCK_MAX;
	b = huge_alloc(sizeof(void *), total);
	if (!b)
		return NULL;
	*b = (struct pool_block){ .next = p->blocks, .size = total - sizeof(*b) };
	p->blocks = b;
	return b;
}

const char *pool_bytes(struct pool *p, const void *data, size_t len)
{
	struct pool_block *b = p->blocks;
	char *at;

	if (!b || b->size - b->used <= len)
		b = add_block(p, len);
	if (!b)
		return NULL;
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
