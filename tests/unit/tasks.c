// SPDX-License-Identifier: GPL-2.0-only
/* The names of threads over time. */
#include "tests/unit/timeline_fixture.h"

static const char *comm_at(const struct timeline *t, uint64_t time)
{
	return timeline_comm(t, whose(t, at(2, time)).task);
}

static void a_thread_is_called_what_it_was_called_then(void **state)
{
	struct timeline *t = timeline_new();

	came(t, 0, 10, SHELL, SHELL);
	called(t, 0, SHELL, SHELL, "bash");
	apply(t, &(struct event){ .type = EVENT_COMM, .cpu = 0, .time = 100, .pid = SHELL,
				  .tid = SHELL, .comm = { .name = "make", .exec = 1 } });
	apply(t, &(struct event){ .type = EVENT_COMM, .cpu = 0, .time = 200, .pid = SHELL,
				  .tid = SHELL, .comm.name = "make -j" });
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_string_equal(comm_at(t, 50), "bash");
	assert_string_equal(comm_at(t, 150), "make");
	assert_string_equal(comm_at(t, 250), "make -j");
	timeline_free(t);
}

static void a_forked_thread_inherits_its_parents_name(void **state)
{
	struct timeline *t = timeline_new();

	forked(t, 150, 60, 60, SHELL, SHELL);	/* before its parent is known */
	forked(t, 250, 61, 61, SHELL, SHELL);
	forked(t, 260, 61, 62, 61, 61);
	called(t, 10, SHELL, SHELL, "bash");
	called(t, 200, SHELL, SHELL, "make");
	called(t, 300, 60, 60, "cc1");
	came(t, 0, 160, 60, 60);
	came(t, 0, 310, 60, 60);
	came(t, 0, 400, 61, 61);
	came(t, 0, 500, 61, 62);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_string_equal(comm_at(t, 170), "bash");
	assert_string_equal(comm_at(t, 350), "cc1");
	assert_string_equal(comm_at(t, 450), "make");
	assert_string_equal(comm_at(t, 550), "make");
	assert_int_equal(whose(t, at(2, 550)).pid, 61);
	timeline_free(t);
}

static void a_reused_thread_id_is_another_task(void **state)
{
	struct timeline *t = timeline_new();

	called(t, 10, 60, 60, "old");
	came(t, 0, 20, 60, 60);
	apply(t, &(struct event){ .type = EVENT_TASK_EXIT, .cpu = 0, .time = 100,
				  .pid = 60, .tid = 60 });
	forked(t, 200, 90, 60, SHELL, SHELL);
	called(t, 210, 90, 60, "new");
	came(t, 0, 220, 90, 60);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_string_equal(comm_at(t, 50), "old");
	assert_int_equal(whose(t, at(2, 50)).pid, 60);
	assert_string_equal(comm_at(t, 250), "new");
	assert_int_equal(whose(t, at(2, 250)).pid, 90);
	assert_int_equal(whose(t, at(2, 250)).tid, 60);
	timeline_free(t);
}

static void context_zero_is_not_the_idle_task(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o = whose(t, with_el2(at(0, 50), 0));

	owned(&o, WORLD_HOST_USER, BASIS_INTERVAL, __LINE__);
	assert_int_equal(o.tid, SHELL);
	o = whose(t, with_el2(at(2, 150), 0));
	assert_int_equal(o.tid, VCPU0);
	owns(t, with_el2(at(0, 250), 0), GUEST_USER, INTERVAL);
	timeline_free(t);
}

/* CONTEXT identifies the thread where the switch events are late or missing. */
static void context_names_the_thread_before_time_does(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o = whose(t, with_el2(at(2, 99), VCPU0));

	assert_int_equal(o.tid, VCPU0);
	assert_int_equal(o.pid, QEMU);
	assert_string_equal(timeline_comm(t, o.task), "CPU 0/KVM");
	o = whose(t, with_el2(at(2, 250), SHELL));	/* far away: its last name */
	assert_string_equal(timeline_comm(t, o.task), "bash");
	o = whose(t, with_el2(at(2, 50), 4711));	/* unknown */
	assert_int_equal(o.tid, 4711);
	assert_int_equal(o.pid, -1);
	assert_int_equal(o.task, TIMELINE_NO_TASK);
	timeline_free(t);
}

static void a_thread_that_is_about_to_come_has_the_name_it_comes_with(void **state)
{
	struct timeline *t = timeline_new();
	struct owner o;

	came(t, 0, 10, SHELL, SHELL);
	called(t, 0, 60, 60, "first");
	called(t, 500, 60, 60, "second");
	came(t, 0, 100, 60, 60);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	o = whose(t, with_el2(at(2, 99), 60));
	assert_string_equal(timeline_comm(t, o.task), "first");
	timeline_free(t);
}

static void a_context_that_is_no_thread_id_is_ignored(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o = whose(t, with_el2(at(2, 50), 0xffffffff));

	assert_int_equal(o.tid, SHELL);
	owned(&o, WORLD_HOST_KERNEL, BASIS_INTERVAL, __LINE__);
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_is_called_what_it_was_called_then),
		cmocka_unit_test(a_forked_thread_inherits_its_parents_name),
		cmocka_unit_test(a_reused_thread_id_is_another_task),
		cmocka_unit_test(context_zero_is_not_the_idle_task),
		cmocka_unit_test(context_names_the_thread_before_time_does),
		cmocka_unit_test(a_thread_that_is_about_to_come_has_the_name_it_comes_with),
		cmocka_unit_test(a_context_that_is_no_thread_id_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
