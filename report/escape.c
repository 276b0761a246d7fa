// SPDX-License-Identifier: GPL-2.0-only
#include "report/escape.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

#include "report/report.h"

/* Well-formed UTF-8 as in Unicode 15 table 3-7: no overlong forms, no surrogates. */
static bool decode(const unsigned char *s, struct glyph *g)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int len = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 :
			   (s[0] & 0xf0) == 0xe0 ? 3 : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t code;

	if (!len)
		return false;
	code = len == 1 ? s[0] : s[0] & (0x7fu >> len);
	for (unsigned int i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)	/* also the NUL */
			return false;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return false;
	g->code = code;
	g->used = (uint8_t)len;
	return true;
}

/*
 * Characters that move the cursor, change the text's direction or are invisible are unsafe, because
 * a name must look like what it is.
 */
static bool is_safe(uint32_t c)
{
	static const struct { uint32_t first, last; } bad[] = {
		{ 0x0000, 0x001f },	/* C0 */
		{ 0x007f, 0x009f },	/* DEL, C1 */
		{ 0x00ad, 0x00ad },	/* soft hyphen */
		{ 0x061c, 0x061c },	/* Arabic letter mark */
		{ 0x115f, 0x1160 },	/* Hangul fillers */
		{ 0x180e, 0x180e },	/* Mongolian vowel separator */
		{ 0x200b, 0x200f },	/* zero width, direction marks */
		{ 0x2028, 0x202e },	/* line separators, embeddings, overrides */
		{ 0x2060, 0x206f },	/* invisible operators, isolates */
		{ 0x3164, 0x3164 },	/* Hangul filler */
		{ 0xfe00, 0xfe0f },	/* variation selectors */
		{ 0xfeff, 0xfeff },	/* byte order mark */
		{ 0xfff0, 0xfffb },	/* interlinear annotation and unassigned */
		{ 0xe0000, 0xe0fff },	/* tags */
	};

	if ((c & 0xfffe) == 0xfffe)	/* noncharacters of every plane */
		return false;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (c >= bad[i].first && c <= bad[i].last)
			return false;
	return true;
}

struct glyph glyph_at(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	struct glyph g = { 0 };

	if (!u[0])
		return g;
	g.valid = decode(u, &g);
	if (!g.valid) {
		g.code = u[0];
		g.used = 1;
	}
	g.safe = g.valid && is_safe(g.code);
	return g;
}

static size_t escaped(char out[GLYPH_TEXT_LEN], const struct glyph *g)
{
	bool byte = !g->valid || g->code < 0x80;

	return (size_t)snprintf(out, GLYPH_TEXT_LEN, byte ? "\\x%02x" : "\\u{%04x}",
				(unsigned int)g->code);
}

size_t glyph_text(char out[GLYPH_TEXT_LEN], const char *s, const struct glyph *g)
{
	if (!g->safe)
		return escaped(out, g);
	memcpy(out, s, g->used);
	return g->used;
}

size_t report_escape(char *out, size_t outlen, const char *text)
{
	size_t n = 0;

	if (!outlen)
		return 0;
	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		char piece[GLYPH_TEXT_LEN];
		size_t len = glyph_text(piece, text, &g);

		if (n + len > outlen - 1)
			break;
		memcpy(out + n, piece, len);
		n += len;
		text += g.used;
	}
	out[n] = '\0';
	return n;
}

/*
 * For a table cell: also escapes what the locale cannot display with a known, non-zero width (all
 * but ASCII in the C locale, combining marks).
 */
static size_t cell_glyph(char out[GLYPH_TEXT_LEN], const char *s, const struct glyph *g,
			 size_t *len)
{
	int width = g->safe ? wcwidth((wchar_t)g->code) : -1;

	if (width > 0) {
		*len = glyph_text(out, s, g);
		return (size_t)width;
	}
	*len = escaped(out, g);
	return *len;
}

bool locale_has_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

size_t cell_width(const char *text, size_t max)
{
	size_t width = 0, len;
	char piece[GLYPH_TEXT_LEN];

	for (struct glyph g = glyph_at(text); g.used && width < max; g = glyph_at(text)) {
		width += cell_glyph(piece, text, &g, &len);
		text += g.used;
	}
	return width < max ? width : max;
}

/* Write complete characters as long as they fit. */
static size_t put_head(FILE *out, const char *text, size_t room)
{
	size_t done = 0, len, width;
	char piece[GLYPH_TEXT_LEN];

	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		width = cell_glyph(piece, text, &g, &len);
		if (done + width > room)
			break;
		fwrite(piece, 1, len, out);
		done += width;
		text += g.used;
	}
	return done;
}

/* The longest end of text that is at most room columns wide. */
static const char *tail_of(const char *text, size_t room)
{
	size_t left = cell_width(text, SIZE_MAX), len;
	char piece[GLYPH_TEXT_LEN];

	while (left > room) {
		struct glyph g = glyph_at(text);

		left -= cell_glyph(piece, text, &g, &len);
		text += g.used;
	}
	return text;
}

size_t cell_write(FILE *out, const char *text, size_t width, bool pad, bool tail)
{
	size_t done;

	/* One column more shows whether the text fits. */
	if (width < 3 || cell_width(text, width + 1) <= width) {
		done = put_head(out, text, width);
	} else if (tail) {
		fputs("..", out);
		done = 2 + put_head(out, tail_of(text, width - 2), width - 2);
	} else {
		done = put_head(out, text, width - 2) + 2;
		fputs("..", out);
	}
	for (; pad && done < width; done++)
		fputc(' ', out);
	return done;
}
