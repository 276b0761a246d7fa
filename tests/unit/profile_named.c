// SPDX-License-Identifier: GPL-2.0-only
/* How many samples of the host's kernel, and of each VM's, are in functions with a symbol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "profile/profile.h"

#define KERNEL	0xffff800008000000ull
#define NO_CODE	0xffff800009000000ull	/* not in kallsyms */

static const char kallsyms[] =
	"ffff800008000000 T _text\n"
	"ffff800008000040 T first\n"
	"ffff800008000080 T second\n"
	"ffff800008001000 T _etext\n";

static const struct input_clock ns_clock = { .mult = 1 };

/* Two VMs; kallsyms are the host's and VM 1's. */
struct setting {
	struct timeline *timeline;
	struct spaces *spaces;
	struct symbolizer *symbolizer;
	struct profile_context ctx;
};

static void setup(struct setting *s)
{
	static const struct symbolizer_config none;
	int fd = memfd_create("kallsyms", 0);

	*s = (struct setting){ .timeline = timeline_new(), .spaces = spaces_new() };
	assert_int_equal(timeline_seal(s->timeline, &ns_clock, true), 0);
	assert_int_equal(spaces_guests(s->spaces, 2), 0);
	assert_int_equal(spaces_seal(s->spaces), 0);
	assert_int_equal(symbolizer_new(&s->symbolizer, &none), 0);
	assert_int_equal(write(fd, kallsyms, sizeof(kallsyms) - 1), sizeof(kallsyms) - 1);
	assert_int_equal(symbolizer_add_kallsyms(s->symbolizer, fd, "host"), 0);
	assert_int_equal(symbolizer_add_guest_kallsyms(s->symbolizer, 1, fd, "guest"), 0);
	close(fd);
	s->ctx = (struct profile_context){
		.timeline = s->timeline, .spaces = s->spaces, .clock = &ns_clock,
		.naming = naming_new(s->symbolizer),
	};
}

static void teardown(struct setting *s)
{
	naming_free(s->ctx.naming);
	symbolizer_free(s->symbolizer);
	spaces_free(s->spaces);
	timeline_free(s->timeline);
}

static void add(struct profile *p, enum world world, int32_t vm, uint64_t pc, unsigned int n)
{
	bool guest = world == WORLD_GUEST_KERNEL || world == WORLD_GUEST_USER;
	struct spe_record rec = { .pc = pc, .has = pc ? SPE_HAS_PC : 0 };
	struct samples one = {
		.rec = &rec, .n = 1, .nr_owners = 1, .all = true,
		.owner[0] = { .world = world, .pid = -1, .tid = -1, .vm = vm, .vcpu = -1,
			      .vcpu_index = -1, .memory = guest ? MEMORY_GUEST - vm : MEMORY_KERNEL,
			      .task = TIMELINE_NO_TASK, .guest_pid = -1, .guest_tid = -1,
			      .guest_task = TIMELINE_NO_TASK },
	};

	while (n--)
		assert_int_equal(profile_add(p, &one), 0);
}

/* 12 samples of the host's kernel, 9 named; 7 of VM 0's, none named; 5 of VM 1's, 3 named. */
static struct profile *counted(const struct setting *s, const struct profile_query *q)
{
	struct profile *p = profile_new(q, &s->ctx);

	assert_non_null(p);
	assert_int_equal(profile_stream(p, 0, 1, 0), 0);
	add(p, WORLD_HOST_KERNEL, -1, KERNEL + 0x44, 4);
	add(p, WORLD_HOST_KERNEL, -1, KERNEL + 0x84, 5);
	add(p, WORLD_HOST_KERNEL, -1, NO_CODE, 2);
	add(p, WORLD_HOST_KERNEL, -1, 0, 1);
	add(p, WORLD_GUEST_KERNEL, 0, KERNEL + 0x44, 7);
	add(p, WORLD_GUEST_KERNEL, 1, KERNEL + 0x44, 3);
	add(p, WORLD_GUEST_KERNEL, 1, NO_CODE, 2);
	/* of no kernel */
	add(p, WORLD_GUEST_USER, 1, KERNEL + 0x44, 9);
	add(p, WORLD_SWITCH, -1, KERNEL + 0x44, 9);
	add(p, WORLD_UNKNOWN, -1, KERNEL + 0x44, 9);
	assert_int_equal(profile_end(p), 0);
	return p;
}

static void check_vms(const struct setting *s, const struct profile_query *q)
{
	struct named_share of[3] = { { 0 } };
	struct profile *p = counted(s, q);

	assert_int_equal(profile_named(p, s->ctx.naming, of, 2), 1);
	assert_int_equal(of[0].all, 12);
	assert_int_equal(of[0].named, 9);
	assert_int_equal(of[1].all, 7);
	assert_int_equal(of[1].named, 0);
	assert_int_equal(of[2].all, 5);
	assert_int_equal(of[2].named, 3);
	profile_free(p);
}

static void kernels_are_told_apart_by_the_keys_or_by_vm(void **state)
{
	static const enum field keys[] = { FIELD_COMM, FIELD_SYMBOL, FIELD_VM };
	static const enum field places[] = { FIELD_ADDRESS, FIELD_OBJECT };
	struct profile_query q = { .keys = keys, .nr_keys = 3 };
	struct setting s;

	(void)state;
	setup(&s);
	check_vms(&s, &q);
	q.nr_keys = 2;
	q.by_vm = true;
	check_vms(&s, &q);
	q.keys = places;
	check_vms(&s, &q);
	teardown(&s);
}

static void by_vm_makes_no_rows(void **state)
{
	static const enum field keys[] = { FIELD_SYMBOL };
	struct profile_query q = { .keys = keys, .nr_keys = 1, .by_vm = true };
	struct setting s;
	struct profile *p;
	struct rows *rows;

	(void)state;
	setup(&s);
	p = counted(&s, &q);
	assert_int_equal(profile_rows(p, keys, 1, 0, s.ctx.naming, 0, &rows), 0);
	assert_int_equal(rows->sum.samples, 51);
	for (size_t i = 0; i < rows->nr; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(rows->row[i].keys[0].text, rows->row[k].keys[0].text);
	rows_free(rows);
	profile_free(p);
	teardown(&s);
}

static void a_profile_that_cannot_say_says_so(void **state)
{
	static const enum field keys[] = { FIELD_COMM, FIELD_SYMBOL };
	struct profile_query q = { .keys = keys, .nr_keys = 2 };
	struct named_share of[3] = { { 0 } };
	struct setting s;
	struct profile *p;

	(void)state;
	setup(&s);
	p = counted(&s, &q);
	assert_int_equal(profile_named(p, s.ctx.naming, of, 2), 0);
	assert_int_equal(of[0].all, 0);
	/* without VMs it can */
	assert_int_equal(profile_named(p, s.ctx.naming, of, 0), 1);
	assert_int_equal(of[0].all, 12);
	assert_int_equal(of[0].named, 9);
	profile_free(p);

	q.nr_keys = 1;
	of[0].all = 0;
	p = counted(&s, &q);
	assert_int_equal(profile_named(p, s.ctx.naming, of, 0), 0);
	assert_int_equal(of[0].all, 0);
	profile_free(p);
	teardown(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_are_told_apart_by_the_keys_or_by_vm),
		cmocka_unit_test(by_vm_makes_no_rows),
		cmocka_unit_test(a_profile_that_cannot_say_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
