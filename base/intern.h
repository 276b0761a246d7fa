/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

/*
 * Byte strings, each stored once and numbered from 0 without gaps.  A stored string never moves
 * and is followed by a NUL.  A struct of all zero is empty and ready for use.
 */
struct intern {
	struct intern_item { const char *data; uint32_t len, hash; } *item;
	uint32_t nr;
	uint32_t *slot;		/* number + 1; 0: free */
	uint32_t nr_slots;	/* a power of two, or 0 */
	struct pool bytes;
	uint64_t seed;
};

#define INTERN_NONE	UINT32_MAX

/* The number of data, which is stored if it is new; INTERN_NONE: out of memory. */
uint32_t intern_add(struct intern *in, const void *data, size_t len);

/* The stored copy of data, followed by a NUL; NULL: out of memory. */
const char *intern_text(struct intern *in, const void *data, size_t len);

/* The number of data; INTERN_NONE: it is not stored. */
uint32_t intern_find(const struct intern *in, const void *data, size_t len);

/* Borrowed until intern_clear(). */
const char *intern_get(const struct intern *in, uint32_t number);

void intern_clear(struct intern *in);

/* A random number of this run: keeps hostile input from constructing hash collisions. */
uint64_t intern_seed(void);

/* A bijection of 64 bits in which every output bit depends on every input bit. */
static inline uint64_t intern_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

#endif
