// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/name_cache.h"

#include "symbolizer/files/dwarf.h"
#include "symbolizer/types/access.h"
#include "symbolizer/types/types.h"

void name_cache_clear(struct name_cache *n)
{
	lines_close(n->lines);
	accesses_free(n->accesses);
	types_close(n->types);
	found_clear(&n->main);
	found_clear(&n->debug);
	*n = (struct name_cache){ 0 };
}

static void search_debug(struct name_cache *n, struct object_files *files,
			 const struct object *o)
{
	if (n->debug_searched || !o)
		return;
	n->debug_searched = true;
	object_files_find_debug(files, o, n->main.elf, &n->debug);
}

const struct symtab *name_cache_symbols(struct name_cache *n, struct object_files *files,
					const struct object *o)
{
	if (n->main.kallsyms)
		return kallsyms_kernel(n->main.kallsyms);
	if (!n->main.elf)
		return NULL;
	if (!elf_file_has_symtab(n->main.elf))
		search_debug(n, files, o);
	if (n->debug.elf && elf_file_has_symtab(n->debug.elf))
		return elf_file_symbols(n->debug.elf);
	return elf_file_symbols(n->main.elf);
}

void name_cache_search_debug(struct name_cache *n, struct object_files *files,
			     const struct object *o)
{
	if (n->main.elf && !(elf_file_has_symtab(n->main.elf) && elf_file_has_lines(n->main.elf)))
		search_debug(n, files, o);
}

bool name_cache_address(const struct name_cache *n, uint64_t offset, uint64_t *addr)
{
	return n->main.elf && elf_file_address(n->main.elf, offset, addr);
}

/* The file that has DWARF; NULL: none.  The relocations of a module's DWARF have not been applied. */
static struct elf_file *with_dwarf(struct name_cache *n, struct object_files *files,
				   const struct object *o)
{
	struct elf_file *elf = n->main.elf;

	if (!elf)
		return NULL;
	if (!elf_file_has_lines(elf))
		search_debug(n, files, o);
	if (n->debug.elf && elf_file_has_lines(n->debug.elf))
		elf = n->debug.elf;
	return elf_file_has_lines(elf) && !elf_file_is_module(elf) ? elf : NULL;
}

bool name_cache_line(struct name_cache *n, struct object_files *files, const struct object *o,
		     uint64_t addr, struct source_line *out)
{
	struct elf_file *elf = n->lines_opened ? NULL : with_dwarf(n, files, o);

	if (elf)
		n->lines = lines_open(elf_file_handle(elf));
	n->lines_opened = true;
	return n->lines && lines_find(n->lines, addr, out);
}

struct types *name_cache_types(struct name_cache *n, struct object_files *files,
			       const struct object *o)
{
	struct elf_file *elf = n->types_opened ? NULL : with_dwarf(n, files, o);

	if (elf)
		n->types = types_open(elf_file_handle(elf));
	n->types_opened = true;
	return n->types;
}

struct accesses *name_cache_accesses(struct name_cache *n, struct object_files *files,
				     const struct object *o)
{
	struct types *types = n->accesses_opened ? NULL : name_cache_types(n, files, o);

	n->accesses_opened = true;
	if (types && accesses_new(&n->accesses, types, n->main.elf))
		n->accesses = NULL;
	return n->accesses;
}
