// SPDX-License-Identifier: GPL-2.0-only
/* Names in the kernel, its modules and its vDSO. */
#include "tests/unit/symbol_fixture.h"

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
	assert_missing(s, &other, "this machine runs another kernel");
	/* KASLR: its address is unknown. */
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
	/* Without its file kallsyms of the currently loaded module is used. */
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

static void a_ksymbol_is_its_own_name(void **state)
{
	struct object o = { .kind = OBJECT_KSYMBOL, .vm = -1, .path = "bpf_prog_1", .size = 64 };
	struct symbolizer *s = with((struct symbolizer_config){ 0 });

	assert_named(s, &o, 8, "bpf_prog_1");
	assert_null(symbolizer_missing(s, &o));
	symbolizer_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		TEST(a_ksymbol_is_its_own_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
