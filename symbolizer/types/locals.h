/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_TYPES_LOCALS_H
#define SYMBOLIZER_TYPES_LOCALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct types;

/*
 * What DWARF says of one function: where its code is, and where its variables are, those of inlined
 * functions too [DWARF 5, 2.6].
 */

enum local_kind {
	LOCAL_POINTER,	/* reg + offset is the value of a pointer to the type */
	LOCAL_MEMORY,	/* a variable of the type is in memory at reg + offset */
	LOCAL_FRAME,	/* likewise at CFA + offset */
};

struct local {
	uint64_t from, to;	/* addresses of instructions for which it is so: [from, to) */
	uint64_t type;		/* in types_source() */
	int64_t offset;
	uint8_t kind;
	uint8_t reg;		/* 0 to 31: x0 to x30, sp */
	bool home;		/* it is there in its whole block, i.e. not only saved there for a while */
};

struct locals_range {
	uint64_t from, to;
};

struct locals {
	uint64_t entry;
	struct locals_range *ranges;
	size_t nr_ranges;
	struct local *local;
	size_t nr;
	bool aapcs;		/* calls keep x19 to x29, as in C, C++ and Rust */
};

/*
 * The function that has code at that address.  0; -ENOENT: no function; -EEXIST: several; -E2BIG: it
 * has too many variables; -ENOMEM.  Filled only on success, and freed with locals_clear().
 */
int locals_read(struct types *types, uint64_t addr, struct locals *out);
void locals_clear(struct locals *l);

#endif
