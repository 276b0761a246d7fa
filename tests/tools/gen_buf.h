/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_BUF_H
#define TESTS_GEN_BUF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A growing byte array.  Exits when out of memory. */
struct gen_buf {
	uint8_t *data;
	size_t len, cap;
};

static inline uint8_t *buf_room(struct gen_buf *b, size_t len)
{
	if (b->cap - b->len < len) {
		b->cap = (b->len + len) * 2;
		b->data = realloc(b->data, b->cap);
		if (!b->data) {
			fprintf(stderr, "gen: out of memory\n");
			exit(1);
		}
	}
	return b->data + b->len;
}

static inline void buf_put(struct gen_buf *b, const void *data, size_t len)
{
	if (!len)
		return;
	memcpy(buf_room(b, len), data, len);
	b->len += len;
}

static inline void buf_u8(struct gen_buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}
static inline void buf_u16(struct gen_buf *b, uint16_t v)
{
	buf_put(b, &v, 2);
}
static inline void buf_u32(struct gen_buf *b, uint32_t v)
{
	buf_put(b, &v, 4);
}
static inline void buf_u64(struct gen_buf *b, uint64_t v)
{
	buf_put(b, &v, 8);
}

static inline void buf_zero(struct gen_buf *b, size_t len)
{
	memset(buf_room(b, len), 0, len);
	b->len += len;
}

#endif
