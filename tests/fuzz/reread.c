// SPDX-License-Identifier: GPL-2.0-only
#include "tests/fuzz/reread.h"

#include <string.h>

struct reader {
	const uint8_t *p, *end;
};

static bool at(const struct reader *r, char c)
{
	return r->p < r->end && *r->p == (uint8_t)c;
}

static bool take(struct reader *r, char c)
{
	bool is = at(r, c);

	r->p += is;
	return is;
}

static bool among(const struct reader *r, const char *chars)
{
	return r->p < r->end && *r->p && strchr(chars, *r->p);
}

static size_t skip(struct reader *r, const char *chars)
{
	const uint8_t *from = r->p;

	while (among(r, chars))
		r->p++;
	return (size_t)(r->p - from);
}

/* A character of UTF-8 [RFC 3629, section 4], from U+0020 on without U+007F. */
static bool take_utf8(struct reader *r)
{
	static const struct { uint8_t first, last, low, high, more; } rows[] = {
		{ 0x20, 0x7e, 0, 0, 0 },       { 0xc2, 0xdf, 0x80, 0xbf, 1 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 2 }, { 0xe1, 0xec, 0x80, 0xbf, 2 },
		{ 0xed, 0xed, 0x80, 0x9f, 2 }, { 0xee, 0xef, 0x80, 0xbf, 2 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 3 }, { 0xf1, 0xf3, 0x80, 0xbf, 3 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 3 },
	};
	size_t i = 0;

	if (r->p == r->end)
		return false;
	while (i < sizeof(rows) / sizeof(rows[0]) &&
	       (*r->p < rows[i].first || *r->p > rows[i].last))
		i++;
	if (i == sizeof(rows) / sizeof(rows[0]) || r->end - r->p <= rows[i].more)
		return false;
	r->p++;
	for (unsigned int k = 0; k < rows[i].more; k++, r->p++)
		if (*r->p < (k ? 0x80 : rows[i].low) || *r->p > (k ? 0xbf : rows[i].high))
			return false;
	return true;
}

/*
 * JSON
 */

#define HEX	"0123456789abcdefABCDEF"
#define DIGITS	"0123456789"
#define BLANKS	" \t\r\n"
#define DEPTH	64

/* After "\u": its code; -1: none. */
static int take_code(struct reader *r)
{
	int code = 0;

	for (int i = 0; i < 4; i++, r->p++) {
		if (!among(r, HEX))
			return -1;
		code = code * 16 + (*r->p <= '9' ? *r->p - '0' : (*r->p | 0x20) - 'a' + 10);
	}
	return code;
}

static bool take_escape(struct reader *r)
{
	int code;

	if (!take(r, 'u'))
		return among(r, "\"\\/bfnrt") && take(r, (char)*r->p);
	code = take_code(r);
	if (code < 0xd800 || code > 0xdfff)
		return code >= 0;
	if (code > 0xdbff || !take(r, '\\') || !take(r, 'u'))
		return false;
	code = take_code(r);
	return code >= 0xdc00 && code <= 0xdfff;
}

static bool json_text(struct reader *r)
{
	if (!take(r, '"'))
		return false;
	while (!take(r, '"')) {
		if (take(r, '\\') ? !take_escape(r) : !take_utf8(r))
			return false;
	}
	return true;
}

static bool json_number(struct reader *r)
{
	take(r, '-');
	if (!take(r, '0') && !skip(r, DIGITS))
		return false;
	if (take(r, '.') && !skip(r, DIGITS))
		return false;
	if (!take(r, 'e') && !take(r, 'E'))
		return true;
	if (!take(r, '+'))
		take(r, '-');
	return skip(r, DIGITS);
}

static bool json_word(struct reader *r, const char *word)
{
	while (*word)
		if (!take(r, *word++))
			return false;
	return true;
}

static bool json_value(struct reader *r, unsigned int depth);

static bool json_list(struct reader *r, char end, unsigned int depth)
{
	skip(r, BLANKS);
	if (take(r, end))
		return true;
	do {
		skip(r, BLANKS);
		if (end == '}') {
			if (!json_text(r))
				return false;
			skip(r, BLANKS);
			if (!take(r, ':'))
				return false;
		}
		if (!json_value(r, depth + 1))
			return false;
	} while (take(r, ','));
	return take(r, end);
}

static bool json_value(struct reader *r, unsigned int depth)
{
	bool good;

	skip(r, BLANKS);
	if (depth > DEPTH || r->p == r->end)
		return false;
	if (take(r, '{'))
		good = json_list(r, '}', depth);
	else if (take(r, '['))
		good = json_list(r, ']', depth);
	else if (at(r, '"'))
		good = json_text(r);
	else if (at(r, 't') || at(r, 'f') || at(r, 'n'))
		good = json_word(r, at(r, 't') ? "true" : at(r, 'f') ? "false" : "null");
	else
		good = json_number(r);
	skip(r, BLANKS);
	return good;
}

bool reread_json(const char *text, size_t len)
{
	struct reader r = { (const uint8_t *)text, (const uint8_t *)text + len };

	return json_value(&r, 0) && r.p == r.end;
}

/*
 * Lines
 */

/* After its first quote; two quotes are one. */
static bool csv_quoted(struct reader *r)
{
	while (r->p < r->end)
		if (!take(r, '"')) {
			if (!take_utf8(r))
				return false;
		} else if (!take(r, '"')) {
			return true;
		}
	return false;
}

static bool csv_field(struct reader *r)
{
	if (take(r, '"'))
		return csv_quoted(r);
	while (r->p < r->end && !among(r, ",\n"))
		if (at(r, '"') || !take_utf8(r))
			return false;
	return true;
}

bool reread_csv(const char *text, size_t len)
{
	struct reader r = { (const uint8_t *)text, (const uint8_t *)text + len };
	unsigned int fields = 0;

	while (r.p < r.end) {
		unsigned int nr = 1;

		if (!csv_field(&r))
			return false;
		for (; take(&r, ','); nr++)
			if (!csv_field(&r))
				return false;
		if (!take(&r, '\n') || (fields && nr != fields))
			return false;
		fields = nr;
	}
	return true;
}

bool reread_folded(const char *text, size_t len, unsigned int frames)
{
	while (len) {
		const char *end = memchr(text, '\n', len);
		const char *blank = end ? memrchr(text, ' ', (size_t)(end - text)) : NULL;
		struct reader r = { (const uint8_t *)text, (const uint8_t *)blank };
		unsigned int nr = 1;

		if (!blank || blank + 1 == end ||
		    strspn(blank + 1, DIGITS) != (size_t)(end - blank - 1))
			return false;
		for (; r.p < r.end; nr += r.p[-1] == ';')
			if (!take_utf8(&r))
				return false;
		if (nr != frames)
			return false;
		len -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	return true;
}

static bool fdata_end(struct reader *r)
{
	if (json_word(r, "0 [unknown] 0 "))
		return true;
	if (!json_word(r, "1 ") || at(r, ' '))
		return false;
	/* the name: bytes, after a backslash also a blank */
	while (r->p < r->end && !at(r, ' ')) {
		take(r, '\\');
		if (r->p == r->end || *r->p < 0x20 || *r->p == 0x7f)
			return false;
		r->p++;
	}
	return take(r, ' ') && skip(r, HEX) && take(r, ' ');
}

bool reread_fdata(const char *text, size_t len)
{
	struct reader r = { (const uint8_t *)text, (const uint8_t *)text + len };

	while (r.p < r.end) {
		if (!fdata_end(&r) || !fdata_end(&r) ||
		    !skip(&r, DIGITS) || !take(&r, ' ') || !skip(&r, DIGITS) || !take(&r, '\n'))
			return false;
	}
	return true;
}

bool reread_text(const char *text, size_t len)
{
	struct reader r = { (const uint8_t *)text, (const uint8_t *)text + len };

	while (r.p < r.end)
		if (!take_utf8(&r))
			return false;
	return true;
}

bool reread_lines(const char *text, size_t len, const char *chars)
{
	struct reader r = { (const uint8_t *)text, (const uint8_t *)text + len };

	skip(&r, chars);
	return r.p == r.end;
}

/*
 * Protocol Buffers [protobuf.dev/programming-guides/encoding]
 */

static bool varint(struct reader *r, uint64_t *out)
{
	*out = 0;
	for (unsigned int shift = 0; shift < 70 && r->p < r->end; shift += 7) {
		uint8_t byte = *r->p++;

		*out |= shift < 64 ? (uint64_t)(byte & 0x7f) << shift : 0;
		if (byte < 0x80)
			return shift < 63 || byte < 2;
	}
	return false;
}

static const struct message *message_in(const struct message *m, uint64_t field)
{
	for (size_t i = 0; i < sizeof(m->sub) / sizeof(m->sub[0]) && m->sub[i].message; i++)
		if (m->sub[i].field == field)
			return m->sub[i].message;
	return NULL;
}

static bool bytes_field(struct reader *r, uint64_t field, const struct message *m)
{
	const struct message *sub = message_in(m, field);
	uint64_t len;

	if (!varint(r, &len) || len > (uint64_t)(r->end - r->p))
		return false;
	if (sub && !reread_protobuf(r->p, (size_t)len, sub))
		return false;
	if (field < 64 && m->texts >> field & 1 && !reread_text((const char *)r->p, (size_t)len))
		return false;
	r->p += len;
	return true;
}

bool reread_protobuf(const uint8_t *p, size_t len, const struct message *m)
{
	struct reader r = { p, p + len };
	uint64_t tag, value;

	while (r.p < r.end) {
		if (!varint(&r, &tag) || !(tag >> 3) || tag >> 32)
			return false;
		switch (tag & 7) {
		case 0:
			if (!varint(&r, &value))
				return false;
			break;
		case 1:
		case 5:
			if (r.end - r.p < ((tag & 7) == 1 ? 8 : 4))
				return false;
			r.p += (tag & 7) == 1 ? 8 : 4;
			break;
		case 2:
			if (!bytes_field(&r, tag >> 3, m))
				return false;
			break;
		default:
			return false;
		}
	}
	return true;
}

/*
 * HTML [html.spec.whatwg.org, 13.1]
 */

#define NAME	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
#define NESTED	64

struct tags {
	struct { const char *name; size_t len; } open[NESTED];
	unsigned int nr, scripts;
};

static bool is_name(const uint8_t *p, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(p, name, len);
}

/* An element without an end tag [13.1.2]. */
static bool is_void(const uint8_t *p, size_t len)
{
	return is_name(p, len, "meta") || is_name(p, len, "br") || is_name(p, len, "input") ||
	       is_name(p, len, "link") || is_name(p, len, "img") || is_name(p, len, "hr") ||
	       is_name(p, len, "col");
}

/* An attribute; none runs a script or loads anything but a part of the page. */
static bool html_attribute(struct reader *r)
{
	const uint8_t *name = r->p;
	size_t len = skip(r, NAME);

	if (!len || (len > 2 && !strncasecmp((const char *)name, "on", 2)))
		return false;
	if (!take(r, '='))
		return true;
	if (!take(r, '"'))
		return false;
	if (is_name(name, len, "src") || (is_name(name, len, "href") && !at(r, '#')))
		return false;
	while (!take(r, '"'))
		if (at(r, '<') || (!take_utf8(r) && !skip(r, "\n\t")))
			return false;
	return true;
}

/* To the end tag of a script or a style. */
static bool html_raw(struct reader *r, const uint8_t *name, size_t len)
{
	for (; r->end - r->p > (ptrdiff_t)len + 2; r->p++)
		if (r->p[0] == '<' && r->p[1] == '/' &&
		    !strncasecmp((const char *)r->p + 2, (const char *)name, len))
			return true;
	return false;
}

static bool html_open(struct reader *r, struct tags *t)
{
	const uint8_t *name = r->p;
	size_t len = skip(r, NAME);
	bool closed = false;

	if (!len)
		return false;
	while (skip(r, BLANKS) && !at(r, '>') && !at(r, '/'))
		if (!html_attribute(r))
			return false;
	closed = take(r, '/');
	if (!take(r, '>'))
		return false;
	t->scripts += is_name(name, len, "script");
	if (closed || is_void(name, len))
		return true;
	if (t->nr == NESTED)
		return false;
	t->open[t->nr].name = (const char *)name;
	t->open[t->nr++].len = len;
	return (!is_name(name, len, "script") && !is_name(name, len, "style")) ||
	       html_raw(r, name, len);
}

static bool html_close(struct reader *r, struct tags *t)
{
	const uint8_t *name = r->p;
	size_t len = skip(r, NAME);

	return t->nr && t->open[--t->nr].len == len && !memcmp(t->open[t->nr].name, name, len) &&
	       take(r, '>');
}

static bool html_entity(struct reader *r)
{
	take(r, '#');
	return skip(r, NAME) && take(r, ';');
}

bool reread_html(const char *text, size_t len, unsigned int *scripts)
{
	struct reader r = { (const uint8_t *)text, (const uint8_t *)text + len };
	struct tags t = { .nr = 0 };

	if (!json_word(&r, "<!DOCTYPE html>"))
		return false;
	while (r.p < r.end) {
		bool good;

		if (take(&r, '<'))
			good = take(&r, '/') ? html_close(&r, &t) : html_open(&r, &t);
		else if (take(&r, '&'))
			good = html_entity(&r);
		else
			good = !at(&r, '>') && (skip(&r, "\n\t") || take_utf8(&r));
		if (!good)
			return false;
	}
	*scripts = t.scripts;
	return !t.nr;
}
