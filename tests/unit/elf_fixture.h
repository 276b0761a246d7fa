/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_UNIT_ELF_FIXTURE_H
#define TESTS_UNIT_ELF_FIXTURE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A small aarch64 ELF file, built byte by byte. */

#define TEXT_OFFSET	0x1000
#define TEXT_ADDR	0x211000
#define TEXT_SIZE	0x1000

struct sym { const char *name; uint64_t value, size; uint8_t type, bind; };

struct image {
	uint8_t data[0x8000];
	size_t len;
	uint8_t build_id;	/* its first byte; 0: no build-id */
	bool stripped;
	bool debug_only;	/* as from objcopy --only-keep-debug */
};

enum { S_NONE, S_TEXT, S_SYMTAB, S_STRTAB, S_NOTE, S_NAMES, S_COMMENT, S_PLT, S_RELA, NR_S };

static inline void section(struct image *im, int n, uint32_t name, uint32_t type, uint64_t offset,
			   uint64_t size, uint64_t entry)
{
	Elf64_Ehdr *eh = (void *)im->data;
	Elf64_Shdr *sh = (Elf64_Shdr *)(im->data + eh->e_shoff) + n;

	*sh = (Elf64_Shdr){
		.sh_name = name, .sh_type = type, .sh_offset = offset, .sh_size = size,
		.sh_entsize = entry, .sh_addralign = n == S_TEXT ? 16 : 4,
	};
	if (n == S_TEXT) {
		sh->sh_addr = eh->e_type == ET_REL ? 0 : TEXT_ADDR;
		sh->sh_flags = SHF_ALLOC | SHF_EXECINSTR;
	}
	if (n == S_SYMTAB)
		sh->sh_link = S_STRTAB;
}

/* The values of syms are offsets in .text. */
static inline void build(struct image *im, uint16_t type, const struct sym *syms, size_t nr)
{
	static const char names[] = "\0.text\0.symtab\0.strtab\0.note\0.shstrtab\0.comment";
	static const uint32_t note[] = { 4, 20, NT_GNU_BUILD_ID };
	Elf64_Ehdr *eh = (void *)im->data;
	Elf64_Phdr *ph = (void *)(im->data + sizeof(*eh));
	Elf64_Sym *sym = (void *)(im->data + 0x3000);
	char *strings = (char *)im->data + 0x5000, *at = strings + 1;

	memset(im->data, 0, sizeof(im->data));
	im->len = sizeof(im->data);
	memcpy(eh->e_ident, ELFMAG "\2\1\1", 7);
	eh->e_type = type;
	eh->e_machine = EM_AARCH64;
	eh->e_version = EV_CURRENT;
	eh->e_ehsize = sizeof(*eh);
	eh->e_phentsize = sizeof(*ph);
	eh->e_shentsize = sizeof(Elf64_Shdr);
	eh->e_shoff = 0x7000;
	eh->e_shnum = NR_S;
	eh->e_shstrndx = S_NAMES;
	if (type != ET_REL) {
		eh->e_phoff = sizeof(*eh);
		eh->e_phnum = 1;
		*ph = (Elf64_Phdr){
			.p_type = PT_LOAD, .p_offset = TEXT_OFFSET, .p_vaddr = TEXT_ADDR,
			.p_filesz = TEXT_SIZE, .p_memsz = TEXT_SIZE, .p_flags = PF_X | PF_R,
		};
		if (im->debug_only)
			ph->p_offset = ph->p_filesz = 0;
	}
	for (size_t i = 0; i < nr; i++) {
		sym[i + 1] = (Elf64_Sym){
			.st_name = at - strings, .st_shndx = S_TEXT, .st_size = syms[i].size,
			.st_value = syms[i].value + (type == ET_REL ? 0 : TEXT_ADDR),
			.st_info = ELF64_ST_INFO(syms[i].bind, syms[i].type),
		};
		at = stpcpy(at, syms[i].name) + 1;
	}
	memcpy(im->data + 0x6000, note, sizeof(note));
	memcpy(im->data + 0x6000 + sizeof(note), "GNU", 4);
	im->data[0x6000 + sizeof(note) + 4] = im->build_id;
	memcpy(im->data + 0x6100, names, sizeof(names));
	section(im, S_TEXT, 1, im->debug_only ? SHT_NOBITS : SHT_PROGBITS, TEXT_OFFSET, TEXT_SIZE, 0);
	section(im, S_SYMTAB, 7, im->stripped ? SHT_NOBITS : SHT_SYMTAB, 0x3000,
		(nr + 1) * sizeof(*sym), sizeof(*sym));
	section(im, S_STRTAB, 15, SHT_STRTAB, 0x5000, 0x1000, 0);
	section(im, S_NOTE, 23, im->build_id ? SHT_NOTE : SHT_NULL, 0x6000, 36, 0);
	section(im, S_NAMES, 29, SHT_STRTAB, 0x6100, sizeof(names), 0);
}

/* Name a section, in at most 23 bytes, that build() does not name. */
static inline void name_section(struct image *im, int n, const char *name)
{
	char *names = (char *)im->data + 0x6100, *at = names + 64 + n * 24;
	Elf64_Ehdr *eh = (void *)im->data;
	Elf64_Shdr *sh = (Elf64_Shdr *)(im->data + eh->e_shoff);

	strcpy(at, name);
	sh[n].sh_name = at - names;
	sh[S_NAMES].sh_size = 0x300;
}

#endif
