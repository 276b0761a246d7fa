// SPDX-License-Identifier: GPL-2.0-only
/* A trail returns its items for any times and ids, in memory or in a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm/trail.h"

#define ROUNDS	300
#define MOST	3000

static uint64_t next(uint64_t *r)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	return *r ^= *r << 17;
}

/* The next time: usually a little later, sometimes the same, earlier or arbitrary. */
static uint64_t any_step(uint64_t *r, uint64_t at, bool sorted)
{
	uint64_t step = next(r) >> (next(r) % 24 + 40);

	switch (next(r) % 16) {
	case 0:
		return at;
	case 1:
		return sorted ? at + step : at - step;
	case 2:
		step = next(r) >> next(r) % 64;
		return sorted && at + step < at ? at : at + step;
	default:
		return sorted && at + step < at ? at : at + step;
	}
}

static uint32_t any_id(uint64_t *r, unsigned int ids)
{
	return next(r) % 8 ? 1000 + next(r) % ids : (uint32_t)next(r);
}

static size_t make(uint64_t *r, struct trail_item *items, bool sorted)
{
	size_t n = next(r) % MOST, i;
	unsigned int ids = 1 + next(r) % 6;
	uint64_t at = next(r) % 2 ? 0 : next(r);

	for (i = 0; i < n; i++) {
		at = any_step(r, at, sorted);
		items[i] = (struct trail_item){ .at = at, .id = any_id(r, ids), .kind = next(r) % 7 };
	}
	return n;
}

static void fill(struct trail *t, const struct trail_item *items, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(trail_add(t, &items[i]), 0);
}

/* A file for all blocks of a trail or all but the first; NULL or descriptor -1: memory. */
static struct trail_file *any_file(uint64_t *r, struct trail_file *f)
{
	*f = (struct trail_file){ .fd = -1, .nr_near = TRAIL_NEAR - next(r) % 3 };
	if (next(r) % 2)
		return NULL;
	f->fd = memfd_create("trail", MFD_CLOEXEC);
	assert_true(f->fd >= 0);
	return f;
}

static void check_item(const struct trail_item *a, const struct trail_item *b)
{
	assert_int_equal(a->at, b->at);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->kind, b->kind);
}

static void what_went_in_comes_out(void **state)
{
	static struct trail_item items[MOST];
	uint64_t r = 88172645463325252ull;
	const struct trail_item *item;
	struct trail_walk w;
	struct trail_file file;
	size_t round, i, n;

	for (round = 0; round < ROUNDS; round++) {
		struct trail t = { .file = any_file(&r, &file) };

		n = make(&r, items, round % 2);
		fill(&t, items, n / 2);
		if (round % 5 == 0)
			file.full = true;
		fill(&t, items + n / 2, n - n / 2);
		trail_walk(&w, &t, round % 3 == 0);
		for (i = 0; (item = trail_next(&w)); i++)
			check_item(item, &items[i]);
		assert_int_equal(i, n);
		assert_int_equal(w.err, 0);
		trail_clear(&t);
		assert_int_equal(t.nr_blocks, 0);
		close(file.fd);
	}
}

static void a_time_is_found_in_its_block(void **state)
{
	static struct trail_item items[MOST], read[TRAIL_ITEMS];
	uint64_t r = 362436069ull;
	struct trail_item begins;
	struct trail_file file;
	size_t round, i, k, n, first;

	for (round = 0; round < ROUNDS; round++) {
		struct trail t = { .file = any_file(&r, &file) };

		n = make(&r, items, true);
		fill(&t, items, n);
		for (k = 0, first = 0; k < t.nr_blocks; k++) {
			size_t nr = trail_read(&t, k, read);

			assert_int_equal(trail_first(&t, k, &begins), 0);
			check_item(&begins, &read[0]);
			for (i = 0; i < nr; i++) {
				size_t found = trail_find(&t, read[i].at);

				check_item(&read[i], &items[first + i]);
				assert_true(found >= k);
				assert_int_equal(trail_first(&t, found, &begins), 0);
				assert_true(begins.at <= read[i].at);
				if (found > k)
					assert_int_equal(begins.at, read[i].at);
			}
			first += nr;
		}
		assert_int_equal(first, n);
		trail_clear(&t);
		close(file.fd);
	}
}

static void fill_blocks(struct trail *t, unsigned int blocks)
{
	size_t i;

	for (i = 0; i < (size_t)blocks * TRAIL_ITEMS; i++) {
		struct trail_item item = { .at = i, .id = 1 };

		assert_int_equal(trail_add(t, &item), 0);
	}
}

static void a_file_that_cannot_be_written_is_done_without(void **state)
{
	struct trail_file file = { .fd = open("/dev/full", O_RDWR), .nr_near = TRAIL_NEAR };
	struct trail t = { .file = &file };
	struct trail_item read[TRAIL_ITEMS];

	assert_true(file.fd >= 0);
	fill_blocks(&t, TRAIL_RUN + 2);
	assert_true(file.full);
	assert_int_equal(trail_read(&t, 3, read), TRAIL_ITEMS);
	assert_int_equal(read[1].at, 3 * TRAIL_ITEMS + 1);
	trail_clear(&t);
	close(file.fd);
}

static void a_file_that_cannot_be_read_is_said(void **state)
{
	struct trail_file file = { .fd = memfd_create("trail", MFD_CLOEXEC), .nr_near = TRAIL_NEAR };
	struct trail t = { .file = &file };
	struct trail_item read[TRAIL_ITEMS], item;
	struct trail_walk w;

	assert_true(file.fd >= 0);
	fill_blocks(&t, 2 * TRAIL_RUN + 2);
	assert_int_equal(ftruncate(file.fd, (TRAIL_RUN + 1) * TRAIL_BLOCK), 0);
	assert_int_equal(trail_read(&t, TRAIL_RUN, read), TRAIL_ITEMS);
	assert_int_equal(trail_read(&t, TRAIL_RUN + 1, read), -EIO);
	assert_int_equal(trail_first(&t, TRAIL_RUN + 1, &item), -EIO);
	trail_walk(&w, &t, true);
	while (trail_next(&w))
		item = w.item[0];
	assert_int_equal(w.err, -EIO);
	/* the last run that could be read completely */
	assert_int_equal(item.at, (TRAIL_RUN - 1) * TRAIL_ITEMS);
	trail_clear(&t);
	close(file.fd);
}

/* Entries and exits of two threads, microseconds apart. */
static void an_item_takes_a_few_bytes(void **state)
{
	struct trail t = { 0 };
	uint64_t r = 521288629ull;
	uint64_t at = 0;
	size_t i, n = 100000;

	for (i = 0; i < n; i++) {
		struct trail_item item = { .at = at += next(&r) % 60000,
					   .id = 4000000 + i / 8 % 2, .kind = i % 2 };

		assert_int_equal(trail_add(&t, &item), 0);
	}
	assert_true(t.nr_blocks * 512 < n * 4);
	trail_clear(&t);
}

/* Items of the same time are distinguished by ids, which ascend in order of arrival. */
static void check_sorted(struct trail *t, size_t n)
{
	struct trail_item last = { 0 };
	const struct trail_item *item;
	struct trail_walk w;
	size_t seen = 0;

	assert_int_equal(trail_sort(t), 0);
	trail_walk(&w, t, false);
	while ((item = trail_next(&w))) {
		assert_true(!seen || last.at <= item->at);
		assert_true(!seen || last.at < item->at || last.id < item->id);
		last = *item;
		seen++;
	}
	assert_int_equal(seen, n);
	trail_clear(t);
}

/* A few items out of place, many, or some far beyond a window. */
static void sorting_keeps_all_and_their_order(void **state)
{
	static const uint64_t farthest[] = { 0, 3, 1000, TRAIL_WINDOW / 2 - 1, 3 * TRAIL_WINDOW };
	uint64_t r = 2463534242ull;
	size_t i, k, n;

	for (k = 0; k < sizeof(farthest) / sizeof(farthest[0]); k++) {
		for (n = 0; n < 5 * TRAIL_WINDOW; n = 3 * n + 1) {
			struct trail_file f;
			struct trail t = { .file = any_file(&r, &f) };

			for (i = 0; i < n; i++) {
				struct trail_item item = { .at = 1000000 + i / 2, .id = i };

				if (farthest[k] && next(&r) % 8 == 0)
					item.at -= next(&r) % farthest[k] / 2;
				assert_int_equal(trail_add(&t, &item), 0);
			}
			check_sorted(&t, n);
			if (t.file)
				close(f.fd);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_went_in_comes_out),
		cmocka_unit_test(a_time_is_found_in_its_block),
		cmocka_unit_test(a_file_that_cannot_be_written_is_done_without),
		cmocka_unit_test(a_file_that_cannot_be_read_is_said),
		cmocka_unit_test(sorting_keeps_all_and_their_order),
		cmocka_unit_test(an_item_takes_a_few_bytes),
	};

	return cmocka_run_group_tests_name("trail", tests, NULL, NULL);
}
