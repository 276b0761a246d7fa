/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_DUMP_LINE_H
#define CMD_DUMP_LINE_H

#include <stdint.h>
#include <stdio.h>

/* A buffer for many short lines: dumps of millions of records are bound by it. */
struct line {
	FILE *out;
	size_t len;
	int err;		/* -errno of the first write that failed */
	char buf[1 << 16];
};

void line_text(struct line *l, const char *text);
void line_char(struct line *l, char c);
void line_dec(struct line *l, uint64_t v);
void line_hex(struct line *l, uint64_t v);	/* 0x1f */
void line_hex_fixed(struct line *l, uint64_t v, unsigned int digits);
/* " 1f" for each of the first n bytes, and blanks up to so many columns. */
void line_hex_bytes(struct line *l, const uint8_t *bytes, unsigned int n, unsigned int columns);
/* 0, or -errno of any write so far. */
int line_flush(struct line *l);

#endif
