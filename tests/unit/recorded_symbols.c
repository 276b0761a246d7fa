// SPDX-License-Identifier: GPL-2.0-only
/* Symbols carried by a recording: reading returns what was written, and rejects damage. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <zstd.h>
#include <cmocka.h>

#include "collector/input.h"
#include "collector/perfdata/symbols.h"
#include "tests/unit/tree_fixture.h"

struct fixture {
	char dir[64], path[96];
	struct symbols symbols;
	struct perfdata_writer *w;
	struct input *input;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/recorded-symbols.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/perf.data", f->dir);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	input_close(f->input);
	symbols_free(&f->symbols);
	tree_remove(f->dir);
	free(f);
	return 0;
}

static void begin(struct fixture *f)
{
	static const uint64_t id = 1;
	static union perf_attr_room attr;
	const struct perfdata_event ev = { &attr, "dummy:u", &id, 1 };
	const struct perfdata_head head = { .events = &ev, .nr_events = 1 };

	attr.attr.type = PERF_TYPE_SOFTWARE;
	attr.attr.config = PERF_COUNT_SW_DUMMY;
	attr.attr.size = PERF_ATTR_SIZE_CONFIG2;
	attr.attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU |
				PERF_SAMPLE_IDENTIFIER;
	attr.attr.sample_id_all = 1;
	assert_int_equal(perfdata_writer_open(&f->w, f->path, &head), 0);
}

/* Finish the file, and read all its events. */
static void reopen(struct fixture *f)
{
	struct event ev;
	char err[256];
	int ret;

	assert_int_equal(perfdata_writer_close(f->w), 0);
	assert_int_equal(input_open_sideband(&f->input, f->path, err, sizeof(err)), 0);
	while ((ret = input_next(f->input, &ev)) > 0)
		;
	assert_int_equal(ret, -ENODATA);
}

static void put_kernel(struct fixture *f, const char *kallsyms)
{
	tree_write(f->dir, "/proc/kallsyms", kallsyms, strlen(kallsyms));
	tree_write(f->dir, "/proc/modules", "", 0);
}

static void assert_text(int fd, const char *want)
{
	char got[4096] = "";
	ssize_t n = pread(fd, got, sizeof(got) - 1, 0);

	assert_true(n >= 0);
	assert_string_equal(got, want);
	close(fd);
}

static void functions_come_back_with_their_addresses(void **state)
{
	struct fixture *f = *state;
	uint8_t head[4];
	int fd;

	put_kernel(f, "ffff800080000000 T _text\n"
		   "ffff800080010000 t first\n"
		   "ffff800080011000 D some_data\n"
		   "ffff800080020000 W __guest_enter\n"
		   "ffff80007ac04000 t arm_spe_event_to_pmsfcr\t[arm_spe_pmu]\n");
	assert_int_equal(symbols_refresh(&f->symbols, f->dir), 0);
	begin(f);
	assert_int_equal(symbols_put(&f->symbols, f->w), 0);
	reopen(f);
	assert_int_equal(symbols_read(f->input, &fd), 0);
	assert_text(fd, "ffff800080000000 T _text\n"
		    "ffff800080010000 t first\n"
		    "ffff800080020000 W __guest_enter\n"
		    "ffff80007ac04000 t arm_spe_event_to_pmsfcr\t[arm_spe_pmu]\n");
	if (!getauxval(AT_SYSINFO_EHDR))	/* an emulator without a vDSO runs this */
		return;
	assert_int_equal(symbols_read_vdso(f->input, &fd), 0);
	assert_int_equal(pread(fd, head, sizeof(head), 0), 4);
	assert_memory_equal(head, "\177ELF", 4);
	close(fd);
}

/* More than fits into one record: pieces in order. */
static void a_large_kernel_is_cut_into_records(void **state)
{
	static char text[300000 * 50];
	struct fixture *f = *state;
	uint64_t seed = 1;
	char got[64], *at = text;
	int fd;

	for (unsigned int i = 0; i < 100000; i++) {
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		at += sprintf(at, "%016llx t f%016llx\n", 0xffff800080000000ull + i * 16,
			      (unsigned long long)seed);
	}
	put_kernel(f, text);
	assert_int_equal(symbols_refresh(&f->symbols, f->dir), 0);
	assert_true(f->symbols.packed.len > 3 * PERFDATA_OWN_MAX);
	begin(f);
	assert_int_equal(symbols_put(&f->symbols, f->w), 0);
	reopen(f);
	assert_int_equal(symbols_read(f->input, &fd), 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), at - text);
	assert_int_equal(pread(fd, got, 36, 99999 * 36), 36);
	assert_memory_equal(got, text + 99999 * 36, 36);
	close(fd);
}

static void hidden_addresses_are_no_names(void **state)
{
	struct fixture *f = *state;
	int fd;

	put_kernel(f, "0000000000000000 T _text\n0000000000000000 t first\n");
	assert_int_equal(symbols_refresh(&f->symbols, f->dir), 0);
	assert_int_equal(f->symbols.packed.len, 0);
	begin(f);
	assert_int_equal(symbols_put(&f->symbols, f->w), 0);
	reopen(f);
	assert_int_equal(symbols_read(f->input, &fd), -ENOENT);
	assert_int_equal(fd, -1);
}

static void modules_that_come_are_read_again(void **state)
{
	struct fixture *f = *state;
	size_t before;

	put_kernel(f, "ffff800080000000 T _text\n");
	assert_int_equal(symbols_refresh(&f->symbols, f->dir), 0);
	before = f->symbols.packed.len;
	put_kernel(f, "ffff800080000000 T _text\nffff80007ac04000 t probe\t[kvm]\n");
	assert_int_equal(symbols_refresh(&f->symbols, f->dir), 0);
	assert_int_equal(f->symbols.packed.len, before);
	tree_write(f->dir, "/proc/modules", "kvm 1 0 - Live 0xffff80007ac04000\n", 34);
	assert_int_equal(symbols_refresh(&f->symbols, f->dir), 0);
	assert_true(f->symbols.packed.len > before);
}

/* A frame like ours, with arbitrary text. */
static void put_frame(struct fixture *f, const char *text, size_t len, size_t keep)
{
	size_t room = ZSTD_compressBound(len);
	uint8_t *frame = malloc(room);
	size_t n = ZSTD_compress(frame, room, text, len, 1);

	assert_false(ZSTD_isError(n));
	n = keep && keep < n ? keep : n;
	assert_true(n <= PERFDATA_OWN_MAX);
	begin(f);
	assert_int_equal(perfdata_writer_own(f->w, OWN_SYMBOLS, frame, n), 0);
	reopen(f);
	free(frame);
}

static void a_part_of_the_names_is_none(void **state)
{
	struct fixture *f = *state;
	int fd;

	put_frame(f, "1000 T a\n1000 T b\n", 18, 0);
	assert_int_equal(symbols_read(f->input, &fd), -EBADMSG);
}

static void what_is_no_frame_is_refused(void **state)
{
	struct fixture *f = *state;
	int fd;

	begin(f);
	assert_int_equal(perfdata_writer_own(f->w, OWN_SYMBOLS, "no frame at all", 15), 0);
	reopen(f);
	assert_int_equal(symbols_read(f->input, &fd), -EBADMSG);
}

static void what_unpacks_to_too_much_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t len = 80u << 20;
	char *zeros = calloc(1, len);
	int fd;

	memcpy(zeros + len - 4, "end\n", 4);
	put_frame(f, zeros, len, 0);
	assert_int_equal(symbols_read(f->input, &fd), -EBADMSG);
	free(zeros);
}

/* Addresses wrap; lines lack an address or an end: left to the reader of kallsyms. */
static void odd_lines_stay_lines(void **state)
{
	static const char text[] = "ffffffffffffffff T a\n2 T b\n T c\nend\n";
	struct fixture *f = *state;
	int fd;

	put_frame(f, text, sizeof(text) - 1, 0);
	assert_int_equal(symbols_read(f->input, &fd), 0);
	assert_text(fd, "ffffffffffffffff T a\n0000000000000001 T b\n0000000000000001 T c\n");
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_come_back_with_their_addresses),
		TEST(a_large_kernel_is_cut_into_records),
		TEST(hidden_addresses_are_no_names),
		TEST(modules_that_come_are_read_again),
		TEST(a_part_of_the_names_is_none),
		TEST(what_is_no_frame_is_refused),
		TEST(what_unpacks_to_too_much_is_refused),
		TEST(odd_lines_stay_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
