/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_NAME_CACHE_H
#define SYMBOLIZER_NAME_CACHE_H

#include "symbolizer/object_files.h"

/*
 * Where one object's names come from: a file, and perhaps a second one that
 * holds what was stripped from it.  All zero is one that has none.
 */
struct names {
	struct found main, debug;
	bool debug_searched;
	struct lines *lines;
	bool lines_opened;
};

void names_clear(struct names *n);

/* Symbols of the file by virtual address; NULL: none. */
const struct symtab *names_symbols(struct names *n, struct files *files,
				   const struct object *o);

/* Look for the second file, if the first lacks symbols or lines. */
void names_search_debug(struct names *n, struct files *files, const struct object *o);

/* Virtual address of a file offset; false: not loaded. */
bool names_address(const struct names *n, uint64_t offset, uint64_t *addr);

/* As lines_find(), by virtual address.  o NULL: search no second file. */
size_t names_lines(struct names *n, struct files *files, const struct object *o,
		   bool demangle, uint64_t addr, bool functions, struct source_line *frames,
		   size_t max);

#endif
