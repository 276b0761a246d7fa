/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_VALUE_H
#define SYMBOLIZER_TYPES_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "symbolizer/types/layout.h"

/* What is known of the value in a register. */

enum value_kind {
	VALUE_UNKNOWN,
	VALUE_POINTER,	/* the address of an object of the type, + offset */
	VALUE_STACK,	/* CFA + offset */
	VALUE_ADDRESS,	/* offset, an address of the file; 0: NULL */
	VALUE_CODE,	/* the address of a function */
	VALUE_ENTRY,	/* any entry of a table of numbers, which is at offset, an address */
	VALUE_TARGET,	/* a sum of base and such an entry: where a switch may go */
};

struct value {
	uint8_t kind;
	uint8_t why;		/* VALUE_UNKNOWN: enum access_reason */
	/*
	 * VALUE_POINTER: or an element of an array before or behind it, which ways that move the
	 * pointer by whole objects lead to.
	 */
	bool moved;
	/*
	 * VALUE_UNKNOWN: a number of the instruction that made it, so that equal numbers in one
	 * register are one value; VALUE_MERGED: several.
	 */
	int64_t offset;
	uint64_t type;		/* VALUE_TARGET: base */
	struct {
		uint8_t bytes;	/* of an entry */
		uint8_t shift;	/* it is shifted left before it is added */
		bool is_signed;
	} entry;
};

#define VALUE_MERGED	INT64_MAX

/* The address of an object of the type + offset; unknown for void, bytes and incomplete types. */
struct value value_object(struct type_source *s, uint64_t type, int64_t offset);

struct value value_unknown(unsigned int why);	/* its number is 0 */
struct value value_add(struct value v, int64_t n);

/* Is it the address of a byte of the object? */
bool value_inside(struct type_source *s, const struct value *v);

/* What both of two paths say of a value. */
struct value value_join(struct type_source *s, struct value a, struct value b);

/*
 * The same value, of which two things are known.  Of an object and its part at the same address the
 * object is kept.  Contradictions become unknown: ACCESS_VARIABLES.
 */
struct value value_meet(struct type_source *s, struct value a, struct value b);

/* What 8 bytes at an offset of the type are, if they are a pointer. */
struct value value_loaded(struct type_source *s, uint64_t type, int64_t offset);

/* Are both the same, also where they come from two units? */
bool value_same(struct type_source *s, const struct value *a, const struct value *b);

#endif
