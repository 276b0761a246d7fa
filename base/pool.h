/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

/* Byte strings that are freed together.  Each never moves and is followed by a NUL. */
struct pool {
	struct pool_block *blocks;
	size_t next;		/* bytes of the next block; 0: of the first one */
};

/* A copy of len bytes, owned by the pool; NULL: out of memory. */
const char *pool_bytes(struct pool *p, const void *data, size_t len);

/* Likewise, of at most len bytes, up to the first NUL. */
const char *pool_string(struct pool *p, const char *bytes, size_t len);

void pool_free(struct pool *p);

#endif
