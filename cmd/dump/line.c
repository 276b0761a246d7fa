// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "cmd/dump/dump.h"

static void put(struct line *l, const char *s, size_t len)
{
	if (len > sizeof(l->buf) - l->len)
		line_flush(l);
	if (len > sizeof(l->buf))
		len = sizeof(l->buf);
	memcpy(l->buf + l->len, s, len);
	l->len += len;
}

int line_flush(struct line *l)
{
	if (l->len && !l->err && fwrite(l->buf, 1, l->len, l->out) != l->len)
		l->err = -errno ?: -EIO;
	l->len = 0;
	return l->err;
}

void line_text(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

void line_char(struct line *l, char c)
{
	put(l, &c, 1);
}

void line_dec(struct line *l, uint64_t v)
{
	char text[20];
	unsigned int at = sizeof(text);

	do {
		text[--at] = '0' + v % 10;
		v /= 10;
	} while (v);
	put(l, text + at, sizeof(text) - at);
}

void line_hex_fixed(struct line *l, uint64_t v, unsigned int digits)
{
	char text[16];

	for (unsigned int i = digits; i-- > 0; v >>= 4)
		text[i] = "0123456789abcdef"[v & 15];
	put(l, text, digits);
}

void line_hex(struct line *l, uint64_t v)
{
	unsigned int digits = v ? (67 - __builtin_clzll(v)) / 4 : 1;

	put(l, "0x", 2);
	line_hex_fixed(l, v, digits);
}

void line_hex_bytes(struct line *l, const uint8_t *bytes, unsigned int n, unsigned int columns)
{
	for (unsigned int i = 0; i < columns; i++) {
		put(l, " ", 1);
		if (i < n)
			line_hex_fixed(l, bytes[i], 2);
		else
			put(l, "  ", 2);
	}
}
