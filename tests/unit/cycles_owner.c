// SPDX-License-Identifier: GPL-2.0-only
/* The owners of samples of cycles: doc/attribution.md, "Samples of cycles". */
#include "tests/unit/timeline_fixture.h"

/* PERF_RECORD_MISC_*: linux include/uapi/linux/perf_event.h */
enum { NOBODY = 0, IN_KERNEL = 1, IN_USER = 2, IN_GUEST_KERNEL = 4, IN_GUEST_USER = 5 };

struct want {
	enum world world;
	enum basis basis;
	bool address, differs;
	int el;
};

static struct cycles_mark mark(uint64_t time, int tid, uint8_t cpumode, enum stay stay)
{
	return (struct cycles_mark){ .time = time, .pid = tid == SHELL ? SHELL : QEMU, .tid = tid,
				     .cpumode = cpumode, .stay = stay };
}

static struct owner check(const struct timeline *t, struct cycles_mark m, struct want w, int line)
{
	struct timeline_cursor c;
	struct cycles_place p;
	struct owner o;

	timeline_cursor_init(&c, t, 0, -1);
	timeline_attribute_cycles(t, &c, &m, &o, &p);
	owned(&o, w.world, w.basis, line);
	if (p.ip_is_owners != w.address || p.differs != w.differs || p.el != w.el)
		fail_msg("line %d: address %d, differs %d, EL %d", line, p.ip_is_owners, p.differs,
			 p.el);
	return o;
}

#define is_whose(t, m, ...) check(t, m, (struct want){ __VA_ARGS__ }, __LINE__)

static void without_a_vcpu_the_label_is_true(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o;

	o = is_whose(t, mark(50, SHELL, IN_USER, 0), WORLD_HOST_USER, BASIS_INTERVAL, true, false, 0);
	assert_int_equal(o.tid, SHELL);
	assert_int_equal(o.memory, SHELL);
	assert_string_equal(timeline_comm(t, o.task), "bash");
	is_whose(t, mark(150, VCPU0, IN_KERNEL, 0), WORLD_HOST_KERNEL, BASIS_INTERVAL, true, false, 2);
	/* even if the time proves nothing */
	is_whose(t, mark(0, SHELL, IN_USER, 0), WORLD_HOST_USER, BASIS_EL, true, false, 0);
	is_whose(t, mark(0, SHELL, IN_KERNEL, 0), WORLD_HOST_KERNEL, BASIS_EL, true, false, 2);
	is_whose(t, mark(50, SHELL, NOBODY, 0), WORLD_UNKNOWN, BASIS_NONE, false, false, -1);
	timeline_free(t);
	t = a_guest(HOST_NVHE, &clock_1ghz, true);
	is_whose(t, mark(150, VCPU0, IN_KERNEL, 0), WORLD_HOST_KERNEL, BASIS_INTERVAL, true, false, 1);
	timeline_free(t);
}

/* A host label between kvm_entry and kvm_exit contradicts, because a vCPU is loaded. */
static void a_host_inside_of_a_guest_contradicts(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);

	is_whose(t, mark(250, VCPU0, IN_KERNEL, 0), WORLD_UNKNOWN, BASIS_CONTRADICTION, false, true, -1);
	is_whose(t, mark(250, VCPU0, IN_USER, 0), WORLD_UNKNOWN, BASIS_CONTRADICTION, false, true, -1);
	is_whose(t, mark(250, SHELL, IN_GUEST_USER, STAY_RAN), WORLD_UNKNOWN, BASIS_CONTRADICTION,
		 false, false, -1);
	timeline_free(t);
}

/* arm64's label is guest as long as a vCPU is loaded. */
static void the_host_that_handles_an_exit_is_no_guest(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o;

	o = is_whose(t, mark(350, VCPU0, IN_GUEST_KERNEL, 0), WORLD_HOST_KERNEL, BASIS_INTERVAL, false,
		     true, 2);
	assert_int_equal(o.vm, -1);
	assert_int_equal(o.memory, MEMORY_KERNEL);
	is_whose(t, mark(350, VCPU0, IN_GUEST_USER, 0), WORLD_HOST_KERNEL, BASIS_INTERVAL, false, true, 2);
	timeline_free(t);
}

static void how_the_stay_ended_says_whose_it_was(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o;

	o = is_whose(t, mark(299, VCPU0, IN_GUEST_KERNEL, STAY_RAN), WORLD_GUEST_KERNEL, BASIS_INTERVAL,
		     true, false, 1);
	assert_int_equal(o.vm, 0);
	assert_int_equal(o.vcpu, 0);
	assert_int_equal(o.memory, MEMORY_GUEST);
	is_whose(t, mark(299, VCPU0, IN_GUEST_USER, STAY_RAN), WORLD_GUEST_USER, BASIS_INTERVAL, true,
		 false, 0);
	is_whose(t, mark(299, VCPU0, IN_GUEST_USER, STAY_LEFT), WORLD_SWITCH, BASIS_INTERVAL, false, true,
		 2);
	is_whose(t, mark(299, VCPU0, IN_GUEST_USER, STAY_STILL), WORLD_UNKNOWN, BASIS_NONE, false, false,
		 -1);
	is_whose(t, mark(299, VCPU0, IN_GUEST_USER, STAY_UNKNOWN), WORLD_UNKNOWN, BASIS_NONE, false,
		 false, -1);
	timeline_free(t);
}

/* An event cannot overflow where it does not count. */
static void an_event_of_one_side_proves_the_side(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct cycles_mark m = mark(299, VCPU0, IN_GUEST_KERNEL, STAY_RAN);

	m.only = ONLY_HOST;
	is_whose(t, m, WORLD_SWITCH, BASIS_INTERVAL, false, true, 2);
	m.only = ONLY_GUESTS;
	m.stay = STAY_UNKNOWN;
	is_whose(t, m, WORLD_GUEST_KERNEL, BASIS_EL, true, false, 1);
	m.time = 0;
	is_whose(t, m, WORLD_GUEST_KERNEL, BASIS_EL, true, false, 1);
	timeline_free(t);
}

static void without_events_a_guests_label_proves_nothing(void **state)
{
	struct cycles_mark m = mark(50, VCPU0, IN_GUEST_KERNEL, 0);
	struct timeline *t = timeline_new();

	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, QEMU, VCPU0);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	is_whose(t, mark(50, VCPU0, IN_GUEST_KERNEL, 0), WORLD_UNKNOWN, BASIS_NONE, false, false, -1);
	is_whose(t, mark(50, VCPU0, IN_KERNEL, 0), WORLD_HOST_KERNEL, BASIS_EL, true, false, 2);
	/* except that of an event for the host */
	m.only = ONLY_HOST;
	is_whose(t, m, WORLD_HOST_KERNEL, BASIS_EL, false, true, 2);
	timeline_free(t);

	/* nor if they were lost, nor without a clock */
	t = timeline_new();
	enter(t, 0, 200, QEMU, VCPU0);
	lost(t, 0, 300);
	enter(t, 0, 400, QEMU, VCPU0);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	is_whose(t, mark(250, VCPU0, IN_GUEST_KERNEL, STAY_RAN), WORLD_UNKNOWN, BASIS_NONE, false, false,
		 -1);
	m.time = 250;
	is_whose(t, m, WORLD_UNKNOWN, BASIS_NONE, false, false, -1);
	timeline_free(t);
	t = a_guest(HOST_VHE, NULL, true);
	is_whose(t, mark(250, VCPU0, IN_GUEST_KERNEL, STAY_RAN), WORLD_UNKNOWN, BASIS_NONE, false, false,
		 -1);
	is_whose(t, mark(250, VCPU0, IN_USER, 0), WORLD_HOST_USER, BASIS_EL, true, false, 0);
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_vcpu_the_label_is_true),
		cmocka_unit_test(a_host_inside_of_a_guest_contradicts),
		cmocka_unit_test(the_host_that_handles_an_exit_is_no_guest),
		cmocka_unit_test(how_the_stay_ended_says_whose_it_was),
		cmocka_unit_test(an_event_of_one_side_proves_the_side),
		cmocka_unit_test(without_events_a_guests_label_proves_nothing),
	};

	return cmocka_run_group_tests_name("cycles_owner", tests, NULL, NULL);
}
