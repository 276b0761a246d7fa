// SPDX-License-Identifier: GPL-2.0-only
/*
 * The locales C and C.UTF-8 without files.  glibc only has C built in; C.UTF-8 is a file of the
 * machine's own glibc, if it exists.  The linker's --wrap= replaces libc's functions with these, in
 * the program and in ncurses: all those that both call.  UTF-8 has no state between characters, so
 * mbstate_t is unused.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define INVALID		((size_t)-1)
#define INCOMPLETE	((size_t)-2)

static bool utf8;	/* else C: everything but ASCII is invalid */

char *__wrap_setlocale(int category, const char *name);
char *__wrap_nl_langinfo(nl_item item);
size_t __wrap_mbrtowc(wchar_t *c, const char *s, size_t n, mbstate_t *state);
int __wrap_mbtowc(wchar_t *c, const char *s, size_t n);
int __wrap_mblen(const char *s, size_t n);
size_t __wrap_mbstowcs(wchar_t *to, const char *s, size_t n);
size_t __wrap_wcrtomb(char *s, wchar_t c, mbstate_t *state);
size_t __wrap_wcsrtombs(char *to, const wchar_t **from, size_t n, mbstate_t *state);
wint_t __wrap_btowc(int byte);
int __wrap_wctob(wint_t c);
int __wrap_wcwidth(wchar_t c);
int __wrap_iswprint(wint_t c);

char *__wrap_setlocale(int category, const char *name)
{
	if (name)
		utf8 = !strcmp(name, "C.UTF-8");
	return utf8 ? "C.UTF-8" : "C";
}

char *__wrap_nl_langinfo(nl_item item)
{
	return item != CODESET ? "" : utf8 ? "UTF-8" : "ANSI_X3.4-1968";
}

/* Length of the character that begins with this byte (Unicode, table 3-7); 0: invalid. */
static size_t length_by(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (!utf8 || lead < 0xc2 || lead > 0xf4)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static size_t decode(const char *s, size_t n, wchar_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t code;

	if (!n)
		return INCOMPLETE;
	len = length_by((uint8_t)*s);
	if (!len)
		return INVALID;
	code = (uint8_t)*s & (len == 1 ? 0x7f : 0x3f >> (len - 1));
	for (size_t i = 1; i < len && i < n; i++) {
		if (((uint8_t)s[i] & 0xc0) != 0x80)
			return INVALID;
		code = code << 6 | ((uint8_t)s[i] & 0x3f);
	}
	if (n < len)
		return INCOMPLETE;
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return INVALID;
	*c = (wchar_t)code;
	return len;
}

size_t __wrap_mbrtowc(wchar_t *c, const char *s, size_t n, mbstate_t *state)
{
	wchar_t code;
	size_t len;

	(void)state;
	if (!s)
		return 0;
	len = decode(s, n, &code);
	if (len == INVALID)
		errno = EILSEQ;
	if (len == INVALID || len == INCOMPLETE)
		return len;
	if (c)
		*c = code;
	return code ? len : 0;
}

int __wrap_mbtowc(wchar_t *c, const char *s, size_t n)
{
	size_t len = __wrap_mbrtowc(c, s, n, NULL);

	return len == INCOMPLETE ? -1 : (int)len;
}

int __wrap_mblen(const char *s, size_t n)
{
	return __wrap_mbtowc(NULL, s, n);
}

size_t __wrap_mbstowcs(wchar_t *to, const char *s, size_t n)
{
	size_t done = 0, len;
	wchar_t c;

	for (; !to || done < n; done++, s += len) {
		len = __wrap_mbrtowc(&c, s, strlen(s) + 1, NULL);
		if (len == INVALID || len == INCOMPLETE)
			return INVALID;
		if (to)
			to[done] = c;
		if (!c)
			break;
	}
	return done;
}

size_t __wrap_wcrtomb(char *s, wchar_t c, mbstate_t *state)
{
	static const uint8_t leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	uint32_t code = (uint32_t)c;
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	(void)state;
	if (!s)
		return 1;
	if (code > (utf8 ? 0x10ffff : 0x7f) || (code >= 0xd800 && code < 0xe000)) {
		errno = EILSEQ;
		return INVALID;
	}
	for (size_t i = len; i-- > 1; code >>= 6)
		s[i] = (char)(0x80 | (code & 0x3f));
	s[0] = (char)(leads[len] | code);
	return len;
}

size_t __wrap_wcsrtombs(char *to, const wchar_t **from, size_t n, mbstate_t *state)
{
	size_t done = 0, len;
	char bytes[4];

	for (const wchar_t *c = *from;; c++, done += len) {
		len = __wrap_wcrtomb(bytes, *c, state);
		if (len == INVALID)
			return INVALID;
		if (to && done + len > n) {
			*from = c;
			return done;
		}
		if (to)
			memcpy(to + done, bytes, len);
		if (!*c)
			break;
	}
	if (to)
		*from = NULL;
	return done;
}

wint_t __wrap_btowc(int byte)
{
	return byte >= 0 && byte < 0x80 ? (wint_t)byte : WEOF;
}

int __wrap_wctob(wint_t c)
{
	return c < 0x80 ? (int)c : EOF;
}

/* Widths on a terminal, from the build's glibc in C.UTF-8. */
static const struct {
	uint32_t first, last;
	int8_t width;
} widths[] = {
#define WIDTH(first, last, width) { first, last, width },
#include "static/widths.def"
#undef WIDTH
};

int __wrap_wcwidth(wchar_t c)
{
	size_t low = 0, high = sizeof(widths) / sizeof(widths[0]);
	uint32_t code = (uint32_t)c;

	if (code >= 0x80 && !utf8)
		return -1;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (code > widths[middle].last)
			low = middle + 1;
		else if (code < widths[middle].first)
			high = middle;
		else
			return widths[middle].width;
	}
	return -1;
}

int __wrap_iswprint(wint_t c)
{
	return c && __wrap_wcwidth((wchar_t)c) >= 0;
}
