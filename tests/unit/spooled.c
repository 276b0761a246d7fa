// SPDX-License-Identifier: GPL-2.0-only
/* Regions are the same in memory and in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "recording/regions.h"

#define MANY	(10 * SPOOLED_NEAR + 7)

static struct region number(size_t i)
{
	return (struct region){ .offset = i * 100, .len = i, .file_offset = ~i, .flags = i % 3 };
}

static void add_many(struct spooled *r)
{
	size_t i;

	for (i = 0; i < MANY; i++) {
		struct region one = number(i);

		assert_int_equal(spooled_add(r, &one), 0);
	}
	assert_int_equal(r->nr, MANY);
}

static void check_all(const struct spooled *r)
{
	static const size_t lens[] = { 1, 2, SPOOLED_NEAR, MANY };
	static struct region read[MANY];
	size_t i, k, n;

	for (k = 0; k < sizeof(lens) / sizeof(lens[0]); k++) {
		for (n = lens[k], i = 0; i + n <= MANY; i++) {
			struct region first = number(i), last = number(i + n - 1);

			assert_int_equal(spooled_read(r, i, read, n), 0);
			assert_memory_equal(&read[0], &first, sizeof(first));
			assert_memory_equal(&read[n - 1], &last, sizeof(last));
		}
	}
}

static void in_memory(void **state)
{
	struct spooled r;

	spooled_init(&r, -1, sizeof(struct region));
	add_many(&r);
	check_all(&r);
	spooled_clear(&r);
}

static void in_a_file_memory_does_not_grow(void **state)
{
	struct spooled r;
	int fd = memfd_create("spooled", MFD_CLOEXEC);

	spooled_init(&r, fd, sizeof(struct region));
	add_many(&r);
	assert_int_equal(r.max, SPOOLED_NEAR);
	check_all(&r);
	spooled_clear(&r);
	close(fd);
}

static void a_full_disk_is_done_without(void **state)
{
	struct spooled r;
	int fd = open("/dev/full", O_RDWR);

	assert_true(fd >= 0);
	spooled_init(&r, fd, sizeof(struct region));
	add_many(&r);
	assert_int_equal(r.kept, 0);
	check_all(&r);
	spooled_clear(&r);
	close(fd);
}

static void a_file_that_cannot_be_read_is_said(void **state)
{
	struct region read[2];
	struct spooled r;
	int fd = memfd_create("spooled", MFD_CLOEXEC);

	spooled_init(&r, fd, sizeof(struct region));
	add_many(&r);
	assert_int_equal(ftruncate(fd, 3 * sizeof(struct region) + 1), 0);
	assert_int_equal(spooled_read(&r, 1, read, 2), 0);
	assert_int_equal(spooled_read(&r, 2, read, 2), -EIO);
	spooled_clear(&r);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_memory),
		cmocka_unit_test(in_a_file_memory_does_not_grow),
		cmocka_unit_test(a_full_disk_is_done_without),
		cmocka_unit_test(a_file_that_cannot_be_read_is_said),
	};

	return cmocka_run_group_tests_name("spooled", tests, NULL, NULL);
}
