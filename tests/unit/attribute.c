// SPDX-License-Identifier: GPL-2.0-only
/* The owners of records. */
#include <sys/mman.h>
#include <unistd.h>

#include "kvm/trail.h"
#include "tests/unit/timeline_fixture.h"

static void vhe_el2_is_the_host_kernel_outside_and_the_switch_inside(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);

	owns(t, at(2, 50), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 199), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 200), SWITCH, INTERVAL);
	owns(t, at(2, 299), SWITCH, INTERVAL);
	owns(t, at(2, 300), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 450), SWITCH, INTERVAL);
	owns(t, at(2, 500), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 1000000), HOST_KERNEL, INTERVAL);
	timeline_free(t);
}

static void vhe_el1_is_always_a_guest_kernel(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o;

	owns(t, at(1, 250), GUEST_KERNEL, EL);
	owns(t, at(1, 350), GUEST_KERNEL, EL);
	owns(t, with_el2(at(1, 250), VCPU0), GUEST_KERNEL, EL);
	o = whose(t, at(1, 250));	/* the vCPU by the interval */
	assert_int_equal(o.tid, VCPU0);
	assert_int_equal(o.vm, 0);
	assert_int_equal(o.vcpu, 0);
	o = whose(t, with_el2(at(1, 50), VCPU0));	/* by CONTEXT EL2 */
	assert_int_equal(o.vcpu, 0);
	assert_int_equal(o.tid, VCPU0);
	assert_int_equal(o.pid, QEMU);
	timeline_free(t);
}

static void vhe_el0_with_context_el1_is_a_guest_user(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);

	owns(t, with_el1(with_el2(at(0, 250), VCPU0), 77), GUEST_USER, CONTEXT);
	owns(t, with_el1(with_el2(at(0, 50), VCPU0), 77), GUEST_USER, CONTEXT);
	/* a guest that does not write CONTEXTIDR_EL1 */
	owns(t, with_el1(with_el2(at(0, 250), VCPU0), 0), GUEST_USER, CONTEXT);
	timeline_free(t);
}

static void vhe_el0_without_it_depends_on_thread_and_interval(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);

	owns(t, with_el2(at(0, 50), SHELL), HOST_USER, CONTEXT);
	owns(t, with_el2(at(0, 250), SHELL), HOST_USER, CONTEXT);
	owns(t, with_el2(at(0, 150), VCPU0), HOST_USER, INTERVAL);
	owns(t, with_el2(at(0, 250), VCPU0), GUEST_USER, INTERVAL);
	owns(t, at(0, 150), HOST_USER, INTERVAL);
	owns(t, at(0, 250), GUEST_USER, INTERVAL);
	timeline_free(t);

	/* a vCPU's thread while another is in its guest on that CPU */
	t = timeline_new();
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 1, 200, QEMU, VCPU1);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, with_el2(at(0, 250), VCPU1), HOST_USER, INTERVAL);
	timeline_free(t);
}

/*
 * EL0 of a vCPU's thread on a CPU without entries.  sampled: guests were sampled; other: entries
 * were recorded on another CPU.
 */
static void thread_without_entries(bool sampled, bool other, enum world world)
{
	const struct spe_record recs[] = { with_el2(at(1, 40), VCPU0), with_el2(at(1, 41), VCPU0) };
	struct timeline *t = timeline_new();
	struct owner o;

	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, QEMU, VCPU0);
	if (other)
		enter(t, 3, 20, OTHER_QEMU, OTHER_VCPU);
	timeline_set_mode(t, HOST_VHE);
	seal_with(t, &clock_1ghz, true, recs, sampled ? 2 : 0);
	o = whose(t, with_el2(at(0, 50), VCPU0));
	assert_int_equal(o.world, world);
	o = whose(t, at(0, 50));
	assert_int_equal(o.world, world);
	owns(t, with_el2(at(0, 50), SHELL), HOST_USER, CONTEXT);
	timeline_free(t);
}

static void vhe_el0_of_a_vcpu_thread_without_entries_is_unknown_if_guests_are_sampled(void **state)
{
	thread_without_entries(true, false, WORLD_UNKNOWN);
	thread_without_entries(false, false, WORLD_HOST_USER);
	thread_without_entries(true, true, WORLD_HOST_USER);
}

static void nvhe_el1_is_the_host_kernel_or_the_switch(void **state)
{
	struct timeline *t = a_guest(HOST_NVHE, &clock_1ghz, true);
	struct owner o;

	owns(t, at(1, 150), HOST_KERNEL, INTERVAL);
	owns(t, at(1, 250), SWITCH, INTERVAL);
	owns(t, at(0, 150), HOST_USER, EL);
	owns(t, at(0, 250), HOST_USER, EL);
	owns(t, at(2, 150), UNKNOWN, CONTRADICTION);
	owns(t, at(2, 250), UNKNOWN, CONTRADICTION);
	/* CONTEXT EL1 is the host's here */
	owns(t, with_el1(at(0, 250), SHELL), HOST_USER, EL);
	o = whose(t, with_el1(at(0, 50), VCPU0));
	assert_int_equal(o.tid, VCPU0);
	assert_int_equal(o.pid, QEMU);
	timeline_free(t);
}

static void an_unknown_mode_claims_only_what_both_modes_share(void **state)
{
	struct timeline *t = a_guest(HOST_UNKNOWN, &clock_1ghz, true);

	owns(t, at(1, 150), UNKNOWN, NONE);
	owns(t, at(1, 250), UNKNOWN, NONE);
	timeline_free(t);
}

static void without_pc_or_at_el3_nothing_is_claimed(void **state)
{
	struct spe_record rec = with_el1(with_el2(at(1, 250), VCPU0), 7);
	enum host_mode mode;

	for (mode = HOST_UNKNOWN; mode <= HOST_NVHE; mode++) {
		struct timeline *t = a_guest(mode, &clock_1ghz, true);

		rec.has &= ~SPE_HAS_PC;
		rec.pc_el = 0;
		owns(t, rec, UNKNOWN, NONE);
		rec.has |= SPE_HAS_PC;
		rec.pc_el = 3;
		owns(t, rec, UNKNOWN, CONTRADICTION);
		rec.pc_el = 1;
		timeline_free(t);
	}
}

static void without_a_clock_only_level_and_context_decide(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, NULL, true);

	owns(t, at(2, 250), UNKNOWN, NONE);
	owns(t, at(1, 250), GUEST_KERNEL, EL);
	owns(t, with_el1(with_el2(at(0, 250), VCPU0), 7), GUEST_USER, CONTEXT);
	owns(t, with_el2(at(0, 250), SHELL), HOST_USER, CONTEXT);
	owns(t, with_el2(at(0, 250), VCPU0), UNKNOWN, NONE);
	owns(t, at(0, 250), UNKNOWN, NONE);
	timeline_free(t);
}

static void a_record_without_ticks_is_one_without_a_clock(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct spe_record rec = at(2, 0);

	rec.has = SPE_HAS_PC;
	owns(t, rec, UNKNOWN, NONE);
	rec = with_el2(at(0, 0), SHELL);
	rec.has &= ~SPE_HAS_TICKS;
	owns(t, rec, HOST_USER, CONTEXT);
	timeline_free(t);
}

static void no_entries_on_a_cpu_leave_the_level_alone_to_decide(void **state)
{
	struct timeline *t = timeline_new();

	struct spe_record rec;

	came(t, 0, 10, SHELL, SHELL);
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, at(2, 50), HOST_KERNEL, EL);
	owns(t, at(0, 50), HOST_USER, EL);
	owns(t, with_el2(at(0, 50), SHELL), HOST_USER, CONTEXT);
	rec = with_el2(at(0, 50), VCPU0);
	rec.has &= ~SPE_HAS_TICKS;
	owns(t, rec, UNKNOWN, NONE);
	timeline_free(t);

	t = timeline_new();
	timeline_set_mode(t, HOST_NVHE);
	assert_int_equal(timeline_seal(t, NULL, true), 0);
	owns(t, at(1, 50), HOST_KERNEL, EL);
	owns(t, at(0, 50), HOST_USER, EL);
	timeline_free(t);
}

/* PCT = 0: a guest's timestamps are too early by CNTVOFF, a host's are not. */
static void virtual_time_of_guests_is_not_looked_up(void **state)
{
	struct timeline *t = timeline_new();
	struct owner o;

	came(t, 0, 100, QEMU, VCPU0);
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	left(t, 0, 350, QEMU, VCPU0);
	came(t, 0, 350, OTHER_QEMU, OTHER_VCPU);
	enter(t, 0, 400, OTHER_QEMU, OTHER_VCPU);
	leave(t, 0, 500, OTHER_QEMU, OTHER_VCPU);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, false), 0);

	owns(t, at(2, 250), SWITCH, INTERVAL);
	owns(t, at(1, 250), GUEST_KERNEL, EL);
	o = whose(t, at(1, 250));	/* the time suggests VM 0, but proves nothing */
	assert_int_equal(o.vm, -1);
	assert_int_equal(o.vcpu, -1);
	assert_int_equal(o.tid, -1);
	o = whose(t, with_el2(at(1, 250), OTHER_VCPU));
	assert_int_equal(o.vm, 1);
	assert_int_equal(o.tid, OTHER_VCPU);
	assert_int_equal(o.memory, MEMORY_GUEST - 1);
	o = whose(t, with_el1(at(0, 250), 7));
	owned(&o, WORLD_GUEST_USER, BASIS_CONTEXT, __LINE__);
	assert_int_equal(o.vm, -1);
	timeline_free(t);
}

/* With a single VM a guest's record is that VM's, whatever its time. */
static void the_only_vm_owns_every_guest_record(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, false);
	struct owner o = whose(t, at(1, 5));

	assert_int_equal(o.vm, 0);
	assert_int_equal(o.pid, QEMU);
	assert_int_equal(o.vcpu, -1);
	timeline_free(t);
}

static void ticks_and_nanoseconds_are_not_mixed_up(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_25mhz, true);
	uint64_t second = 1000000000ull;

	/* ns = ticks x 40 - 1 s */
	owns(t, at(2, (second + 160) / 40), HOST_KERNEL, INTERVAL);
	owns(t, at(2, (second + 200) / 40), SWITCH, INTERVAL);
	owns(t, at(2, (second + 280) / 40), SWITCH, INTERVAL);
	owns(t, at(2, (second + 320) / 40), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 250), HOST_KERNEL, INTERVAL);	/* long before */
	timeline_free(t);
}

/* Per-thread recording: the stream belongs to the thread, on any CPU. */
static void a_threads_own_stream_follows_it_across_cpus(void **state)
{
	struct timeline *t = timeline_new();
	struct owner o;

	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 3, 400, QEMU, VCPU0);
	leave(t, 3, 500, QEMU, VCPU0);
	enter(t, 0, 250, QEMU, VCPU1);	/* another thread's: not in this stream */
	leave(t, 0, 420, QEMU, VCPU1);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_want_thread(t, VCPU0), 0);
	assert_int_equal(timeline_want_thread(t, VCPU1), 0);
	assert_int_equal(timeline_want_thread(t, SHELL), 0);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	o = whose_on(t, -1, VCPU0, at(2, 250));
	owned(&o, WORLD_SWITCH, BASIS_INTERVAL, __LINE__);
	assert_int_equal(o.tid, VCPU0);
	o = whose_on(t, -1, VCPU0, at(2, 350));
	owned(&o, WORLD_HOST_KERNEL, BASIS_INTERVAL, __LINE__);
	o = whose_on(t, -1, VCPU0, at(2, 450));
	owned(&o, WORLD_SWITCH, BASIS_INTERVAL, __LINE__);
	o = whose_on(t, -1, VCPU1, at(2, 350));
	owned(&o, WORLD_SWITCH, BASIS_INTERVAL, __LINE__);
	assert_int_equal(o.tid, VCPU1);
	o = whose_on(t, -1, SHELL, at(2, 350));
	owned(&o, WORLD_HOST_KERNEL, BASIS_EL, __LINE__);
	assert_int_equal(o.tid, SHELL);
	timeline_free(t);
}

static void a_switch_inside_ends_the_guest(void **state)
{
	struct timeline *t = timeline_new();

	enter(t, 0, 200, QEMU, VCPU0);
	left(t, 0, 300, QEMU, VCPU0);	/* its exit was not recorded */
	came(t, 0, 310, SHELL, SHELL);
	leave(t, 0, 400, QEMU, VCPU0);	/* and its entry was not */
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, at(2, 250), SWITCH, INTERVAL);
	owns(t, at(2, 305), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 350), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 450), HOST_KERNEL, INTERVAL);
	timeline_free(t);
}

static void an_exit_that_comes_first_tells_what_was_before_it(void **state)
{
	struct timeline *t = timeline_new();
	struct owner o;

	leave(t, 0, 200, QEMU, VCPU0);
	left(t, 1, 200, SHELL, SHELL);
	enter(t, 2, 200, QEMU, VCPU1);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	o = whose(t, at(2, 100));
	owned(&o, WORLD_SWITCH, BASIS_INTERVAL, __LINE__);
	assert_int_equal(o.tid, VCPU0);
	owns(t, at(0, 100), GUEST_USER, INTERVAL);
	o = whose_on(t, 1, -1, at(2, 100));
	assert_int_equal(o.tid, SHELL);
	o = whose_on(t, 1, -1, at(2, 250));
	assert_int_equal(o.tid, -1);
	o = whose_on(t, 2, -1, at(2, 100));
	owned(&o, WORLD_HOST_KERNEL, BASIS_INTERVAL, __LINE__);
	assert_int_equal(o.tid, VCPU1);
	timeline_free(t);
}

/* CPUs' rings are read one after the other: file order is not time order. */
static void events_may_come_in_any_order(void **state)
{
	static const unsigned int order[] = { 5, 0, 3, 2, 4, 1 };
	struct timeline *t = timeline_new();
	unsigned int i;

	for (i = 0; i < 6; i++) {
		unsigned int k = order[i];

		if (k % 2)
			leave(t, 0, 100 + k * 100, QEMU, VCPU0);
		else
			enter(t, 0, 100 + k * 100, QEMU, VCPU0);
	}
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	for (i = 0; i < 6; i += 2) {
		owns(t, at(2, 150 + i * 100), SWITCH, INTERVAL);
		owns(t, at(2, 250 + i * 100), HOST_KERNEL, INTERVAL);
	}
	timeline_free(t);
}

static void without_time_user_code_is_unknown_where_guests_were_sampled(void **state)
{
	const struct spe_record recs[] = { at(2, 20), at(2, 21), at(1, 130), at(1, 131) };
	struct timeline *t = timeline_new();

	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, SHELL, SHELL);
	seal_with(t, NULL, true, recs, 4);
	owns(t, at(0, 50), UNKNOWN, NONE);
	owns(t, with_el2(at(0, 50), SHELL), HOST_USER, CONTEXT);
	timeline_free(t);

	/* with PCT = 0 guests' timestamps may be too early: the shell's span proves nothing */
	t = timeline_new();
	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, SHELL, SHELL);
	seal_with(t, &clock_1ghz, false, recs, 4);
	owns(t, at(0, 50), UNKNOWN, NONE);
	owns(t, with_el2(at(0, 50), SHELL), HOST_USER, CONTEXT);
	timeline_free(t);
}

/* Samples of tracepoints without names: some may be entries and exits. */
static void tracepoints_without_names_leave_the_switch_unknown(void **state)
{
	struct timeline *t = timeline_new();

	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, QEMU, VCPU0);
	timeline_set_events(t, &(struct timeline_events){ .unnamed = true });
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	owns(t, at(2, 50), UNKNOWN, NONE);
	owns(t, with_el2(at(2, 50), SHELL), HOST_KERNEL, EL);
	timeline_free(t);
}

static void addresses_belong_to_the_memory_they_were_seen_in(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);

	assert_int_equal(whose(t, at(2, 50)).memory, MEMORY_KERNEL);
	assert_int_equal(whose(t, at(2, 250)).memory, MEMORY_KERNEL);
	assert_int_equal(whose(t, with_el2(at(0, 50), SHELL)).memory, SHELL);
	assert_int_equal(whose(t, with_el2(at(0, 150), VCPU0)).memory, QEMU);
	assert_int_equal(whose(t, at(1, 250)).memory, MEMORY_GUEST);
	assert_int_equal(whose(t, with_el2(at(0, 50), 4711)).memory, MEMORY_UNKNOWN);
	assert_int_equal(whose(t, at(3, 50)).memory, MEMORY_UNKNOWN);
	timeline_free(t);
}

/* A vCPU that enters and exits every 10 ns, more often than fits in memory. */
#define MANY_NS		((TRAIL_NEAR + 200) * TRAIL_ITEMS * 10ull)

static struct timeline *many_entries(int fd)
{
	struct timeline *t = timeline_new();
	uint64_t ns;

	assert_non_null(t);
	if (fd >= 0)
		timeline_keep_in(t, fd);
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	for (ns = 100; ns < MANY_NS; ns += 20) {
		enter(t, 0, ns, QEMU, VCPU0);
		leave(t, 0, ns + 10, QEMU, VCPU0);
	}
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	return t;
}

static void a_file_holds_intervals_as_memory_does(void **state)
{
	int fd = memfd_create("timeline", MFD_CLOEXEC);
	struct timeline *memory = many_entries(-1), *file = many_entries(fd);
	struct timeline_cursor a, b;
	uint64_t ns;

	assert_true(lseek(fd, 0, SEEK_END) > 10000);
	timeline_cursor_init(&a, memory, 0, -1);
	timeline_cursor_init(&b, file, 0, -1);
	for (ns = 0; ns < MANY_NS; ns += 77) {
		struct spe_record rec = at(2, ns * 7919 % MANY_NS);

		assert_memory_equal(timeline_attribute(memory, &a, &rec),
				    timeline_attribute(file, &b, &rec), sizeof(struct owner));
	}
	assert_int_equal(b.failed, 0);
	timeline_free(memory);
	timeline_free(file);
	close(fd);
}

static void a_file_that_cannot_be_read_makes_it_unknown_and_says_so(void **state)
{
	int fd = memfd_create("timeline", MFD_CLOEXEC);
	struct timeline *t = many_entries(fd);
	/* not in the last blocks, which have not been written yet */
	struct spe_record rec = at(2, MANY_NS - MANY_NS / 50);
	struct timeline_cursor c;

	assert_int_equal(ftruncate(fd, 0), 0);
	timeline_cursor_init(&c, t, 0, -1);
	assert_int_equal(timeline_attribute(t, &c, &rec)->world, WORLD_UNKNOWN);
	assert_int_equal(c.failed, 1);
	timeline_free(t);
	close(fd);
}

/* Without padding bytes, which are undefined. */
static void assert_same_owner(const struct owner *a, const struct owner *b)
{
	assert_int_equal(a->world, b->world);
	assert_int_equal(a->basis, b->basis);
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->tid, b->tid);
	assert_int_equal(a->vm, b->vm);
	assert_int_equal(a->vcpu, b->vcpu);
	assert_int_equal(a->vcpu_index, b->vcpu_index);
	assert_int_equal(a->memory, b->memory);
	assert_int_equal(a->task, b->task);
	assert_int_equal(a->reason, b->reason);
	assert_int_equal(a->guest_task, b->guest_task);
	assert_int_equal(a->guest_pid, b->guest_pid);
	assert_int_equal(a->guest_tid, b->guest_tid);
}

/* Attribution of a record must not depend on earlier ones. */
static void a_cursor_remembers_nothing_that_differs(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, false);
	struct spe_record guest = with_el1(at(1, 250), 7), host = at(2, 250);
	struct spe_record level3 = at(3, 250), level3_ctx = with_el1(at(3, 250), 7);
	const struct spe_record *const recs[] = { &guest, &host, &level3, &level3_ctx };
	struct timeline_cursor c;
	struct owner o;
	unsigned int i, k;

	host.has &= ~SPE_HAS_PC;
	guest.has &= ~SPE_HAS_PC;
	for (i = 0; i < 4; i++) {
		for (k = 0; k < 4; k++) {
			timeline_cursor_init(&c, t, 0, -1);
			timeline_attribute(t, &c, recs[i]);
			o = whose(t, *recs[k]);
			assert_same_owner(timeline_attribute(t, &c, recs[k]), &o);
		}
	}
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vhe_el2_is_the_host_kernel_outside_and_the_switch_inside),
		cmocka_unit_test(vhe_el1_is_always_a_guest_kernel),
		cmocka_unit_test(vhe_el0_with_context_el1_is_a_guest_user),
		cmocka_unit_test(vhe_el0_without_it_depends_on_thread_and_interval),
		cmocka_unit_test(vhe_el0_of_a_vcpu_thread_without_entries_is_unknown_if_guests_are_sampled),
		cmocka_unit_test(nvhe_el1_is_the_host_kernel_or_the_switch),
		cmocka_unit_test(an_unknown_mode_claims_only_what_both_modes_share),
		cmocka_unit_test(without_pc_or_at_el3_nothing_is_claimed),
		cmocka_unit_test(without_a_clock_only_level_and_context_decide),
		cmocka_unit_test(a_record_without_ticks_is_one_without_a_clock),
		cmocka_unit_test(no_entries_on_a_cpu_leave_the_level_alone_to_decide),
		cmocka_unit_test(virtual_time_of_guests_is_not_looked_up),
		cmocka_unit_test(the_only_vm_owns_every_guest_record),
		cmocka_unit_test(ticks_and_nanoseconds_are_not_mixed_up),
		cmocka_unit_test(a_threads_own_stream_follows_it_across_cpus),
		cmocka_unit_test(a_switch_inside_ends_the_guest),
		cmocka_unit_test(an_exit_that_comes_first_tells_what_was_before_it),
		cmocka_unit_test(events_may_come_in_any_order),
		cmocka_unit_test(without_time_user_code_is_unknown_where_guests_were_sampled),
		cmocka_unit_test(tracepoints_without_names_leave_the_switch_unknown),
		cmocka_unit_test(addresses_belong_to_the_memory_they_were_seen_in),
		cmocka_unit_test(a_file_holds_intervals_as_memory_does),
		cmocka_unit_test(a_file_that_cannot_be_read_makes_it_unknown_and_says_so),
		cmocka_unit_test(a_cursor_remembers_nothing_that_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
