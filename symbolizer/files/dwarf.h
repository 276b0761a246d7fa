/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_DWARF_H
#define SYMBOLIZER_FILES_DWARF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Source lines of one ELF file. */
struct lines;
struct Elf;
struct source_line;

/* NULL: elf has no DWARF.  elf must outlive the result. */
struct lines *lines_open(struct Elf *elf);
void lines_close(struct lines *l);	/* NULL is fine */

/* By virtual address.  False: unknown.  Strings live as long as l. */
bool lines_find(struct lines *l, uint64_t addr, struct source_line *out);

#endif
