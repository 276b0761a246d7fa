// SPDX-License-Identifier: GPL-2.0-only
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "symbolizer/demangle.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/files/source.h"
#include "symbolizer/naming.h"
#include "symbolizer/symbol.h"

/* Files of one test, below a folder of its own. */
static char root[256];

static int make_root(void **state)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(root, sizeof(root), "%s/symbol-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	return mkdtemp(root) ? 0 : -1;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *f)
{
	return remove(path);
}

static int drop_root(void **state)
{
	return nftw(root, drop, 16, FTW_DEPTH | FTW_PHYS);
}

static const char *below(const char *path)
{
	static char text[4][512];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(text[turn], sizeof(text[turn]), "%s/%s", root, path);
	return text[turn];
}

static void write_file(const char *path, const void *data, size_t len)
{
	char full[512];
	int fd;

	snprintf(full, sizeof(full), "%s", below(path));
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0777);
		*slash = '/';
	}
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

/* A small ELF file ------------------------------------------------------ */

#define TEXT_OFFSET	0x1000
#define TEXT_ADDR	0x211000
#define TEXT_SIZE	0x1000

struct sym { const char *name; uint64_t value, size; uint8_t type, bind; };

struct image {
	uint8_t data[0x8000];
	size_t len;
	uint8_t build_id;	/* its first byte; 0: none */
	bool stripped;
	bool debug_only;	/* as objcopy --only-keep-debug makes it */
};

enum { S_NONE, S_TEXT, S_SYMTAB, S_STRTAB, S_NOTE, S_NAMES, S_COMMENT, S_PLT, S_RELA, NR_S };

static void section(struct image *im, int n, uint32_t name, uint32_t type, uint64_t offset,
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

static void build(struct image *im, uint16_t type, const struct sym *syms, size_t nr)
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

static const struct sym usual[] = {
	{ "main", 0x100, 0x80, STT_FUNC, STB_GLOBAL },
	{ "_ZN3foo3barEi", 0x200, 0x40, STT_FUNC, STB_GLOBAL },
	{ "$x", 0x120, 0, STT_NOTYPE, STB_LOCAL },
};

static void put_elf(const char *path, uint8_t build_id, bool stripped)
{
	struct image im = { .build_id = build_id, .stripped = stripped };

	build(&im, ET_DYN, usual, 3);
	write_file(path, im.data, im.len);
}

/* Asking ---------------------------------------------------------------- */

static struct symbolizer *with(struct symbolizer_config cfg)
{
	const char *folders[] = { root };
	struct symbolizer *s;

	if (!cfg.symfs) {
		cfg.symfs = folders;
		cfg.nr_symfs = 1;
	}
	assert_int_equal(symbolizer_new(&s, &cfg), 0);
	return s;
}

static struct object file_object(const char *path, uint8_t build_id)
{
	struct object o = { .kind = OBJECT_FILE, .vm = -1, .path = path };

	o.build_id[0] = build_id;
	o.build_id_len = build_id ? 20 : 0;
	return o;
}

static void assert_named(struct symbolizer *s, const struct object *o, uint64_t offset,
			 const char *name)
{
	struct place p = { o, offset };
	struct symbol sym;

	if (!name) {
		assert_int_equal(symbolizer_name(s, &p, &sym), -ENOENT);
		assert_null(sym.name);
		return;
	}
	assert_int_equal(symbolizer_name(s, &p, &sym), 0);
	assert_string_equal(sym.name, name);
	assert_true(offset - sym.start < sym.size);
}

static void assert_missing(struct symbolizer *s, const struct object *o, const char *part)
{
	const char *text = symbolizer_missing(s, o);

	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("\"%s\" does not say \"%s\"", text, part);
}

/* Where files are found --------------------------------------------------- */

static void a_file_is_found_wherever_symfs_may_have_it(void **state)
{
	static const char *const places[] = {
		"opt/bin/prog", ".build-id/07/00000000000000000000000000000000000000",
		".build-id/07/00000000000000000000000000000000000000.debug",
		"usr/lib/debug/opt/bin/prog.debug", "prog", "prog.debug", "prog.elf",
	};
	struct object o = file_object("/opt/bin/prog", 7);

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct symbolizer *s;

		put_elf(places[i], 7, false);
		s = with((struct symbolizer_config){ 0 });
		assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
		assert_string_equal(symbolizer_file(s, &o), below(places[i]));
		assert_null(symbolizer_missing(s, &o));
		symbolizer_free(s);
		unlink(below(places[i]));
	}
}

static void offsets_become_addresses_by_the_program_headers(void **state)
{
	struct object o = file_object("/prog", 0);
	struct symbolizer *s;
	struct symbol sym;
	struct place p = { &o, TEXT_OFFSET + 0x17f };

	put_elf("prog", 0, false);
	s = with((struct symbolizer_config){ 0 });
	assert_int_equal(symbolizer_name(s, &p, &sym), 0);
	assert_int_equal(sym.start, TEXT_OFFSET + 0x100);
	assert_int_equal(sym.size, 0x80);
	assert_named(s, &o, TEXT_OFFSET + 0x180, NULL);	/* a gap */
	assert_named(s, &o, TEXT_OFFSET + 0xff, NULL);
	assert_named(s, &o, 0x110, NULL);			/* not loaded */
	assert_named(s, &o, UINT64_MAX, NULL);
	symbolizer_free(s);
}

/* Only the first segment, of code: it starts where the file does. */
static void a_debug_file_alone_gives_names(void **state)
{
	struct object o = file_object("/prog", 0);
	struct image im = { .debug_only = true };
	struct symbolizer *s;

	build(&im, ET_DYN, usual, 3);
	write_file("prog.debug", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, 0x110, "main");
	symbolizer_free(s);
	/* Other linkers put code elsewhere: no name is better than a wrong one. */
	section(&im, S_COMMENT, 39, SHT_PROGBITS, 0x6400, 16, 0);
	memcpy(im.data + 0x6400, "Linker: LLD 14", 15);
	write_file("prog.debug", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, 0x110, NULL);
	assert_missing(s, &o, "lacks the offsets");
	symbolizer_free(s);
}

static void another_build_is_refused_and_told(void **state)
{
	struct object o = file_object("/prog", 7);
	struct symbolizer *s;

	put_elf("prog", 9, false);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, NULL);
	assert_missing(s, &o, "build-id 07000000..");
	assert_missing(s, &o, "(09000000..)");
	symbolizer_free(s);
	put_elf("prog.elf", 7, false);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
}

static void a_stripped_file_takes_names_from_its_debug_file(void **state)
{
	struct object o = file_object("/bin/prog", 7);
	struct symbolizer *s;

	put_elf("bin/prog", 7, true);
	put_elf("prog.debug", 9, false);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, NULL);
	assert_missing(s, &o, "stripped");
	symbolizer_free(s);
	put_elf("usr/lib/debug/bin/prog.debug", 7, false);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
}

static void the_build_id_cache_is_used_when_wanted(void **state)
{
	struct object o = file_object("/bin/prog", 7);
	struct symbolizer *s;

	put_elf(".debug/.build-id/07/00000000000000000000000000000000000000/elf", 7, false);
	setenv("HOME", root, 1);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
	s = with((struct symbolizer_config){ .build_id_cache = true });
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
}

static void this_machines_files_are_read_where_build_ids_prove_them(void **state)
{
	static const char *const nowhere[] = { "/nonexistent" };
	struct symbolizer_config cfg = { .symfs = nowhere, .nr_symfs = 1 };
	struct object o = file_object("/bin/local", 7), other = o;
	struct object gone = file_object("/bin/local (deleted)", 7), guests = o;
	struct symbolizer *s;

	put_elf("bin/local", 7, false);
	other.build_id[19] ^= 1;
	guests.vm = 0;
	s = with(cfg);
	assert_named(s, &o, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
	cfg.machine = root;
	s = with(cfg);
	assert_int_equal(symbolizer_set_vm(s, 0, "web"), 0);
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	assert_named(s, &gone, TEXT_OFFSET + 0x110, "main");
	assert_named(s, &other, TEXT_OFFSET + 0x110, NULL);
	assert_missing(s, &other, "this machine's");
	assert_missing(s, &other, "is another build (07000000..)");
	assert_named(s, &guests, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
	/* Its debug file, where the program itself is another by now. */
	put_elf("usr/lib/debug/.build-id/07/00000000000000000000000000000000000001.debug", 7, false);
	put_elf("usr/lib/debug/.build-id/07/00000000000000000000000000000000000000.debug", 7, false);
	put_elf("bin/local", 9, false);
	s = with(cfg);
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	assert_named(s, &other, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
}

/* A hostile recording names a watchdog, and the report's user is root. */
static void where_this_machines_kernel_answers_nothing_is_opened(void **state)
{
	static const char *const nowhere[] = { "/nonexistent" };
	static const char *const paths[] = {
		"/dev/prog", "/proc/prog", "/sys/prog", "/bin/../dev/prog", "//dev/prog",
		"/./dev/prog", "/bin//prog", "/bin/pipe",
	};
	struct symbolizer_config cfg = { .symfs = nowhere, .nr_symfs = 1, .machine = root,
					 .local_files = true };
	struct object o = file_object("/bin/prog", 7);
	struct symbolizer *s = with(cfg);

	put_elf("dev/prog", 7, false);
	put_elf("proc/prog", 7, false);
	put_elf("sys/prog", 7, false);
	put_elf("bin/prog", 7, false);
	assert_int_equal(mkfifo(below("bin/pipe"), 0666), 0);
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct object bad = file_object(paths[i], 7);

		assert_named(s, &bad, TEXT_OFFSET + 0x110, NULL);
	}
	symbolizer_free(s);
}

static void without_a_build_id_this_machines_files_must_be_asked_for(void **state)
{
	static const char *const nowhere[] = { "/nonexistent" };
	struct symbolizer_config cfg = { .symfs = nowhere, .nr_symfs = 1, .machine = root };
	struct object known = file_object("/none", 7), unknown = file_object("/local", 0);
	struct symbolizer *s;

	put_elf("local", 7, false);
	put_elf("none", 0, false);
	s = with(cfg);
	assert_named(s, &unknown, TEXT_OFFSET + 0x110, NULL);
	assert_missing(s, &unknown, "--local-files");
	assert_named(s, &known, TEXT_OFFSET + 0x110, NULL);
	assert_missing(s, &known, "--local-files");
	symbolizer_free(s);
	cfg.local_files = true;
	s = with(cfg);
	assert_named(s, &unknown, TEXT_OFFSET + 0x110, "main");
	assert_named(s, &known, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
	/* That is a wish, and no right to name what is known to be another. */
	known.path = "/local";
	known.build_id[19] ^= 1;
	s = with(cfg);
	assert_named(s, &known, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
}

static void a_recorded_path_cannot_leave_symfs(void **state)
{
	const char *folders[2] = { NULL };
	struct symbolizer_config cfg = { .symfs = folders, .nr_symfs = 1 };
	struct object up = file_object("/../outside", 0), link = file_object("/link", 0);
	struct symbolizer *s;

	put_elf("outside", 0, false);
	write_text("in/file", "x");
	folders[0] = below("in");
	assert_int_equal(symlink(below("outside"), below("in/link")), 0);
	s = with(cfg);
	assert_named(s, &up, TEXT_OFFSET + 0x110, NULL);
	assert_named(s, &link, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
	/* Unless it proves to be the right one. */
	put_elf("outside", 7, false);
	link = file_object("/link", 7);
	s = with(cfg);
	assert_named(s, &link, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
}

static void what_is_no_regular_file_is_passed_over(void **state)
{
	struct object o = file_object("/pipe", 0), d = file_object("/dir", 0);
	struct symbolizer *s;

	assert_int_equal(mkfifo(below("pipe"), 0666), 0);
	assert_int_equal(mkdir(below("dir"), 0777), 0);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, 0, NULL);
	assert_named(s, &d, 0, NULL);
	symbolizer_free(s);
}

/* A folder serves as well as a server. */
static void debuginfod_is_asked_when_wanted(void **state)
{
	struct object o = file_object("/bin/prog", 7);
	struct symbolizer *s;
	char url[300];

	put_elf("buildid/0700000000000000000000000000000000000000/executable", 7, true);
	put_elf("buildid/0700000000000000000000000000000000000000/debuginfo", 7, false);
	snprintf(url, sizeof(url), "file://%s/", root);
	setenv("DEBUGINFOD_URLS", url, 1);
	setenv("DEBUGINFOD_CACHE_PATH", below("cache"), 1);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
	s = with((struct symbolizer_config){ .debuginfod = true });
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	symbolizer_free(s);
	unsetenv("DEBUGINFOD_URLS");
}

/* Which name an address gets ----------------------------------------------- */

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
	assert_table(syms, 6, 0xfff, "last");	/* to its section's end */
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

static void names_are_demangled_when_wanted(void **state)
{
	struct object o = file_object("/prog", 0);
	struct place p = { &o, TEXT_OFFSET + 0x200 };
	struct symbolizer *s;
	struct symbol sym;

	put_elf("prog", 0, false);
	s = with((struct symbolizer_config){ .demangle = true });
	assert_int_equal(symbolizer_name(s, &p, &sym), 0);
	assert_string_equal(sym.name, "foo::bar");
	assert_string_equal(sym.mangled, "_ZN3foo3barEi");
	symbolizer_free(s);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, TEXT_OFFSET + 0x200, "_ZN3foo3barEi");
	symbolizer_free(s);
}

static void demangling_is_bounded(void **state)
{
	char out[256], *name = malloc(100000), *at = name;

	assert_true(demangle("_RNvCs1234_7mycrate3foo", out, sizeof(out)));
	assert_string_equal(out, "mycrate::foo");
	assert_true(demangle("_ZN4core3fmt5write17h0123456789abcdefE", out, sizeof(out)));
	assert_string_equal(out, "core::fmt::write");
	assert_true(demangle("_D3std5stdio7writelnFZv", out, sizeof(out)));
	assert_false(demangle("main", out, sizeof(out)));
	assert_false(demangle("_Z", out, sizeof(out)));
	assert_false(demangle("_ZN3foo3barEi", out, 4));
	/* pair<T, T> of pair<T, T> of ...: each step doubles the text. */
	at = stpcpy(at, "_Z1fISt4pairIiiE");
	for (int i = 2; i < 60; i++)
		at += sprintf(at, i < 36 ? "S0_IS%c_S%c_E" : "S0_IS1%c_S1%c_E",
			      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(i - 1) % 36],
			      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(i - 1) % 36]);
	strcpy(at, "Evv");
	assert_false(demangle(name, out, sizeof(out)));
	memset(name, 'P', 99999);
	name[99999] = '\0';
	memcpy(name, "_Z1f", 4);
	assert_false(demangle(name, out, sizeof(out)));
	name[1000] = '\0';
	demangle(name, out, sizeof(out));
	free(name);
}

/* What stripping leaves --------------------------------------------------- */

static void name_section(struct image *im, int n, const char *name)
{
	char *names = (char *)im->data + 0x6100, *at = names + 64 + n * 24;
	Elf64_Ehdr *eh = (void *)im->data;
	Elf64_Shdr *sh = (Elf64_Shdr *)(im->data + eh->e_shoff);

	strcpy(at, name);
	sh[n].sh_name = at - names;
	sh[S_NAMES].sh_size = 0x300;
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

/* The kernel ----------------------------------------------------------------- */

static const char kallsyms[] =
	"ffff800080000000 T _text\n"
	"ffff800080010000 T _stext\n"
	"ffff800080010000 t first\n"
	"ffff800080020000 T __guest_enter\n"
	"ffff80008002013c T __guest_exit\n"
	"ffff80007ac04000 t arm_spe_event_to_pmsfcr\t[arm_spe_pmu]\n"
	"ffff80007ac04100 t arm_spe_pmu_probe\t[arm_spe_pmu]\n";

static struct object kernel_object(uint64_t base)
{
	return (struct object){ .kind = OBJECT_KERNEL, .vm = -1, .path = "[kernel]",
				.base = base, .ref_symbol = "_stext" };
}

static void kernel_addresses_follow_kaslr(void **state)
{
	const char *path = (write_text("given", kallsyms), strdup(below("given")));
	struct object same = kernel_object(0xffff800080010000);
	struct object moved = kernel_object(0xffff9ec1ec410000);
	struct object odd = kernel_object(0xffff9ec1ec410010);
	struct object unknown = kernel_object(0);
	struct symbolizer *s = with((struct symbolizer_config){ .kallsyms = path });
	struct place p = { &moved, 0xffff9ec1ec420004 };
	struct symbol sym;

	assert_named(s, &same, 0xffff800080020004, "__guest_enter");
	assert_named(s, &moved, 0xffff9ec1ec420004, "__guest_enter");
	assert_int_equal(symbolizer_name(s, &p, &sym), 0);
	assert_int_equal(sym.start, 0xffff9ec1ec420000);
	assert_int_equal(sym.size, 0x13c);
	assert_named(s, &unknown, 0xffff800080010000, "first");
	assert_named(s, &odd, 0xffff9ec1ec420014, NULL);
	assert_missing(s, &odd, "another kernel");
	assert_string_equal(symbolizer_file(s, &same), path);
	symbolizer_free(s);
	free((char *)path);
}

static void modules_follow_their_own_load_address(void **state)
{
	const char *path = (write_text("given", kallsyms), strdup(below("given")));
	struct object o = { .kind = OBJECT_MODULE, .vm = -1, .path = "[arm_spe_pmu]",
			    .base = 0xffff800011112000, .size = 0x5000 };
	struct object by_file = o, other = o;
	struct symbolizer *s = with((struct symbolizer_config){ .kallsyms = path });

	by_file.path = "/lib/modules/6.12/kernel/drivers/perf/arm-spe-pmu.ko.xz";
	other.path = "[other]";
	assert_named(s, &o, 0x104, "arm_spe_pmu_probe");
	assert_named(s, &by_file, 0x104, "arm_spe_pmu_probe");
	assert_named(s, &other, 0x104, NULL);
	assert_missing(s, &other, "[other]");
	symbolizer_free(s);
	free((char *)path);
}

static void a_module_file_is_found_in_symfs(void **state)
{
	static const char *const places[] = {
		"arm_spe_pmu.ko", "arm-spe-pmu.ko",
		"lib/modules/6.12.0/kernel/drivers/perf/arm-spe-pmu.ko",
	};
	static const struct sym syms[] = { { "probe", 0x100, 0x80, STT_FUNC, STB_LOCAL } };
	struct object o = { .kind = OBJECT_MODULE, .vm = -1, .path = "[arm_spe_pmu]",
			    .base = 0xffff800011112000, .size = 0x5000 };
	struct image im = { 0 };

	build(&im, ET_REL, syms, 1);
	for (size_t i = 0; i < 3; i++) {
		struct symbolizer *s;

		write_file(places[i], im.data, im.len);
		s = with((struct symbolizer_config){ 0 });
		assert_named(s, &o, 0x104, "probe");
		symbolizer_free(s);
		unlink(below(places[i]));
	}
}

static void packed_files_are_unpacked(void **state)
{
	static const char *const tools[][2] = { { "gzip", "kvm.ko.gz" }, { "xz", "kvm.ko.xz" } };
	static const struct sym syms[] = { { "probe", 0x100, 0x80, STT_FUNC, STB_LOCAL } };
	struct object o = { .kind = OBJECT_MODULE, .vm = -1, .path = "[kvm]" };
	struct image im = { 0 };
	char command[1600];
	int tried = 0;

	build(&im, ET_REL, syms, 1);
	for (size_t i = 0; i < 2; i++) {
		struct symbolizer *s;

		write_file("kvm.ko", im.data, im.len);
		snprintf(command, sizeof(command), "%s %s 2>/dev/null", tools[i][0],
			 below("kvm.ko"));
		if (system(command))
			continue;
		s = with((struct symbolizer_config){ 0 });
		assert_named(s, &o, 0x104, "probe");
		assert_non_null(strstr(symbolizer_file(s, &o), tools[i][1]));
		symbolizer_free(s);
		unlink(below(tools[i][1]));
		tried++;
	}
	if (!tried)
		skip();
}

static void a_missing_kernel_is_explained(void **state)
{
	struct object o = kernel_object(0xffff800080010000);
	struct symbolizer *s;

	o.build_id_len = 20;
	o.build_id[0] = 0x1a;
	s = with((struct symbolizer_config){ 0 });
	assert_null(symbolizer_missing(s, &o));
	assert_named(s, &o, 0xffff800080020004, NULL);
	assert_missing(s, &o, "build-id 1a000000..");
	assert_missing(s, &o, "host kernel");
	symbolizer_free(s);
	write_text("zero", "0000000000000000 T _text\n");
	s = with((struct symbolizer_config){ .kallsyms = below("zero") });
	assert_named(s, &o, 0xffff800080020004, NULL);
	assert_missing(s, &o, "as root");
	symbolizer_free(s);
	s = with((struct symbolizer_config){ .kallsyms = below("nowhere") });
	assert_named(s, &o, 0xffff800080020004, NULL);
	assert_missing(s, &o, "No such file");
	symbolizer_free(s);
}

static void one_kallsyms_of_a_folder_is_taken_and_two_are_not(void **state)
{
	struct object o = kernel_object(0xffff800080010000);
	struct object m = { .kind = OBJECT_MODULE, .vm = -1, .path = "[arm_spe_pmu]",
			    .base = 0xffff800011112000 };
	struct symbolizer *s;

	write_text("proc/kallsyms", kallsyms);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, 0xffff800080020004, "__guest_enter");
	assert_named(s, &m, 0x104, "arm_spe_pmu_probe");
	symbolizer_free(s);
	write_text("kallsyms-other", kallsyms);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, 0xffff800080020004, NULL);
	symbolizer_free(s);
}

static void a_vmlinux_must_be_of_the_recorded_kernel(void **state)
{
	static const struct sym syms[] = {
		{ "_stext", 0, 0, STT_NOTYPE, STB_GLOBAL },
		{ "schedule", 0x100, 0x80, STT_FUNC, STB_GLOBAL },
	};
	struct object o = kernel_object(0xffff800080010000);
	struct image im = { .build_id = 7 };
	const char *path;
	struct symbolizer *s;

	build(&im, ET_EXEC, syms, 2);
	write_file("linux.elf", im.data, im.len);
	path = strdup(below("linux.elf"));
	o.build_id_len = 20;
	o.build_id[0] = 7;
	s = with((struct symbolizer_config){ .vmlinux = path });
	assert_named(s, &o, 0xffff800080010104, "schedule");
	symbolizer_free(s);
	o.build_id[0] = 9;
	s = with((struct symbolizer_config){ .vmlinux = path });
	assert_named(s, &o, 0xffff800080010104, NULL);
	assert_missing(s, &o, "(07000000..)");
	symbolizer_free(s);
	free((char *)path);
}

static void put_notes(const char *path, uint8_t first, uint8_t last)
{
	struct { uint32_t name, desc, type; char text[4]; uint8_t id[20]; } note = {
		4, 20, NT_GNU_BUILD_ID, "GNU", { first },
	};

	note.id[19] = last;
	write_file(path, &note, sizeof(note));
}

static void the_running_kernel_names_what_it_recorded(void **state)
{
	static const char *const nowhere[] = { "/nonexistent" };
	struct symbolizer_config cfg = { .symfs = nowhere, .nr_symfs = 1, .machine = root };
	struct object o = kernel_object(0xffff9ec1ec410000), other, hidden;
	struct symbolizer *s;

	o.build_id_len = 20;
	o.build_id[0] = 7;
	other = hidden = o;
	other.build_id[19] = 1;
	hidden.base = 0;
	put_notes("sys/kernel/notes", 7, 0);
	write_text("proc/kallsyms", kallsyms);
	s = with(cfg);
	assert_named(s, &o, 0xffff9ec1ec420004, "__guest_enter");
	assert_named(s, &other, 0xffff9ec1ec420004, NULL);
	assert_missing(s, &other, "another one runs on this machine");
	/* KASLR: where it lay is not known. */
	assert_named(s, &hidden, 0xffff800080020004, NULL);
	symbolizer_free(s);
	cfg.machine = NULL;
	s = with(cfg);
	assert_named(s, &o, 0xffff9ec1ec420004, NULL);
	symbolizer_free(s);
}

static void a_system_map_names_where_kallsyms_hides(void **state)
{
	static const char *const nowhere[] = { "/nonexistent" };
	struct symbolizer_config cfg = { .symfs = nowhere, .nr_symfs = 1, .machine = root };
	struct object o = kernel_object(0xffff9ec1ec410000);
	struct symbolizer *s;

	o.build_id_len = 20;
	o.build_id[0] = 7;
	put_notes("sys/kernel/notes", 7, 0);
	write_text("proc/kallsyms", "0000000000000000 T _text\n0000000000000000 T _stext\n");
	write_text("proc/sys/kernel/osrelease", "6.1.0-18-arm64\n");
	/* as Debian has it */
	write_text("boot/System.map-6.1.0-18-arm64", "ffffffffffffffff B The real System.map\n");
	s = with(cfg);
	assert_named(s, &o, 0xffff9ec1ec420004, NULL);
	assert_missing(s, &o, "/proc/kallsyms hides its addresses from this user");
	symbolizer_free(s);
	write_text("boot/System.map-6.1.0-18-arm64", kallsyms);
	s = with(cfg);
	assert_named(s, &o, 0xffff9ec1ec420004, "__guest_enter");
	symbolizer_free(s);
}

static void a_module_is_found_on_this_machine_by_its_build_id(void **state)
{
	static const char *const nowhere[] = { "/nonexistent" };
	static const char file[] = "/lib/modules/6.1.0/kernel/drivers/perf/arm_spe_pmu.ko";
	static const struct sym syms[] = { { "probe", 0x100, 0x80, STT_FUNC, STB_LOCAL } };
	struct symbolizer_config cfg = { .symfs = nowhere, .nr_symfs = 1, .machine = root };
	struct object o = { .kind = OBJECT_MODULE, .vm = -1, .path = file, .build_id_len = 20,
			    .build_id = { 7 }, .base = 0xffff800011112000, .size = 0x5000 };
	struct object other = o, loaded = o;
	struct image im = { .build_id = 7 };
	struct symbolizer *s;

	other.build_id[19] = 1;
	loaded.path = "[arm_spe_pmu]";
	build(&im, ET_REL, syms, 1);
	write_file(file + 1, im.data, im.len);
	s = with(cfg);
	assert_named(s, &o, 0x104, "probe");
	assert_named(s, &loaded, 0x104, "probe");
	assert_named(s, &other, 0x104, NULL);
	symbolizer_free(s);
	/* Without its file it is what kallsyms says of what is loaded now. */
	unlink(below(file + 1));
	write_text("proc/kallsyms", kallsyms);
	put_notes("sys/module/arm_spe_pmu/notes/.note.gnu.build-id", 7, 0);
	s = with(cfg);
	assert_named(s, &o, 0x104, "arm_spe_pmu_probe");
	assert_named(s, &loaded, 0x104, "arm_spe_pmu_probe");
	assert_named(s, &other, 0x104, NULL);
	symbolizer_free(s);
}

static int open_file(const char *path)
{
	int fd = open(below(path), O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void what_is_recorded_needs_no_files(void **state)
{
	struct object k = kernel_object(0xffff800080010000);
	struct object m = { .kind = OBJECT_MODULE, .vm = -1, .path = "[arm_spe_pmu]",
			    .base = 0xffff80007ac04000, .size = 0x5000 };
	struct object vdso = { .kind = OBJECT_VDSO, .vm = -1, .path = "[vdso]" }, other = vdso;
	struct object guests = vdso;
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	int text, image;

	write_text("in/k", kallsyms);
	put_elf("in/v", 7, false);
	text = open_file("in/k");
	image = open_file("in/v");
	other.build_id_len = 20;
	other.build_id[0] = 9;
	guests.vm = 0;
	assert_int_equal(symbolizer_add_kallsyms(s, text, "a.data"), 0);
	assert_int_equal(symbolizer_add_vdso(s, image, "a.data"), 0);
	close(text);
	close(image);
	assert_named(s, &k, 0xffff800080020004, "__guest_enter");
	assert_named(s, &m, 0x104, "arm_spe_pmu_probe");
	assert_named(s, &vdso, TEXT_OFFSET + 0x110, "main");
	assert_string_equal(symbolizer_file(s, &vdso), "a.data");
	assert_named(s, &other, TEXT_OFFSET + 0x110, NULL);
	assert_named(s, &guests, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
}

static void assert_called(struct naming *n, const struct object *o, uint64_t offset,
			  unsigned int what, const char *name)
{
	struct place p = { o, offset };
	struct place_names names;

	assert_int_equal(naming_get(n, &p, what, &names), 0);
	assert_string_equal(names.symbol, name);
}

static void what_has_no_symbol_is_called_by_its_place(void **state)
{
	struct object prog = file_object("/opt/bin/prog", 7), nothing = { .vm = -1, .path = "[unknown]" };
	struct object kernel = kernel_object(0xffff800080010000);
	struct object guest = { .kind = OBJECT_GUEST, .vm = 0, .path = "[guest:vm0]" };
	struct object module = { .kind = OBJECT_MODULE, .vm = -1, .path = "[kvm]" };
	struct object made = { .kind = OBJECT_ANON, .vm = -1, .path = "//anon" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	struct naming *n = naming_new(s);

	put_elf("opt/bin/prog", 7, false);
	assert_called(n, &prog, TEXT_OFFSET + 0x110, 0, "main");
	assert_called(n, &prog, TEXT_OFFSET + 0x300, 0, "prog+0x13xx");
	assert_called(n, &prog, TEXT_OFFSET + 0x3ff, 0, "prog+0x13xx");
	assert_called(n, &prog, 4, 0, "prog+0x0xx");
	assert_called(n, &module, 0x104, 0, "[kvm]+0x1xx");
	/* KASLR moves the kernel: from its reference symbol on it stays. */
	assert_called(n, &kernel, 0xffff800080020004, 0, "[kernel]+0x100xx");
	assert_called(n, &kernel, 0xffff80008000fffc, 0, "0xffff80008000ffxx");
	assert_called(n, &guest, 0x40001234, 0, "0x400012xx");
	assert_called(n, &made, 0x7f0000001000, 0, "0x7f00000010xx");
	assert_called(n, &nothing, 0, 0, "0x0xx");
	assert_called(n, &guest, UINT64_MAX, 0, "0xffffffffffffffxx");
	assert_called(n, &prog, TEXT_OFFSET + 0x110, NAMING_TOGETHER, "main");
	assert_called(n, &prog, TEXT_OFFSET + 0x300, NAMING_TOGETHER, "prog+0x13xx");
	assert_called(n, &guest, 0x40001234, NAMING_TOGETHER, "");
	assert_called(n, &made, 0x7f0000001000, NAMING_TOGETHER, "");
	naming_free(n);
	symbolizer_free(s);
}

static bool one_call(struct naming *n, const struct object *o, uint64_t first, uint64_t last)
{
	return naming_is_one_call(n, &(struct place){ o, first }, &(struct place){ o, last });
}

static void blocks_of_one_call_have_no_symbols(void **state)
{
	struct object prog = file_object("/opt/bin/prog", 7), other = file_object("/opt/bin/x", 7);
	struct object kernel = kernel_object(0xffff800080010040);
	struct object guest = { .kind = OBJECT_GUEST, .vm = 0, .path = "[guest:vm0]" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	struct naming *n = naming_new(s);

	put_elf("opt/bin/prog", 7, false);
	assert_false(one_call(n, &prog, TEXT_OFFSET + 0x300, TEXT_OFFSET + 0x3ff));
	assert_true(one_call(n, &other, 0x300, 0x3ff));
	assert_false(one_call(n, &other, 0x300, 0x400));
	assert_true(one_call(n, &guest, 0x40001200, 0x400012ff));
	/* blocks are counted from the reference symbol on */
	assert_true(one_call(n, &kernel, 0xffff800080010040, 0xffff80008001013f));
	assert_false(one_call(n, &kernel, 0xffff800080010100, 0xffff8000800101ff));
	assert_false(one_call(n, &kernel, 0xffff800080010000, 0xffff8000800100ff));
	naming_free(n);
	symbolizer_free(s);
}

static void a_ksymbol_is_its_own_name(void **state)
{
	struct object o = { .kind = OBJECT_KSYMBOL, .vm = -1, .path = "bpf_prog_1", .size = 64 };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });

	assert_named(s, &o, 8, "bpf_prog_1");
	assert_null(symbolizer_missing(s, &o));
	symbolizer_free(s);
}

/* Guests --------------------------------------------------------------------- */

/* vm -1: of every VM.  0 or -errno. */
static int add_guest(struct symbolizer *s, int32_t vm, const char *path, char *err)
{
	int file = symbolizer_add_guest(s, below(path), vm < 0, err, 200);

	return file < 0 ? file : symbolizer_give_guest(s, file, vm);
}

static void guests_are_told_apart(void **state)
{
	struct object vm[4];
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	char err[200] = "";

	for (int i = 0; i < 4; i++)
		vm[i] = (struct object){ .kind = OBJECT_GUEST, .vm = i, .path = "[guest:vmN]" };
	write_text("zero", "ffff800080010000 T of_zero\n");
	write_text("one", "ffff800080010000 T of_one\n");
	write_text("two", "ffff800080010000 T of_two\n");
	write_text("all", "ffff800080010000 T of_all\nffff800080020000 T of_any\n");
	put_elf("user", 0, false);
	assert_int_equal(symbolizer_set_vm(s, 1, "db"), 0);
	assert_int_equal(symbolizer_set_vm(s, 2, "web"), 0);
	assert_int_equal(add_guest(s, -1, "all", err), 0);
	assert_int_equal(add_guest(s, 0, "zero", err), 0);
	assert_int_equal(add_guest(s, 1, "one", err), 0);
	assert_int_equal(add_guest(s, 2, "two", err), 0);
	assert_int_equal(add_guest(s, 2, "user", err), 0);
	assert_named(s, &vm[0], 0xffff800080010004, "of_zero");
	assert_named(s, &vm[1], 0xffff800080010004, "of_one");
	assert_named(s, &vm[2], 0xffff800080010004, "of_two");
	assert_named(s, &vm[3], 0xffff800080010004, "of_all");
	assert_named(s, &vm[0], 0xffff800080020004, "of_any");
	assert_named(s, &vm[2], TEXT_ADDR + 0x104, "main");
	assert_named(s, &vm[0], TEXT_ADDR + 0x104, NULL);
	symbolizer_free(s);
}

/* Two VMs may have one name: the file is of both. */
static void a_guests_file_is_of_all_that_it_is_given_to(void **state)
{
	struct object one = { .kind = OBJECT_GUEST, .vm = 1, .path = "[guest:vm1]" };
	struct object two = { .kind = OBJECT_GUEST, .vm = 2, .path = "[guest:vm2]" };
	struct object three = { .kind = OBJECT_GUEST, .vm = 3, .path = "[guest:vm3]" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	char err[200] = "";
	int file;

	write_text("zero", "ffff800080010000 T of_zero\n");
	write_text("both", "ffff800080010000 T of_both\n");
	assert_int_equal(symbolizer_add_guest(s, below("zero"), false, err, sizeof(err)), 0);
	file = symbolizer_add_guest(s, below("both"), false, err, sizeof(err));
	assert_int_equal(file, 1);
	assert_int_equal(symbolizer_give_guest(s, file, 1), 0);
	assert_int_equal(symbolizer_give_guest(s, file, 2), 0);
	assert_named(s, &one, 0xffff800080010004, "of_both");
	assert_named(s, &two, 0xffff800080010004, "of_both");
	assert_named(s, &three, 0xffff800080010004, NULL);
	symbolizer_free(s);
}

static void guest_files_are_checked(void **state)
{
	struct object vm = { .kind = OBJECT_GUEST, .vm = 3, .path = "[guest:vm3]" };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });
	char err[200] = "";

	assert_int_equal(add_guest(s, -1, "nowhere", err), -ENOENT);
	assert_non_null(strstr(err, "nowhere"));
	write_text("text", "no symbols\n");
	assert_int_equal(add_guest(s, -1, "text", err), -EINVAL);
	assert_named(s, &vm, 0x1000, NULL);
	assert_missing(s, &vm, "no symbols for VM 3");
	symbolizer_free(s);
}

/* Lines ------------------------------------------------------------------------ */

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

/* Code ------------------------------------------------------------------- */

static void put_word(struct image *im, uint64_t at, uint32_t word)
{
	memcpy(im->data + TEXT_OFFSET + at, &word, sizeof(word));
}

/* What an object's code is at offset: its first word, or why there is none. */
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
	/* What has symbols only has no code; what is of another machine has none to show. */
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
	assert_code(s, &file, TEXT_OFFSET + 0x100, 0, "not of aarch64");
	assert_code(s, &kernel, 0xffff9ec1ec411100, 0, "--vmlinux");
	symbolizer_free(s);
}

/* BL in a module's file leads to itself until the loader has been there. */
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
#define TEST(name)	cmocka_unit_test_setup_teardown(name, make_root, drop_root)
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_found_wherever_symfs_may_have_it),
		TEST(offsets_become_addresses_by_the_program_headers),
		TEST(a_debug_file_alone_gives_names),
		TEST(another_build_is_refused_and_told),
		TEST(a_stripped_file_takes_names_from_its_debug_file),
		TEST(the_build_id_cache_is_used_when_wanted),
		TEST(this_machines_files_are_read_where_build_ids_prove_them),
		TEST(where_this_machines_kernel_answers_nothing_is_opened),
		TEST(without_a_build_id_this_machines_files_must_be_asked_for),
		TEST(a_recorded_path_cannot_leave_symfs),
		TEST(what_is_no_regular_file_is_passed_over),
		TEST(debuginfod_is_asked_when_wanted),
		TEST(the_best_symbol_of_an_address_is_chosen),
		TEST(sizes_are_respected),
		TEST(crossing_symbols_name_all_they_cover),
		TEST(names_are_demangled_when_wanted),
		TEST(demangling_is_bounded),
		TEST(calls_into_libraries_are_named),
		TEST(symbols_packed_into_a_stripped_file_are_found),
		TEST(kernel_addresses_follow_kaslr),
		TEST(modules_follow_their_own_load_address),
		TEST(a_module_file_is_found_in_symfs),
		TEST(packed_files_are_unpacked),
		TEST(a_missing_kernel_is_explained),
		TEST(one_kallsyms_of_a_folder_is_taken_and_two_are_not),
		TEST(a_vmlinux_must_be_of_the_recorded_kernel),
		TEST(the_running_kernel_names_what_it_recorded),
		TEST(a_system_map_names_where_kallsyms_hides),
		TEST(a_module_is_found_on_this_machine_by_its_build_id),
		TEST(what_is_recorded_needs_no_files),
		TEST(what_has_no_symbol_is_called_by_its_place),
		TEST(blocks_of_one_call_have_no_symbols),
		TEST(a_ksymbol_is_its_own_name),
		TEST(guests_are_told_apart),
		TEST(a_guests_file_is_of_all_that_it_is_given_to),
		TEST(guest_files_are_checked),
		TEST(lines_are_those_of_the_source),
		TEST(code_is_read_by_offset_address_and_distance),
		TEST(a_modules_relocations_say_where_calls_lead),
		TEST(source_text_has_lines_of_any_kind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
