// SPDX-License-Identifier: GPL-2.0-only
/* What was lost is unknown, and nothing else is. */
#include "tests/unit/timeline_fixture.h"

/*
 * The kernel reports a loss when there is room again: the lost events are between the last event
 * before the report and the report.  Only the next event proves the state after it.
 */
static void around_lost_sideband_nothing_is_read_from_time(void **state)
{
	struct timeline *t = timeline_new();

	came(t, 0, 100, QEMU, VCPU0);
	enter(t, 0, 200, QEMU, VCPU0);
	lost(t, 0, 300);		/* possibly the exit */
	enter(t, 0, 400, QEMU, VCPU0);
	leave(t, 0, 500, QEMU, VCPU0);
	lost(t, 0, 600);
	left(t, 0, 700, QEMU, VCPU0);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, at(2, 150), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 250), UNKNOWN, NONE);
	owns(t, at(2, 350), UNKNOWN, NONE);
	owns(t, at(0, 350), UNKNOWN, NONE);
	owns(t, with_el2(at(0, 350), VCPU0), UNKNOWN, NONE);
	owns(t, with_el2(at(0, 350), SHELL), HOST_USER, CONTEXT);
	owns(t, at(1, 350), GUEST_KERNEL, EL);
	owns(t, at(2, 450), SWITCH, INTERVAL);
	owns(t, at(2, 550), UNKNOWN, NONE);
	owns(t, at(2, 650), UNKNOWN, NONE);
	owns(t, at(2, 750), HOST_KERNEL, INTERVAL);
	timeline_free(t);
}

/* No CONTEXT packets, and a loss: the owner of EL0 is unknown if guests were sampled. */
static void after_a_loss_user_code_is_unknown_where_guests_were_sampled(void **state)
{
	const struct spe_record recs[] = { at(2, 20), at(2, 21), at(1, 130), at(1, 131) };
	struct timeline *t;
	int guests;

	for (guests = 0; guests < 2; guests++) {
		t = timeline_new();
		called(t, 0, SHELL, SHELL, "bash");
		called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
		came(t, 0, 10, SHELL, SHELL);
		left(t, 0, 100, SHELL, SHELL);
		came(t, 0, 100, QEMU, VCPU0);
		lost(t, 0, 200);
		seal_with(t, &clock_1ghz, true, recs, guests ? 4 : 2);
		owns(t, at(0, 50), HOST_USER, EL);
		if (guests) {
			owns(t, at(0, 150), UNKNOWN, NONE);
			owns(t, at(0, 250), UNKNOWN, NONE);
		} else {
			owns(t, at(0, 150), HOST_USER, EL);
			owns(t, at(0, 250), HOST_USER, EL);
		}
		timeline_free(t);
	}
}

/* A thread whose own events may be lost may run a guest. */
static void a_loss_leaves_new_threads_unproven(void **state)
{
	const struct spe_record recs[] = { with_el2(at(1, 20), VCPU0), with_el2(at(1, 21), VCPU0) };
	struct timeline *t = timeline_new();

	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	called(t, 50, 4711, 4711, "new");
	lost(t, 0, 60);
	seal_with(t, &clock_1ghz, true, recs, 2);
	owns(t, with_el2(at(0, 70), SHELL), HOST_USER, CONTEXT);
	owns(t, with_el2(at(0, 70), 4711), UNKNOWN, NONE);
	timeline_free(t);
}

/* A thread's own stream: its exit may have been lost on any CPU. */
static void a_threads_own_stream_knows_of_losses(void **state)
{
	struct timeline *t = timeline_new();
	struct owner o;

	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	assert_int_equal(timeline_want_thread(t, VCPU0), 0);
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 0, 400, QEMU, VCPU0);
	lost(t, 0, 700);
	enter(t, 0, 800, QEMU, VCPU0);
	leave(t, 0, 900, QEMU, VCPU0);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	o = whose_on(t, -1, VCPU0, at(2, 250));
	owned(&o, WORLD_SWITCH, BASIS_INTERVAL, __LINE__);
	o = whose_on(t, -1, VCPU0, at(2, 500));
	owned(&o, WORLD_UNKNOWN, BASIS_NONE, __LINE__);
	o = whose_on(t, -1, VCPU0, at(0, 500));
	owned(&o, WORLD_UNKNOWN, BASIS_NONE, __LINE__);
	o = whose_on(t, -1, VCPU0, at(2, 750));
	owned(&o, WORLD_UNKNOWN, BASIS_NONE, __LINE__);
	o = whose_on(t, -1, VCPU0, at(2, 850));
	owned(&o, WORLD_SWITCH, BASIS_INTERVAL, __LINE__);
	timeline_free(t);
}

/* The CPU of a loss is not always reported. */
static void a_loss_of_no_cpu_is_every_cpus(void **state)
{
	struct timeline *t = timeline_new();

	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	lost(t, -1, 350);
	enter(t, 0, 400, QEMU, VCPU0);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, at(2, 250), SWITCH, INTERVAL);
	owns(t, at(2, 320), UNKNOWN, NONE);
	owns(t, at(2, 380), UNKNOWN, NONE);
	owns(t, at(2, 450), SWITCH, INTERVAL);
	timeline_free(t);
}

/* perf counts losses; if no event follows, their end is unknown. */
static void a_loss_at_the_end_has_no_end(void **state)
{
	struct timeline *t = timeline_new();

	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 0, 400, QEMU, VCPU0);
	enter(t, 1, 400, QEMU, VCPU1);
	apply(t, &(struct event){ .type = EVENT_LOST_TAIL, .cpu = 0, .pid = -1, .tid = -1 });
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, at(2, 250), SWITCH, INTERVAL);
	owns(t, at(2, 350), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 450), UNKNOWN, NONE);
	assert_int_equal(whose_on(t, 1, -1, at(2, 450)).world, WORLD_SWITCH);
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(around_lost_sideband_nothing_is_read_from_time),
		cmocka_unit_test(after_a_loss_user_code_is_unknown_where_guests_were_sampled),
		cmocka_unit_test(a_loss_leaves_new_threads_unproven),
		cmocka_unit_test(a_threads_own_stream_knows_of_losses),
		cmocka_unit_test(a_loss_of_no_cpu_is_every_cpus),
		cmocka_unit_test(a_loss_at_the_end_has_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
