// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <string.h>

#include "tui/terminal/terminal_impl.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* RFC 4648: three bytes become four digits. */
static void put_three(FILE *out, const unsigned char *text, size_t left)
{
	uint32_t bits = (uint32_t)text[0] << 16;

	bits |= left > 1 ? (uint32_t)text[1] << 8 : 0;
	bits |= left > 2 ? text[2] : 0;
	fputc(digits[bits >> 18], out);
	fputc(digits[bits >> 12 & 63], out);
	fputc(left > 1 ? digits[bits >> 6 & 63] : '=', out);
	fputc(left > 2 ? digits[bits & 63] : '=', out);
}

void clipboard_write(FILE *out, const char *text)
{
	size_t len = strlen(text);

	fputs("\033]52;c;", out);
	for (size_t at = 0; at < len; at += 3)
		put_three(out, (const unsigned char *)text + at, len - at);
	fputc('\a', out);
}
