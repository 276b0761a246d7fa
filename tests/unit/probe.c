// SPDX-License-Identifier: GPL-2.0-only
/* Answers of `spelunk doctor --probe` to artificial evidence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/doctor/probe/probe.h"

static struct host_cap samples_guests = { "guest_profiling", 1 };
static struct host_pmu pmu = { .name = "arm_spe_0" };

static struct host host(enum kvm_mode mode, bool cap)
{
	pmu.caps = &samples_guests;
	pmu.nr_caps = cap;
	return (struct host){
		.machine = "aarch64", .release = "6.12.1", .kvm = mode, .spe = &pmu, .nr_spe = 1,
		.kernel_el = mode == KVM_MODE_VHE ? 2 : 1,
	};
}

/* A recording without problems, with records of the host and the guest. */
static struct probe_records recording(uint64_t hosts, uint64_t kernel, uint64_t user)
{
	return (struct probe_records){
		.turns = 200, .exits = 400, .due = 1900, .records = hosts + kernel + user,
		.host = hosts, .kernel = kernel, .user = user, .clock = true, .begin = 1000,
		.end = 2000, .regions = 3, .loop_due = 950, .loop = 950,
	};
}

/* A VHE host that samples guests only if asked. */
static struct probe_evidence good(void)
{
	return (struct probe_evidence){
		.cpu = 3, .period = 4096,
		.run = {
			[PROBE_HOST] = recording(700, 0, 0),
			[PROBE_EXCLUDED] = recording(500, 0, 0),
			[PROBE_DEFAULT] = recording(400, 950, 940),
			[PROBE_GUEST] = recording(0, 960, 930),
		},
		.memory = { .bytes = 4194304 },
		.traps = { .done = true },
		.cost = { .done = true, .calls = 1000, .off = { 900, 950, 1000, 1100, 1200 },
			  .on = { 1000, 1100, 1250, 1300, 1400 } },
	};
}

struct expected {
	enum probe_verdict verdict;
	const char *text;	/* part of the answer */
};

static void check(const char *name, const struct host *h, const struct probe_evidence *e,
		  enum probe_question q, struct expected want)
{
	static struct probe_answer answers[NR_QUESTIONS];
	bool bad = false;

	probe_judge(h, e, answers);
	if (answers[q].verdict != want.verdict || !strstr(answers[q].text, want.text))
		fail_msg("%s: %s: %s: %s", name, probe_question_name(q),
			 probe_verdict_name(answers[q].verdict), answers[q].text);
	for (unsigned int i = 0; i < NR_QUESTIONS; i++)
		bad |= answers[i].verdict == PROBE_BAD;
	assert_int_equal(probe_judge(h, e, answers) == PROBE_BAD, bad);
}

static void all_good(void **state)
{
	struct host h = host(KVM_MODE_VHE, true);
	struct probe_evidence e = good();
	struct probe_answer answers[NR_QUESTIONS];

	assert_int_equal(probe_judge(&h, &e, answers), PROBE_GOOD);
	for (unsigned int q = 0; q < NR_QUESTIONS; q++)
		assert_int_equal(answers[q].verdict, PROBE_GOOD);
	check("asked", &h, &e, QUESTION_asked, (struct expected){ PROBE_GOOD,
	      "all 1890 records are from the guest (about 1900 expected): 960 at EL1 and 930 at "
	      "EL0" });
	check("default", &h, &e, QUESTION_unasked, (struct expected){ PROBE_GOOD,
	      "1890 of 2290 are, as the driver announces" });
	check("memory", &h, &e, QUESTION_memory, (struct expected){ PROBE_GOOD,
	      "none of 4194304 bytes changed in 1200 exits while 900 host records" });
	check("cost", &h, &e, QUESTION_cost, (struct expected){ PROBE_GOOD,
	      "1000 ns with SPE off (900 to 1200) and 1250 ns with SPE on (1000 to 1400), "
	      "+25.0 %" });
}

static void unasked(void **state)
{
	struct host stock = host(KVM_MODE_VHE, false);
	struct probe_evidence e = good();

	check("the driver does not say so", &stock, &e, QUESTION_unasked, (struct expected){
	      PROBE_BAD, "1890 of 2290 records are from the guest" });
	e.run[PROBE_DEFAULT] = recording(400, 0, 0);
	check("stock", &stock, &e, QUESTION_unasked, (struct expected){ PROBE_GOOD,
	      "none of 500 records is from the guest (about 1900 expected if it were sampled)" });
	e.run[PROBE_EXCLUDED].due = 49;
	check("too short", &stock, &e, QUESTION_unasked, (struct expected){ PROBE_UNKNOWN, "49" });
	e.run[PROBE_EXCLUDED] = recording(500, 0, 1);
	check("one of EL0", &stock, &e, QUESTION_unasked, (struct expected){ PROBE_BAD,
	      "1 of 501 records are from the guest (0 at EL1, 1 at EL0) although the event has "
	      "exclude_guest=1; Linux before 6.17" });
	e.run[PROBE_EXCLUDED] = recording(500, 0, 0);
	e.run[PROBE_EXCLUDED].elsewhere = 2;
	check("EL1 elsewhere", &stock, &e, QUESTION_unasked, (struct expected){ PROBE_BAD,
	      "2 of 500" });
	e.run[PROBE_EXCLUDED] = recording(0, 900, 900);
	check("no host", &stock, &e, QUESTION_unasked, (struct expected){ PROBE_UNKNOWN,
	      "no host record" });
}

static void asked(void **state)
{
	struct host can = host(KVM_MODE_VHE, true), stock = host(KVM_MODE_VHE, false);
	struct host nvhe = host(KVM_MODE_NVHE, false);
	struct probe_evidence e = good();
	struct probe_records *g = &e.run[PROBE_GUEST];

	*g = recording(300, 0, 0);
	check("none, stock", &stock, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "none of 300 records is from the guest (about 1900 expected); this kernel "
	      "cannot sample guests: load the module arm_spe_guests" });
	check("none, nVHE", &nvhe, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "in nVHE mode KVM stops SPE while a guest runs" });
	g->due = 49;
	check("too short", &stock, &e, QUESTION_asked, (struct expected){ PROBE_UNKNOWN, "49" });
	*g = (struct probe_records){ .refused = -EOPNOTSUPP };
	check("refused", &nvhe, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "refuses an event for guests only" });
	*g = recording(7, 960, 930);
	check("host, too", &can, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "7 of 1897 records are from the host" });
	*g = recording(0, 1000, 0);
	check("EL1 alone", &can, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "all 1000 guest records are from EL1 although the guest runs as many operations at "
	      "EL0" });
	*g = recording(0, 0, 1000);
	check("EL0 alone", &can, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "all 1000 guest records are from EL0 although the guest runs as many operations at "
	      "EL1" });
	*g = recording(0, 400, 400);
	check("too few", &can, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "only 800 records are from the guest (about 1900 expected)" });
	*g = recording(0, 960, 930);
	g->elsewhere = 1;
	g->elsewhere_pc = 0xffff800008001234;
	check("outside", &can, &e, QUESTION_asked, (struct expected){ PROBE_BAD,
	      "1 of 1891 guest records lie outside the guest's code, the first at "
	      "0xffff800008001234" });
}

static void memory(void **state)
{
	struct host h = host(KVM_MODE_NVHE, false);
	struct probe_evidence e = good();

	check("nVHE", &h, &e, QUESTION_memory, (struct expected){ PROBE_GOOD,
	      "user space cannot see whether KVM turns the buffer off" });
	e.memory = (struct probe_memory){ .bytes = 4194304, .changed = 64, .first = 0x200040,
					  .found = { 0x49, 0x02, 0xb2, 0, 0, 0, 0, 0x99 } };
	check("written", &h, &e, QUESTION_memory, (struct expected){ PROBE_BAD,
	      "64 of 4194304 bytes of the guest's memory were written, and not by the guest; the "
	      "first are at 0x200040: 49 02 b2 00 00 00 00 99" });
	e = good();
	e.run[PROBE_EXCLUDED].host = 0;
	check("no host", &h, &e, QUESTION_memory, (struct expected){ PROBE_UNKNOWN, "" });
}

static void traps(void **state)
{
	struct host h = host(KVM_MODE_VHE, false);
	struct probe_evidence e = good();

	check("all", &h, &e, QUESTION_traps, (struct expected){ PROBE_GOOD, "14 registers" });
	e.traps.readable = 1;
	check("a read", &h, &e, QUESTION_traps, (struct expected){ PROBE_BAD,
	      "the guest's EL1 reads PMSCR_EL1" });
	e.traps.writable = 1 << 8 | 1 << 10;
	check("writes", &h, &e, QUESTION_traps, (struct expected){ PROBE_BAD,
	      "reads PMSCR_EL1; and writes PMBLIMITR_EL1, PMBSR_EL1" });
	e.traps.readable = 0;
	check("writes alone", &h, &e, QUESTION_traps, (struct expected){ PROBE_BAD,
	      "the guest's EL1 writes PMBLIMITR_EL1, PMBSR_EL1" });
	e.traps = (struct probe_traps){ 0 };
	check("not done", &h, &e, QUESTION_traps, (struct expected){ PROBE_UNKNOWN, "" });
}

static void times(void **state)
{
	struct host h = host(KVM_MODE_VHE, true);
	struct probe_evidence e = good();

	check("good", &h, &e, QUESTION_time, (struct expected){ PROBE_GOOD, "all 5380 records" });
	e.run[PROBE_GUEST].back = 3;
	e.run[PROBE_GUEST].back_most = 77;
	check("back", &h, &e, QUESTION_time, (struct expected){ PROBE_BAD,
	      "3 are earlier than the record before them, by up to 77 ticks" });
	e = good();
	e.run[PROBE_HOST].early = 1;
	check("early", &h, &e, QUESTION_time, (struct expected){ PROBE_BAD,
	      "1 are earlier than their recording" });
	e = good();
	e.run[PROBE_DEFAULT].late = 2;
	check("late", &h, &e, QUESTION_time, (struct expected){ PROBE_BAD, "2 are later" });
	e = good();
	e.run[PROBE_DEFAULT].clock = false;
	check("no clock", &h, &e, QUESTION_time, (struct expected){ PROBE_UNKNOWN,
	      "does not say how to convert" });
	e = good();
	e.run[PROBE_HOST].end = 0;
	check("no end", &h, &e, QUESTION_time, (struct expected){ PROBE_UNKNOWN, "in order" });
	e = good();
	e.run[PROBE_EXCLUDED].untimed = 9;
	check("untimed", &h, &e, QUESTION_time, (struct expected){ PROBE_UNKNOWN,
	      "9 of 5380 records have no timestamp" });
}

static void losses(void **state)
{
	struct host h = host(KVM_MODE_VHE, true);
	struct probe_evidence e = good();

	e.run[PROBE_EXCLUDED].collided = 2;
	check("collisions", &h, &e, QUESTION_losses, (struct expected){ PROBE_GOOD,
	      "in 1200 exits none of 9 buffer regions was truncated or had a gap, no record was "
	      "torn, and the kernel dropped none; 2 regions had collisions" });
	e.run[PROBE_DEFAULT].truncated = 1;
	check("truncated", &h, &e, QUESTION_losses, (struct expected){ PROBE_BAD,
	      "1 of 9 buffer regions were truncated" });
	e.run[PROBE_HOST].truncated = 1;
	check("without a guest, too", &h, &e, QUESTION_losses, (struct expected){ PROBE_UNKNOWN,
	      "records were lost as well" });
	e = good();
	e.run[PROBE_GUEST].partial = 1;
	check("a gap", &h, &e, QUESTION_losses, (struct expected){ PROBE_BAD, "1 had a gap" });
	e = good();
	e.run[PROBE_EXCLUDED].skipped = 31;
	check("torn", &h, &e, QUESTION_losses, (struct expected){ PROBE_BAD, "31 bytes" });
	e = good();
	e.run[PROBE_EXCLUDED].loop = e.run[PROBE_DEFAULT].loop = 902;
	check("nearly all of the loop", &h, &e, QUESTION_losses, (struct expected){ PROBE_BAD,
	      "a host loop between the exits has 94.9 % of the records" });
	e.run[PROBE_HOST].loop = 902;
	check("a CPU that counts otherwise", &h, &e, QUESTION_losses, (struct expected){ PROBE_GOOD,
	      "a host loop between the exits has 100.0 % of the records" });
	e.run[PROBE_HOST].loop_due = e.run[PROBE_HOST].loop = 499;
	check("too few", &h, &e, QUESTION_losses, (struct expected){ PROBE_GOOD,
	      "regions had collisions" });
	e = good();
	e.run[PROBE_EXCLUDED].lost_samples = 5;
	check("dropped", &h, &e, QUESTION_losses, (struct expected){ PROBE_BAD, "dropped 5" });
}

static void cost(void **state)
{
	struct host h = host(KVM_MODE_VHE, true);
	struct probe_evidence e = good();

	e.cost.done = false;
	check("not measured", &h, &e, QUESTION_cost, (struct expected){ PROBE_UNKNOWN,
	      "not measured" });
}

/* SPE may have been off: the only conclusion is about the guest's own accesses. */
static void no_host_record(void **state)
{
	struct host h = host(KVM_MODE_VHE, true);
	struct probe_evidence e = good();
	struct probe_answer answers[NR_QUESTIONS];

	for (unsigned int r = 0; r < NR_PROBE_RUNS; r++)
		e.run[r] = (struct probe_records){ .turns = 200, .exits = 400, .due = 1900 };
	assert_int_equal(probe_judge(&h, &e, answers), PROBE_UNKNOWN);
	for (unsigned int q = 0; q < NR_QUESTIONS; q++)
		assert_int_equal(answers[q].verdict,
				 q == QUESTION_traps ? PROBE_GOOD : PROBE_UNKNOWN);
}

/* Names of firmware and kernel are never printed raw. */
static void printed(void **state)
{
	struct host h = host(KVM_MODE_VHE, true);
	struct probe_result r = { .host = &h, .evidence = good() };
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	strcpy(h.release, "6.12\033[31m");
	r.all = probe_judge(&h, &r.evidence, r.answers);
	probe_print_text(&(struct output){ .out = out }, &r);
	probe_print_json(out, &r);
	fclose(out);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "\n7 good, 0 bad, 0 unknown\n"));
	assert_non_null(strstr(text, "\"run\":\"guest\",\n   \"refused\":null,\n   \"exits\":400,\n"
			       "   \"due\":1900,\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_good), cmocka_unit_test(unasked), cmocka_unit_test(asked),
		cmocka_unit_test(memory), cmocka_unit_test(traps), cmocka_unit_test(times),
		cmocka_unit_test(losses), cmocka_unit_test(cost),
		cmocka_unit_test(no_host_record), cmocka_unit_test(printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
