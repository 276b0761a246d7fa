// SPDX-License-Identifier: GPL-2.0-only
#include "tui/overlay/input.h"

#include <stdio.h>
#include <string.h>

#define WORD_LEN	64

/* Encode a code point as UTF-8: six bits per byte, except the first, which has the length. */
static size_t encode(int code, char out[4])
{
	unsigned int c = (unsigned int)code;
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n - 1; i; i--, c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(n == 1 ? c : (0xf00 >> n & 0xff) | c);
	return n;
}

static void drop_character(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[--len] & 0xc0) == 0x80)
		;
	text[len] = '\0';
}

static void drop_word(char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		len--;
	while (len && !strchr(" ,", text[len - 1]))
		len--;
	text[len] = '\0';
}

bool input_edit(char *text, size_t size, int press)
{
	size_t len = strlen(text), n;
	char bytes[4];

	if (press == PRESS_BACKSPACE) {
		drop_character(text);
	} else if (press == PRESS_CTRL('u')) {
		*text = '\0';
	} else if (press == PRESS_CTRL('w')) {
		drop_word(text);
	} else if (press >= ' ' && press != 0x7f && press < PRESS_UP) {
		n = encode(press, bytes);
		if (len + n < size) {
			memcpy(text + len, bytes, n);
			text[len + n] = '\0';
		}
	} else {
		return false;
	}
	return true;
}

static bool is_control(int code)
{
	return code < ' ' || (code >= 0x7f && code < 0xa0);
}

bool input_paste(char *text, size_t size, const struct paste *p)
{
	size_t begin = strlen(text), len = begin;
	bool gap = false;

	for (size_t i = 0; i < p->nr; i++) {
		gap |= is_control(p->code[i]);
		if (is_control(p->code[i]))
			continue;
		if (gap && len > begin)
			input_edit(text, size, ' ');
		gap = false;
		len = strlen(text);
		input_edit(text, size, p->code[i]);
		if (strlen(text) == len)
			return false;
		len = strlen(text);
	}
	return !p->cut;
}

static enum input_match match_word(const char *word, const char *name, const char *what)
{
	size_t len = strlen(word);

	return !strcasecmp(word, name) ? MATCH_EQUAL :
	       !strncasecmp(word, name, len) ? MATCH_BEGIN :
	       strcasestr(name, word) ? MATCH_NAME :
	       strcasestr(what, word) ? MATCH_WHAT : MATCH_NONE;
}

enum input_match input_match(const char *typed, const char *name, const char *what)
{
	enum input_match worst = MATCH_EQUAL, word_match;
	char word[WORD_LEN];

	for (typed += strspn(typed, " "); *typed; typed += strspn(typed, " ")) {
		size_t len = strcspn(typed, " ");

		snprintf(word, sizeof(word), "%.*s", (int)len, typed);
		word_match = match_word(word, name, what);
		if (word_match < worst)
			worst = word_match;
		typed += len;
	}
	return worst;
}
