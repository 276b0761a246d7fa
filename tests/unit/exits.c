// SPDX-License-Identifier: GPL-2.0-only
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/exits_stays.h"
#include "kvm/timeline_spans.h"

#define VCPU	11	/* thread */
#define OTHER	20
#define IPA	0x9000040

struct history {
	struct timeline *t;
	struct exits *x;
	uint64_t time;
};

static void begin(struct history *w)
{
	w->t = timeline_new();
	w->x = exits_new();
	w->time = 1000;
}

static void add(struct history *w, uint64_t after, struct event ev)
{
	ev.time = w->time += after;
	ev.pid = ev.tid == VCPU ? 10 : ev.tid;
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

static void why(struct history *w, enum event_why kind, uint64_t value, bool write)
{
	add(w, 0, (struct event){ .type = EVENT_VCPU_WHY, .tid = VCPU, .why.kind = kind,
				   .why.value = value, .why.write = write });
}

static void user(struct history *w, uint64_t after, uint32_t reason, int error)
{
	add(w, after, (struct event){ .type = EVENT_VCPU_USER, .tid = VCPU,
				       .user.reason = reason, .user.error = error });
}

static void in(struct history *w, uint64_t after, int32_t cpu, int32_t tid)
{
	add(w, after, (struct event){ .type = EVENT_SWITCH, .cpu = cpu, .tid = tid });
}

static void out(struct history *w, uint64_t after, int32_t cpu, int32_t tid, bool preempt)
{
	add(w, after, (struct event){ .type = EVENT_SWITCH, .cpu = cpu, .tid = tid, .sw.out = 1,
				       .sw.preempt = preempt });
}

static const struct exit_vcpu *seal(struct history *w)
{
	const struct exit_vcpu *v;
	size_t nr;

	assert_int_equal(timeline_seal(w->t, NULL, true), 0);
	assert_int_equal(exits_seal(w->x, w->t, NULL), 0);
	v = exits_vcpus(w->x, &nr);
	assert_int_equal(nr, 1);
	return v;
}

static void end(struct history *w)
{
	exits_free(w->x);
	timeline_free(w->t);
}

static void classes_have_reasons(void **state)
{
	assert_int_equal(exit_reason_of(0, 0), REASON_IRQ);
	assert_int_equal(exit_reason_of(1, 0), REASON_SERROR);
	assert_int_equal(exit_reason_of(3, 0), REASON_IL);
	assert_int_equal(exit_reason_of(0xbadca11, 0), REASON_HYP_GONE);
	assert_int_equal(exit_reason_of(2, 0x01), REASON_WFX);
	assert_int_equal(exit_reason_of(2, 0x27), REASON_MOPS);
	assert_int_equal(exit_reason_of(2, 0x3f), REASON_UNKNOWN);
	assert_int_equal(exit_reason_of(4, 0x01), REASON_UNKNOWN);
	assert_int_equal(exit_reason_find("mmio-user", 9), REASON_MMIO_USER);
	assert_int_equal(exit_reason_find("mmio-use", 8), -1);
	assert_string_equal(user_exit_name(6), "MMIO");
	assert_null(user_exit_name(2));
}

static void names_are_words_and_no_two_alike(void **state)
{
	for (enum exit_reason r = 0; r < NR_REASONS; r++) {
		const char *name = exit_reason_name(r);

		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(name));
		assert_int_equal(exit_reason_find(name, strlen(name)), r);
		assert_true(*exit_reason_what(r) && *exit_reason_source(r));
	}
}

static void durations_are_a_sixteenth_too_high_at_most(void **state)
{
	struct durations l = { 0 }, both = { 0 };
	uint64_t i;

	assert_int_equal(durations_quantile(&l, 0.5), 0);
	for (i = 1; i <= 100000; i++)
		assert_int_equal(durations_add(&l, i * 7), 0);
	assert_int_equal(l.nr, 100000);
	assert_int_equal(l.max, 700000);
	i = durations_quantile(&l, 0.5);
	assert_true(i >= 350000 && i <= 350000 * 17 / 16);
	i = durations_quantile(&l, 0.99);
	assert_true(i >= 693000 && i <= 700000);
	assert_int_equal(durations_quantile(&l, 1), 700000);
	assert_int_equal(durations_merge(&both, &l), 0);
	assert_int_equal(durations_merge(&both, &l), 0);
	assert_int_equal(both.nr, 200000);
	assert_int_equal(durations_quantile(&both, 0.5), durations_quantile(&l, 0.5));
	assert_int_equal(durations_add(&both, UINT64_MAX), 0);
	assert_int_equal(durations_quantile(&both, 1), UINT64_MAX);
	durations_clear(&l);
	for (i = 0; i < 32; i++)	/* exact */
		assert_int_equal(durations_add(&l, i), 0);
	assert_int_equal(durations_quantile(&l, 0.5), 15);
	durations_clear(&l);
	durations_clear(&both);
}

static void an_access_to_a_device_has_its_address(void **state)
{
	const struct exit_vcpu *v;
	struct history w;

	begin(&w);
	enter(&w, 0);
	leave(&w, 100, 2, 0x24);	/* to the VMM */
	add(&w, 0, (struct event){ .type = EVENT_VCPU_WHY, .tid = VCPU, .why.kind = WHY_FAULT,
				    .why.value = IPA, .why.esr = 0x93000046 });
	why(&w, WHY_MMIO, IPA, true);
	user(&w, 10, 6, 0);
	enter(&w, 30);
	leave(&w, 100, 2, 0x24);	/* in the kernel */
	why(&w, WHY_MMIO, 0x8000000, false);
	enter(&w, 5);
	v = seal(&w);
	assert_int_equal(v->nr_rows, 2);
	assert_int_equal(v->rows[0].reason, REASON_MMIO_USER);
	assert_int_equal(v->rows[0].detail, IPA);
	assert_true(v->rows[0].write && v->rows[0].has_detail);
	assert_int_equal(v->rows[0].user, 6);
	assert_int_equal(v->rows[0].ns[ACCOUNT_GUEST], 100);
	assert_int_equal(v->rows[0].ns[ACCOUNT_KERNEL], 10);
	assert_int_equal(v->rows[0].ns[ACCOUNT_VMM], 30);
	assert_int_equal(v->rows[0].cost.max, 40);
	assert_int_equal(v->rows[1].reason, REASON_MMIO);
	assert_int_equal(v->rows[1].user, USER_NONE);
	assert_false(v->rows[1].write);
	end(&w);
}

static void a_guest_that_waits_is_halted(void **state)
{
	const struct exit_vcpu *v;
	struct history w;

	begin(&w);
	in(&w, 0, 0, VCPU);
	enter(&w, 10);
	leave(&w, 10, 2, 0x01);
	why(&w, WHY_WFX, 0, false);
	out(&w, 2, 0, VCPU, false);
	in(&w, 500, 0, VCPU);
	enter(&w, 3);
	leave(&w, 10, 2, 0x16);
	why(&w, WHY_HVC, 0xc4000001, false);	/* CPU_SUSPEND */
	out(&w, 2, 0, VCPU, false);
	in(&w, 300, 0, VCPU);
	enter(&w, 3);
	leave(&w, 10, 2, 0x16);
	why(&w, WHY_HVC, 0x84000000, false);	/* any other */
	out(&w, 2, 0, VCPU, false);
	in(&w, 70, 0, VCPU);
	user(&w, 3, 0, -EINTR);
	enter(&w, 1);
	v = seal(&w);
	assert_int_equal(v->ns[ACCOUNT_UNKNOWN], 10);
	assert_int_equal(v->ns[ACCOUNT_GUEST], 30);
	assert_int_equal(v->ns[ACCOUNT_HALTED], 800);
	assert_int_equal(v->ns[ACCOUNT_WAITING], 70);
	assert_int_equal(v->ns[ACCOUNT_KERNEL], 15);
	assert_int_equal(v->nr_rows, 3);
	assert_int_equal(v->rows[0].reason, REASON_HVC64);
	assert_int_equal(v->rows[0].user, USER_RESTART);
	assert_int_equal(v->rows[2].reason, REASON_WFI);
	assert_int_equal(v->rows[2].cost.max, 5);
	assert_int_equal(v->contradictions, 0);
	end(&w);
}

static void who_ran_instead_is_reported(void **state)
{
	const struct exit_vcpu *v;
	struct history w;

	begin(&w);
	in(&w, 0, 3, VCPU);
	enter(&w, 0);
	leave(&w, 10, 0, 0);
	out(&w, 1, 3, VCPU, true);
	in(&w, 1, 3, OTHER);
	in(&w, 5, 2, OTHER + 1);	/* elsewhere */
	out(&w, 95, 3, OTHER, true);
	in(&w, 2, 3, OTHER + 1);
	out(&w, 50, 3, OTHER + 1, false);
	in(&w, 2, 3, VCPU);
	enter(&w, 1);
	v = seal(&w);
	assert_int_equal(v->preemptions, 1);
	assert_int_equal(v->ns[ACCOUNT_PREEMPTED], 155);
	assert_int_equal(v->nr_preemptors, 2);
	assert_int_equal(v->preemptors[0].tid, OTHER);
	assert_int_equal(v->preemptors[0].ns, 103);
	assert_int_equal(v->preemptors[1].tid, OTHER + 1);
	assert_int_equal(v->preemptors[1].ns, 52);
	end(&w);
}

static void a_missing_exit_is_a_contradiction(void **state)
{
	const struct exit_vcpu *v;
	struct history w;

	begin(&w);
	enter(&w, 0);
	enter(&w, 100);
	leave(&w, 50, 0, 0);
	v = seal(&w);
	assert_int_equal(v->contradictions, 1);
	assert_int_equal(v->ns[ACCOUNT_UNKNOWN], 100);
	assert_int_equal(v->ns[ACCOUNT_GUEST], 50);
	assert_int_equal(v->rows[0].exits, 1);
	assert_int_equal(v->rows[0].cost.nr, 0);	/* its end was not seen */
	end(&w);
}

static void a_thread_lives_from_its_fork_to_its_end(void **state)
{
	const struct exit_vcpu *v;
	struct history w;

	begin(&w);
	add(&w, 0, (struct event){ .type = EVENT_THROTTLE, .tid = -1 });
	add(&w, 100, (struct event){ .type = EVENT_FORK, .tid = VCPU, .fork.ptid = 10 });
	in(&w, 7, 0, VCPU);
	enter(&w, 0);
	leave(&w, 20, 0, 0);
	user(&w, 1, 0, 0);
	add(&w, 30, (struct event){ .type = EVENT_TASK_EXIT, .tid = VCPU });
	add(&w, 900, (struct event){ .type = EVENT_THROTTLE, .tid = -1 });
	v = seal(&w);
	assert_int_equal(v->begin, 1100);
	assert_int_equal(v->end - v->begin, 58);
	assert_int_equal(v->ns[ACCOUNT_WAITING], 7);
	assert_int_equal(v->ns[ACCOUNT_VMM], 30);
	end(&w);
}

/* The exit that was being handled at a sample; 0: none. */
static unsigned int reason_at(const struct history *w, int32_t cpu, uint64_t ticks)
{
	struct spe_record rec = {
		.has = SPE_HAS_PC | SPE_HAS_TICKS, .pc_el = 2, .pc = 0xffff800008000000,
		.ticks = ticks,
	};
	struct timeline_cursor c;

	timeline_cursor_init(&c, w->t, cpu, -1);
	return timeline_attribute(w->t, &c, &rec)->reason;
}

static void a_sample_knows_the_exit_it_lies_in(void **state)
{
	struct input_clock clock = { .mult = 1 };
	struct timeline_cursor c;
	struct history w;
	uint64_t at;

	begin(&w);
	in(&w, 0, 0, VCPU);
	enter(&w, 0);
	leave(&w, 100, 2, 0x01);		/* 1100 */
	why(&w, WHY_WFX, 0, false);
	out(&w, 10, 0, VCPU, false);		/* 1110 */
	in(&w, 5, 0, OTHER);			/* 1115 */
	in(&w, 85, 1, VCPU);			/* 1200, elsewhere */
	add(&w, 10, (struct event){ .type = EVENT_VCPU_ENTER, .cpu = 1, .tid = VCPU });
	add(&w, 40, (struct event){ .type = EVENT_VCPU_EXIT, .cpu = 1, .tid = VCPU });
	add(&w, 7, (struct event){ .type = EVENT_VCPU_ENTER, .cpu = 1, .tid = VCPU });
	timeline_set_mode(w.t, HOST_VHE);
	assert_int_equal(timeline_seal(w.t, &clock, true), 0);
	assert_int_equal(exits_seal(w.x, w.t, &clock), 0);
	assert_int_equal(reason_at(&w, 0, 1050), 0);
	assert_int_equal(reason_at(&w, 0, 1099), 0);
	assert_int_equal(reason_at(&w, 0, 1100), 1 + REASON_WFI);
	assert_int_equal(reason_at(&w, 0, 1109), 1 + REASON_WFI);
	assert_int_equal(reason_at(&w, 0, 1110), 0);
	assert_int_equal(reason_at(&w, 0, 1205), 0);
	assert_int_equal(reason_at(&w, 1, 1105), 0);
	assert_int_equal(reason_at(&w, 1, 1205), 1 + REASON_WFI);
	assert_int_equal(reason_at(&w, 1, 1230), 0);
	assert_int_equal(reason_at(&w, 1, 1252), 1 + REASON_IRQ);
	assert_int_equal(reason_at(&w, 1, 1257), 0);
	/* and with a single cursor, in either direction */
	timeline_cursor_init(&c, w.t, 1, -1);
	for (at = 1000; at < 1400; at++) {
		struct spe_record rec = { .has = SPE_HAS_PC | SPE_HAS_TICKS, .pc_el = 2,
					  .pc = 0xffff800008000000, };

		rec.ticks = at % 2 ? at : 2399 - at;
		assert_int_equal(timeline_attribute(w.t, &c, &rec)->reason,
				 reason_at(&w, 1, rec.ticks));
	}
	end(&w);
}

#define PC	0x40001000

struct sites {
	struct exit_site site[8];
	size_t nr;
};

static int take_site(void *arg, const struct exit_site *site)
{
	struct sites *s = arg;

	if (s->nr < 8)
		s->site[s->nr] = *site;
	s->nr++;
	return 0;
}

static void leave_at(struct history *w, uint32_t ret, uint32_t ec, uint64_t pc)
{
	enter(w, 1);
	add(w, 9, (struct event){ .type = EVENT_VCPU_EXIT, .tid = VCPU, .vcpu.ret = ret,
				   .vcpu.esr_ec = ec, .vcpu.pc = pc });
}

static void expect_site(const struct exit_site *s, enum exit_reason reason, uint64_t pc,
			uint64_t time)
{
	assert_int_equal(s->reason, reason);
	assert_int_equal(s->pc, pc);
	assert_int_equal(s->time, time);
	assert_int_equal(s->vcpu, 0);
}

static void instructions_have_places_and_interrupts_none(void **state)
{
	struct sites s = { .nr = 0 };
	struct history w;

	begin(&w);
	exits_want_sites(w.x, take_site, &s);
	leave_at(&w, 2, 0x24, PC);		/* 1010 */
	why(&w, WHY_MMIO, IPA, true);
	user(&w, 0, 6, 0);
	leave_at(&w, 2, 0x16, PC + 8);		/* 1020: after the HVC */
	leave_at(&w, 0, 0, PC + 12);		/* an interrupt */
	leave_at(&w, 2, 0x18, 0);		/* 0: not recorded */
	leave_at(&w, 2, 0x01, PC + 16);		/* 1050 */
	why(&w, WHY_WFX, 0, false);
	seal(&w);
	assert_int_equal(s.nr, 3);
	expect_site(&s.site[0], REASON_MMIO_USER, PC, 1010);
	expect_site(&s.site[1], REASON_HVC64, PC + 4, 1020);
	expect_site(&s.site[2], REASON_WFI, PC + 16, 1050);
	assert_false(exits_evidence(w.x)->sites_full);
	end(&w);
}

/* Every exit is still counted, and its details are kept. */
static void too_many_places_are_none(void **state)
{
	struct sites s = { .nr = 0 };
	const struct exit_vcpu *v;
	struct history w;

	begin(&w);
	exits_want_sites(w.x, take_site, &s);
	for (size_t i = 0; i < 70000; i++) {
		leave_at(&w, 2, 0x24, PC + 4 * i);
		why(&w, WHY_MMIO, IPA, true);
	}
	enter(&w, 1);
	v = seal(&w);
	assert_int_equal(s.nr, 65536);
	assert_true(exits_evidence(w.x)->sites_full);
	assert_false(exits_evidence(w.x)->details_full);
	assert_int_equal(v->nr_rows, 1);
	assert_int_equal(v->rows[0].detail, IPA);
	assert_int_equal(v->rows[0].exits, 70000);
	end(&w);
}

/* Unlimited addresses: memory is bounded, and no exit is lost. */
static void too_many_addresses_are_counted_together(void **state)
{
	const struct exit_vcpu *v;
	struct history w;
	size_t i, sum = 0;

	begin(&w);
	for (i = 0; i < 70000; i++) {
		enter(&w, 1);
		leave(&w, 1, 2, 0x24);
		why(&w, WHY_MMIO, i, true);
	}
	enter(&w, 1);
	v = seal(&w);
	assert_true(v->nr_rows < 9000);
	assert_true(exits_evidence(w.x)->details_full);
	for (i = 0; i < v->nr_rows; i++)
		sum += v->rows[i].cost.nr;
	assert_int_equal(sum, 70000);
	end(&w);
}

static int put_stay(void *arg, enum account in, uint64_t from, uint64_t until)
{
	fprintf(arg, "%s %d-%d\n", account_name(in), (int)from, (int)until);
	return 0;
}

static int put_handled(void *arg, enum exit_reason reason, uint64_t from, uint64_t until)
{
	fprintf(arg, "%s %d-%d\n", exit_reason_name(reason), (int)from, (int)until);
	return 0;
}

static int put_span(void *arg, const struct timeline_span *s)
{
	fprintf(arg, "CPU %d %d %d-", s->cpu, s->tid, (int)s->from);
	if (s->until == UINT64_MAX)
		fputs("end\n", arg);
	else
		fprintf(arg, "%d\n", (int)s->until);
	return 0;
}

static int stop_here(void *arg, enum account in, uint64_t from, uint64_t until)
{
	return -ECANCELED;
}

/* A guest waits, another thread runs, the guest goes on, exits once more, and is preempted. */
static void stays_are_in_order_and_without_gaps(void **state)
{
	struct history w;
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	begin(&w);
	exits_want_stays(w.x);
	in(&w, 0, 0, VCPU);		/* 1000 */
	enter(&w, 10);			/* 1010 */
	leave(&w, 40, 2, 0x01);		/* 1050 */
	why(&w, WHY_WFX, 0, false);
	out(&w, 10, 0, VCPU, false);	/* 1060 */
	in(&w, 0, 0, OTHER);
	out(&w, 30, 0, OTHER, false);	/* 1090 */
	in(&w, 0, 0, VCPU);
	enter(&w, 10);			/* 1100 */
	leave(&w, 50, 0, 0);		/* 1150 */
	out(&w, 5, 0, VCPU, true);	/* 1155 */
	in(&w, 0, 0, OTHER);
	out(&w, 45, 0, OTHER, false);	/* 1200 */
	seal(&w);
	assert_int_equal(exits_each_stay(w.x, 0, put_stay, to), 0);
	assert_int_equal(exits_each_handled(w.x, 0, put_handled, to), 0);
	assert_int_equal(timeline_each_span(w.t, put_span, to), 0);
	fclose(to);
	assert_string_equal(text, "unknown 1000-1010\nguest 1010-1050\nkernel 1050-1060\n"
			    "halted 1060-1090\nkernel 1090-1100\nguest 1100-1150\n"
			    "kernel 1150-1155\npreempted 1155-1200\n"
			    "wfi 1050-1100\nirq 1150-1200\n"
			    "CPU 0 -1 0-1000\nCPU 0 11 1000-1060\nCPU 0 20 1060-1090\nCPU 0 11 1090-1155\n"
			    "CPU 0 20 1155-1200\nCPU 0 -1 1200-end\n");
	assert_int_equal(exits_each_stay(w.x, 0, stop_here, NULL), -ECANCELED);
	free(text);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_have_reasons),
		cmocka_unit_test(names_are_words_and_no_two_alike),
		cmocka_unit_test(durations_are_a_sixteenth_too_high_at_most),
		cmocka_unit_test(an_access_to_a_device_has_its_address),
		cmocka_unit_test(a_guest_that_waits_is_halted),
		cmocka_unit_test(who_ran_instead_is_reported),
		cmocka_unit_test(a_missing_exit_is_a_contradiction),
		cmocka_unit_test(a_thread_lives_from_its_fork_to_its_end),
		cmocka_unit_test(a_sample_knows_the_exit_it_lies_in),
		cmocka_unit_test(instructions_have_places_and_interrupts_none),
		cmocka_unit_test(too_many_places_are_none),
		cmocka_unit_test(too_many_addresses_are_counted_together),
		cmocka_unit_test(stays_are_in_order_and_without_gaps),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
