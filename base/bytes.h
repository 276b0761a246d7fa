/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Little-endian fields at any alignment, and bounded walks over them. */

static inline uint16_t le16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t le32(const void *p)
{
	return le16(p) | (uint32_t)le16((const uint8_t *)p + 2) << 16;
}

static inline uint64_t le64(const void *p)
{
	return le32(p) | (uint64_t)le32((const uint8_t *)p + 4) << 32;
}

/* The value of a hex digit, 0 to 9 or a to f; -1: not a digit. */
static inline int hex_digit(char c)
{
	/* a table: which digits come cannot be guessed */
	static const uint8_t more[256] = {
		['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['a'] = 11, 12, 13, 14, 15, 16
	};

	return more[(unsigned char)c] - 1;
}

/* A read past the end sets .bad, gives zero or NULL, and ends the walk. */
struct cursor {
	const uint8_t *p;
	size_t left;	/* bytes */
	bool bad;
};

static inline const uint8_t *cursor_take(struct cursor *c, uint64_t len)
{
	const uint8_t *p = c->p;

	if (c->bad || len > c->left) {
		c->bad = true;
		c->left = 0;
		return NULL;
	}
	c->p += len;
	c->left -= len;
	return p;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? le32(p) : 0;
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);

	return p ? le64(p) : 0;
}

#endif
