/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_FUZZ_REREAD_H
#define TESTS_FUZZ_REREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Strict readers of the formats that are written, made from their specifications and independent
 * of the writers.  Each returns whether the bytes are well formed.
 */

/* JSON [RFC 8259]: one value, UTF-8, no raw control characters, no lone surrogates. */
bool reread_json(const char *text, size_t len);
/* CSV [RFC 4180]: records of one number of fields, with \n; UTF-8 without control characters. */
bool reread_csv(const char *text, size_t len);
/* Stacks: so many frames with ; between them, a blank and a number. */
bool reread_folded(const char *text, size_t len, unsigned int frames);
/*
 * Protocol Buffers: fields with known wire types that fill the message; text(number) says which
 * fields of it are UTF-8.  Submessages: submessage(number) is the message in that field; -1: none.
 */
struct message {
	uint64_t texts;		/* fields that are text, by bit of their number */
	struct { uint32_t field; const struct message *message; } sub[8];
};
bool reread_protobuf(const uint8_t *p, size_t len, const struct message *m);
/*
 * HTML: tags and attributes with names of a-z and digits, values in "quotes", elements nested, no
 * attribute that runs something, text without < and >; *scripts counts the script elements.
 */
bool reread_html(const char *text, size_t len, unsigned int *scripts);
/* llvm-bolt's fdata: lines of "1 NAME HEX 1 NAME HEX N N" or "0 [unknown] 0" for either end. */
bool reread_fdata(const char *text, size_t len);
/* Parquet: a footer, and pages of zstd that fill the columns' places; texts and notes are UTF-8. */
bool reread_parquet(const char *text, size_t len);
/* UTF-8 without control characters. */
bool reread_text(const char *text, size_t len);
/* Lines of these characters only. */
bool reread_lines(const char *text, size_t len, const char *chars);

#endif
