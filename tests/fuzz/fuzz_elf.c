// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as an ELF file: its tables, and lines of what they name. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbolizer/demangle.h"
#include "symbolizer/dwarf.h"
#include "symbolizer/elf.h"
#include "symbolizer/symbol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct lines *l, const struct symtab *t, uint64_t addr)
{
	const struct symtab_symbol *s = symtab_find(t, addr);
	struct source_line f[8];
	char text[512];

	if (s && (addr < s->start || addr - s->start >= s->size || strlen(s->name) > 4200))
		abort();
	if (s)
		demangle(s->name, text, sizeof(text));
	if (l && lines_find(l, addr, f, 8) > 8)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);
	struct elf_file *elf;
	const struct symtab *t;
	struct lines *l = NULL;
	uint64_t addr;

	if (fd < 0)
		return 0;
	if (write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	if (elf_file_open(&elf, fd))
		return 0;
	t = elf_file_symbols(elf);
	if (elf_file_has_lines(elf) && !elf_file_is_module(elf))
		l = lines_open(elf_file_handle(elf), true);
	for (uint64_t offset = 0; t && offset < size && offset < 4096; offset += 64)
		if (elf_file_address(elf, offset, &addr))
			ask(l, t, addr);
	if (elf_file_debuglink(elf) && strlen(elf_file_debuglink(elf)) > size)
		abort();
	lines_close(l);
	elf_file_close(elf);
	return 0;
}
