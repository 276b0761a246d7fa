// SPDX-License-Identifier: GPL-2.0-only
/* The symbol of an address in an ELF file, and what stripping leaves. */
#include <sys/resource.h>
#include <sys/wait.h>

#include "symbolizer/files/elf.h"
#include "tests/unit/symbol_fixture.h"

static void assert_table(const struct sym *syms, size_t nr, uint64_t at, const char *name)
{
	struct object o = file_object("/prog", 0);
	struct image im = { 0 };
	struct symbolizer *s;

	build(&im, ET_DYN, syms, nr);
	write_file("prog", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + at, name);
	symbolizer_free(s);
}

static void the_best_symbol_of_an_address_is_chosen(void **state)
{
	static const struct sym same[] = {
		{ "a_label", 0x10, 8, STT_NOTYPE, STB_GLOBAL },
		{ "data", 0x10, 8, STT_OBJECT, STB_GLOBAL },
		{ "weak", 0x10, 8, STT_FUNC, STB_WEAK },
		{ "local", 0x10, 8, STT_FUNC, STB_LOCAL },
		{ "__global", 0x10, 8, STT_FUNC, STB_GLOBAL },
		{ "glob", 0x10, 8, STT_FUNC, STB_GLOBAL },
		{ "global", 0x10, 8, STT_FUNC, STB_GLOBAL },
	};

	assert_table(same, 7, 0x10, "global");
	assert_table(same, 6, 0x10, "glob");
	assert_table(same, 5, 0x10, "__global");
	assert_table(same, 4, 0x10, "local");
	assert_table(same, 3, 0x10, "weak");
	assert_table(same, 2, 0x10, "a_label");
}

static void sizes_are_respected(void **state)
{
	static const struct sym syms[] = {
		{ "outer", 0x100, 0x100, STT_FUNC, STB_GLOBAL },
		{ "inner", 0x140, 0x20, STT_FUNC, STB_LOCAL },
		{ "label", 0x180, 0, STT_NOTYPE, STB_LOCAL },
		{ "open", 0x300, 0, STT_NOTYPE, STB_LOCAL },
		{ "next", 0x400, 0x10, STT_FUNC, STB_GLOBAL },
		{ "last", 0x500, 0, STT_FUNC, STB_GLOBAL },
		{ "huge", 0xf00, UINT64_MAX, STT_FUNC, STB_GLOBAL },
	};

	assert_table(syms, 7, 0x13f, "outer");
	assert_table(syms, 7, 0x140, "inner");
	assert_table(syms, 7, 0x160, "outer");
	assert_table(syms, 7, 0x190, "outer");	/* not "label" */
	assert_table(syms, 7, 0x1ff, "outer");
	assert_table(syms, 7, 0x200, NULL);
	assert_table(syms, 7, 0x3ff, "open");
	assert_table(syms, 7, 0x410, NULL);
	assert_table(syms, 7, 0xeff, "last");
	assert_table(syms, 7, 0xfff, "huge");
	assert_table(syms, 6, 0xfff, "last");	/* to the end of its section */
}

static void crossing_symbols_name_all_they_cover(void **state)
{
	static const struct sym syms[] = {
		{ "one", 0x100, 0x80, STT_FUNC, STB_GLOBAL },
		{ "two", 0x140, 0x80, STT_FUNC, STB_GLOBAL },
		{ "three", 0x150, 0x10, STT_FUNC, STB_GLOBAL },
	};

	assert_table(syms, 3, 0x13f, "one");
	assert_table(syms, 3, 0x155, "three");
	assert_table(syms, 3, 0x160, "two");
	assert_table(syms, 3, 0x1bf, "two");
	assert_table(syms, 3, 0x1c0, NULL);
}

static void calls_into_libraries_are_named(void **state)
{
	static const struct sym syms[] = { { "memcpy", 0, 0, STT_FUNC, STB_GLOBAL },
					   { "free", 0, 0, STT_FUNC, STB_GLOBAL } };
	struct object o = file_object("/prog", 0);
	struct image im = { 0 };
	struct symbolizer *s;
	Elf64_Shdr *sh;
	Elf64_Rela *rela;

	build(&im, ET_DYN, syms, 2);
	sh = (void *)(im.data + 0x7000);
	for (int i = 1; i < 3; i++)	/* imported, in .dynsym */
		((Elf64_Sym *)(im.data + 0x3000))[i].st_shndx = SHN_UNDEF;
	sh[S_SYMTAB].sh_type = SHT_DYNSYM;
	section(&im, S_PLT, 0, SHT_PROGBITS, TEXT_OFFSET + 0x800, 32 + 2 * 16, 0);
	sh[S_PLT].sh_addr = TEXT_ADDR + 0x800;
	sh[S_PLT].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
	name_section(&im, S_PLT, ".plt");
	section(&im, S_RELA, 0, SHT_RELA, 0x6800, 2 * sizeof(*rela), sizeof(*rela));
	name_section(&im, S_RELA, ".rela.plt");
	rela = (void *)(im.data + 0x6800);
	rela[0].r_info = ELF64_R_INFO(2, R_AARCH64_JUMP_SLOT);
	rela[1].r_info = ELF64_R_INFO(1, R_AARCH64_JUMP_SLOT);
	write_file("prog", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x810, NULL);
	assert_named(s, &o, TEXT_OFFSET + 0x820, "free@plt");
	assert_named(s, &o, TEXT_OFFSET + 0x83c, "memcpy@plt");
	assert_named(s, &o, TEXT_OFFSET + 0x840, NULL);
	symbolizer_free(s);
}

static void symbols_packed_into_a_stripped_file_are_found(void **state)
{
	struct object o = file_object("/prog", 0);
	struct image im = { .stripped = true };
	struct symbolizer *s;
	char command[600];
	int fd;
	ssize_t n;

	put_elf("inner", 0, false);
	snprintf(command, sizeof(command), "xz %s 2>/dev/null", below("inner"));
	if (system(command))
		skip();
	build(&im, ET_DYN, NULL, 0);
	fd = open(below("inner.xz"), O_RDONLY);
	n = read(fd, im.data + 0x3000, 0x2000);
	close(fd);
	assert_true(n >= 8 && n <= 0x1fff);
	section(&im, S_COMMENT, 0, SHT_PROGBITS, 0x3000, n, 0);
	name_section(&im, S_COMMENT, ".gnu_debugdata");
	write_file("prog", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
}

/*
 * An ELF file and 4 GiB of zeros, in 19 MB: libdw would unpack all of them.  The child's memory is
 * counted.
 */
static void what_unpacks_to_gigabytes_takes_one(void **state)
{
	struct rusage usage;
	char command[900];
	int status;
	pid_t pid;

	put_elf("inner", 0, false);
	snprintf(command, sizeof(command), "cd %s && head -c 16M /dev/zero | gzip -1 >zeros && "
		 "{ gzip <inner && for i in $(seq 256); do cat zeros; done; } >bomb.gz", root);
	if (system(command))
		skip();
	pid = fork();
	if (!pid) {
		struct elf_file *f = NULL;

		/* libdw may take the beginning for the file */
		elf_file_open(&f, open(below("bomb.gz"), O_RDONLY));
		_exit(0);
	}
	assert_int_equal(wait4(pid, &status, 0, &usage), pid);
	assert_int_equal(status, 0);
	/* KiB: 1 GiB, and what this program has */
	assert_true(usage.ru_maxrss < 1200 << 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_best_symbol_of_an_address_is_chosen),
		TEST(sizes_are_respected),
		TEST(crossing_symbols_name_all_they_cover),
		TEST(calls_into_libraries_are_named),
		TEST(symbols_packed_into_a_stripped_file_are_found),
		TEST(what_unpacks_to_gigabytes_takes_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
