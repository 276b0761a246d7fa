// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "symbolizer/spaces/space.h"

#define KERNEL_TEXT	0xffff800080000000ull
#define MODULE		0xffff80007ac04000ull

static void mapped(struct spaces *s, int32_t pid, uint64_t time, uint64_t start, uint64_t len,
		   uint64_t pgoff, const char *path)
{
	struct event ev = { .type = EVENT_MMAP, .pid = pid, .tid = pid, .time = time };

	ev.mmap.start = start;
	ev.mmap.len = len;
	ev.mmap.pgoff = pgoff;
	ev.mmap.path = path;
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static void in_kernel(struct spaces *s, enum event_map_kind kind, uint64_t start, uint64_t len,
		      uint64_t pgoff, const char *path)
{
	struct event ev = { .type = EVENT_MMAP, .pid = -1, .tid = 0 };

	ev.mmap.start = start;
	ev.mmap.len = len;
	ev.mmap.pgoff = pgoff;
	ev.mmap.path = path;
	ev.mmap.kind = kind;
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static void forked(struct spaces *s, uint64_t time, int32_t pid, int32_t tid, int32_t ppid)
{
	struct event ev = { .type = EVENT_FORK, .pid = pid, .tid = tid, .time = time };

	ev.fork.ppid = ev.fork.ptid = ppid;
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static void task(struct spaces *s, enum event_type type, uint64_t time, int32_t pid, int32_t tid)
{
	struct event ev = { .type = type, .pid = pid, .tid = tid, .time = time };

	if (type == EVENT_COMM) {
		ev.comm.name = "x";
		ev.comm.exec = 1;
	}
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static void ksymbol(struct spaces *s, uint64_t time, uint64_t addr, uint32_t len,
		    const char *name, bool gone)
{
	struct event ev = { .type = EVENT_KSYMBOL, .pid = -1, .tid = -1, .time = time };

	ev.ksymbol.addr = addr;
	ev.ksymbol.len = len;
	ev.ksymbol.name = name;
	ev.ksymbol.unregister = gone;
	assert_int_equal(spaces_apply(s, &ev), 0);
}

static uint32_t number(const struct spaces *s, int32_t pid, uint64_t time)
{
	uint64_t from, until;
	uint32_t n = spaces_find(s, pid, time, &from, &until);

	assert_true(from <= time && time < until);
	assert_true(n < spaces_nr(s));
	return n;
}

static struct place at(const struct spaces *s, int32_t pid, uint64_t time, uint64_t addr)
{
	struct place p;

	spaces_locate(s, number(s, pid, time), addr, &p);
	return p;
}

static void assert_place(const struct spaces *s, int32_t pid, uint64_t time, uint64_t addr,
			 const char *path, uint64_t offset)
{
	struct place p = at(s, pid, time, addr);

	assert_string_equal(p.object->path, path);
	assert_int_equal(p.offset, offset);
}

static void a_file_map_gives_the_files_offset(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x400000, 0x3000, 0x1000, "/bin/x");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 20, 0x400000, "/bin/x", 0x1000);
	assert_place(s, 7, 20, 0x402fff, "/bin/x", 0x3fff);
	assert_place(s, 7, 20, 0x403000, "[unknown]", 0x403000);
	assert_place(s, 7, 20, 0x3fffff, "[unknown]", 0x3fffff);
	assert_place(s, 8, 20, 0x400000, "[unknown]", 0x400000);
	assert_int_equal(at(s, 7, 20, 0x400000).object->kind, OBJECT_FILE);
	spaces_free(s);
}

static void a_late_map_counts_for_earlier_samples(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/a");
	mapped(s, 7, 50, 0x2000, 0x1000, 0, "/b");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 5, 0x2000, "/b", 0);
	assert_int_equal(number(s, 7, 5), number(s, 7, 60));
	spaces_free(s);
}

static void an_overlapping_map_replaces_from_then_on(void **state)
{
	struct spaces *s = spaces_new();
	uint64_t from, until;

	mapped(s, 7, 10, 0x1000, 0x3000, 0, "/a");
	mapped(s, 7, 50, 0x2000, 0x1000, 0x8000, "/b");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 49, 0x2004, "/a", 0x1004);
	assert_place(s, 7, 50, 0x2004, "/b", 0x8004);
	assert_place(s, 7, 50, 0x1fff, "/a", 0xfff);
	assert_place(s, 7, 50, 0x3000, "/a", 0x2000);
	spaces_find(s, 7, 49, &from, &until);
	assert_int_equal(from, 0);
	assert_int_equal(until, 50);
	spaces_free(s);
}

static void the_same_map_again_changes_nothing(void **state)
{
	struct spaces *s = spaces_new();
	uint64_t from, until;

	mapped(s, 7, 10, 0x1000, 0x3000, 0, "/a");
	mapped(s, 7, 20, 0x2000, 0x1000, 0x1000, "/a");	/* mprotect() reports it again */
	assert_int_equal(spaces_seal(s), 0);
	spaces_find(s, 7, 15, &from, &until);
	assert_int_equal(until, UINT64_MAX);
	assert_place(s, 7, 30, 0x3000, "/a", 0x2000);
	spaces_free(s);
}

static void a_state_that_returns_has_its_number_again(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x3000, 0, "/a");
	mapped(s, 7, 20, 0x2000, 0x1000, 0, "/b");
	mapped(s, 7, 30, 0x2000, 0x1000, 0x1000, "/a");
	mapped(s, 9, 5, 0x1000, 0x3000, 0, "/a");
	assert_int_equal(spaces_seal(s), 0);
	assert_int_not_equal(number(s, 7, 15), number(s, 7, 25));
	assert_int_equal(number(s, 7, 15), number(s, 7, 35));
	assert_int_equal(number(s, 7, 15), number(s, 9, 35));
	spaces_free(s);
}

static void order_of_arrival_does_not_matter(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 50, 0x1000, 0x1000, 0, "/new");
	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/old");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 20, 0x1000, "/old", 0);
	assert_place(s, 7, 50, 0x1000, "/new", 0);
	spaces_free(s);
}

static void a_child_starts_with_its_parents_maps_of_then(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/a");
	forked(s, 20, 8, 8, 7);
	mapped(s, 7, 30, 0x1000, 0x1000, 0, "/b");
	mapped(s, 7, 31, 0x5000, 0x1000, 0, "/c");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 8, 25, 0x1000, "/a", 0);
	assert_place(s, 8, 40, 0x1000, "/a", 0);
	assert_place(s, 8, 40, 0x5000, "[unknown]", 0x5000);
	assert_place(s, 8, 15, 0x1000, "[unknown]", 0x1000);
	assert_place(s, 7, 40, 0x1000, "/b", 0);
	assert_int_equal(number(s, 8, 40), number(s, 7, 25));
	spaces_free(s);
}

static void a_thread_changes_nothing(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/a");
	forked(s, 20, 7, 9, 7);
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 25, 0x1000, "/a", 0);
	assert_place(s, 9, 25, 0x1000, "[unknown]", 0x1000);
	spaces_free(s);
}

static void a_synthesized_fork_copies_nothing(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 1, 0, 0x1000, 0x1000, 0, "/init");
	forked(s, 0, 8, 8, 1);
	mapped(s, 8, 0, 0x2000, 0x1000, 0, "/a");
	mapped(s, 1, 10, 0x9000, 0x1000, 0, "/b");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 8, 5, 0x1000, "[unknown]", 0x1000);
	assert_place(s, 8, 5, 0x2000, "/a", 0);
	spaces_free(s);
}

static void exec_clears_the_maps(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/sh");
	task(s, EVENT_COMM, 20, 7, 7);
	mapped(s, 7, 21, 0x4000, 0x1000, 0, "/ls");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 19, 0x1000, "/sh", 0);
	assert_place(s, 7, 19, 0x4000, "[unknown]", 0x4000);
	assert_place(s, 7, 20, 0x1000, "[unknown]", 0x1000);
	assert_place(s, 7, 20, 0x4000, "/ls", 0);
	spaces_free(s);
}

static void a_process_ends_with_its_last_thread(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/a");
	forked(s, 11, 7, 8, 7);
	task(s, EVENT_TASK_EXIT, 20, 7, 7);
	task(s, EVENT_TASK_EXIT, 30, 7, 8);
	forked(s, 40, 7, 7, 99);
	mapped(s, 7, 50, 0x2000, 0x1000, 0, "/b");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 25, 0x1000, "/a", 0);
	assert_place(s, 7, 35, 0x1000, "[unknown]", 0x1000);
	assert_place(s, 7, 45, 0x2000, "/b", 0);
	assert_place(s, 7, 45, 0x1000, "[unknown]", 0x1000);
	spaces_free(s);
}

static void without_time_the_last_living_state_counts(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, 0x1000, 0x1000, 0, "/sh");
	task(s, EVENT_COMM, 20, 7, 7);
	mapped(s, 7, 21, 0x4000, 0x1000, 0, "/ls");
	task(s, EVENT_TASK_EXIT, 30, 7, 7);
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 0, 0x4000, "/ls", 0);
	assert_place(s, 7, 0, 0x1000, "[unknown]", 0x1000);
	spaces_free(s);
}

static void a_file_without_any_time_is_played_in_order(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 0, 0x1000, 0x1000, 0, "/a");
	forked(s, 0, 8, 8, 7);
	task(s, EVENT_TASK_EXIT, 0, 7, 7);
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 8, 0, 0x1000, "/a", 0);
	assert_place(s, 7, 0, 0x1000, "/a", 0);
	spaces_free(s);
}

static void modules_below_the_kernel_are_found(void **state)
{
	struct spaces *s = spaces_new();
	struct place p;

	in_kernel(s, MAP_KERNEL, KERNEL_TEXT, 0x7fff7fffffff, KERNEL_TEXT,
		  "[kernel.kallsyms]_text");
	in_kernel(s, MAP_MODULE, MODULE, 0x5000, 0, "[arm_spe_pmu]");
	in_kernel(s, MAP_MODULE, MODULE - 0x8000, 0x9000, 0, "[virtio_blk]");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, SPACE_KERNEL, 5, MODULE + 4, "[arm_spe_pmu]", 4);
	assert_place(s, SPACE_KERNEL, 5, MODULE - 1, "[virtio_blk]", 0x7fff);
	assert_place(s, SPACE_KERNEL, 5, KERNEL_TEXT + 8, "[kernel]", KERNEL_TEXT + 8);
	assert_place(s, SPACE_KERNEL, 5, MODULE + 0x5000, "[kernel]", MODULE + 0x5000);
	assert_place(s, SPACE_KERNEL, 5, 0x400000, "[unknown]", 0x400000);
	p = at(s, SPACE_KERNEL, 5, KERNEL_TEXT);
	assert_int_equal(p.object->base, KERNEL_TEXT);
	assert_string_equal(p.object->ref_symbol, "_text");
	p = at(s, SPACE_KERNEL, 5, MODULE);
	assert_int_equal(p.object->kind, OBJECT_MODULE);
	assert_int_equal(p.object->base, MODULE);
	spaces_free(s);
}

static void a_module_inside_the_kernels_range_wins(void **state)
{
	struct spaces *s = spaces_new();

	in_kernel(s, MAP_MODULE, KERNEL_TEXT + 0x10000, 0x1000, 0, "[early]");
	in_kernel(s, MAP_KERNEL, KERNEL_TEXT, 0x7fff7fffffff, KERNEL_TEXT,
		  "[kernel.kallsyms]_stext");
	in_kernel(s, MAP_MODULE, KERNEL_TEXT + 0x20000, 0x1000, 0, "[late]");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, SPACE_KERNEL, 5, KERNEL_TEXT + 0x10008, "[early]", 8);
	assert_place(s, SPACE_KERNEL, 5, KERNEL_TEXT + 0x20008, "[late]", 8);
	spaces_free(s);
}

static void kernel_text_comes_and_goes(void **state)
{
	struct spaces *s = spaces_new();
	uint64_t a = MODULE + 0x100000;

	ksymbol(s, 10, a, 0x40, "bpf_prog_1", false);
	ksymbol(s, 20, a, 0x40, "bpf_prog_1", true);
	ksymbol(s, 30, a, 0x80, "bpf_prog_2", false);
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, SPACE_KERNEL, 5, a + 4, "bpf_prog_1", 4);
	assert_place(s, SPACE_KERNEL, 19, a + 4, "bpf_prog_1", 4);
	assert_place(s, SPACE_KERNEL, 25, a + 4, "bpf_prog_2", 4);
	assert_place(s, SPACE_KERNEL, 35, a + 0x40, "bpf_prog_2", 0x40);
	assert_int_equal(at(s, SPACE_KERNEL, 35, a).object->kind, OBJECT_KSYMBOL);
	spaces_free(s);
}

static void every_vm_is_an_object_of_its_own(void **state)
{
	struct event ev = { .type = EVENT_VCPU_ENTER, .pid = 170, .tid = 171, .time = 5 };
	struct spaces *s = spaces_new();

	spaces_apply(s, &ev);
	ev.pid = 180;
	spaces_apply(s, &ev);
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, SPACE_GUEST, 5, 0x40000000, "[guest:vm0]", 0x40000000);
	assert_place(s, SPACE_GUEST - 1, 5, KERNEL_TEXT, "[guest:vm1]", KERNEL_TEXT);
	assert_place(s, SPACE_GUEST + 1, 5, 4, "[guest]", 4);
	assert_place(s, SPACE_GUEST - 9, 5, 4, "[guest]", 4);
	assert_place(s, SPACE_GUEST_PROCESS + 1, 5, 4, "[guest]", 4);
	/* of an unknown guest process */
	assert_place(s, SPACE_OF_GUEST(3, 5), 5, 4, "[unknown]", 4);
	assert_int_equal(at(s, SPACE_GUEST - 1, 5, 0).object->vm, 1);
	assert_int_equal(at(s, SPACE_GUEST + 1, 5, 0).object->vm, -1);
	spaces_free(s);
}

static void build_ids_of_a_table_reach_their_objects(void **state)
{
	static const uint8_t one[20] = { 1 }, two[20] = { 2 }, three[20] = { 3 };
	struct spaces *s = spaces_new();

	spaces_build_id(s, "/bin/x", one, 20);
	in_kernel(s, MAP_KERNEL, KERNEL_TEXT, 1, KERNEL_TEXT, "[kernel.kallsyms]_text");
	in_kernel(s, MAP_MODULE, MODULE, 0x5000, 0, "[arm_spe_pmu]");
	mapped(s, 7, 10, 0x400000, 0x3000, 0, "/bin/x");
	mapped(s, 7, 10, 0x500000, 0x3000, 0, "/bin/twice");
	spaces_build_id(s, "[kernel.kallsyms]", two, 20);
	spaces_build_id(s, "/lib/modules/6.12/arm-spe-pmu.ko.xz", three, 20);
	spaces_build_id(s, "/bin/twice", one, 20);
	spaces_build_id(s, "/bin/twice", two, 20);
	assert_int_equal(spaces_seal(s), 0);
	assert_memory_equal(at(s, 7, 20, 0x400000).object->build_id, one, 20);
	assert_memory_equal(at(s, SPACE_KERNEL, 20, KERNEL_TEXT).object->build_id, two, 20);
	assert_memory_equal(at(s, SPACE_KERNEL, 20, MODULE).object->build_id, three, 20);
	assert_int_equal(at(s, 7, 20, 0x500000).object->build_id_len, 0);
	spaces_free(s);
}

static void what_has_no_file_keeps_its_address(void **state)
{
	static const char *const paths[] = {
		"//anon", "[heap]", "[stack]", "/memfd:jit (deleted)", "/dev/zero (deleted)",
		"/SYSV00000000 (deleted)", "[anon:x]", "",
	};
	struct spaces *s = spaces_new();

	for (size_t i = 0; i < 8; i++)
		mapped(s, 7, 10, 0x10000 * (i + 1), 0x1000, 0x77000, paths[i]);
	mapped(s, 7, 10, 0xffff8e55c000, 0x2000, 0x123000, "[vdso]");
	assert_int_equal(spaces_seal(s), 0);
	for (size_t i = 0; i < 8; i++) {
		assert_place(s, 7, 10, 0x10000 * (i + 1) + 5, paths[i], 0x10000 * (i + 1) + 5);
		assert_int_equal(at(s, 7, 10, 0x10000 * (i + 1)).object->kind, OBJECT_ANON);
	}
	assert_place(s, 7, 10, 0xffff8e55c010, "[vdso]", 0x10);
	assert_int_equal(at(s, 7, 10, 0xffff8e55c010).object->kind, OBJECT_VDSO);
	spaces_free(s);
}

static void maps_at_the_end_of_the_address_space_do_not_wrap(void **state)
{
	struct spaces *s = spaces_new();

	mapped(s, 7, 10, UINT64_MAX - 0xfff, UINT64_MAX, 0, "/top");
	mapped(s, 7, 20, 0, UINT64_MAX, 0, "/all");
	mapped(s, 7, 30, 5, 0, 0, "/none");
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 7, 15, UINT64_MAX, "/top", 0xfff);
	assert_place(s, 7, 15, 0, "[unknown]", 0);
	assert_place(s, 7, 25, 0, "/all", 0);
	assert_place(s, 7, 25, UINT64_MAX - 1, "/all", UINT64_MAX - 1);
	assert_place(s, 7, 25, UINT64_MAX, "/top", 0xfff);
	spaces_free(s);
}

static void equal_objects_are_one(void **state)
{
	const struct object *const *list;
	struct spaces *s = spaces_new();
	size_t nr;

	for (int32_t pid = 1; pid < 50; pid++)
		mapped(s, pid, pid, 0x1000ull * pid, 0x1000, 0, "/lib/c");
	assert_int_equal(spaces_seal(s), 0);
	assert_ptr_equal(at(s, 1, 5, 0x1000).object, at(s, 49, 60, 49 * 0x1000).object);
	nr = spaces_objects(s, &list);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(list[i]->id, i);
	assert_int_equal(list[0]->kind, OBJECT_UNKNOWN);
	spaces_free(s);
}

/* A shell with 50 maps starts 20,000 programs with 10. */
static void many_short_processes_share_what_they_inherit(void **state)
{
	struct spaces *s = spaces_new();
	uint64_t time = 100;

	for (int i = 0; i < 50; i++)
		mapped(s, 1, 10, 0x100000ull * (i + 1), 0x8000, 0, "/bin/sh");
	for (int32_t pid = 2; pid < 20002; pid++) {
		forked(s, time++, pid, pid, 1);
		task(s, EVENT_COMM, time++, pid, pid);
		for (int i = 0; i < 10; i++)
			mapped(s, pid, time++, 0x100000ull * (i + 1) + pid * 0x1000ull, 0x800, 0,
			       "/bin/ls");
		task(s, EVENT_TASK_EXIT, time++, pid, pid);
	}
	assert_int_equal(spaces_seal(s), 0);
	assert_place(s, 5000, 100 + 4998 * 13, 0x100000, "/bin/sh", 0);
	assert_int_equal(number(s, 5000, 100 + 4998 * 13), number(s, 1, 5));
	assert_true(spaces_nr(s) < 20010);
	spaces_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_map_gives_the_files_offset),
		cmocka_unit_test(a_late_map_counts_for_earlier_samples),
		cmocka_unit_test(an_overlapping_map_replaces_from_then_on),
		cmocka_unit_test(the_same_map_again_changes_nothing),
		cmocka_unit_test(a_state_that_returns_has_its_number_again),
		cmocka_unit_test(order_of_arrival_does_not_matter),
		cmocka_unit_test(a_child_starts_with_its_parents_maps_of_then),
		cmocka_unit_test(a_thread_changes_nothing),
		cmocka_unit_test(a_synthesized_fork_copies_nothing),
		cmocka_unit_test(exec_clears_the_maps),
		cmocka_unit_test(a_process_ends_with_its_last_thread),
		cmocka_unit_test(without_time_the_last_living_state_counts),
		cmocka_unit_test(a_file_without_any_time_is_played_in_order),
		cmocka_unit_test(modules_below_the_kernel_are_found),
		cmocka_unit_test(a_module_inside_the_kernels_range_wins),
		cmocka_unit_test(kernel_text_comes_and_goes),
		cmocka_unit_test(every_vm_is_an_object_of_its_own),
		cmocka_unit_test(build_ids_of_a_table_reach_their_objects),
		cmocka_unit_test(what_has_no_file_keeps_its_address),
		cmocka_unit_test(maps_at_the_end_of_the_address_space_do_not_wrap),
		cmocka_unit_test(equal_objects_are_one),
		cmocka_unit_test(many_short_processes_share_what_they_inherit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
