/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One character of untrusted text. */
struct glyph {
	uint32_t code;		/* Unicode code point, or the byte if invalid */
	uint8_t used;		/* bytes of the text; 0 at its end */
	bool valid;		/* well-formed UTF-8 */
	bool safe;		/* can be printed to a terminal as it is */
};

/* The character at s; the text ends at s[0] == 0. */
struct glyph glyph_at(const char *s);

/* Its bytes if safe, else \xHH or \u{HHHH}.  Returns the length. */
#define GLYPH_TEXT_LEN	16
size_t glyph_text(char out[GLYPH_TEXT_LEN], const char *s, const struct glyph *g);

/*
 * Write text, escaped, in exactly `width` columns of a terminal (pad) or at most that many.  If it
 * does not fit, ".." replaces the end, or (tail) the start.  Returns the number of columns written.
 */
size_t cell_write(FILE *out, const char *text, size_t width, bool pad, bool tail);

/* Does the locale use UTF-8? */
bool locale_has_utf8(void);

/* Columns of the escaped text, at most max. */
size_t cell_width(const char *text, size_t max);

#endif
