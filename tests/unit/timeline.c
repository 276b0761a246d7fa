// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm/census.h"
#include "kvm/timeline.h"
#include "kvm/trail.h"

/* A tick is a nanosecond. */
static const struct input_clock clock_1ghz = { .mult = 1 };
/* 25 MHz: a tick is 40 ns, and the perf clock started a second later. */
static const struct input_clock clock_25mhz = { .mult = 40, .zero = -1000000000ull };

#define KERNEL	0xffff800008000000ull
#define USER	0x400000ull

/* A host with two QEMUs: 700 with vCPU threads 701 and 702, 800 with 801. */
enum { QEMU = 700, VCPU0 = 701, VCPU1 = 702, OTHER_QEMU = 800, OTHER_VCPU = 801, SHELL = 50 };

static void apply(struct timeline *t, const struct event *ev)
{
	assert_int_equal(timeline_apply(t, ev), 0);
}

static void came(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_SWITCH, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid,
				  .sw = { .next_pid = -1, .next_tid = -1 } });
}

static void left(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_SWITCH, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid,
				  .sw = { .next_pid = -1, .next_tid = -1, .out = 1 } });
}

static void enter(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_VCPU_ENTER, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid });
}

static void leave(struct timeline *t, int cpu, uint64_t time, int pid, int tid)
{
	apply(t, &(struct event){ .type = EVENT_VCPU_EXIT, .cpu = cpu, .time = time,
				  .pid = pid, .tid = tid });
}

static void called(struct timeline *t, uint64_t time, int pid, int tid, const char *name)
{
	apply(t, &(struct event){ .type = EVENT_COMM, .cpu = -1, .time = time,
				  .pid = pid, .tid = tid, .comm.name = name });
}

static void forked(struct timeline *t, uint64_t time, int pid, int tid, int ppid, int ptid)
{
	apply(t, &(struct event){ .type = EVENT_FORK, .cpu = -1, .time = time, .pid = pid,
				  .tid = tid, .fork = { .ppid = ppid, .ptid = ptid } });
}

static void lost(struct timeline *t, int cpu, uint64_t time)
{
	apply(t, &(struct event){ .type = EVENT_LOST, .cpu = cpu, .time = time,
				  .pid = -1, .tid = -1, .lost.count = 3 });
}

/* A record of an exception level at a time. */
static struct spe_record at(unsigned int el, uint64_t ticks)
{
	return (struct spe_record){ .pc = el ? KERNEL : USER, .pc_el = el, .ticks = ticks,
				    .has = SPE_HAS_PC | SPE_HAS_TICKS };
}

static struct spe_record without_time(struct spe_record rec)
{
	rec.ticks = 0;
	rec.has &= ~SPE_HAS_TICKS;
	return rec;
}

static struct spe_record with_el2(struct spe_record rec, uint32_t ctx)
{
	rec.ctx_el2 = ctx;
	rec.has |= SPE_HAS_CTX_EL2;
	return rec;
}

static struct spe_record with_el1(struct spe_record rec, uint32_t ctx)
{
	rec.ctx_el1 = ctx;
	rec.has |= SPE_HAS_CTX_EL1;
	return rec;
}

/* Seal, after CPU 0's records were counted. */
static void seal_with(struct timeline *t, const struct input_clock *clock, bool physical_time,
		      const struct spe_record *recs, size_t n)
{
	struct census *c;

	assert_int_equal(timeline_seal_sideband(t, clock, physical_time), 0);
	c = census_new(t);
	assert_non_null(c);
	census_stream(c, 0, -1);
	assert_int_equal(census_add(c, recs, n), 0);
	assert_int_equal(timeline_decide(t, c, true), 0);
	census_free(c);
}

static struct owner whose_on(const struct timeline *t, int cpu, int tid, struct spe_record rec)
{
	struct timeline_cursor c;

	timeline_cursor_init(&c, t, cpu, tid);
	return *timeline_attribute(t, &c, &rec);
}

static struct owner whose(const struct timeline *t, struct spe_record rec)
{
	return whose_on(t, 0, -1, rec);
}

static void same_text(const char *what, const char *got, const char *want, int line)
{
	if (strcmp(got, want))
		fail_msg("line %d: %s is \"%s\", not \"%s\"", line, what, got, want);
}

static void owned(const struct owner *o, enum world world, enum basis basis, int line)
{
	same_text("world", world_name(o->world), world_name(world), line);
	same_text("basis", basis_name(o->basis), basis_name(basis), line);
}

/* owns(timeline, record, WORLD_, BASIS_): the CPU's is 0 */
#define owns(t, rec, w, b) do { \
	struct owner owner_ = whose(t, rec); \
	owned(&owner_, WORLD_##w, BASIS_##b, __LINE__); \
} while (0)

/*
 * CPU 0: a shell, then vCPU 0 comes at 100, is in its guest from 200 to 300
 * and from 400 to 500, and leaves to the shell at 600.
 */
static struct timeline *a_guest(enum host_mode mode, const struct input_clock *clock,
				bool physical_time)
{
	struct timeline *t = timeline_new();

	assert_non_null(t);
	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, SHELL, SHELL);
	left(t, 0, 100, SHELL, SHELL);
	came(t, 0, 100, QEMU, VCPU0);
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 0, 400, QEMU, VCPU0);
	leave(t, 0, 500, QEMU, VCPU0);
	left(t, 0, 600, QEMU, VCPU0);
	came(t, 0, 600, SHELL, SHELL);
	timeline_set_mode(t, mode);
	assert_int_equal(timeline_seal(t, clock, physical_time), 0);
	return t;
}

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
	/* a guest that writes no CONTEXTIDR_EL1 of its own */
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
 * A vCPU thread's EL0 on a CPU without entries.  sampled: guests were; other:
 * entries were recorded, on another CPU.
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

/* PCT = 0: a guest's timestamps are early by CNTVOFF, a host's are not. */
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
	o = whose(t, at(1, 250));	/* its time says VM 0, and means nothing */
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

/* One VM only: a guest's record is that VM's, whatever its time says. */
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

	/* ns = ticks x 40 - a second */
	owns(t, at(2, (second + 160) / 40), HOST_KERNEL, INTERVAL);
	owns(t, at(2, (second + 200) / 40), SWITCH, INTERVAL);
	owns(t, at(2, (second + 280) / 40), SWITCH, INTERVAL);
	owns(t, at(2, (second + 320) / 40), HOST_KERNEL, INTERVAL);
	owns(t, at(2, 250), HOST_KERNEL, INTERVAL);	/* long before */
	timeline_free(t);
}

/* Per-thread recording: the stream is the thread's, on whatever CPU it is. */
static void a_threads_own_stream_follows_it_across_cpus(void **state)
{
	struct timeline *t = timeline_new();
	struct owner o;

	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	enter(t, 3, 400, QEMU, VCPU0);
	leave(t, 3, 500, QEMU, VCPU0);
	enter(t, 0, 250, QEMU, VCPU1);	/* another's: not in this stream */
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

/*
 * The kernel reports a loss when there is room again: what was lost lies
 * between the last event before the report and the report, and what held
 * from there on, only the next event tells.
 */
static void around_lost_sideband_nothing_is_read_from_time(void **state)
{
	struct timeline *t = timeline_new();

	came(t, 0, 100, QEMU, VCPU0);
	enter(t, 0, 200, QEMU, VCPU0);
	lost(t, 0, 300);		/* the exit, perhaps */
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

static void a_switch_inside_ends_the_guest(void **state)
{
	struct timeline *t = timeline_new();

	enter(t, 0, 200, QEMU, VCPU0);
	left(t, 0, 300, QEMU, VCPU0);	/* its exit was not recorded */
	came(t, 0, 310, SHELL, SHELL);
	leave(t, 0, 400, QEMU, VCPU0);	/* and this one's entry was not */
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

/* Rings of many CPUs are read one after the other: order in the file is not time. */
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

/* CONTEXT names the thread where the switch events lag behind it, or are missing. */
static void context_names_the_thread_before_time_does(void **state)
{
	struct timeline *t = a_guest(HOST_VHE, &clock_1ghz, true);
	struct owner o = whose(t, with_el2(at(2, 99), VCPU0));

	assert_int_equal(o.tid, VCPU0);
	assert_int_equal(o.pid, QEMU);
	assert_string_equal(timeline_comm(t, o.task), "CPU 0/KVM");
	o = whose(t, with_el2(at(2, 250), SHELL));	/* nowhere near: its last name */
	assert_string_equal(timeline_comm(t, o.task), "bash");
	o = whose(t, with_el2(at(2, 50), 4711));	/* never heard of */
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

static void vms_and_vcpus_are_numbered(void **state)
{
	const struct timeline_vcpu *vcpus;
	const struct timeline_vm *vms;
	struct timeline *t = timeline_new();

	/* QEMU's numbers, not the order of thread ids; and one that names nothing */
	called(t, 0, OTHER_QEMU, OTHER_QEMU, "other");
	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, 705, "CPU 0/KVM");
	called(t, 0, QEMU, 704, "CPU 1/KVM");
	called(t, 0, QEMU, 703, "worker");
	enter(t, 0, 100, OTHER_QEMU, 803);
	leave(t, 0, 150, OTHER_QEMU, 803);
	enter(t, 0, 200, OTHER_QEMU, 801);
	leave(t, 0, 230, OTHER_QEMU, 801);
	enter(t, 1, 100, QEMU, 705);
	leave(t, 1, 110, QEMU, 705);
	enter(t, 1, 120, QEMU, 705);
	leave(t, 1, 150, QEMU, 705);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(timeline_vms(t, &vms), 2);
	assert_int_equal(timeline_vcpus(t, &vcpus), 4);
	assert_int_equal(vms[0].pid, QEMU);
	assert_int_equal(vms[1].pid, OTHER_QEMU);
	assert_string_equal(vms[0].name, "qemu-system-aar");
	assert_string_equal(vms[1].name, "other");
	assert_int_equal(vms[0].nr_vcpus, 2);
	assert_int_equal(vcpus[0].vcpu, 0);
	assert_int_equal(vcpus[0].tid, 705);
	assert_string_equal(vcpus[0].comm, "CPU 0/KVM");
	assert_int_equal(vcpus[0].entries, 2);
	assert_int_equal(vcpus[0].exits, 2);
	assert_int_equal(vcpus[0].guest_time, 40);
	assert_int_equal(vcpus[1].vcpu, 1);
	assert_int_equal(vcpus[1].tid, 704);
	assert_int_equal(vcpus[1].entries, 0);
	assert_int_equal(vms[1].first_vcpu, 2);
	assert_int_equal(vcpus[2].tid, 801);
	assert_int_equal(vcpus[2].vcpu, 0);
	assert_int_equal(vcpus[3].tid, 803);
	assert_int_equal(vcpus[3].vcpu, 1);
	assert_int_equal(vms[1].entries, 2);
	assert_int_equal(vms[1].exits, 2);
	timeline_free(t);
}

static void only_qemus_own_names_make_a_vcpu(void **state)
{
	static const char *const no[] = {
		"CPU 3/TCG", "CPU x/KVM", "CPU -1/KVM", "CPU /KVM", "CPU", "", "kvm-vcpu",
		"CPU 99999999999/KVM", "xCPU 3/KVM",
	};
	const struct timeline_vcpu *vcpus;
	struct timeline *t = timeline_new();
	unsigned int i;

	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		called(t, 0, QEMU, 1000 + i, no[i]);
	called(t, 0, QEMU, 701, "CPU 12/KVM");
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(timeline_vcpus(t, &vcpus), 1);
	assert_int_equal(vcpus[0].vcpu, 12);
	assert_int_equal(vcpus[0].tid, 701);
	timeline_free(t);
}

static void a_vm_is_called_as_told_the_last_name_wins(void **state)
{
	const struct timeline_vm *vms;
	struct timeline *t = timeline_new();

	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	enter(t, 0, 100, QEMU, VCPU0);
	assert_int_equal(timeline_name_vm(t, QEMU, "web"), 0);
	assert_int_equal(timeline_name_vm(t, QEMU, "database"), 0);
	assert_int_equal(timeline_name_vm(t, 4711, "nobody's"), 0);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(timeline_vms(t, &vms), 1);
	assert_string_equal(vms[0].name, "database");
	timeline_free(t);
}

/* Which of the VMs are meant: bits. */
static unsigned int meant(const struct timeline *t, enum vm_ref_kind kind, int64_t number,
			  const char *text)
{
	const struct vm_ref ref = { kind, number, text, text ? strlen(text) : 0 };
	unsigned int bits = 0;

	for (int32_t vm = -1; vm < 3; vm++)
		bits |= timeline_is_vm(t, vm, &ref) ? 1u << (vm + 1) : 0;
	return bits >> 1;
}

static void vms_are_meant_by_number_pid_or_name(void **state)
{
	struct timeline *t = timeline_new();

	called(t, 0, QEMU, QEMU, "web");
	called(t, 0, OTHER_QEMU, OTHER_QEMU, "0");
	enter(t, 0, 100, QEMU, VCPU0);
	leave(t, 0, 110, QEMU, VCPU0);
	enter(t, 0, 120, OTHER_QEMU, 801);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(meant(t, VM_ANY, 0, NULL), 3);
	assert_int_equal(meant(t, VM_NUMBER, 1, "1"), 2);
	assert_int_equal(meant(t, VM_NUMBER, 2, "2"), 0);
	/* a name that reads as a number is one as well */
	assert_int_equal(meant(t, VM_NUMBER, 0, "0"), 3);
	assert_int_equal(meant(t, VM_PID, OTHER_QEMU, "pid:800"), 2);
	assert_int_equal(meant(t, VM_PID, QEMU, NULL), 1);
	assert_int_equal(meant(t, VM_PID, 1, NULL), 0);
	assert_int_equal(meant(t, VM_NAME, 0, "web"), 1);
	assert_int_equal(meant(t, VM_NAME, 0, "we"), 0);
	assert_int_equal(meant(t, VM_NAME, 0, "web2"), 0);
	timeline_free(t);
}

static enum host_mode seen(const struct spe_record *recs, size_t n)
{
	struct timeline *t = timeline_new();
	enum host_mode mode;

	seal_with(t, NULL, true, recs, n);
	mode = timeline_mode(t);
	timeline_free(t);
	return mode;
}

static void the_mode_is_read_from_the_kernels_own_records(void **state)
{
	struct spe_record low_el2 = at(2, 1), no_pc = at(2, 1);
	const struct spe_record user[] = { at(0, 1) };
	const struct spe_record vhe[] = { at(1, 1), at(1, 2), at(2, 3), at(2, 4) };
	const struct spe_record nvhe[] = { at(0, 1), at(1, 2) };
	const struct spe_record context[] = { at(1, 1), with_el2(at(0, 1), SHELL),
					      with_el2(at(0, 2), SHELL) };

	low_el2.pc = USER;
	no_pc.has &= ~SPE_HAS_PC;
	assert_int_equal(seen(NULL, 0), HOST_UNKNOWN);
	assert_int_equal(seen(user, 1), HOST_UNKNOWN);
	assert_int_equal(seen(vhe, 4), HOST_VHE);
	assert_int_equal(seen(nvhe, 2), HOST_NVHE);
	assert_int_equal(seen(context, 3), HOST_VHE);
	assert_int_equal(seen(&low_el2, 1), HOST_VHE);
	assert_int_equal(seen(&no_pc, 1), HOST_UNKNOWN);
}

/* One record among many of the host's kernel at EL1: damage, or the proof? */
static void one_record_does_not_decide_the_mode(void **state)
{
	struct spe_record recs[100];
	size_t i;

	for (i = 0; i < 100; i++)
		recs[i] = at(1, i + 1);
	assert_int_equal(seen(recs, 100), HOST_NVHE);
	recs[50] = with_el2(at(1, 51), SHELL);
	assert_int_equal(seen(recs, 100), HOST_UNKNOWN);
	recs[60] = recs[70] = at(2, 61);
	assert_int_equal(seen(recs, 100), HOST_VHE);
}

/*
 * CPU 0 has a shell, then vCPU 0, which is in its guest from 200 to 300.  Of records at EL1
 * before that some are by their time no guest's: one flipped bit beside them is damage.
 */
static enum host_mode seen_beside_events(const struct spe_record *recs, size_t n, bool no_kernel)
{
	struct timeline *t = timeline_new();
	enum host_mode mode;

	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, SHELL, SHELL);
	left(t, 0, 100, SHELL, SHELL);
	came(t, 0, 100, QEMU, VCPU0);
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	timeline_set_events(t, &(struct timeline_events){ .entries = true, .no_kernel = no_kernel });
	seal_with(t, &clock_1ghz, true, recs, n);
	mode = timeline_mode(t);
	timeline_free(t);
	return mode;
}

static void records_while_no_guest_was_inside_prove_nvhe(void **state)
{
	struct spe_record recs[50];
	size_t i;

	for (i = 0; i < 50; i++)
		recs[i] = at(1, 20 + i);
	recs[7] = with_el2(at(1, 27), SHELL);
	assert_int_equal(seen_beside_events(recs, 50, false), HOST_NVHE);
	for (i = 0; i < 50; i++)
		recs[i] = with_el1(at(0, 20 + i), SHELL);
	recs[7] = at(2, 27);
	assert_int_equal(seen_beside_events(recs, 50, false), HOST_NVHE);
}

static void contexts_that_are_not_the_threads_prove_a_guest(void **state)
{
	struct spe_record recs[50];
	size_t i;

	/* the guest's own ids, one of which is the shell's in the host */
	for (i = 0; i < 50; i++)
		recs[i] = with_el1(at(i & 1, 210 + i), SHELL);
	assert_int_equal(seen_beside_events(recs, 50, false), HOST_VHE);
	/* where the host's kernel is excluded, one at EL1 is a guest's */
	for (i = 0; i < 50; i++)
		recs[i] = at(1, 210 + i);
	assert_int_equal(seen_beside_events(recs, 50, true), HOST_VHE);
	assert_int_equal(seen_beside_events(recs, 1, true), HOST_UNKNOWN);
}

/* Of user code alone, CONTEXT EL1 is the thread that the CPU had, or it is not. */
static enum host_mode seen_user(bool timed, int32_t ctx)
{
	const struct spe_record recs[] = { with_el1(at(0, 11), ctx), with_el1(at(0, 12), ctx) };
	struct timeline *t = timeline_new();
	enum host_mode mode;

	called(t, 0, SHELL, SHELL, "shell");
	called(t, 0, 4711, 4711, "other");
	came(t, 0, 10, SHELL, SHELL);
	seal_with(t, timed ? &clock_1ghz : NULL, true, recs, 2);
	mode = timeline_mode(t);
	timeline_free(t);
	return mode;
}

static void user_code_of_the_hosts_threads_tells_nvhe(void **state)
{
	assert_int_equal(seen_user(true, SHELL), HOST_NVHE);
	assert_int_equal(seen_user(true, 4711), HOST_VHE);
	assert_int_equal(seen_user(false, SHELL), HOST_UNKNOWN);
}

static void a_mode_that_is_set_is_not_inferred(void **state)
{
	const struct spe_record recs[] = { at(2, 1), at(2, 2), at(2, 3) };
	struct timeline *t = timeline_new();

	timeline_set_mode(t, HOST_NVHE);
	seal_with(t, NULL, true, recs, 3);
	assert_int_equal(timeline_mode(t), HOST_NVHE);
	assert_int_equal(timeline_mode_against(t), 3);
	timeline_free(t);
}

/* CONTEXT EL1 or EL1 itself beside CONTEXT EL2: the thread that EL2's names runs a guest. */
static void records_alone_tell_a_vcpu_thread(void **state)
{
	const struct spe_record by_context[] = { with_el1(with_el2(at(0, 1), VCPU0), 7),
						 with_el1(with_el2(at(0, 2), VCPU0), 7) };
	const struct spe_record by_level[] = { with_el2(at(1, 1), VCPU0),
					       with_el2(at(1, 2), VCPU0) };
	const struct spe_record *const recs[] = { by_context, by_level };
	const struct timeline_vcpu *vcpus;
	struct timeline *t;
	struct owner o;
	size_t i;

	for (i = 0; i < 2; i++) {
		t = timeline_new();
		seal_with(t, NULL, true, recs[i], 2);
		assert_int_equal(timeline_mode(t), HOST_VHE);
		assert_int_equal(timeline_vcpus(t, &vcpus), 1);
		assert_int_equal(vcpus[0].tid, VCPU0);
		o = whose(t, by_context[0]);
		owned(&o, WORLD_GUEST_USER, BASIS_CONTEXT, __LINE__);
		/* whose process it is, they do not tell */
		assert_int_equal(o.tid, VCPU0);
		assert_int_equal(o.vm, -1);
		assert_int_equal(o.vcpu, -1);
		/* its user code without CONTEXT EL1: the VMM's, or a guest's */
		owns(t, with_el2(at(0, 5), VCPU0), UNKNOWN, NONE);
		timeline_free(t);
	}
}

/* Nor does one record make a VM; but what it may prove is no longer sure. */
static void one_record_makes_no_vm(void **state)
{
	struct spe_record recs[] = { with_el2(at(2, 1), SHELL), with_el2(at(0, 2), SHELL),
				     with_el2(at(1, 3), SHELL), with_el2(at(2, 4), QEMU) };
	const struct timeline_vcpu *vcpus;
	struct timeline *t = timeline_new();

	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	seal_with(t, NULL, true, recs, 4);
	assert_int_equal(timeline_vcpus(t, &vcpus), 0);
	owns(t, recs[1], UNKNOWN, NONE);
	owns(t, with_el2(at(0, 2), QEMU), HOST_USER, CONTEXT);
	timeline_free(t);
}

/* A thread that is seen at EL1 now and then among thousands of its records is damaged. */
static void rare_records_make_no_vm(void **state)
{
	static struct spe_record recs[4000];
	const struct timeline_vcpu *vcpus;
	struct timeline *t = timeline_new();
	size_t i;

	called(t, 0, SHELL, SHELL, "bash");
	for (i = 0; i < 4000; i++)
		recs[i] = with_el2(at(i < 3 ? 1 : 0, i), SHELL);
	seal_with(t, NULL, true, recs, 4000);
	assert_int_equal(timeline_vcpus(t, &vcpus), 0);
	timeline_free(t);
}

/* A thread that no event names runs a guest: VM 0 stays VM 0, and its own is unknown. */
static void a_vcpu_of_no_known_process_has_no_known_vm(void **state)
{
	struct spe_record recs[200];
	const struct timeline_vm *vms;
	const struct timeline_vcpu *vcpus;
	struct timeline *t = timeline_new();
	struct owner o;
	size_t i;

	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	for (i = 0; i < 200; i++)
		recs[i] = with_el2(at(1, i), i % 20 ? VCPU0 : 4711);
	seal_with(t, NULL, true, recs, 200);
	assert_int_equal(timeline_vms(t, &vms), 1);
	assert_int_equal(vms[0].pid, QEMU);
	assert_int_equal(vms[0].nr_vcpus, 1);
	assert_int_equal(timeline_vcpus(t, &vcpus), 2);
	assert_int_equal(vcpus[1].tid, 4711);
	assert_int_equal(vcpus[1].vm, -1);
	assert_int_equal(vcpus[1].vcpu, -1);
	o = whose(t, recs[20]);
	owned(&o, WORLD_GUEST_KERNEL, BASIS_EL, __LINE__);
	assert_int_equal(o.tid, 4711);
	assert_int_equal(o.vm, -1);
	assert_int_equal(o.vcpu, -1);
	assert_int_equal(o.pid, -1);
	assert_int_equal(o.vcpu_index, 1);
	/* nor is a sample of no known thread the one VM's */
	assert_int_equal(whose(t, at(1, 20)).vm, -1);
	timeline_free(t);

	t = timeline_new();
	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	for (i = 0; i < 200; i++)
		recs[i] = with_el2(at(1, i), i == 77 ? VCPU0 ^ 1 << 9 : VCPU0);
	seal_with(t, NULL, true, recs, 200);
	assert_int_equal(timeline_vms(t, &vms), 1);
	assert_int_equal(whose(t, recs[77]).vm, -1);
	assert_int_equal(whose(t, recs[78]).vm, 0);
	assert_int_equal(whose(t, at(1, 20)).vm, 0);
	timeline_free(t);
}

/* Two such threads may be vCPUs of two VMs. */
static void threads_of_no_known_process_are_not_one_vm(void **state)
{
	struct spe_record recs[200];
	const struct timeline_vm *vms;
	struct timeline *t = timeline_new();
	size_t i;

	for (i = 0; i < 200; i++)
		recs[i] = with_el2(at(1, i), i & 1 ? VCPU0 : 4711);
	seal_with(t, NULL, true, recs, 200);
	assert_int_equal(timeline_vms(t, &vms), 0);
	assert_int_equal(whose(t, recs[0]).vm, -1);
	assert_int_equal(whose(t, recs[1]).vm, -1);
	timeline_free(t);
}

/* QEMU named CPU 1's thread; the event that names the other's is lost: it is not CPU 1. */
static void a_thread_qemu_did_not_name_beside_one_it_named_has_no_number(void **state)
{
	const struct timeline_vcpu *vcpus;
	struct timeline *t = timeline_new();

	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, VCPU0, "CPU 1/KVM");
	enter(t, 0, 100, QEMU, VCPU0);
	leave(t, 0, 200, QEMU, VCPU0);
	enter(t, 1, 100, QEMU, VCPU0 + 1);
	leave(t, 1, 200, QEMU, VCPU0 + 1);
	lost(t, 1, 210);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(timeline_vcpus(t, &vcpus), 2);
	assert_int_equal(vcpus[0].vcpu, 1);
	assert_int_equal(vcpus[1].tid, VCPU0 + 1);
	assert_int_equal(vcpus[1].vm, 0);
	assert_int_equal(vcpus[1].vcpu, -1);
	timeline_free(t);
}

/* No CONTEXT packets, and a loss: whose EL0 is, nothing tells, if guests were sampled. */
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

	/* with PCT = 0 the guest's may be early: the shell's span does not prove the shell's */
	t = timeline_new();
	called(t, 0, SHELL, SHELL, "bash");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	came(t, 0, 10, SHELL, SHELL);
	seal_with(t, &clock_1ghz, false, recs, 4);
	owns(t, at(0, 50), UNKNOWN, NONE);
	owns(t, with_el2(at(0, 50), SHELL), HOST_USER, CONTEXT);
	timeline_free(t);
}

/* A thread whose own event may be lost is not proven to be none that runs a guest. */
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

/* A thread's own stream: what was lost on a CPU may have been its exit. */
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

/* Of a loss it is not always told which CPU's it was. */
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

/* perf counts what was lost; where no event came after it, no record says when. */
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

/* Thread VCPU0 is QEMU's until 500, then, after a fork, OTHER_QEMU's. */
static void a_thread_id_used_again_is_the_vm_of_its_time(void **state)
{
	const struct timeline_vm *vms;
	struct timeline *t = timeline_new();
	struct owner o;

	called(t, 0, QEMU, QEMU, "qemu-system-aar");
	called(t, 0, QEMU, VCPU0, "CPU 0/KVM");
	called(t, 0, OTHER_QEMU, OTHER_QEMU, "qemu-system-aar");
	enter(t, 0, 200, QEMU, VCPU0);
	leave(t, 0, 300, QEMU, VCPU0);
	forked(t, 500, OTHER_QEMU, VCPU0, OTHER_QEMU, OTHER_QEMU);
	enter(t, 0, 600, OTHER_QEMU, VCPU0);
	leave(t, 0, 700, OTHER_QEMU, VCPU0);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(timeline_vms(t, &vms), 2);
	assert_int_equal(vms[0].pid, QEMU);
	assert_int_equal(vms[0].entries, 1);
	assert_int_equal(vms[1].entries, 1);
	o = whose(t, at(1, 250));
	assert_int_equal(o.vm, 0);
	assert_int_equal(o.pid, QEMU);
	o = whose(t, with_el2(at(1, 650), VCPU0));
	assert_int_equal(o.vm, 1);
	assert_int_equal(o.pid, OTHER_QEMU);
	assert_int_equal(timeline_vcpu_at(t, VCPU0, 250), 0);
	assert_int_equal(timeline_vcpu_at(t, VCPU0, 650), 1);
	/* when it was is not known */
	assert_int_equal(timeline_vcpu_at(t, VCPU0, UINT64_MAX), -1);
	o = whose(t, without_time(with_el2(at(1, 0), VCPU0)));
	owned(&o, WORLD_GUEST_KERNEL, BASIS_EL, __LINE__);
	assert_int_equal(o.vm, -1);
	assert_int_equal(o.pid, -1);
	timeline_free(t);
}

/* Samples of tracepoints without their names: some may be entries and exits. */
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

/* What a record says must not depend on the records asked about before it. */
/* A vCPU that goes in and out every 10 ns, more often than memory remembers. */
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
	/* not in the last blocks, which wait to be written */
	struct spe_record rec = at(2, MANY_NS - MANY_NS / 50);
	struct timeline_cursor c;

	assert_int_equal(ftruncate(fd, 0), 0);
	timeline_cursor_init(&c, t, 0, -1);
	assert_int_equal(timeline_attribute(t, &c, &rec)->world, WORLD_UNKNOWN);
	assert_int_equal(c.failed, 1);
	timeline_free(t);
	close(fd);
}

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
			assert_memory_equal(timeline_attribute(t, &c, recs[k]), &o, sizeof(o));
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
		cmocka_unit_test(around_lost_sideband_nothing_is_read_from_time),
		cmocka_unit_test(a_switch_inside_ends_the_guest),
		cmocka_unit_test(an_exit_that_comes_first_tells_what_was_before_it),
		cmocka_unit_test(events_may_come_in_any_order),
		cmocka_unit_test(a_thread_is_called_what_it_was_called_then),
		cmocka_unit_test(a_forked_thread_inherits_its_parents_name),
		cmocka_unit_test(a_reused_thread_id_is_another_task),
		cmocka_unit_test(context_zero_is_not_the_idle_task),
		cmocka_unit_test(context_names_the_thread_before_time_does),
		cmocka_unit_test(a_thread_that_is_about_to_come_has_the_name_it_comes_with),
		cmocka_unit_test(a_context_that_is_no_thread_id_is_ignored),
		cmocka_unit_test(vms_and_vcpus_are_numbered),
		cmocka_unit_test(only_qemus_own_names_make_a_vcpu),
		cmocka_unit_test(a_vm_is_called_as_told_the_last_name_wins),
		cmocka_unit_test(vms_are_meant_by_number_pid_or_name),
		cmocka_unit_test(the_mode_is_read_from_the_kernels_own_records),
		cmocka_unit_test(user_code_of_the_hosts_threads_tells_nvhe),
		cmocka_unit_test(a_mode_that_is_set_is_not_inferred),
		cmocka_unit_test(records_alone_tell_a_vcpu_thread),
		cmocka_unit_test(one_record_does_not_decide_the_mode),
		cmocka_unit_test(records_while_no_guest_was_inside_prove_nvhe),
		cmocka_unit_test(contexts_that_are_not_the_threads_prove_a_guest),
		cmocka_unit_test(one_record_makes_no_vm),
		cmocka_unit_test(rare_records_make_no_vm),
		cmocka_unit_test(a_vcpu_of_no_known_process_has_no_known_vm),
		cmocka_unit_test(threads_of_no_known_process_are_not_one_vm),
		cmocka_unit_test(a_thread_qemu_did_not_name_beside_one_it_named_has_no_number),
		cmocka_unit_test(after_a_loss_user_code_is_unknown_where_guests_were_sampled),
		cmocka_unit_test(without_time_user_code_is_unknown_where_guests_were_sampled),
		cmocka_unit_test(a_loss_leaves_new_threads_unproven),
		cmocka_unit_test(a_threads_own_stream_knows_of_losses),
		cmocka_unit_test(a_loss_of_no_cpu_is_every_cpus),
		cmocka_unit_test(a_loss_at_the_end_has_no_end),
		cmocka_unit_test(a_thread_id_used_again_is_the_vm_of_its_time),
		cmocka_unit_test(tracepoints_without_names_leave_the_switch_unknown),
		cmocka_unit_test(addresses_belong_to_the_memory_they_were_seen_in),
		cmocka_unit_test(a_file_holds_intervals_as_memory_does),
		cmocka_unit_test(a_file_that_cannot_be_read_makes_it_unknown_and_says_so),
		cmocka_unit_test(a_cursor_remembers_nothing_that_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
