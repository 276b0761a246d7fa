// SPDX-License-Identifier: GPL-2.0-only
/*
 * A build tool: prints WIDTH(first, last, width) for static/utf8.c, for each range of characters
 * that the build's C library can print.
 */
#include <locale.h>
#include <stdio.h>
#include <wchar.h>

#define END	0x110000

int main(void)
{
	int width = -1, next;

	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		fputs("widths: this machine has no locale C.UTF-8\n", stderr);
		return 1;
	}
	for (unsigned int first = 0, c = 0; c <= END; c++) {
		next = c < END ? wcwidth((wchar_t)c) : -1;
		if (next == width)
			continue;
		if (width >= 0)
			printf("WIDTH(0x%x, 0x%x, %d)\n", first, c - 1, width);
		first = c;
		width = next;
	}
	return 0;
}
