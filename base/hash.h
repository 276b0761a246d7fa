/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

/*
 * FNV-1a, 64 bits (draft-eastlake-fnv): names things in the screens' state.  Hostile input can
 * collide at will: tables that must not slow down use intern.h.
 */
#define HASH_EMPTY	0xcbf29ce484222325ull

static inline uint64_t hash_byte(uint64_t h, uint8_t byte)
{
	return (h ^ byte) * 0x100000001b3ull;
}

/* The text without its '\0'. */
static inline uint64_t hash_text(uint64_t h, const char *text)
{
	while (*text)
		h = hash_byte(h, (uint8_t)*text++);
	return h;
}

#endif
