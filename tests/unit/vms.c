// SPDX-License-Identifier: GPL-2.0-only
/* The VMs and vCPUs of a timeline. */
#include <errno.h>

#include "profile/filter/filter.h"
#include "report/text/text.h"
#include "report/vm_filter.h"
#include "tests/unit/timeline_fixture.h"

static void vms_and_vcpus_are_numbered(void **state)
{
	const struct timeline_vcpu *vcpus;
	const struct timeline_vm *vms;
	struct timeline *t = timeline_new();

	/* QEMU's numbers, not the order of thread ids; and a name without a number */
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

static void only_names_that_vmms_alone_use_make_a_vcpu(void **state)
{
	static const char *const no[] = {
		"CPU 3/TCG", "CPU x/KVM", "CPU -1/KVM", "CPU /KVM", "CPU", "", "kvm-vcpu", "vcpu3",
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

/* The VMs that a reference means, as bits. */
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
	/* a name that looks like a number is also tried as a name */
	assert_int_equal(meant(t, VM_NUMBER, 0, "0"), 3);
	assert_int_equal(meant(t, VM_PID, OTHER_QEMU, "pid:800"), 2);
	assert_int_equal(meant(t, VM_PID, QEMU, NULL), 1);
	assert_int_equal(meant(t, VM_PID, 1, NULL), 0);
	assert_int_equal(meant(t, VM_NAME, 0, "web"), 1);
	assert_int_equal(meant(t, VM_NAME, 0, "we"), 0);
	assert_int_equal(meant(t, VM_NAME, 0, "web2"), 0);
	timeline_free(t);
}

/* vm_filter_check() of the filter; why: the sentence. */
static int check_filter(const struct timeline *t, const char *text, struct words *why)
{
	struct filter *f;
	int err;

	*why = (struct words){ .len = 0 };
	assert_int_equal(filter_parse(&f, text, NULL, 0), 0);
	err = vm_filter_check(f, t, why);
	filter_free(f);
	return err;
}

static void a_filter_names_one_vm(void **state)
{
	struct timeline *t = timeline_new();
	struct words why;

	called(t, 0, QEMU, QEMU, "web");
	called(t, 0, OTHER_QEMU, OTHER_QEMU, "db");
	called(t, 0, 900, 900, "db");
	enter(t, 0, 100, QEMU, VCPU0);
	leave(t, 0, 110, QEMU, VCPU0);
	enter(t, 0, 120, OTHER_QEMU, 801);
	leave(t, 0, 130, OTHER_QEMU, 801);
	enter(t, 0, 140, 900, 901);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(check_filter(t, "vm=web && vm!=3", &why), 0);
	assert_int_equal(vm_filter_check(NULL, t, &why), 0);
	assert_int_equal(check_filter(t, "op=load || vm!=we", &why), -ENOENT);
	assert_string_equal(why.s, "no VM is named \"we\": the recording has VM 0 (web), 1 (db), 2 (db)");
	assert_int_equal(check_filter(t, "vm=web || vm=db", &why), -EINVAL);
	assert_string_equal(why.s, "2 VMs are named \"db\": filter by number: 1 (db, process 800), "
			    "2 (db, process 900)");
	timeline_free(t);
	t = timeline_new();
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_int_equal(check_filter(t, "vm=web", &why), -ENOENT);
	assert_string_equal(why.s, "no VM is named \"web\": the recording has no VM");
	timeline_free(t);
}

/* CONTEXT EL1, or EL1, together with CONTEXT EL2: the thread of CONTEXT EL2 runs a guest. */
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
		/* its process is unknown */
		assert_int_equal(o.tid, VCPU0);
		assert_int_equal(o.vm, -1);
		assert_int_equal(o.vcpu, -1);
		/* its user code without CONTEXT EL1: the VMM's, or a guest's */
		owns(t, with_el2(at(0, 5), VCPU0), UNKNOWN, NONE);
		timeline_free(t);
	}
}

/* A single record does not make a VM; but what it might prove is no longer certain. */
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

/* A thread with few records at EL1 among thousands is damaged. */
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

/* An unnamed thread runs a guest: VM 0 stays VM 0, and the thread's VM is unknown. */
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
	/* nor does a sample of an unknown thread belong to the only VM */
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

/*
 * Thread names of other VMMs: each tells a vCPU's number, and those that no other program uses
 * prove a vCPU that had no entry either.
 */
static void other_vmms_thread_names_number_vcpus(void **state)
{
	static const struct { const char *comm; bool alone; } names[] = {
		{ "CPU 3/KVM", true }, { "fc_vcpu 3", true }, { "crosvm_vcpu3", true },
		{ "kvm-vcpu-3", true }, { "vcpu3", false },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct timeline_vcpu *vcpus;
		struct timeline *t = timeline_new();

		called(t, 0, QEMU, QEMU, "vmm");
		called(t, 0, QEMU, VCPU0, names[i].comm);
		called(t, 0, OTHER_QEMU, OTHER_QEMU + 1, names[i].comm);
		enter(t, 0, 100, QEMU, VCPU0);
		leave(t, 0, 200, QEMU, VCPU0);
		timeline_set_mode(t, HOST_VHE);
		assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
		assert_int_equal(timeline_vcpus(t, &vcpus), 1 + names[i].alone);
		assert_int_equal(vcpus[0].tid, VCPU0);
		assert_int_equal(vcpus[0].vcpu, 3);
		if (names[i].alone)
			assert_int_equal(vcpus[1].tid, OTHER_QEMU + 1);
		timeline_free(t);
	}
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
	/* at an unknown time */
	assert_int_equal(timeline_vcpu_at(t, VCPU0, UINT64_MAX), -1);
	o = whose(t, without_time(with_el2(at(1, 0), VCPU0)));
	owned(&o, WORLD_GUEST_KERNEL, BASIS_EL, __LINE__);
	assert_int_equal(o.vm, -1);
	assert_int_equal(o.pid, -1);
	timeline_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vms_and_vcpus_are_numbered),
		cmocka_unit_test(only_names_that_vmms_alone_use_make_a_vcpu),
		cmocka_unit_test(a_vm_is_called_as_told_the_last_name_wins),
		cmocka_unit_test(vms_are_meant_by_number_pid_or_name),
		cmocka_unit_test(a_filter_names_one_vm),
		cmocka_unit_test(records_alone_tell_a_vcpu_thread),
		cmocka_unit_test(one_record_makes_no_vm),
		cmocka_unit_test(rare_records_make_no_vm),
		cmocka_unit_test(a_vcpu_of_no_known_process_has_no_known_vm),
		cmocka_unit_test(threads_of_no_known_process_are_not_one_vm),
		cmocka_unit_test(other_vmms_thread_names_number_vcpus),
		cmocka_unit_test(a_thread_qemu_did_not_name_beside_one_it_named_has_no_number),
		cmocka_unit_test(a_thread_id_used_again_is_the_vm_of_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
