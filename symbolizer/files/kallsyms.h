/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_KALLSYMS_H
#define SYMBOLIZER_FILES_KALLSYMS_H

#include "symbolizer/files/symtab.h"

/* A copy of /proc/kallsyms: "address type name\t[module]" lines. */
struct kallsyms;

/*
 * Read all of fd.  0; -EINVAL: not such a text; -EACCES: all addresses are zero, because it was
 * copied without permission to see them (kptr_restrict); -EFBIG: larger than any such file; other
 * -errno.
 */
int kallsyms_open(struct kallsyms **out, int fd);
void kallsyms_free(struct kallsyms *k);	/* NULL is fine */

/* Symbols of the kernel image. */
const struct symtab *kallsyms_kernel(const struct kallsyms *k);

/*
 * Symbols of a module, by its name in the text, "[kvm]"; NULL: not found.  *text is the page of its
 * first function.
 */
const struct symtab *kallsyms_module(const struct kallsyms *k, const char *name,
				     uint64_t *text);

/* The symbol at addr in the kernel or any module; NULL: none. */
const struct symtab_range *kallsyms_find(const struct kallsyms *k, uint64_t addr);

#endif
