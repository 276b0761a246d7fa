// SPDX-License-Identifier: GPL-2.0-only
/* Where an object's files are found, and which are rejected. */
#include "tests/unit/symbol_fixture.h"

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

/* Only the first segment, with code: it begins at the start of the file. */
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
	/* Other linkers place code elsewhere: no name is better than a wrong one. */
	section(&im, S_COMMENT, 39, SHT_PROGBITS, 0x6400, 16, 0);
	memcpy(im.data + 0x6400, "Linker: LLD 14", 15);
	write_file("prog.debug", im.data, im.len);
	s = with((struct symbolizer_config){ 0 });
	assert_named(s, &o, 0x110, NULL);
	assert_missing(s, &o, "lacks the offsets");
	symbolizer_free(s);
}

static void another_build_is_refused_and_reported(void **state)
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
	/* Its debug file, although the program itself has been replaced. */
	put_elf("usr/lib/debug/.build-id/07/00000000000000000000000000000000000001.debug", 7, false);
	put_elf("usr/lib/debug/.build-id/07/00000000000000000000000000000000000000.debug", 7, false);
	put_elf("bin/local", 9, false);
	s = with(cfg);
	assert_named(s, &o, TEXT_OFFSET + 0x110, "main");
	assert_named(s, &other, TEXT_OFFSET + 0x110, NULL);
	symbolizer_free(s);
}

/* A hostile recording names a watchdog, and the user is root. */
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
	/* The option does not permit names from a file known to be different. */
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
	/* Unless its build-id proves it. */
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

/* A folder works like a server. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_found_wherever_symfs_may_have_it),
		TEST(offsets_become_addresses_by_the_program_headers),
		TEST(a_debug_file_alone_gives_names),
		TEST(another_build_is_refused_and_reported),
		TEST(a_stripped_file_takes_names_from_its_debug_file),
		TEST(the_build_id_cache_is_used_when_wanted),
		TEST(this_machines_files_are_read_where_build_ids_prove_them),
		TEST(where_this_machines_kernel_answers_nothing_is_opened),
		TEST(without_a_build_id_this_machines_files_must_be_asked_for),
		TEST(a_recorded_path_cannot_leave_symfs),
		TEST(what_is_no_regular_file_is_passed_over),
		TEST(debuginfod_is_asked_when_wanted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
