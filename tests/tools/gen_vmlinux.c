/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_vmlinux.h"

#include <elf.h>

#include "tests/tools/gen_operation.h"

#define TEXT_OFFSET 0x1000

enum { S_NONE, S_TEXT, S_SYMTAB, S_STRTAB, NR_S };

/* LDR X0, [X1]; STR X0, [X1]; B.EQ #0; ADD X0, X0, X1 */
static uint32_t word_of(enum gen_kind kind)
{
	static const uint32_t words[] = {
		[GEN_LOAD] = 0xf9400020,
		[GEN_STORE] = 0xf9000020,
		[GEN_BRANCH] = 0x54000000,
		[GEN_OTHER] = 0x8b010000,
	};

	return words[kind];
}

static void put_code(const struct gen_machine *m, struct gen_buf *b, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += 4) {
		uint32_t word = word_of(gen_kind_at(at, m->cfg->build));

		buf_put(b, &word, sizeof(word));
	}
}

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

static void put_symbols(const struct gen_machine *m, struct gen_buf *symbols,
			struct gen_buf *strings)
{
	Elf64_Sym none = { 0 };
	char name[48];

	buf_put(symbols, &none, sizeof(none));
	buf_u8(strings, 0);
	put_symbol(symbols, strings, "_text", GEN_KERNEL_TEXT, 0);
	for (uint32_t i = 0; i < m->guest_kernel.functions; i++) {
		snprintf(name, sizeof(name), "guest_function_%u", i);
		put_symbol(symbols, strings, name, GEN_KERNEL_TEXT + (uint64_t)i * GEN_FUNCTION_SIZE,
			   GEN_FUNCTION_SIZE);
	}
}

/* Sections without names: no reader of symbols and code needs any. */
static void put_header(FILE *f, uint64_t size, const struct gen_buf *symbols,
		       const struct gen_buf *strings)
{
	uint64_t at = TEXT_OFFSET + size;
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
		.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = TEXT_OFFSET,
		.p_vaddr = GEN_KERNEL_TEXT, .p_filesz = size, .p_memsz = size,
	};
	Elf64_Shdr sh[NR_S] = {
		[S_TEXT] = { .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
			     .sh_addr = GEN_KERNEL_TEXT, .sh_offset = TEXT_OFFSET,
			     .sh_size = size, .sh_addralign = 4 },
		[S_SYMTAB] = { .sh_type = SHT_SYMTAB, .sh_offset = at, .sh_size = symbols->len,
			       .sh_link = S_STRTAB, .sh_entsize = sizeof(Elf64_Sym),
			       .sh_addralign = 8 },
		[S_STRTAB] = { .sh_type = SHT_STRTAB, .sh_offset = at + symbols->len,
			       .sh_size = strings->len, .sh_addralign = 1 },
	};

	fwrite(&eh, sizeof(eh), 1, f);
	fwrite(&ph, sizeof(ph), 1, f);
	fwrite(sh, sizeof(sh), 1, f);
	fseek(f, TEXT_OFFSET, SEEK_SET);
}

void gen_vmlinux_write(const struct gen_machine *m)
{
	uint64_t size = (uint64_t)m->guest_kernel.functions * GEN_FUNCTION_SIZE;
	struct gen_buf code = { 0 }, symbols = { 0 }, strings = { 0 };
	FILE *f;

	if (!m->cfg->vmlinux)
		return;
	f = fopen(m->cfg->vmlinux, "wb");
	put_code(m, &code, size);
	put_symbols(m, &symbols, &strings);
	if (f) {
		put_header(f, size, &symbols, &strings);
		fwrite(code.data, code.len, 1, f);
		fwrite(symbols.data, symbols.len, 1, f);
		fwrite(strings.data, strings.len, 1, f);
	}
	if (!f || ferror(f) || fclose(f)) {
		perror(m->cfg->vmlinux);
		exit(1);
	}
	free(code.data);
	free(symbols.data);
	free(strings.data);
}
