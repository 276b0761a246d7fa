// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/dwarf.h"
#include "symbolizer/name_cache.h"

void names_clear(struct names *n)
{
	lines_close(n->lines);
	found_clear(&n->main);
	found_clear(&n->debug);
	*n = (struct names){ 0 };
}

static void search_debug(struct names *n, struct files *files, const struct object *o)
{
	if (n->debug_searched || !o)
		return;
	n->debug_searched = true;
	files_find_debug(files, o, n->main.elf, &n->debug);
}

const struct symtab *names_symbols(struct names *n, struct files *files,
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

void names_search_debug(struct names *n, struct files *files, const struct object *o)
{
	if (n->main.elf && !(elf_file_has_symtab(n->main.elf) && elf_file_has_lines(n->main.elf)))
		search_debug(n, files, o);
}

bool names_address(const struct names *n, uint64_t offset, uint64_t *addr)
{
	return n->main.elf && elf_file_address(n->main.elf, offset, addr);
}

size_t names_lines(struct names *n, struct files *files, const struct object *o,
		   bool demangle, uint64_t addr, bool functions, struct source_line *frames,
		   size_t max)
{
	if (!n->lines_opened && n->main.elf) {
		struct elf_file *elf = n->main.elf;

		n->lines_opened = true;
		if (!elf_file_has_lines(elf))
			search_debug(n, files, o);
		if (n->debug.elf && elf_file_has_lines(n->debug.elf))
			elf = n->debug.elf;
		/* Nobody applied the relocations of a module's DWARF. */
		if (elf_file_has_lines(elf) && !elf_file_is_module(elf))
			n->lines = lines_open(elf_file_handle(elf), demangle);
	}
	return n->lines ? lines_find(n->lines, addr, functions, frames, max) : 0;
}
