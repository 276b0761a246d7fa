/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_KALLSYMS_H
#define SYMBOLIZER_FILES_KALLSYMS_H

#include "symbolizer/files/symtab.h"

/* A copy of /proc/kallsyms: "address type name\t[module]" lines. */
struct kallsyms;

/*
 * Read all of fd.  0; -EINVAL: no such text; -EACCES: all addresses are zero,
 * it was taken without the right to see them (kptr_restrict); -EFBIG: larger
 * than any such file is; other -errno.
 */
int kallsyms_open(struct kallsyms **out, int fd);
void kallsyms_free(struct kallsyms *k);	/* NULL is fine */

/* Symbols of the kernel image. */
const struct symtab *kallsyms_kernel(const struct kallsyms *k);

/*
 * Symbols of a module, by name as in the text, "[kvm]"; NULL: not there.
 * *text is the page its first function lies in.
 */
const struct symtab *kallsyms_module(const struct kallsyms *k, const char *name,
				     uint64_t *text);

/* The symbol at addr, of whatever module or the kernel; NULL: none. */
const struct symtab_range *kallsyms_find(const struct kallsyms *k, uint64_t addr);

#endif
