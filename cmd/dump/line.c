// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "cmd/dump/dump.h"
#include "report/escape.h"

static void put(struct line *l, const char *s, size_t len)
{
	if (len > sizeof(l->buf) - l->len)
		line_flush(l);
	if (len > sizeof(l->buf))
		len = sizeof(l->buf);
	memcpy(l->buf + l->len, s, len);
	l->len += len;
}

void line_room(struct line *l, size_t len)
{
	if (len > sizeof(l->buf) - l->len)
		line_flush(l);
}

void line_push(struct line *l, size_t from, size_t blanks)
{
	if (blanks > sizeof(l->buf) - l->len)
		return;
	memmove(l->buf + from + blanks, l->buf + from, l->len - from);
	memset(l->buf + from, ' ', blanks);
	l->len += blanks;
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

void line_name(struct line *l, const char *text, bool csv)
{
	size_t len = strlen(text);
	bool quote = csv && (strpbrk(text, ",\"\r\n") ||
			     (len && (text[0] == ' ' || text[len - 1] == ' ')));

	if (quote)
		line_char(l, '"');
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		char piece[GLYPH_TEXT_LEN];
		size_t n = glyph_text(piece, text, &g);

		if (quote && g.code == '"')
			line_char(l, '"');
		put(l, piece, n);
		text += g.used;
	}
	if (quote)
		line_char(l, '"');
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
