/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A growing byte array.  When memory runs out, .bad is set and it no longer grows. */
struct buffer {
	uint8_t *p;
	size_t len, room;	/* bytes */
	bool bad;
};

/* Append len zeroed bytes and return them; NULL: out of memory. */
static inline uint8_t *buffer_take(struct buffer *b, size_t len)
{
	uint8_t *at;

	if (!b->bad && b->len + len > b->room) {
		size_t room = 2 * (b->len + len) + 256;
		uint8_t *p = realloc(b->p, room);

		b->bad = !p;
		if (p) {
			b->p = p;
			b->room = room;
		}
	}
	if (b->bad)
		return NULL;
	at = b->p + b->len;
	memset(at, 0, len);
	b->len += len;
	return at;
}

static inline void buffer_add(struct buffer *b, const void *p, size_t len)
{
	uint8_t *at = len ? buffer_take(b, len) : NULL;

	if (at)
		memcpy(at, p, len);
}

static inline void buffer_u32(struct buffer *b, uint32_t v)
{
	buffer_add(b, &v, sizeof(v));
}

static inline void buffer_u64(struct buffer *b, uint64_t v)
{
	buffer_add(b, &v, sizeof(v));
}

/* The same on machines of either byte order. */
static inline void buffer_le32(struct buffer *b, uint32_t v)
{
	buffer_u32(b, htole32(v));
}

static inline void buffer_le64(struct buffer *b, uint64_t v)
{
	buffer_u64(b, htole64(v));
}

/* Append v in groups of 7 bits, the lowest first: all bytes but the last have bit 7 set. */
static inline void buffer_varint(struct buffer *b, uint64_t v)
{
	uint8_t bytes[10], *to = bytes;

	for (; v > 0x7f; v >>= 7)
		*to++ = (uint8_t)(v | 0x80);
	*to++ = (uint8_t)v;
	buffer_add(b, bytes, (size_t)(to - bytes));
}

/* Append s with its NUL, padded with zeros to a multiple of align. */
static inline void buffer_text(struct buffer *b, const char *s, size_t align)
{
	size_t len = strlen(s) + 1;
	uint8_t *at = buffer_take(b, (len + align - 1) / align * align);

	if (at)
		memcpy(at, s, len);
}

static inline void buffer_free(struct buffer *b)
{
	free(b->p);
	*b = (struct buffer){ 0 };
}

#endif
