// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code without symbols is cached by blocks: rows are the same as with single places, whenever the
 * cache switches between the two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/profile_impl.h"

#define USER	0x400000ull
#define KERNEL	0xffff800008000000ull

/* Three functions in a block, and nothing after them. */
static const char kallsyms[] =
	"ffff800008000000 T _text\n"
	"ffff800008000040 T first\n"
	"ffff800008000080 T second\n"
	"ffff800008001000 T _etext\n";

static const struct input_clock ns_clock = { .mult = 1 };

struct setting {
	struct timeline *timeline;
	struct spaces *spaces;
	struct symbolizer *symbolizer;
	struct naming *naming;
	struct profile *profile;
	uint64_t user, first, second;	/* samples there */
};

static const enum field keys[] = { FIELD_WORLD, FIELD_SYMBOL };
static const struct profile_query query = { .keys = keys, .nr_keys = 2 };

/* The space does not identify the process: each name has a cell per process. */
static const enum field process_keys[] = { FIELD_PID, FIELD_SYMBOL };
static const struct profile_query by_process = { .keys = process_keys, .nr_keys = 2 };

static void setup_for(struct setting *s, const struct profile_query *q)
{
	static const struct symbolizer_config none;
	struct profile_context ctx = { .clock = &ns_clock };
	int fd = memfd_create("kallsyms", 0);

	*s = (struct setting){ .timeline = timeline_new(), .spaces = spaces_new() };
	assert_int_equal(timeline_seal(s->timeline, &ns_clock, true), 0);
	assert_int_equal(spaces_seal(s->spaces), 0);
	assert_int_equal(symbolizer_new(&s->symbolizer, &none), 0);
	assert_int_equal(write(fd, kallsyms, sizeof(kallsyms) - 1), sizeof(kallsyms) - 1);
	assert_int_equal(symbolizer_add_kallsyms(s->symbolizer, fd, "here"), 0);
	close(fd);
	s->naming = naming_new(s->symbolizer);
	ctx.timeline = s->timeline;
	ctx.spaces = s->spaces;
	ctx.naming = s->naming;
	s->profile = profile_new(q, &ctx);
	assert_non_null(s->profile);
	assert_true(s->profile->plain);
	assert_int_equal(profile_stream(s->profile, 0, 1, 0), 0);
}

static void setup(struct setting *s)
{
	setup_for(s, &query);
}

static void teardown(struct setting *s)
{
	profile_free(s->profile);
	naming_free(s->naming);
	symbolizer_free(s->symbolizer);
	spaces_free(s->spaces);
	timeline_free(s->timeline);
}

static void add_of(struct setting *s, int32_t pid, uint64_t pc)
{
	bool kernel = pc >> 63;
	struct spe_record rec = { .pc = pc, .has = SPE_HAS_PC };
	struct samples one = {
		.rec = &rec, .n = 1, .nr_owners = 1, .all = true,
		.owner[0] = { .world = kernel ? WORLD_HOST_KERNEL : WORLD_HOST_USER,
			      .pid = pid, .tid = -1, .vm = -1, .vcpu = -1, .vcpu_index = -1,
			      .memory = kernel ? MEMORY_KERNEL : MEMORY_UNKNOWN,
			      .task = TIMELINE_NO_TASK },
	};

	assert_int_equal(profile_add(s->profile, &one), 0);
	s->user += !kernel;
	s->first += kernel && pc < KERNEL + 0x80;
	s->second += kernel && pc >= KERNEL + 0x80;
}

static void add(struct setting *s, uint64_t pc)
{
	add_of(s, -1, pc);
}

/* That many places in user code, four bytes apart. */
static void add_user(struct setting *s, unsigned int places)
{
	for (unsigned int i = 0; i < places; i++)
		add(s, USER + 4ull * i);
}

static void add_kernel(struct setting *s, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		add(s, KERNEL + 0x40 + 4 * (i % 32));
}

/* Rows by symbol: both functions, and each block of user code by its address. */
static void check(struct setting *s, unsigned int places)
{
	uint64_t user = 0, first = 0, second = 0;
	struct rows *rows;
	char name[64];

	assert_int_equal(profile_rows(s->profile, keys, 2, 0, s->naming, 0, &rows), 0);
	assert_int_equal(rows->nr, places / 64 + 2);
	for (size_t i = 0; i < rows->nr; i++) {
		const struct row *r = &rows->row[i];
		const char *symbol = r->keys[1].text;

		first += strcmp(symbol, "first") ? 0 : r->m.samples;
		second += strcmp(symbol, "second") ? 0 : r->m.samples;
		for (unsigned int b = 0; b < places / 64; b++) {
			snprintf(name, sizeof(name), "0x%x%s", 0x4000 + b, "xx");
			user += strcmp(symbol, name) ? 0 : r->m.samples;
		}
	}
	assert_int_equal(first, s->first);
	assert_int_equal(second, s->second);
	assert_int_equal(user, s->user);
	rows_free(rows);
}

static bool by_block(const struct setting *s)
{
	return s->profile->memo_mask != UINT64_MAX;
}

static void few_places_are_remembered_each(void **state)
{
	struct setting s;

	setup(&s);
	add_user(&s, 512);
	add_kernel(&s, 100);
	add_user(&s, 512);
	assert_false(by_block(&s));
	check(&s, 512);
	teardown(&s);
}

static void many_are_remembered_by_blocks(void **state)
{
	struct setting s;

	setup(&s);
	add_kernel(&s, 100);
	add_user(&s, 4096);
	assert_true(by_block(&s));
	assert_true(s.profile->memos.nr < 200);
	add_kernel(&s, 100);
	add_user(&s, 8192);
	assert_true(by_block(&s));
	check(&s, 8192);
	teardown(&s);
}

static void places_with_symbols_end_that(void **state)
{
	struct setting s;

	setup(&s);
	add_user(&s, 4096);
	add_kernel(&s, 10000);
	assert_false(by_block(&s));
	add_user(&s, 8192);
	assert_false(by_block(&s));
	add_kernel(&s, 100);
	check(&s, 8192);
	teardown(&s);
}

/* The number of the process' samples in the rows of the symbol. */
static uint64_t of_process(const struct rows *rows, uint64_t pid, const char *symbol)
{
	uint64_t n = 0;

	for (size_t i = 0; i < rows->nr; i++) {
		const struct row *r = &rows->row[i];

		if (r->keys[0].num == pid && !strcmp(r->keys[1].text, symbol))
			n += r->m.samples;
	}
	return n;
}

static void processes_share_names_and_no_cells(void **state)
{
	struct setting s;
	struct rows *rows;

	setup_for(&s, &by_process);
	assert_false(s.profile->by_space);
	for (int32_t i = 0; i < 300; i++)
		add_of(&s, 7 + i % 3, KERNEL + 0x40 + i % 2 * 0x40);
	for (uint64_t i = 0; i < 4096; i++)
		add_of(&s, 7 + i % 2, USER + 4 * i);
	assert_true(by_block(&s));
	for (int32_t i = 0; i < 40; i++)
		add_of(&s, 9, KERNEL + 0x40 + 4 * i);
	assert_int_equal(profile_rows(s.profile, process_keys, 2, 0, s.naming, 0, &rows), 0);
	/* two functions of three processes, and 64 blocks of two */
	assert_int_equal(rows->nr, 2 * 3 + 64 * 2);
	assert_int_equal(of_process(rows, 7, "first"), 50);
	assert_int_equal(of_process(rows, 8, "first"), 50);
	assert_int_equal(of_process(rows, 9, "first"), 50 + 16);
	assert_int_equal(of_process(rows, 9, "second"), 50 + 24);
	assert_int_equal(of_process(rows, 7, "0x4000xx"), 32);
	assert_int_equal(of_process(rows, 8, "0x403fxx"), 32);
	rows_free(rows);
	teardown(&s);
}

/* A third process comes when there are cells for two. */
static void a_bound_of_rows_is_kept(void **state)
{
	struct profile_query bounded = by_process;
	struct setting s;

	bounded.max_cells = 4;
	setup_for(&s, &bounded);
	for (int32_t i = 0; i < 40; i++)
		add_of(&s, 7 + i % 2, KERNEL + 0x40 + 4 * (i % 32));
	assert_false(top_keys_is_met(s.profile));
	add_of(&s, 9, KERNEL + 0x40);
	assert_true(top_keys_is_met(s.profile));
	add_of(&s, 9, KERNEL + 0x80);
	teardown(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_places_are_remembered_each),
		cmocka_unit_test(many_are_remembered_by_blocks),
		cmocka_unit_test(places_with_symbols_end_that),
		cmocka_unit_test(processes_share_names_and_no_cells),
		cmocka_unit_test(a_bound_of_rows_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
