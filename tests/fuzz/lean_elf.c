// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as an ELF file: its tables and symbols, without DWARF and disassembly. */
#include <string.h>

#include "symbolizer/files/elf.h"
#include "tests/fuzz/lean.h"

#define LOOKUPS	8

static void ask(const struct elf_file *elf, const struct symtab *t, uint64_t offset)
{
	const struct symtab_range *s;
	const char *to[16];
	uint8_t code[64];
	uint64_t addr;
	size_t len;

	if (!elf_file_address(elf, offset, &addr))
		addr = offset;
	s = t ? symtab_find(t, addr) : NULL;
	lean_require(!s || (addr >= s->start && addr - s->start < s->size && s->name[0]));
	len = elf_file_code(elf, addr, code, sizeof(code));
	lean_require(len <= sizeof(code));
	elf_file_relocated(elf, addr, to, len / 4);
	for (size_t i = 0; i < len / 4; i++)
		lean_require(!to[i] || strlen(to[i]) < 1u << 20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf_file *elf;
	const struct symtab *t;
	uint64_t from, to;
	uint8_t len;

	if (elf_file_open_part(&elf, lean_file(data, size), 0, size))
		return 0;
	t = elf_file_symbols(elf);
	for (uint64_t i = 0; i < LOOKUPS; i++)
		ask(elf, t, size * i / LOOKUPS);
	if (elf_file_text(elf, &from, &to))
		ask(elf, t, from);
	elf_file_base(elf, true, &from);
	elf_file_build_id(elf, &len);
	lean_require(len <= 20);
	lean_require(!elf_file_debuglink(elf) || strlen(elf_file_debuglink(elf)) < size);
	elf_file_close(elf);
	return 0;
}
