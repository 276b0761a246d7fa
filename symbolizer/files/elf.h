/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_ELF_H
#define SYMBOLIZER_FILES_ELF_H

#include "symbolizer/files/symtab.h"

/* One ELF file: which it is, where its bytes are loaded, what it names. */
struct elf_file;
struct Elf;	/* libelf's */

/*
 * Open what fd holds, also if gzip, xz or zstd (as libdw has them) packs it.
 * fd is the callee's in any case.  0; -ENOEXEC: no ELF file, or not one to be
 * trusted; -EFBIG; other -errno.
 */
int elf_file_open(struct elf_file **out, int fd);
/*
 * The same of size bytes from an offset of fd on, which are read where they are, and are
 * packed by nothing.  fd stays the caller's, and may be closed.
 */
int elf_file_open_part(struct elf_file **out, int fd, uint64_t offset, uint64_t size);
void elf_file_close(struct elf_file *f);	/* NULL is fine */

/* All its bytes, unpacked: borrowed from the file.  NULL: they cannot be had. */
const void *elf_file_image(const struct elf_file *f, size_t *size);

/* Its build-id; *len 0: it has none. */
const uint8_t *elf_file_build_id(const struct elf_file *f, uint8_t *len);

/* Name of the file its debug information was put into; NULL: none. */
const char *elf_file_debuglink(const struct elf_file *f);

bool elf_file_has_symtab(const struct elf_file *f);	/* .symtab, not just .dynsym */
bool elf_file_has_lines(const struct elf_file *f);	/* DWARF */
bool elf_file_is_module(const struct elf_file *f);	/* relocatable: a kernel module */

/* False: it does not tell where code lay in the file it was taken from. */
bool elf_file_has_offsets(const struct elf_file *f);

/* Virtual address of a file offset; false: it is not loaded. */
bool elf_file_address(const struct elf_file *f, uint64_t offset, uint64_t *addr);

/*
 * Its symbols by virtual address; by distance from the load address if it is
 * a kernel module.  Made when first asked; NULL: out of memory.
 */
const struct symtab *elf_file_symbols(struct elf_file *f);

bool elf_file_is_aarch64(const struct elf_file *f);

/*
 * Copy code at such an address, at most len bytes, and no more than its section has.
 * Returns how many; 0: the file has none there.
 */
size_t elf_file_code(const struct elf_file *f, uint64_t addr, uint8_t *out, size_t len);

/* Between which addresses the largest piece of its code is; false: it has none. */
bool elf_file_text(const struct elf_file *f, uint64_t *from, uint64_t *to);

/*
 * In a kernel module: the symbols that each of nr instructions from addr on will refer
 * to once it is loaded; until then they refer to nothing.  out is filled with names
 * borrowed from the file, "" for one without, and NULL where nothing is relocated.
 */
void elf_file_relocated(const struct elf_file *f, uint64_t addr, const char **out, size_t nr);

/* For libdw. */
struct Elf *elf_file_handle(const struct elf_file *f);

#endif
