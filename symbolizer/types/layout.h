/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_LAYOUT_H
#define SYMBOLIZER_TYPES_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How a compiler laid out types, and which field of a type is at an offset.  Knows neither DWARF nor
 * BTF: each of them is a source of types.
 */

enum type_kind {
	TYPE_UNKNOWN,	/* incomplete, of variable size, or not understood */
	TYPE_SCALAR,	/* has no fields: numbers, enumerations, pointers, vectors */
	TYPE_STRUCT,	/* also a C++ class */
	TYPE_UNION,
	TYPE_ARRAY,
	TYPE_FUNCTION,	/* what pointers to functions point to; has no size */
};

struct type_member {
	const char *name;	/* "" if it has none: an anonymous struct or union, a base class */
	uint64_t offset;	/* bytes; of a bit field, of its first byte */
	uint64_t type;		/* its number in the source */
	uint32_t bits;		/* width of a bit field; 0: it is none */
	uint8_t bit;		/* its first bit in the byte at offset, 0 to 7 */
};

/* Offsets and sizes that are no less are not believed: nothing overflows. */
#define TYPE_SIZE_MAX	(1ull << 48)

/* Without typedefs and qualifiers.  Everything is owned by the source. */
struct type {
	uint8_t kind;		/* enum type_kind */
	bool open;		/* some members have no constant offset: a gap may be one of them */
	const char *name;	/* "rq"; "" if it has none */
	const char *full;	/* "struct rq", "unsigned long", "char *" */
	uint64_t size;		/* bytes; 0 of an array: unknown length */
	uint64_t of;		/* TYPE_ARRAY: the type of its elements */
	uint64_t to;		/* TYPE_SCALAR: what a pointer or reference points to; 0: it is none,
				 * or points to void */
	uint32_t dimensions;	/* TYPE_ARRAY */
	uint32_t nr;		/* TYPE_STRUCT, TYPE_UNION: members */
	const struct type_member *member;
};

/* Where types come from. */
struct type_source {
	/* The type of that number; never NULL: TYPE_UNKNOWN is an answer. */
	const struct type *(*get)(struct type_source *s, uint64_t type);
};

/* Maximum length of a field's text, with the NUL. */
#define TYPE_FIELD_LEN	512

struct type_place {
	const char *type;	/* struct type.full: of the outermost struct, else of the element */
	uint64_t type_size;	/* bytes */
	uint64_t offset;	/* of the field in the type; in an array of the type, that of its first
				 * element */
	uint64_t size;		/* bytes of the field */
	/*
	 * The type's name and the path to the field, "rq.cfs.nr_running", "cpu.stats[].hits"; where the
	 * type has no fields the variable's name, if that is given, else the type's.  The path ends
	 * early, or lists what may be meant, where the offset does not decide: at a union with a name
	 * ("page.u"), in one without a name ("page.(lru|next)"), among bit fields that share bytes
	 * ("sk.(state|reuse)").  "(padding)": between fields.
	 */
	char field[TYPE_FIELD_LEN];
};

/*
 * What is at an offset of a type.  variable: the name of the variable that begins at offset 0; NULL:
 * none.  limit: number of bytes there, for an array of unknown length; 0: unknown.  False: unknown.
 */
bool type_locate(struct type_source *s, uint64_t type, uint64_t offset, uint64_t limit,
		 const char *variable, struct type_place *out);

#endif
