/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_DWARF_H
#define SYMBOLIZER_DWARF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Source lines of one ELF file. */
struct lines;
struct Elf;
struct source_line;

/* NULL: it has no DWARF.  elf must outlive it. */
struct lines *lines_open(struct Elf *elf, bool demangle);
void lines_close(struct lines *l);	/* NULL is fine */

/*
 * As symbolizer_lines(), by virtual address; without functions: one frame, its file and
 * line alone, which is quick.  Strings live as long as l.
 */
size_t lines_find(struct lines *l, uint64_t addr, bool functions, struct source_line *frames,
		  size_t max);

#endif
