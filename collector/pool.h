/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_POOL_H
#define COLLECTOR_POOL_H

#include <stddef.h>

/* Strings that live as long as their input. */
struct pool {
	struct pool_block *blocks;
};

/*
 * A NUL-terminated copy of the bytes up to len or the first NUL; owned by the
 * pool.  NULL without memory.
 */
const char *pool_string(struct pool *p, const char *bytes, size_t len);

void pool_free(struct pool *p);

#endif
