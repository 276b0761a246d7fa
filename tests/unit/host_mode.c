// SPDX-License-Identifier: GPL-2.0-only
/* The host's mode, as proven by records. */
#include "tests/unit/timeline_fixture.h"

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

/* A single record at EL1 among many of the host's kernel: damage or proof? */
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
 * CPU 0 has a shell, then vCPU 0, which is in its guest from 200 to 300.  Some records at EL1
 * before that cannot be a guest's, by their time: a single one of these is damage.
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

	/* the guest's own ids, one of which equals the shell's in the host */
	for (i = 0; i < 50; i++)
		recs[i] = with_el1(at(i & 1, 210 + i), SHELL);
	assert_int_equal(seen_beside_events(recs, 50, false), HOST_VHE);
	/* if the host's kernel is excluded, records at EL1 are a guest's */
	for (i = 0; i < 50; i++)
		recs[i] = at(1, 210 + i);
	assert_int_equal(seen_beside_events(recs, 50, true), HOST_VHE);
	assert_int_equal(seen_beside_events(recs, 1, true), HOST_UNKNOWN);
}

/* In user code, CONTEXT EL1 is or is not the thread on the CPU. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mode_is_read_from_the_kernels_own_records),
		cmocka_unit_test(user_code_of_the_hosts_threads_tells_nvhe),
		cmocka_unit_test(a_mode_that_is_set_is_not_inferred),
		cmocka_unit_test(one_record_does_not_decide_the_mode),
		cmocka_unit_test(records_while_no_guest_was_inside_prove_nvhe),
		cmocka_unit_test(contexts_that_are_not_the_threads_prove_a_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
