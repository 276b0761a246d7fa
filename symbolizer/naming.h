/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_NAMING_H
#define SYMBOLIZER_NAMING_H

#include "symbolizer/symbol_data.h"

/*
 * Remembers the names of places, so that each is named once for all rows and threads.  Equal texts
 * are one pointer, so that names can be compared as numbers.
 */
struct naming;

struct place_names {
	const char *object;	/* "" unknown */
	const char *symbol;	/* if a place has no symbol, all places in its NAMING_BLOCK share
				 * a name from the offset, "libc.so.6+0x9f3xx", or from the
				 * address, "0x400012xx" */
	const char *line;	/* "file:line", "" unknown or not requested */
};

/* symbolizer is borrowed.  NULL: out of memory. */
struct naming *naming_new(struct symbolizer *symbolizer);
void naming_free(struct naming *n);	/* NULL is fine */

/* Bytes: about the size of a function.  Names omit the last digits of an offset. */
#define NAMING_BLOCK	256

/* Is this a name of code without a symbol?  A real symbol hardly ever looks like it. */
bool naming_is_block(const char *symbol);

/* Requested names: bits. */
enum {
	NAMING_LINE	= 1,	/* the source line, too: slow */
	NAMING_TOGETHER	= 2,	/* "" instead of a name from the address */
	NAMING_WAYS	= 4,
};

/* Names of a place.  Any thread.  The strings live as long as naming.  0 or -ENOMEM. */
int naming_get(struct naming *n, const struct place *place, unsigned int what,
	       struct place_names *out);

/*
 * The bytes from the start of the place's symbol to it.  Any thread.  False: no symbol covers the
 * place.
 */
bool naming_symbol_offset(struct naming *n, const struct place *place, uint64_t *offset);

/*
 * The number of a place's names: equal for places with equal names of object and symbol (and source
 * line, with NAMING_LINE).  Any thread.  0 or -ENOMEM.
 */
int naming_number(struct naming *n, const struct place *place, unsigned int what, uint32_t *out);

/*
 * For an object without symbols: do these two places and all between them have the same number,
 * apart from source lines?  Any thread.
 */
bool naming_is_one_call(struct naming *n, const struct place *first, const struct place *last);

/* The names of such a number.  No other thread may add numbers meanwhile. */
const struct place_names *naming_of(const struct naming *n, uint32_t number);
/* Likewise at any time: copies the pointers, whose texts live as long as naming. */
void naming_copy(struct naming *n, uint32_t number, struct place_names *out);

/* A field of a type, as in struct type_place. */
struct data_field {
	const char *type, *field;
	uint64_t offset, size, type_size;
};

/* No field is known; numbers of others are higher. */
#define NAMING_NO_FIELD	0

/* As symbolizer_data().  Any thread. */
void naming_data(struct naming *n, const struct spaces *spaces, uint32_t space, uint64_t address,
		 struct data_range *out);
/*
 * The number of the field of a variable, as symbolizer_variable() finds it: equal for equal fields;
 * type_only: for equal types, of which nothing else is known.  Any thread.  0 or -ENOMEM.
 */
int naming_variable(struct naming *n, const struct object *o, uint64_t addr, bool type_only,
		    uint32_t *out);

/* Likewise, of what the load or store at a place accesses: symbolizer_access(). */
int naming_access(struct naming *n, const struct place *pc, bool type_only, uint32_t *out);

/* The field of such a number.  Any thread.  False: there is none; all "" and 0. */
bool naming_field(struct naming *n, uint32_t number, struct data_field *out);

/* The unique pointer for a text.  Any thread.  NULL: out of memory. */
const char *naming_intern(struct naming *n, const char *text);

#endif
