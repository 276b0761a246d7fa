/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_KEY_H
#define PROFILE_CELLS_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* Keys of a few 64-bit parts. */

static inline uint64_t key_hash(const uint64_t *key, unsigned int parts)
{
	uint64_t h = 0;
	unsigned int i;

	for (i = 0; i < parts; i++) {
		h = (h ^ key[i]) * 0x9fb21c651e98df25ull;
		h ^= h >> 29;
	}
	return h * 0xd6e8feb86659fd93ull;
}

static inline bool key_equals(const uint64_t *a, const uint64_t *b, unsigned int parts)
{
	unsigned int i;
	uint64_t off = 0;

	for (i = 0; i < parts; i++)
		off |= a[i] ^ b[i];
	return !off;
}

#endif
