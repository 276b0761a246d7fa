// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as an ELF file: its tables, and the lines of its symbols. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbolizer/demangle.h"
#include "symbolizer/disasm.h"
#include "symbolizer/files/dwarf.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/symbol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct lines *l, const struct symtab *t, uint64_t addr)
{
	const struct symtab_range *s = symtab_find(t, addr);
	struct source_line line;
	char text[512];

	if (s && (addr < s->start || addr - s->start >= s->size || strlen(s->name) > 4200))
		abort();
	if (s)
		demangle(s->name, text, sizeof(text));
	if (l && lines_find(l, addr, &line) && !line.file)
		abort();
}

/* Code at an address is bytes of the file, and can be disassembled. */
static void ask_code(const struct elf_file *elf, struct disasm *d, uint64_t addr)
{
	const char *to[16];
	char text[DISASM_LEN];
	uint8_t code[64];
	uint64_t target;
	size_t len = elf_file_code(elf, addr, code, sizeof(code));

	if (len > sizeof(code))
		abort();
	elf_file_relocated(elf, addr, to, len / 4);
	for (size_t i = 0; i < len / 4; i++) {
		uint32_t word;

		memcpy(&word, code + i * 4, 4);
		disasm_text(d, word, addr + i * 4, text);
		if (strlen(text) >= sizeof(text) || (to[i] && strlen(to[i]) > 1u << 20))
			abort();
		disasm_flow(word, addr + i * 4, &target);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);
	struct elf_file *elf;
	const struct symtab *t;
	struct lines *l = NULL;
	static struct disasm *d;	/* shared, because LLVM takes long to load */
	uint64_t addr;

	if (fd < 0)
		return 0;
	if (write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return 0;
	}
	if (elf_file_open(&elf, fd))
		return 0;
	if (!d && disasm_new(&d))
		abort();
	t = elf_file_symbols(elf);
	if (elf_file_has_lines(elf) && !elf_file_is_module(elf))
		l = lines_open(elf_file_handle(elf));
	for (uint64_t offset = 0; t && offset < size && offset < 4096; offset += 64)
		if (elf_file_address(elf, offset, &addr))
			ask(l, t, addr);
	for (uint64_t at = 0; at < size && at < 4096; at += 64) {
		ask_code(elf, d, at);
		if (elf_file_address(elf, at, &addr))
			ask_code(elf, d, addr);
	}
	if (elf_file_debuglink(elf) && strlen(elf_file_debuglink(elf)) > size)
		abort();
	lines_close(l);
	elf_file_close(elf);
	return 0;
}
