/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_NAMING_H
#define SYMBOLIZER_NAMING_H

#include "symbolizer/symbol.h"

/*
 * What places are called, remembered: each is named once, however many rows
 * and threads ask.  Equal texts are one pointer, so that names are compared as
 * numbers.
 */
struct naming;

struct place_names {
	const char *object;	/* "" unknown */
	const char *symbol;	/* without one, what lies within NAMING_BLOCK is called by its
				 * offset, "libc.so.6+0x9f3xx", or its address, "0x400012xx" */
	const char *line;	/* "file:line", "" unknown or not asked for */
};

/* symbolizer is borrowed.  NULL: out of memory. */
struct naming *naming_new(struct symbolizer *symbolizer);
void naming_free(struct naming *n);	/* NULL is fine */

/* Bytes: about a function.  The last digits of an offset are left out. */
#define NAMING_BLOCK	256

/* Is that what code without a symbol is called?  A symbol is hardly ever. */
bool naming_is_block(const char *symbol);

/* What is asked for: bits. */
enum {
	NAMING_LINE	= 1,	/* the source line, too: slow */
	NAMING_TOGETHER	= 2,	/* what would be called by its address has no symbol: "" */
	NAMING_WAYS	= 4,
};

/* Names of a place.  Any thread.  The strings live as long as naming.  0 or -ENOMEM. */
int naming_get(struct naming *n, const struct place *place, unsigned int what,
	       struct place_names *out);

/*
 * The number of a place's names: equal for places whose object and symbol
 * (and, with NAMING_LINE, source line) are called the same.  Any thread.  0 or -ENOMEM.
 */
int naming_number(struct naming *n, const struct place *place, unsigned int what, uint32_t *out);

/*
 * Do two places of an object without symbols, and all between them, have one number, but
 * for source lines?  Any thread.
 */
bool naming_is_one_call(struct naming *n, const struct place *first, const struct place *last);

/* The names of such a number.  Not while another thread may make new ones. */
const struct place_names *naming_of(const struct naming *n, uint32_t number);
/* The same, at any time: a copy, whose texts live as long as naming. */
void naming_copy(struct naming *n, uint32_t number, struct place_names *out);

/* The one pointer of a text.  Any thread.  NULL: out of memory. */
const char *naming_intern(struct naming *n, const char *text);

#endif
