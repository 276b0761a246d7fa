// SPDX-License-Identifier: GPL-2.0-only
/* The code of an address, its line, and the source text. */
#include "symbolizer/files/elf.h"
#include "symbolizer/files/source.h"
#include "tests/unit/symbol_fixture.h"

static const char program[] =
	"static inline __attribute__((always_inline)) int twice(int x)\n"
	"{\n"
	"	volatile int y = x;\n"
	"	return y + y;\n"
	"}\n"
	"int entry(int x)\n"
	"{\n"
	"	return twice(x) + 1;\n"
	"}\n";

static void lines_are_those_of_the_source(void **state)
{
	struct object o = file_object("/prog", 0);
	struct source_line line;
	struct place p = { &o, 0 };
	struct symbolizer *s;
	unsigned int seen = 0;
	struct symbol sym;
	char command[1600];

	write_text("src/prog.c", program);
	snprintf(command, sizeof(command), "cd %s/src && cc -g -O1 -shared -fPIC -nostdlib "
		 "-o ../prog prog.c 2>/dev/null", root);
	if (system(command))
		skip();
	s = with((struct symbolizer_config){ .demangle = true });
	for (p.offset = 0; p.offset < 0x4000; p.offset++)
		if (!symbolizer_name(s, &p, &sym) && !strcmp(sym.name, "entry"))
			break;
	assert_true(p.offset < 0x4000);
	for (uint64_t end = p.offset + sym.size; p.offset < end; p.offset++) {
		assert_true(symbolizer_line(s, &p, &line));
		assert_non_null(strstr(line.file, "/src/prog.c"));
		assert_true(line.line >= 1 && line.line <= 9);
		seen |= 1u << line.line;
	}
	/* of the function itself, and of what is inlined in it */
	assert_true(seen & 7u << 7);
	assert_true(seen & 7u << 2);
	symbolizer_free(s);
}

static void put_word(struct image *im, uint64_t at, uint32_t word)
{
	memcpy(im->data + TEXT_OFFSET + at, &word, sizeof(word));
}

/* Check the first word of an object's code at offset, or why there is none. */
static void assert_code(struct symbolizer *s, const struct object *o, uint64_t offset,
			uint32_t word, const char *why)
{
	struct place p = { o, offset };
	struct code_place at;
	uint32_t got = 0;

	symbolizer_code(s, &p, &at);
	if (why) {
		assert_null(at.elf);
		if (!strstr(at.why, why))
			fail_msg("\"%s\" does not say \"%s\"", at.why, why);
		return;
	}
	assert_non_null(at.elf);
	assert_int_equal(elf_file_code(at.elf, at.addr, (uint8_t *)&got, 4), 4);
	assert_int_equal(got, word);
}

static void code_is_read_by_offset_address_and_distance(void **state)
{
	static const struct sym stext = { "_stext", 0, 0x10, STT_FUNC, STB_GLOBAL };
	struct object file = file_object("/prog", 0), guest = { .kind = OBJECT_GUEST, .vm = 0,
								 .path = "[guest:vm0]" };
	struct object kernel = kernel_object(0xffff9ec1ec411000), bare = file_object("/bare", 0);
	struct image im = { 0 };
	struct symbolizer *s;
	char path[512], err[200];

	build(&im, ET_DYN, &stext, 1);
	put_word(&im, 0x100, 0xd503201f);
	write_file("prog", im.data, im.len);
	/* A file with only symbols has no code; code of another machine is not shown. */
	im.debug_only = true;
	build(&im, ET_DYN, usual, 3);
	write_file("bare.debug", im.data, im.len);
	snprintf(path, sizeof(path), "%s", below("prog"));
	s = with((struct symbolizer_config){ .vmlinux = path });
	assert_int_equal(symbolizer_add_guest(s, path, true, err, sizeof(err)), 0);
	assert_code(s, &file, TEXT_OFFSET + 0x100, 0xd503201f, NULL);
	assert_code(s, &kernel, 0xffff9ec1ec411100, 0xd503201f, NULL);
	assert_code(s, &guest, TEXT_ADDR + 0x100, 0xd503201f, NULL);
	assert_code(s, &guest, 0x100, 0, "--guest");
	assert_code(s, &bare, 0x100, 0, "symbols only");
	symbolizer_free(s);
	im = (struct image){ 0 };
	build(&im, ET_DYN, usual, 3);
	((Elf64_Ehdr *)im.data)->e_machine = EM_X86_64;
	write_file("prog", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_code(s, &file, TEXT_OFFSET + 0x100, 0, "not for aarch64");
	assert_code(s, &kernel, 0xffff9ec1ec411100, 0, "--vmlinux");
	symbolizer_free(s);
}

/* Check the callee of a call: its symbol and its first byte; NULL: unknown. */
static void assert_callee(struct symbolizer *s, const struct object *o, uint64_t offset,
			  const char *name, uint64_t first)
{
	struct place p = { o, offset }, callee;
	struct symbol sym;

	if (!symbolizer_callee(s, &p, &callee, &sym)) {
		assert_null(name);
		return;
	}
	assert_non_null(name);
	assert_string_equal(sym.name, name);
	assert_int_equal(callee.offset, first);
	assert_int_equal(sym.start, first);
	assert_ptr_equal(callee.object, o);
}

/* BL, Arm ARM C6.2.36: 100101 and a distance in words. */
static void calls_have_callees(void **state)
{
	static const struct sym syms[] = {
		{ "back", 0x100, 0x40, STT_FUNC, STB_LOCAL },
		{ "forth", 0x800, 0x40, STT_FUNC, STB_LOCAL },
	};
	struct object o = file_object("/prog", 0), none = file_object("/none", 0);
	struct image im = { 0 };
	struct symbolizer *s;

	build(&im, ET_DYN, syms, 2);
	put_word(&im, 0x204, 0x94000000 | (0x800 - 0x204) / 4);		/* bl forth */
	put_word(&im, 0x208, 0x97ffffbe);				/* bl back */
	put_word(&im, 0x20c, 0x14000000 | (0x800 - 0x20c) / 4);		/* b forth */
	put_word(&im, 0x210, 0xd63f0000);				/* blr x0 */
	put_word(&im, 0x214, 0x94000000 | (0x900 - 0x214) / 4);		/* bl, where nothing is */
	write_file("prog", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_callee(s, &o, TEXT_OFFSET + 0x204, "forth", TEXT_OFFSET + 0x800);
	assert_callee(s, &o, TEXT_OFFSET + 0x208, "back", TEXT_OFFSET + 0x100);
	assert_callee(s, &o, TEXT_OFFSET + 0x20c, NULL, 0);
	assert_callee(s, &o, TEXT_OFFSET + 0x210, NULL, 0);
	assert_callee(s, &o, TEXT_OFFSET + 0x214, NULL, 0);
	assert_callee(s, &none, TEXT_OFFSET + 0x204, NULL, 0);
	symbolizer_free(s);
}

/* BL in a module's file refers to itself until the module is loaded. */
static void a_modules_relocations_say_where_calls_lead(void **state)
{
	static const struct sym syms[] = {
		{ "probe", 0x100, 0x80, STT_FUNC, STB_LOCAL },
		{ "printk", 0x800, 0, STT_FUNC, STB_GLOBAL },
	};
	struct object o = { .kind = OBJECT_MODULE, .vm = -1, .path = "[mod]" };
	struct place p = { &o, 0x100 };
	struct symbolizer *s;
	struct image im = { 0 };
	struct code_place at;
	Elf64_Shdr *sh;
	Elf64_Rela *rela;
	const char *to[4];

	build(&im, ET_REL, syms, 2);
	put_word(&im, 0x108, 0x94000000);
	section(&im, S_RELA, 0, SHT_RELA, 0x6800, sizeof(*rela), sizeof(*rela));
	name_section(&im, S_RELA, ".rela.text");
	sh = (Elf64_Shdr *)(im.data + ((Elf64_Ehdr *)im.data)->e_shoff);
	sh[S_RELA].sh_link = S_SYMTAB;
	sh[S_RELA].sh_info = S_TEXT;
	rela = (Elf64_Rela *)(im.data + 0x6800);
	*rela = (Elf64_Rela){ .r_offset = 0x108, .r_info = ELF64_R_INFO(2, R_AARCH64_CALL26) };
	write_file("mod.ko", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_code(s, &o, 0x108, 0x94000000, NULL);
	symbolizer_code(s, &p, &at);
	elf_file_relocated(at.elf, at.addr, to, 4);
	assert_null(to[0]);
	assert_null(to[1]);
	assert_string_equal(to[2], "printk");
	assert_null(to[3]);
	assert_callee(s, &o, 0x108, NULL, 0);
	symbolizer_free(s);
}

static void source_text_has_lines_of_any_kind(void **state)
{
	char longest[5000];
	struct source_text *t;
	int fd;

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	write_file("a.c", "one\r\n\nth\0ree\n\xff\x1b[2J", 18);
	fd = open(below("a.c"), O_RDONLY);
	t = source_text_open(fd);
	assert_non_null(t);
	assert_null(source_text_line(t, 0));
	assert_string_equal(source_text_line(t, 1), "one");
	assert_string_equal(source_text_line(t, 2), "");
	assert_string_equal(source_text_line(t, 3), "th");
	assert_string_equal(source_text_line(t, 4), "\xff\x1b[2J");
	assert_null(source_text_line(t, 5));
	source_text_close(t);
	write_text("b.c", longest);
	t = source_text_open(open(below("b.c"), O_RDONLY));
	assert_int_equal(strlen(source_text_line(t, 1)), 1024);
	assert_null(source_text_line(t, 2));
	source_text_close(t);
	assert_null(source_text_open(open(root, O_RDONLY)));
	assert_null(source_text_open(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_are_those_of_the_source),
		TEST(code_is_read_by_offset_address_and_distance),
		TEST(calls_have_callees),
		TEST(a_modules_relocations_say_where_calls_lead),
		TEST(source_text_has_lines_of_any_kind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
