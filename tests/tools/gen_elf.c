/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_elf.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/tools/gen_place.h"

enum { S_NONE, S_TEXT, S_SYMTAB, S_STRTAB, NR_S };

/* perf finds sections by name: the table of strings begins with these. */
static const char section_names[] = "\0.text\0.symtab\0.strtab";
enum { NAME_TEXT = 1, NAME_SYMTAB = NAME_TEXT + 6, NAME_STRTAB = NAME_SYMTAB + 8 };

static void put_symbol(struct gen_buf *symbols, struct gen_buf *strings, const char *name,
		       uint64_t value, uint64_t size)
{
	Elf64_Sym s = {
		.st_name = strings->len,
		.st_info = ELF64_ST_INFO(STB_GLOBAL, size ? STT_FUNC : STT_NOTYPE),
		.st_shndx = S_TEXT,
		.st_value = value,
		.st_size = size,
	};

	buf_put(symbols, &s, sizeof(s));
	buf_put(strings, name, strlen(name) + 1);
}

static void put_symbols(const struct gen_elf *e, struct gen_buf *symbols, struct gen_buf *strings)
{
	Elf64_Sym none = { 0 };
	char name[64];

	buf_put(symbols, &none, sizeof(none));
	buf_put(strings, section_names, sizeof(section_names));
	put_symbol(symbols, strings, "_text", e->text, 0);
	for (uint32_t i = 0; i < e->functions; i++) {
		snprintf(name, sizeof(name), "%s_function_%u", e->prefix, i);
		put_symbol(symbols, strings, name, e->text + (uint64_t)i * GEN_FUNCTION_SIZE,
			   GEN_FUNCTION_SIZE);
	}
}

static void put_header(FILE *f, const struct gen_elf *e, const struct gen_buf *symbols,
		       const struct gen_buf *strings)
{
	uint64_t size = (uint64_t)e->functions * GEN_FUNCTION_SIZE, at = e->offset + size;
	Elf64_Ehdr eh = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(eh),
		.e_shoff = sizeof(eh) + sizeof(Elf64_Phdr),
		.e_ehsize = sizeof(eh),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = NR_S,
		.e_shstrndx = S_STRTAB,
	};
	Elf64_Phdr ph = {
		.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = e->offset,
		.p_vaddr = e->text, .p_filesz = size, .p_memsz = size,
	};
	Elf64_Shdr sh[NR_S] = {
		[S_TEXT] = { .sh_name = NAME_TEXT, .sh_type = SHT_PROGBITS,
			     .sh_flags = SHF_ALLOC | SHF_EXECINSTR, .sh_addr = e->text,
			     .sh_offset = e->offset, .sh_size = size, .sh_addralign = 4 },
		[S_SYMTAB] = { .sh_name = NAME_SYMTAB, .sh_type = SHT_SYMTAB, .sh_offset = at,
			       .sh_size = symbols->len, .sh_link = S_STRTAB,
			       .sh_entsize = sizeof(Elf64_Sym), .sh_addralign = 8 },
		[S_STRTAB] = { .sh_name = NAME_STRTAB, .sh_type = SHT_STRTAB,
			       .sh_offset = at + symbols->len, .sh_size = strings->len,
			       .sh_addralign = 1 },
	};

	fwrite(&eh, sizeof(eh), 1, f);
	fwrite(&ph, sizeof(ph), 1, f);
	fwrite(sh, sizeof(sh), 1, f);
	fseek(f, (long)e->offset, SEEK_SET);
}

void gen_elf_write(const char *path, const struct gen_elf *e, const struct gen_buf *code)
{
	struct gen_buf symbols = { 0 }, strings = { 0 };
	FILE *f = fopen(path, "wb");

	put_symbols(e, &symbols, &strings);
	if (f) {
		put_header(f, e, &symbols, &strings);
		fwrite(code->data, code->len, 1, f);
		fwrite(symbols.data, symbols.len, 1, f);
		fwrite(strings.data, strings.len, 1, f);
	}
	if (!f || ferror(f) || fclose(f)) {
		perror(path);
		exit(1);
	}
	free(symbols.data);
	free(strings.data);
}
