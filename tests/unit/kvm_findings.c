// SPDX-License-Identifier: GPL-2.0-only
/* Findings of spelunk kvm for recordings in which every nanosecond is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "report/kvm/kvm_sum.h"

#define VCPU	11	/* thread of process 10 */

struct history {
	struct timeline *t;
	struct exits *x;
	uint64_t time;
	struct report_data d;
	struct kvm_report r;
	struct kvm_sum s;
	struct kvm_findings found;
};

static void begin(struct history *w)
{
	*w = (struct history){ .t = timeline_new(), .x = exits_new(), .time = 1000 };
}

static void add(struct history *w, uint64_t after, struct event ev)
{
	ev.time = w->time += after;
	ev.pid = ev.tid == VCPU || ev.tid >= 100 ? 10 : ev.tid;
	assert_int_equal(timeline_apply(w->t, &ev), 0);
	assert_int_equal(exits_apply(w->x, &ev), 0);
}

static void enter(struct history *w, uint64_t after)
{
	add(w, after, (struct event){ .type = EVENT_VCPU_ENTER, .tid = VCPU });
}

static void leave(struct history *w, uint64_t after, uint32_t ret, uint32_t ec)
{
	add(w, after, (struct event){ .type = EVENT_VCPU_EXIT, .tid = VCPU, .vcpu.ret = ret,
				       .vcpu.esr_ec = ec });
}

static void in(struct history *w, uint64_t after, int32_t cpu, int32_t tid)
{
	add(w, after, (struct event){ .type = EVENT_SWITCH, .cpu = cpu, .tid = tid });
}

static void preempt(struct history *w, uint64_t after, int32_t cpu)
{
	add(w, after, (struct event){ .type = EVENT_SWITCH, .cpu = cpu, .tid = VCPU,
				       .sw.out = 1, .sw.preempt = 1 });
}

static void find(struct history *w)
{
	assert_int_equal(timeline_seal(w->t, NULL, true), 0);
	assert_int_equal(exits_seal(w->x, w->t, NULL), 0);
	w->d.timeline = w->t;
	w->r.d = &w->d;
	w->r.exits = w->x;
	assert_int_equal(kvm_sum_make(&w->s, &w->r), 0);
	kvm_findings(&w->found, &w->s, &w->r);
}

static void end(struct history *w)
{
	kvm_sum_clear(&w->s);
	exits_free(w->x);
	timeline_free(w->t);
}

static void assert_says(const struct history *w, size_t i, const char *words)
{
	assert_true(i < w->found.nr);
	if (!strstr(w->found.f[i].said.text, words))
		fail_msg("no \"%s\" in \"%s\"", words, w->found.f[i].said.text);
}

/* Exits of a class (ESR_EL2.EC), one every 1000 ns, 190 of these in the kernel. */
static void exits_of(struct history *w, unsigned int nr, uint32_t ec)
{
	for (unsigned int i = 0; i < nr; i++) {
		enter(w, i ? 190 : 0);
		leave(w, 810, 2, ec);
	}
	enter(w, 190);
}

static void rare_exits_that_cost_much_are_a_finding(void **state)
{
	struct history w;

	begin(&w);
	in(&w, 0, 0, VCPU);
	exits_of(&w, 18, 0x01);
	find(&w);
	assert_int_equal(w.found.nr, 1);
	assert_int_equal(w.found.f[0].events, 18);
	assert_true(kvm_finding_rough(&w.found.f[0]));
	assert_says(&w, 0, "vm 0 spends 19.0 % of its busy time on wfx exits: 18 exits, ");
	assert_says(&w, 0, " 190 ns each (longest 190 ns). "
		    "These figures are rough: only 18 exits were recorded.");
	end(&w);
}

static void thirty_exits_are_not_rough(void **state)
{
	struct history w;

	begin(&w);
	in(&w, 0, 0, VCPU);
	exits_of(&w, 30, 0x01);
	find(&w);
	assert_int_equal(w.found.nr, 1);
	assert_false(kvm_finding_rough(&w.found.f[0]));
	assert_null(strstr(w.found.f[0].said.text, "rough"));
	assert_says(&w, 0, "(p99 190 ns)");
	end(&w);
}

/* Without task switches a halted vCPU looks busy: not a finding, but mentioned. */
static void what_may_be_halted_is_said_to_be_no_finding(void **state)
{
	static const struct summary none;
	char limits[KVM_LIMITS][KVM_LIMIT_LEN];
	size_t nr, i;
	struct history w;

	begin(&w);
	exits_of(&w, 18, 0x01);
	w.d.summary = &none;
	find(&w);
	assert_int_equal(w.found.nr, 0);
	nr = kvm_limits(limits, &w.s, &w.r);
	for (i = 0; i < nr && strncmp(limits[i], "wfx and wfi exits take 19.0 % of the busy time of "
				      "vm 0.", 55); i++)
		;
	assert_true(i < nr);
	end(&w);
}

static struct kvm_site site(uint32_t exits, const char *comm, const char *symbol, uint64_t address)
{
	return (struct kvm_site){
		.reason = REASON_HVC64, .comm = comm, .symbol = symbol, .object = "guest",
		.address = *symbol ? 0 : address, .exits = exits,
	};
}

static void find_hvc(struct history *w, const struct kvm_site *sites, size_t nr)
{
	begin(w);
	in(w, 0, 0, VCPU);
	exits_of(w, 100, 0x16);
	w->r.functions_of_sites = sites;
	w->r.nr_functions_of_sites = nr;
	find(w);
	assert_int_equal(w->found.nr, 1);
}

static void the_largest_is_named_though_it_has_no_symbol(void **state)
{
	const struct kvm_site sites[] = {
		site(97, "", "", 0x40001680), site(2, "", "guest_main", 0),
		site(1, "", "guest_init", 0),
	};
	struct history w;

	find_hvc(&w, sites, 3);
	assert_says(&w, 0, " 97 % of its hvc exits come from 0x40001680 in the guest, without a "
		    "symbol.");
	end(&w);
}

static void unnamed_code_counts_together(void **state)
{
	struct kvm_site sites[81];
	struct history w;

	sites[0] = site(20, "", "guest_main", 0);
	for (unsigned int i = 0; i < 80; i++)
		sites[1 + i] = site(1, "", "", 0x40001000 + 4 * i);
	find_hvc(&w, sites, 81);
	assert_says(&w, 0, " 80 % of its hvc exits come from 80 addresses in the guest without a "
		    "symbol, most often 0x40001000 (1 %).");
	end(&w);
}

/* Three processes call the same function: 3 x 20 are more than 40. */
static void a_function_counts_for_all_processes_together(void **state)
{
	const struct kvm_site sites[] = {
		site(40, "a", "one", 0), site(20, "a", "many", 0), site(20, "b", "many", 0),
		site(20, "c", "many", 0),
	};
	struct history w;

	find_hvc(&w, sites, 4);
	assert_says(&w, 0, " 60 % of its hvc exits come from many in the guest.");
	end(&w);
}

/* Exits of other VMs and reasons do not count. */
static void sites_are_of_the_vm_and_the_reason(void **state)
{
	struct kvm_site sites[] = {
		site(99, "", "other_vm", 0), site(98, "", "other_reason", 0), site(3, "", "its", 0),
	};
	struct history w;

	sites[0].vm = 1;
	sites[1].reason = REASON_SYSREG;
	find_hvc(&w, sites, 3);
	assert_says(&w, 0, " 100 % of its hvc exits come from its in the guest.");
	end(&w);
}

static void the_hottest_code_may_have_no_symbol(void **state)
{
	static const enum field keys[] = { FIELD_REASON, FIELD_SYMBOL, FIELD_OBJECT };
	const struct value reason = { .text = "hvc", .known = true };
	const struct value named[] = { reason, { .text = "handle_hvc", .known = true },
				       { .text = "[kernel]", .known = true } };
	const struct value unnamed[] = { reason, { .text = "" }, { .text = "[kvm]", .known = true } };
	struct row row[] = {
		{ .keys = unnamed, .m.samples = 82 }, { .keys = named, .m.samples = 18 },
	};
	const struct rows f = { .keys = keys, .nr_keys = 3, .row = row, .nr = 2 };
	struct history w;

	begin(&w);
	in(&w, 0, 0, VCPU);
	exits_of(&w, 100, 0x16);
	w.r.functions = &f;
	find(&w);
	assert_says(&w, 0, " Of 100 host samples taken while they were handled, 82 % are in code without a "
		    "symbol in [kvm], the largest part.");
	end(&w);
}

/* tid -1: no thread is seen on the CPU until the vCPU is back, which is not charged to itself. */
static void preempted_by(struct history *w, int32_t tid, uint64_t ns)
{
	preempt(w, 0, 0);
	if (tid >= 0)
		in(w, 0, 0, tid);
	in(w, ns, 0, VCPU);
}

static void shares_of_who_ran_instead_add_up(void **state)
{
	static const struct { int32_t tid; uint64_t ns; } preemptors[] = {
		{ 20, 600 }, { 21, 40 }, { 22, 30 }, { 23, 20 }, { 24, 10 }, { 25, 5 }, { 26, 5 },
		{ -1, 290 },
	};
	struct kvm_preemptor t[KVM_PREEMPTORS];
	unsigned int percent = 0;
	uint64_t ns = 0;
	struct history w;
	size_t nr;

	begin(&w);
	add(&w, 0, (struct event){ .type = EVENT_COMM, .tid = 20, .comm.name = "work" });
	in(&w, 0, 0, VCPU);
	enter(&w, 0);
	leave(&w, 1000, 0, 0);
	for (size_t i = 0; i < sizeof(preemptors) / sizeof(preemptors[0]); i++)
		preempted_by(&w, preemptors[i].tid, preemptors[i].ns);
	enter(&w, 0);
	find(&w);
	assert_int_equal(w.found.nr, 1);
	assert_says(&w, 0, "vm 0 loses 50.0 % of its busy time to steal: vCPU 0 is preempted 8 times, "
		    "125 ns each. These figures are rough: only 8 preemptions were recorded. "
		    "Meanwhile the CPU ran: work, thread 20 (60 %); unknown (29 %); (no name), thread "
		    "21 (4 %); (no name), thread 22 (3 %); (no name), thread 23 (2 %); 3 others "
		    "(2 %).");
	nr = kvm_finding_preemptors(t, &w.r, &w.found.f[0]);
	for (size_t i = 0; i < nr; i++) {
		percent += t[i].percent;
		ns += t[i].ns;
	}
	assert_int_equal(percent, 100);
	assert_int_equal(ns, 1000);
	end(&w);
}

/* 256 threads are distinguished: with more, shares still add up. */
static void no_share_of_many_threads_is_lost(void **state)
{
	struct kvm_preemptor t[KVM_PREEMPTORS];
	unsigned int percent = 0;
	struct history w;
	size_t nr;

	begin(&w);
	in(&w, 0, 0, VCPU);
	enter(&w, 0);
	leave(&w, 1000, 0, 0);
	preempted_by(&w, -1, 400);
	for (int32_t i = 0; i < 300; i++)
		preempted_by(&w, 100 + i, i ? 1 : 301);
	enter(&w, 0);
	find(&w);
	nr = kvm_finding_preemptors(t, &w.r, &w.found.f[0]);
	for (size_t i = 0; i < nr; i++)
		percent += t[i].percent;
	assert_int_equal(percent, 100);
	assert_int_equal(t[0].kind, PREEMPTOR_UNKNOWN);
	assert_int_equal(t[0].percent, 40);
	assert_int_equal(t[1].tid, 100);
	assert_int_equal(t[1].percent, 30);
	assert_int_equal(t[nr - 1].kind, PREEMPTOR_OTHERS);
	assert_true(t[nr - 1].many);
	assert_int_equal(t[nr - 1].ns, 296);
	end(&w);
}

/*
 * 50 vCPUs, each preempted three times for 40 ns within 1000: 0.24 % of the VM's time each, 12 %
 * together.
 */
static void steal_of_many_vcpus_adds_up(void **state)
{
	struct history w;

	begin(&w);
	for (int32_t cpu = 0; cpu < 50; cpu++) {
		int32_t tid = 100 + cpu;

		add(&w, 0, (struct event){ .type = EVENT_SWITCH, .cpu = cpu, .tid = tid,
					    .pid = 10 });
		add(&w, 0, (struct event){ .type = EVENT_VCPU_ENTER, .cpu = cpu, .tid = tid });
	}
	w.time += 880;
	for (int32_t cpu = 0; cpu < 50; cpu++)
		add(&w, 0, (struct event){ .type = EVENT_VCPU_EXIT, .cpu = cpu, .tid = 100 + cpu });
	for (int32_t round = 0; round < 3; round++) {
		for (int32_t cpu = 0; cpu < 50; cpu++) {
			add(&w, 0, (struct event){ .type = EVENT_SWITCH, .cpu = cpu,
						    .tid = 100 + cpu, .sw.out = 1, .sw.preempt = 1 });
			in(&w, 0, cpu, cpu < 25 ? 20 : 21);
		}
		w.time += 40;
		for (int32_t cpu = 0; cpu < 50; cpu++)
			in(&w, 0, cpu, 100 + cpu);
	}
	for (int32_t cpu = 0; cpu < 50; cpu++)
		add(&w, 0, (struct event){ .type = EVENT_VCPU_ENTER, .cpu = cpu, .tid = 100 + cpu });
	find(&w);
	assert_int_equal(w.found.nr, 1);
	assert_null(w.found.f[0].vcpu);
	assert_says(&w, 0, "vm 0 loses 12.0 % of its busy time to steal: its 50 vCPUs together are "
		    "preempted 150 times, 40 ns each. Meanwhile the CPU ran: (no name), thread 20 "
		    "(50 %); (no name), thread 21 (50 %).");
	end(&w);
}

static void findings_that_do_not_fit_are_counted(void **state)
{
	/* HVC, SYSREG, SMC, FP, SVE, PAC and a data abort: each a fourteenth */
	static const uint32_t classes[] = { 0x16, 0x18, 0x17, 0x07, 0x19, 0x09, 0x24 };
	struct history w;

	begin(&w);
	in(&w, 0, 0, VCPU);
	for (unsigned int i = 0; i < 70; i++) {
		enter(&w, i ? 500 : 0);
		leave(&w, 500, 2, classes[i % 7]);
	}
	enter(&w, 500);
	find(&w);
	assert_int_equal(w.found.nr, FINDINGS);
	assert_int_equal(w.found.left_out, 7 - FINDINGS);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rare_exits_that_cost_much_are_a_finding),
		cmocka_unit_test(thirty_exits_are_not_rough),
		cmocka_unit_test(what_may_be_halted_is_said_to_be_no_finding),
		cmocka_unit_test(the_largest_is_named_though_it_has_no_symbol),
		cmocka_unit_test(unnamed_code_counts_together),
		cmocka_unit_test(a_function_counts_for_all_processes_together),
		cmocka_unit_test(sites_are_of_the_vm_and_the_reason),
		cmocka_unit_test(the_hottest_code_may_have_no_symbol),
		cmocka_unit_test(shares_of_who_ran_instead_add_up),
		cmocka_unit_test(no_share_of_many_threads_is_lost),
		cmocka_unit_test(steal_of_many_vcpus_adds_up),
		cmocka_unit_test(findings_that_do_not_fit_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
