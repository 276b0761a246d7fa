/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_FILES_ELF_H
#define SYMBOLIZER_FILES_ELF_H

#include "symbolizer/files/symtab.h"

/* One ELF file: its identity, where its bytes are loaded, and its symbols. */
struct elf_file;
struct Elf;	/* from libelf */

/*
 * Open the file in fd, which may be compressed with gzip, xz or zstd (if libdw supports it).  Takes
 * ownership of fd even on failure.  0; -ENOEXEC: not a valid ELF file; -EFBIG; other -errno.
 */
int elf_file_open(struct elf_file **out, int fd);
/*
 * Likewise for size bytes at an offset of fd, which are read in place and must not be compressed.
 * The caller keeps fd and may close it.
 */
int elf_file_open_part(struct elf_file **out, int fd, uint64_t offset, uint64_t size);
void elf_file_close(struct elf_file *f);	/* NULL is fine */

/* All its bytes, uncompressed; borrowed from the file.  NULL: not available. */
const void *elf_file_image(const struct elf_file *f, size_t *size);

/* Its build-id; *len 0: none. */
const uint8_t *elf_file_build_id(const struct elf_file *f, uint8_t *len);

/* Name of the file that has its debug information; NULL: none. */
const char *elf_file_debuglink(const struct elf_file *f);

bool elf_file_has_symtab(const struct elf_file *f);	/* .symtab, not just .dynsym */
bool elf_file_has_lines(const struct elf_file *f);	/* DWARF */
bool elf_file_is_module(const struct elf_file *f);	/* relocatable: a kernel module */

/* False: it lost the file offsets of the code that was stripped from it. */
bool elf_file_has_offsets(const struct elf_file *f);

/* Virtual address of a file offset; false: the offset is not loaded. */
bool elf_file_address(const struct elf_file *f, uint64_t offset, uint64_t *addr);

/*
 * Its symbols by virtual address; for a kernel module by distance from the load address.  Built on
 * first use; NULL: out of memory.
 */
const struct symtab *elf_file_symbols(struct elf_file *f);

/*
 * Call fn for each symbol of its .symtab (.dynsym if it has none) that lies in a section, in the
 * order of the file, until it returns another value than 0.  Names are borrowed for the call.
 * Returns that value, or 0.
 */
typedef int elf_symbol_fn(void *arg, const struct symtab_symbol *s);
int elf_file_each_symbol(const struct elf_file *f, elf_symbol_fn *fn, void *arg);

bool elf_file_is_aarch64(const struct elf_file *f);

/* Is it a shared library, i.e. position-independent, without an interpreter? */
bool elf_file_is_library(const struct elf_file *f);

/* The virtual address of its first loaded segment (code: of code); false: it has none. */
bool elf_file_base(const struct elf_file *f, bool code, uint64_t *addr);

/*
 * Is there memory for this address when the file is loaded, also memory without bytes in the file?
 * *first, *last: the range around it with the same answer.
 */
bool elf_file_memory(const struct elf_file *f, uint64_t addr, uint64_t *first, uint64_t *last);

/*
 * The next segment, from *i on, that has bytes in a map of len bytes at an offset of the file: *shift is
 * the distance from its offsets to its addresses.  False: no more.
 */
bool elf_file_next_in_map(const struct elf_file *f, size_t *i, uint64_t offset, uint64_t len,
			  uint64_t *shift, bool *code);

/*
 * Copy up to len bytes of code at that address, not beyond its section.  Returns their number; 0:
 * no code there.
 */
size_t elf_file_code(const struct elf_file *f, uint64_t addr, uint8_t *out, size_t len);

/*
 * Likewise of all that is loaded from the file: code and data as they are before relocation.
 */
size_t elf_file_loaded(const struct elf_file *f, uint64_t addr, uint8_t *out, size_t len);

/* Where a loaded section of that name is, the first one; false: there is none. */
bool elf_file_section(const struct elf_file *f, const char *name, uint64_t *addr, uint64_t *size);

/* The address range of its largest piece of code; false: none. */
bool elf_file_text(const struct elf_file *f, uint64_t *from, uint64_t *to);

/*
 * For a kernel module, whose instructions refer to nothing before relocation: the symbols that each
 * of nr instructions from addr on will refer to.  out is filled with names borrowed from the file:
 * "" for a symbol without a name, NULL for an instruction without relocation.
 */
void elf_file_relocated(const struct elf_file *f, uint64_t addr, const char **out, size_t nr);

/* For libdw. */
struct Elf *elf_file_handle(const struct elf_file *f);

#endif
