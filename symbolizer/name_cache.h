/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_NAME_CACHE_H
#define SYMBOLIZER_NAME_CACHE_H

#include "symbolizer/files/object_files.h"

/*
 * The files that name one object: its own, and possibly a second one with the information that was
 * stripped from it.  All zero: none.
 */
struct name_cache {
	struct found main, debug;
	bool debug_searched;
	struct lines *lines;
	bool lines_opened;
	struct types *types;
	bool types_opened;
	struct accesses *accesses;
	bool accesses_opened;
};

void name_cache_clear(struct name_cache *n);

/* Symbols of the file by virtual address; NULL: none. */
const struct symtab *name_cache_symbols(struct name_cache *n, struct object_files *files,
					const struct object *o);

/* Look for the second file, if the first lacks symbols or lines. */
void name_cache_search_debug(struct name_cache *n, struct object_files *files,
			     const struct object *o);

/* Virtual address of a file offset; false: not loaded. */
bool name_cache_address(const struct name_cache *n, uint64_t offset, uint64_t *addr);

/* As lines_find(), by virtual address.  o NULL: search no second file. */
bool name_cache_line(struct name_cache *n, struct object_files *files, const struct object *o,
		     uint64_t addr, struct source_line *out);

/* Types and variables; NULL: none.  o: as above. */
struct types *name_cache_types(struct name_cache *n, struct object_files *files,
			       const struct object *o);

/* What instructions access, for a file with types; NULL: it has none, or no code. */
struct accesses *name_cache_accesses(struct name_cache *n, struct object_files *files,
				     const struct object *o);

#endif
