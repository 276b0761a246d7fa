// SPDX-License-Identifier: GPL-2.0-only
/*
 * Archives of symbol files: written members are found, and damage never leads outside of the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "symbolizer/files/archive.h"
#include "symbolizer/files/elf.h"

static const uint8_t one[20] = { 0x3f, 1, 2 }, two[20] = { 0x3f, 1, 3 }, brief[2] = { 0x3f, 1 };

static char path[] = "/tmp/archive.XXXXXX";

static int set_up(void **state)
{
	int fd;

	strcpy(path, "/tmp/archive.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int tear_down(void **state)
{
	return unlink(path);
}

static void write_usual(void)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(archive_put(out, one, 20, ARCHIVE_ELF, "one", 3), 0);
	assert_int_equal(archive_put(out, one, 20, ARCHIVE_DEBUG, "debug of one", 12), 0);
	assert_int_equal(archive_put(out, two, 20, ARCHIVE_KALLSYMS, "", 0), 0);
	assert_int_equal(archive_put(out, brief, 2, ARCHIVE_VDSO, "vdso", 4), 0);
	assert_int_equal(archive_end(out), 0);
	assert_int_equal(fclose(out), 0);
}

static void assert_member(const struct archive *a, const uint8_t *id, uint8_t len,
			  enum archive_part part, const char *want)
{
	uint64_t offset, size;
	char got[64] = "";

	assert_true(archive_find(a, id, len, part, &offset, &size));
	assert_int_equal(size, strlen(want));
	assert_int_equal(pread(archive_fd(a), got, size, (off_t)offset), size);
	assert_string_equal(got, want);
}

static void members_are_found_by_build_id_and_part(void **state)
{
	uint64_t offset, size;
	struct archive *a;

	write_usual();
	assert_int_equal(archive_open(&a, path), 0);
	assert_member(a, one, 20, ARCHIVE_ELF, "one");
	assert_member(a, one, 20, ARCHIVE_DEBUG, "debug of one");
	assert_member(a, two, 20, ARCHIVE_KALLSYMS, "");
	assert_member(a, brief, 2, ARCHIVE_VDSO, "vdso");
	assert_false(archive_find(a, one, 20, ARCHIVE_VDSO, &offset, &size));
	assert_false(archive_find(a, two, 20, ARCHIVE_ELF, &offset, &size));
	assert_false(archive_find(a, one, 19, ARCHIVE_ELF, &offset, &size));
	assert_false(archive_find(a, one, 0, ARCHIVE_ELF, &offset, &size));
	archive_close(a);
}

static void what_is_no_archive_is_refused(void **state)
{
	struct archive *a;

	assert_int_equal(archive_open(&a, "/nonexistent"), -ENOENT);
	assert_int_equal(archive_open(&a, path), -EINVAL);	/* empty */
	assert_int_equal(archive_open(&a, "/tmp"), -EINVAL);
	assert_null(a);
	write_usual();
	assert_int_equal(truncate(path, 513), 0);
	assert_int_equal(archive_open(&a, path), -EINVAL);
	assert_int_equal(archive_put(stdout, one, 1, ARCHIVE_ELF, "", 0), -EINVAL);
	assert_int_equal(archive_put(stdout, one, 20, ARCHIVE_ELF, "", 1ull << 33), -EFBIG);
}

/*
 * Fix the header's checksum as in POSIX: the sum of all bytes, with blanks in place of the
 * checksum.
 */
static void fix_sum(uint8_t *h)
{
	unsigned int sum = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += h[i];
	snprintf((char *)h + 148, 8, "%06o", sum);
}

static void damage_stays_inside(void **state)
{
	uint64_t seed = 1, offset, size;
	uint8_t whole[16384], bad[16384];
	struct archive *a;
	long len;
	int fd;

	write_usual();
	fd = open(path, O_RDWR | O_CLOEXEC);
	len = read(fd, whole, sizeof(whole));
	assert_true(len > 4 * 512 && len < (long)sizeof(whole));
	for (int i = 0; i < 20000; i++) {
		uint8_t *h = bad + (seed >> 60) % 4 * 1024;

		memcpy(bad, whole, (size_t)len);
		for (int k = 0; k < 3; k++) {
			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			h[(seed >> 20) % 160] = (uint8_t)(seed >> 40);
		}
		if (i % 4)
			fix_sum(h);
		assert_int_equal(pwrite(fd, bad, (size_t)len, 0), len);
		if (archive_open(&a, path))
			continue;
		for (unsigned int part = 0; part < NR_ARCHIVE_PARTS; part++)
			if (archive_find(a, one, 20, part, &offset, &size))
				assert_true(offset + size <= (uint64_t)len);
		archive_close(a);
	}
	close(fd);
}

/* A program (this one) at an offset in the file. */
static void an_elf_file_is_read_where_it_lies(void **state)
{
	struct elf_file *whole, *part;
	struct archive *a;
	uint64_t offset, size;
	uint8_t len, other;
	const void *image;
	size_t bytes;
	FILE *out;

	assert_int_equal(elf_file_open(&whole, open("/proc/self/exe", O_RDONLY | O_CLOEXEC)), 0);
	image = elf_file_image(whole, &bytes);
	assert_non_null(image);
	out = fopen(path, "w");
	assert_int_equal(archive_put(out, two, 20, ARCHIVE_ELF, "x", 1), 0);
	assert_int_equal(archive_put(out, one, 20, ARCHIVE_ELF, image, bytes), 0);
	assert_int_equal(archive_end(out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(archive_open(&a, path), 0);
	assert_true(archive_find(a, one, 20, ARCHIVE_ELF, &offset, &size));
	assert_int_equal(elf_file_open_part(&part, archive_fd(a), offset, size), 0);
	assert_true(archive_find(a, two, 20, ARCHIVE_ELF, &offset, &size));
	assert_int_equal(elf_file_open_part(&(struct elf_file *){ NULL }, archive_fd(a), offset,
					    size), -ENOEXEC);
	archive_close(a);
	assert_memory_equal(elf_file_build_id(part, &len), elf_file_build_id(whole, &other), 20);
	assert_int_equal(len, other);
	assert_true(symtab_count(elf_file_symbols(part)) > 10);
	assert_int_equal(symtab_count(elf_file_symbols(part)), symtab_count(elf_file_symbols(whole)));
	elf_file_close(part);
	elf_file_close(whole);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(members_are_found_by_build_id_and_part),
		TEST(what_is_no_archive_is_refused),
		TEST(damage_stays_inside),
		TEST(an_elf_file_is_read_where_it_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
