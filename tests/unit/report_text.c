// SPDX-License-Identifier: GPL-2.0-only
#include <locale.h>
#include <stdio.h>

#include "report/palette.h"
#include "tests/unit/report_fixture.h"

#define GOLDEN_MAX	65536

/*
 * Compare with tests/golden/NAME.  SPELUNK_GOLDEN=write writes the file instead: check the
 * difference before committing it.
 */
static void is_golden(const char *text, const char *name)
{
	static char golden[GOLDEN_MAX];
	const char *mode = getenv("SPELUNK_GOLDEN");
	bool writing = mode && !strcmp(mode, "write");
	char path[256];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%.*s../golden/%s",
		 (int)(strrchr(__FILE__, '/') + 1 - __FILE__), __FILE__, name);
	f = fopen(path, writing ? "w" : "r");
	if (!f)
		fail_msg("%s: cannot open; run from the top of the source", path);
	if (writing) {
		fputs(text, f);
		fclose(f);
		return;
	}
	n = fread(golden, 1, sizeof(golden) - 1, f);
	fclose(f);
	golden[n] = '\0';
	assert_string_equal(text, golden);
}

static const char *const missing[] = {
	"no symbols for 1 guest: give --guest 0=FILE with a guest's kernel", "no symbols for VM 0 (web)",
};
static const char *const notes[] = { "a note of the reader with a \033 in it" };

static void the_default_report(void **state)
{
	struct fixture *x = fixture_new();
	char *text;

	x->d.missing = missing;
	x->d.nr_missing = 2;
	x->info.notes = notes;
	x->info.nr_notes = 1;
	x->opt.limit = 10;
	text = fixture_report(x);
	is_golden(text, "report.txt");
	free(text);
	free(x);
}

static void a_narrow_terminal_gets_fewer_columns(void **state)
{
	struct fixture *x = fixture_new();
	char *text;

	x->opt.limit = 10;
	x->opt.width = 80;
	text = fixture_report(x);
	is_golden(text, "report-80.txt");
	free(text);
	free(x);
}

static void assert_says(struct fixture *x, const char *words, bool says)
{
	char *text = fixture_report(x);

	for (char *c = text; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	for (char *from = text, *to = text; ; from++) {
		if (!(*to = *from))
			break;
		to += *from != ' ' || from[1] != ' ';
	}
	if (!strstr(text, words) == says)
		fail_msg("%s\n%s: %s", text, says ? "not there" : "there", words);
	free(text);
}

static void a_recording_of_long_operations_shows_no_share(void **state)
{
	struct fixture *x = fixture_new();

	assert_says(x, "Loads that miss L1D take", true);
	x->attr.config2 = 100;	/* min_latency */
	assert_says(x, "and so are shares of all latency cycles", true);
	assert_says(x, "Loads that miss L1D take", false);
	x->attr.config2 = 0;
	x->attr.config1 = 1 << 3;	/* event_filter */
	assert_says(x, "Loads that miss L1D take", false);
	free(x);
}

static void a_cpu_without_known_data_sources_rules_no_socket_out(void **state)
{
	struct fixture *x = fixture_new();

	assert_says(x, "data from another socket (none)", true);
	x->model.midr = 0;
	assert_says(x, "data from another socket", false);
	assert_says(x, "Data from code 0xe took 100 % of these cycles.", true);
	memset(x->model.behind, 0, sizeof(x->model.behind));
	assert_says(x, "The records do not say where their data came from.", true);
	free(x);
}

/* 58 % has no name, although the largest named function has 30 %. */
static void code_without_a_symbol_is_named_where_it_is_the_largest(void **state)
{
	static const char *const blocks[] = { "0x400012xx", "0x400013xx", "0x400014xx" };
	struct fixture *x = fixture_new();

	for (size_t i = 0; i < NR_FIXTURE_COSTLY; i++) {
		x->costly[i].symbol = i < 18 ? "named" : i < 53 ? blocks[i % 3] : "other";
		x->costly[i].name = i < 18 ? 1 : i < 53 ? 2 + i % 3 : 9;
		x->costly[i].object = "[kernel]";
		x->costly[i].offset = 0x40001200 + 0x100 * (i % 3);
	}
	assert_says(x, "58 % of these cycles are in code without a symbol in [kernel].", true);
	assert_says(x, "run `spelunk annotate` to see", true);
	/* too few for shares */
	x->d.nr_costly = 29;
	assert_says(x, "18 of 29 samples are in named.", true);
	free(x);
}

static void no_sample_is_no_finding(void **state)
{
	struct fixture *x = fixture_new();

	memset(x->summary.kinds, 0, sizeof(x->summary.kinds));
	assert_says(x, "No sample was counted.", true);
	x->summary.kinds[KIND_OTHER].samples = 3;
	assert_says(x, "The records have no total latency, so costs are unknown.", true);
	free(x);
}

static void rows_of_by(void **state)
{
	struct fixture *x = fixture_new();
	char *text;

	x->d.worlds = NULL;
	x->d.has_findings = false;
	x->d.rows = &x->guest;
	x->opt.limit = 1;
	text = fixture_report(x);
	is_golden(text, "report-by.txt");
	free(text);
	free(x);
}

static void the_last_key_has_what_a_terminal_leaves(void **state)
{
	static const enum column samples = COLUMN_SAMPLES;
	struct fixture *x = fixture_new();
	struct value *object;
	char name[300], *text;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	object = (struct value *)x->guest.row[0].keys + 2;
	object->text = name;
	x->d.worlds = NULL;
	x->d.rows = &x->guest;
	x->opt = (struct report_options){ .width = 90, .columns = &samples, .nr_columns = 1 };
	text = fixture_report(x);
	/* samples, vm and symbol take 23 columns; the object has the rest. */
	assert_non_null(strstr(text, "     1,480  0   do_idle  ..nnnn"));
	assert_int_equal(strcspn(strstr(text, "     1,480  0 "), "\n"), 90);
	free(text);
	free(x);
}

static void columns_asked_for_are_shown_in_their_order(void **state)
{
	static const enum column columns[] = { COLUMN_EVENT_L1D_MISS, COLUMN_SAMPLES };
	struct fixture *x = fixture_new();
	char *text;

	x->d.worlds = NULL;
	x->d.rows = &x->guest;
	x->opt.columns = columns;
	x->opt.nr_columns = 2;
	text = fixture_report(x);
	assert_non_null(strstr(text, "l1d-miss   samples  vm  symbol"));
	assert_non_null(strstr(text, "74     1,480  0   do_idle  [guest:vm0]\n"));
	free(text);
	free(x);
}

static void nothing_of_the_recording_reaches_the_terminal_raw(void **state)
{
	struct fixture *x = fixture_new();
	char *text;

	x->info.path = x->info.hostname = x->info.os_release = x->info.arch =
		"\033]0;h\a\n";
	x->info.perf_version = x->info.cpu_desc = x->attr.name = "\033c\xc2\x9b";
	x->info.format = x->vm.name = x->vcpu[0].comm = "\033c";
	x->d.filter = "symbol=\033";
	x->info.notes = x->d.missing = (const char *const[]){ "\033[2J", "\033[2J" };
	x->info.nr_notes = x->d.nr_missing = 2;
	text = fixture_report(x);
	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' || ((unsigned char)*c >= 0x20 && *c != 0x7f));
	free(text);
	free(x);
}

static void colour_only_when_asked(void **state)
{
	struct fixture *x = fixture_new();
	char *plain = fixture_report(x), *color;
	struct palette palette;

	palette_make(&palette, DEPTH_16, GROUND_ANY);
	x->opt.palette = &palette;
	color = fixture_report(x);
	assert_null(strchr(plain, '\033'));
	assert_non_null(strstr(color, "\033[1mOperations by world\033[0m"));
	free(plain);
	free(color);
	free(x);
}

/* Ignores line breaks: white space of any length is one space. */
static bool says(struct fixture *x, const char *what)
{
	char *text = fixture_report(x), *to = text;
	bool yes;

	for (const char *from = text; *from; from++) {
		char c = *from == '\n' ? ' ' : *from;

		if (c != ' ' || to == text || to[-1] != ' ')
			*to++ = c;
	}
	*to = '\0';
	yes = strstr(text, what);

	free(text);
	return yes;
}

static void an_nvhe_host_has_a_blackout(void **state)
{
	struct fixture *x = fixture_new();

	assert_false(says(x, "blackout"));
	fake_mode = HOST_NVHE;
	assert_true(says(x, "host kernel at EL1 (nVHE)"));
	assert_true(says(x, "blackout an nVHE host samples nothing from the HVC"));
	fake_mode = HOST_UNKNOWN;
	assert_true(says(x, "pass --host-mode"));
	free(x);
}

static void guests_without_samples_are_explained(void **state)
{
	struct fixture *x = fixture_new();

	memset(x->summary.samples[WORLD_GUEST_KERNEL], 0,
	       sizeof(x->summary.samples[WORLD_GUEST_KERNEL]));
	assert_true(
		says(x, "guests ran (12,345 entries), but none of their operations was"));
	free(x);
}

/* After the VMs, which do not include them. */
static void a_vcpu_of_an_unknown_vm_is_listed_as_such(void **state)
{
	struct fixture *x = fixture_new();
	struct timeline_vcpu vcpus[2] = {
		x->vcpu[0], { .vm = -1, .vcpu = -1, .tid = 703, .comm = "" },
	};
	struct summary_vcpu samples[2] = { { 11, 12 }, { 13, 14 } };

	assert_false(says(x, "VM unknown"));
	fake_vcpus = vcpus;
	nr_fake_vcpus = 2;
	x->summary.vcpus = samples;
	x->summary.nr_vcpus = 2;
	assert_true(says(x, "vm 0 web, process 700, 1 vCPU, 12,345 entries, 12,344 exits "
			 "vCPU 0 702 12,345 12,344 1.750 s 11 12 CPU 0/KVM "
			 "VM unknown: no event names the process of this vCPU "
			 "vCPU - 703 0 0 0.000 s 13 14"));
	x->opt.format = REPORT_JSON;
	assert_true(says(x, "\"vcpus_of_unknown_vm\":[ { \"vcpu\":null, \"tid\":703"));
	free(x);
}

static void no_loss_is_one_calm_line(void **state)
{
	struct fixture *x = fixture_new();

	x->info.nr_losses = 0;
	x->cpu[1].stats.torn = x->cpu[1].stats.skipped = 0;
	assert_true(says(x, " losses no loss reported "));
	assert_false(says(x, " odd "));
	x->cpu[1].backwards = 3;
	assert_true(says(x, " losses no loss reported odd 3 timestamps out of order"));
	free(x);
}

static void many_cpus_lose_in_few_lines(void **state)
{
	struct input_loss losses[100];
	struct fixture *x = fixture_new();

	memset(losses, 0, sizeof(losses));
	for (int i = 0; i < 100; i++)
		losses[i] = (struct input_loss){ .cpu = 99 - i, .truncated = 1 };
	x->info.losses = losses;
	x->info.nr_losses = 100;
	assert_true(says(x, "CPU 7: 1 truncated region"));
	assert_false(says(x, "CPU 8:"));
	assert_true(says(x, "all CPUs, including those not shown: 100 truncated regions, "));
	free(x);
}

static void all_but_one_is_not_all(void **state)
{
	struct fixture *x = fixture_new();

	memset(x->summary.samples, 0, sizeof(x->summary.samples));
	x->summary.samples[WORLD_SWITCH][BASIS_INTERVAL] = 99999;
	x->summary.samples[WORLD_SWITCH][BASIS_EL] = 1;
	assert_true(says(x, "entry/exit 99.9%, exception level <0.1%"));
	assert_true(says(x, " switch 100,000 100.0% "));
	x->summary.samples[WORLD_HOST_USER][BASIS_EL] = 31;
	assert_true(says(x, " host-user 31 <0.1% "));
	free(x);
}

static void filters_of_the_recording_are_said(void **state)
{
	struct fixture *x = fixture_new();

	x->attr.config = 1 | 2 | 4 | 1 << 16 | 1ull << 33 | 1ull << 34;
	x->attr.config1 = 0x8;
	x->attr.config2 = 30;
	x->attr.exclude_user = true;
	x->opt.width = 160;
	assert_true(says(
		x,
		"(with jitter); physical timestamps; physical addresses; only loads or "
		"stores; only total latency"));
	assert_true(says(
		x, "of at least 30 cycles; only with all events of 0x8; no user space"));
	free(x);
}

static void a_recording_with_nothing_is_told_so(void **state)
{
	static const struct rows none;
	static struct summary empty;
	struct fixture *x = fixture_new();

	x->d.summary = &empty;
	x->d.worlds = &none;
	memset(x->d.symbols, 0, sizeof(x->d.symbols));
	x->info = (struct input_info){ 0 };
	x->d.input = NULL;
	nr_fake_vms = nr_fake_vcpus = 0;
	assert_true(says(x, "no sample was decoded"));
	x->d.filter = "vm=3";
	assert_true(says(x, "no sample matches the filter"));
	x->d.worlds = NULL;
	x->d.rows = &none;
	assert_true(says(x, "no sample matches the filter"));
	free(x);
}

static void commands_work_as_printed(void **state)
{
	struct fixture *x = fixture_new();

	x->d.arguments = " -i 'a b.data' --symfs /s";
	x->d.slice = 500;
	x->d.filter = "vm=0 || cpu=1";
	x->opt.width = 100;
	assert_true(says(x, "Next: run `spelunk annotate 'work(int, char const*)' -i 'a b.data' "
			    "--symfs /s \\ --slice 500 --filter 'vm=0 || cpu=1'` to see which"));
	assert_true(says(x, "Evidence: `spelunk report --by symbol,source -i 'a b.data' --symfs /s "
			    "--slice 500 \\ --filter '(vm=0 || cpu=1) && (op=load && l1d-miss)'`"));
	assert_true(says(x, "run `spelunk kvm -i 'a b.data' --symfs /s` to see"));
	free(x);
}

/* Huge counts and names must not overrun a cell or the stack. */
static void the_largest_numbers_and_names_are_survived(void **state)
{
	struct fixture *x = fixture_new();
	char *name = malloc(10001), *text;

	assert_non_null(name);
	memset(name, '\033', 10000);
	name[10000] = '\0';
	for (unsigned int i = 0; i < x->nr_row; i++) {
		memset(&x->row[i].m, 0xff, sizeof(x->row[i].m));
		x->row[i].m.total.n = 1;
	}
	memset(&x->host.sum, 0xff, sizeof(x->host.sum));
	memset(x->summary.samples, 0x11, sizeof(x->summary.samples));
	memset(x->summary.ops, 0x11, sizeof(x->summary.ops));
	x->vm.name = x->vcpu[0].comm = x->info.hostname = x->d.filter = name;
	x->value[5].text = x->info.path = x->info.os_release = x->info.arch = name;
	x->vcpu[0].guest_time = x->vm.entries = UINT64_MAX;
	x->info.nr_cpus = UINT32_MAX;
	for (unsigned int width = 0; width < 300; width += 77) {
		x->opt.width = width;
		text = fixture_report(x);
		/* commands have the filter whole: 4 columns for each byte of it */
		assert_true(strlen(text) < 4 * 40000);
		free(text);
	}
	free(name);
	free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_report),
		cmocka_unit_test(a_narrow_terminal_gets_fewer_columns),
		cmocka_unit_test(a_recording_of_long_operations_shows_no_share),
		cmocka_unit_test(a_cpu_without_known_data_sources_rules_no_socket_out),
		cmocka_unit_test(code_without_a_symbol_is_named_where_it_is_the_largest),
		cmocka_unit_test(no_sample_is_no_finding),
		cmocka_unit_test(rows_of_by),
		cmocka_unit_test(the_last_key_has_what_a_terminal_leaves),
		cmocka_unit_test(columns_asked_for_are_shown_in_their_order),
		cmocka_unit_test(nothing_of_the_recording_reaches_the_terminal_raw),
		cmocka_unit_test(colour_only_when_asked),
		cmocka_unit_test(an_nvhe_host_has_a_blackout),
		cmocka_unit_test(guests_without_samples_are_explained),
		cmocka_unit_test(a_vcpu_of_an_unknown_vm_is_listed_as_such),
		cmocka_unit_test(no_loss_is_one_calm_line),
		cmocka_unit_test(many_cpus_lose_in_few_lines),
		cmocka_unit_test(all_but_one_is_not_all),
		cmocka_unit_test(filters_of_the_recording_are_said),
		cmocka_unit_test(a_recording_with_nothing_is_told_so),
		cmocka_unit_test(commands_work_as_printed),
		cmocka_unit_test(the_largest_numbers_and_names_are_survived),
	};

	setlocale(LC_ALL, "C");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
