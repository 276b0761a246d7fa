/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

/*
 * Equal bytes, stored once, numbered densely from 0.  What is stored never
 * moves and is followed by a NUL.  All zero is an empty, usable one.
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

/* The number of data, new or old; INTERN_NONE: out of memory. */
uint32_t intern_add(struct intern *in, const void *data, size_t len);

/* What is stored itself, followed by a NUL; NULL: out of memory. */
const char *intern_text(struct intern *in, const void *data, size_t len);

/* Its number, or INTERN_NONE. */
uint32_t intern_find(const struct intern *in, const void *data, size_t len);

/* Borrowed until intern_clear(). */
const char *intern_get(const struct intern *in, uint32_t number);

void intern_clear(struct intern *in);

/* A number nobody outside this run can guess: keeps hashes from being aimed at. */
uint64_t intern_seed(void);

/* One to one on 64 bits, and every output bit depends on every input bit. */
static inline uint64_t intern_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

#endif
