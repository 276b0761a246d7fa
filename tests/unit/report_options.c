// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/options/help.h"
#include "cmd/options/report_options.h"
#include "profile/filter/filter.h"
#include "report/diff/diff.h"
#include "report/kvm/kvm.h"
#include "report/sharing/sharing.h"

#define ARGS_MAX	64

static char err[256];

/* Parse words separated by spaces. */
static int parse(struct report_args *a, const char *line)
{
	static char copy[1024];
	char *argv[ARGS_MAX + 1] = { "report" };
	int argc = 1;

	strncpy(copy, line, sizeof(copy) - 1);
	for (char *w = strtok(copy, " "); w && argc < ARGS_MAX; w = strtok(NULL, " "))
		argv[argc++] = w;
	argv[argc] = NULL;
	return report_args_parse(a, argc, argv, err, sizeof(err));
}

static struct report_args parsed(const char *line)
{
	struct report_args a;

	if (parse(&a, line))
		fail_msg("'%s': %s", line, err);
	return a;
}

static void defaults_are_the_default_report(void **state)
{
	struct report_args a = parsed("");

	assert_string_equal(a.input, "perf.data");
	assert_int_equal(a.nr_by, 0);
	assert_int_equal(a.sort, COLUMN_COST);
	assert_false(a.ascending);
	assert_int_equal(a.format, REPORT_TEXT);
	assert_int_equal(a.limit, 10);
	assert_true(a.config.jobs >= 1);
	assert_int_equal(a.config.host_mode, HOST_UNKNOWN);
	assert_true(a.config.demangle && a.config.build_id_cache && a.config.progress);
	assert_false(a.config.debuginfod || a.config.local_files || a.quiet || a.help);
	assert_int_equal(a.to.color, OUTPUT_COLOR_AUTO);
	assert_null(a.output);
	report_args_free(&a);
}

static void every_option_is_understood(void **state)
{
	struct report_args a =
		parsed("-i - --by vm,symbol --sort -total_p99 --filter vm=1 "
		       "--format json --columns samples,share -j4 --symfs /a "
		       "--symfs=/b --kallsyms k");

	assert_string_equal(a.input, "-");
	assert_int_equal(a.nr_by, 2);
	assert_int_equal(a.by[0], FIELD_VM);
	assert_int_equal(a.by[1], FIELD_SYMBOL);
	assert_int_equal(a.sort, COLUMN_TOTAL_P99);
	assert_true(a.ascending);
	assert_non_null(a.filter);
	assert_string_equal(a.filter_text, "vm=1");
	assert_int_equal(a.format, REPORT_JSON);
	assert_int_equal(a.limit, 0);
	assert_int_equal(a.nr_columns, 2);
	assert_int_equal(a.columns[1], COLUMN_SHARE);
	assert_int_equal(a.config.jobs, 4);
	assert_int_equal(a.config.symfs.nr, 2);
	assert_string_equal(a.config.symfs.word[1], "/b");
	assert_string_equal(a.config.kallsyms, "k");
	report_args_free(&a);

	a = parsed(
		"--vmlinux v --guest 0=f --guest g --vm-name 12=web=1 --host-mode nvhe "
		"--debuginfod --local-files --no-demangle --no-build-id-cache -o out -q");
	assert_string_equal(a.config.vmlinux, "v");
	assert_int_equal(a.config.guests.nr, 2);
	assert_int_equal(a.config.nr_vm_names, 1);
	assert_int_equal(a.config.vm_names[0].pid, 12);
	assert_string_equal(a.config.vm_names[0].name, "web=1");
	assert_int_equal(a.config.host_mode, HOST_NVHE);
	assert_true(a.config.debuginfod && a.config.local_files && a.quiet);
	assert_false(a.config.demangle || a.config.build_id_cache || a.config.progress);
	assert_string_equal(a.output, "out");
	report_args_free(&a);
}

static void limits_follow_the_format_unless_given(void **state)
{
	static const struct { const char *line; size_t limit;
	} cases[] = {
		{ "--by vm", 40 },
		{ "--format csv", 0 },
		{ "--format csv --by vm", 0 },
		{ "--by vm --limit 7", 7 },
		{ "--limit 0", 0 },
		{ "--limit 3 --format json", 3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report_args a = parsed(cases[i].line);

		assert_int_equal(a.limit, cases[i].limit);
		report_args_free(&a);
	}
}

static void an_option_given_again_replaces(void **state)
{
	struct report_args a =
		parsed("--by vm,vcpu --by vcpu --columns share --columns samples");

	assert_int_equal(a.nr_by, 1);
	assert_int_equal(a.by[0], FIELD_VCPU);
	assert_int_equal(a.nr_columns, 1);
	report_args_free(&a);
}

static void errors_name_cause_and_fix(void **state)
{
	static const struct { const char *line, *err;
	} cases[] = {
		{ "--by smybol", "no key 'smybol'; did you mean 'symbol'?" },
		{ "--by qqqqqq",
		  "no key 'qqqqqq'; run `spelunk help keys` for the list" },
		{ "--by vm,,vcpu", "--by has an empty name" },
		{ "--by vm,", "--by has an empty name" },
		{ "--by vm,vm", "--by has the key 'vm' twice" },
		{ "--sort sample", "no column 'sample'; did you mean 'samples'?" },
		{ "--sort comm,dso", "perf's --sort KEYS is --by KEYS here" },
		{ "--sort symbol", "perf's --sort KEYS is --by KEYS here" },
		{ "--sort -sample", "no column 'sample'; did you mean 'samples'?" },
		{ "--columns samples,shar", "no column 'shar'; did you mean 'share'?" },
		{ "--columns share,share", "--columns has 'share' twice" },
		{ "--filter totl>3",
		  "--filter: column 1: 'totl' is not a field or flag; did you" },
		{ "--filter vm=1 --filter vm=2", "--filter is given twice: join" },
		{ "--limit -1", "--limit takes a whole number from 0 to" },
		{ "--limit 9x", "--limit takes a whole number" },
		{ "--limit 99999999999999999999", "--limit takes a whole number" },
		{ "-j 0", "--jobs takes a whole number from 1 to 512, not '0'" },
		{ "--format xml", "--format is text, csv, json or html, not 'xml'" },
		{ "--color blue", "--color is auto, always or never, not 'blue'" },
		{ "--host-mode el2", "--host-mode is vhe or nvhe, not 'el2'" },
		{ "--vm-name web", "--vm-name takes PID=NAME" },
		{ "--vm-name 12=", "--vm-name takes PID=NAME" },
		{ "--vm-name 99999999999=a", "--vm-name takes PID=NAME" },
		{ "--formt csv", "no option '--formt'; did you mean '--format'?" },
		{ "--quiet=1", "--quiet=1: --quiet takes no value" },
		{ "--input", "--input needs a value: --input FILE" },
		{ "-i", "-i needs a value: -i FILE" },
		{ "-z", "no option -z; run `spelunk report --help`" },
		{ "--guest =x", "'=x': give FILE[@SLIDE] or VM=FILE[@SLIDE], where VM is" },
		{ "--guest-symfs 0=", "'0=': give DIR or VM=DIR, where VM is a number" },
		{ "--clock-offset 0=x", "--clock-offset takes [VM=]TICKS, a whole number, not" },
		{ "--clock-offset 0=", "'0=': give TICKS or VM=TICKS, where VM is" },
		{ "--columns share", "--columns is for tables: add --by" },
		{ "--callers f --children", "--callers, --children and --by stack are three" },
		{ "--callers f --by stack", "--callers, --children and --by stack are three" },
		{ "--callers f --by vm", "--callers has no keys: leave --by out" },
		{ "--children --columns share", "--children has its own columns: leave" },
		{ "--by stack --sort samples", "--by stack is sorted by cycles: leave --sort out" },
		{ "--by stack,vm", "stack cannot be combined with other keys: use `spelunk report --by stack`" },
		{ "--callers", "--callers needs a value: --callers FUNCTION" },
		{ "--callers=", "--callers takes the name of a function" },
		{ "-g", "no option -g: SPE records no call chains, but the samples of cycles in a recording "
		  "have them: use --callers FUNCTION, --children or --by stack" },
		{ "--no-children", "no option --no-children: perf's --no-children is the default" },
		{ "old.data new.data --by slice", "several recordings have no common clock" },
		{ "--host-name old.data=", "--host-name takes FILE=NAME" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct report_args a;

		assert_int_equal(parse(&a, cases[i].line), -EINVAL);
		if (strncmp(err, cases[i].err, strlen(cases[i].err)))
			fail_msg("'%s': got \"%s\", expected \"%s\"", cases[i].line, err,
				 cases[i].err);
		report_args_free(&a);
	}
}

static void help_lists_every_key_and_column(void **state)
{
	struct report_args a = parsed("--help --nonsense");
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_true(a.help);
	report_args_free(&a);
	help_print(f, COMMAND_REPORT);
	fclose(f);
	for (unsigned int k = 0; k < NR_FIELDS; k++)
		assert_non_null(strstr(text, field_name(k)));
	for (unsigned int c = 0; c < NR_COLUMNS; c++)
		assert_non_null(strstr(text, column_name(c)));
	free(text);
}

static void check_table(const char *command, const char *name, unsigned int number)
{
	char *argv[] = {
		(char *)command, "--format", "csv", "--table", (char *)name, "a", "b", NULL
	};
	int argc = strcmp(command, "diff") ? 5 : 7;
	struct report_args a;

	if (report_args_parse(&a, argc, argv, err, sizeof(err)))
		fail_msg("%s --table %s: %s", command, name, err);
	assert_int_equal(a.table, number);
	report_args_free(&a);
}

static void tables_have_their_names(void **state)
{
	static const char *const kvm[NR_KVM_TABLES] = {
		[KVM_LEDGER] = "ledger", [KVM_EXITS] = "exits", [KVM_STEAL] = "steal",
		[KVM_COSTS] = "costs", [KVM_TIMES] = "times", [KVM_CPUS] = "cpus",
		[KVM_IRQS] = "irqs", [KVM_CODE] = "code",
	};
	static const char *const sharing[NR_SHARING_TABLES] = {
		[SHARING_LINES] = "lines", [SHARING_ACCESSORS] = "accessors",
	};

	for (unsigned int t = 0; t < NR_KVM_TABLES; t++)
		check_table("kvm", kvm[t], t);
	for (unsigned int t = 0; t < NR_SHARING_TABLES; t++)
		check_table("sharing", sharing[t], t);
	for (unsigned int t = 0; t <= DIFF_WHOLE; t++)
		check_table("diff", diff_part_name(t), t);
}

static void other_commands_have_their_own_rules(void **state)
{
	struct report_args a;
	char *one[] = { "diff", "a", NULL }, *p99[] = { "diff", "--sort", "total_p99", "a", "b", NULL };
	char *text[] = { "kvm", "--table", "steal", NULL }, *all[] = { "kvm", "--limit", "0", NULL };
	char *named[] = { "kvm", "report", "a", NULL }, *pair[] = { "tui", "a", "b", NULL };

	assert_int_equal(report_args_parse(&a, 2, one, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "diff compares two recordings: spelunk diff A B; or several: spelunk diff A1 A2 -- B1 B2");
	report_args_free(&a);
	assert_int_equal(report_args_parse(&a, 5, p99, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "--sort takes significance, cost, samples, share, operations "
			    "or total_mean here");
	report_args_free(&a);
	assert_int_equal(report_args_parse(&a, 3, text, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "--table chooses the table for CSV: add --format csv");
	report_args_free(&a);
	assert_int_equal(report_args_parse(&a, 3, all, err, sizeof(err)), 0);
	assert_true(a.limit == SIZE_MAX);
	report_args_free(&a);
	assert_int_equal(report_args_parse(&a, 3, named, err, sizeof(err)), 0);
	assert_string_equal(a.input, "a");
	report_args_free(&a);
	assert_int_equal(report_args_parse(&a, 3, pair, err, sizeof(err)), 0);
	assert_string_equal(a.other, "a");
	assert_string_equal(a.input, "b");
	report_args_free(&a);
}

static void sides_have_their_own_symbols(void **state)
{
	struct report_args a;
	char *line[] = {
		"diff", "--kallsyms", "k", "--kallsyms", "B=kb", "--vmlinux", "A=va", "--symfs", "/both",
		"--symfs", "B=/b", "--guest", "A=web=ga", "--guest", "A=A=g2", "--guest", "g",
		"--clock-offset", "B=web=-5", "--symfs", "./A=/x", "a", "b", NULL,
	};
	char *nothing[] = { "diff", "--symfs", "A=", "a", "b", NULL };
	const struct recording_config *sa = &a.side[0], *sb = &a.side[1];

	assert_int_equal(report_args_parse(&a, 23, line, err, sizeof(err)), 0);
	assert_string_equal(sa->kallsyms, "k");
	assert_string_equal(sb->kallsyms, "kb");
	assert_string_equal(sa->vmlinux, "va");
	assert_null(sb->vmlinux);
	assert_true(!sa->symbols_optional && sb->symbols_optional);
	assert_int_equal(sa->symfs.nr, 2);
	assert_string_equal(sa->symfs.word[1], "./A=/x");
	assert_int_equal(sb->symfs.nr, 3);
	assert_string_equal(sb->symfs.word[0], "/b");
	assert_int_equal(sa->guests.nr, 3);
	assert_string_equal(sa->guests.list[0].word, "ga");
	assert_memory_equal(sa->guests.list[0].vm.text, "web", 3);
	assert_memory_equal(sa->guests.list[1].vm.text, "A=", 2);
	assert_string_equal(sa->guests.list[2].word, "g");
	assert_int_equal(sb->guests.nr, 1);
	assert_int_equal(sa->clock_offsets.nr, 0);
	assert_int_equal(sb->clock_offsets.list[0].ticks, -5);
	assert_true(sa->demangle && sa->jobs == a.config.jobs);
	report_args_free(&a);
	assert_int_equal(report_args_parse(&a, 5, nothing, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "--symfs A=: nothing follows the =; for a file of that name write ./A=");
	report_args_free(&a);
}

static void a_rule_has_a_threshold_and_a_figure(void **state)
{
	struct report_args a;

	for (enum diff_whole_figure f = 0; f < NR_DIFF_WHOLE; f++) {
		char *line[] = { "diff", "--fail-above", "2.5%", "--fail-on", (char *)diff_whole_name(f),
				 "a", "b", NULL };

		assert_int_equal(report_args_parse(&a, 7, line, err, sizeof(err)), 0);
		assert_true(a.rule.asked && a.rule.above == 0.025);
		assert_int_equal(a.rule.on, f);
		report_args_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_the_default_report),
		cmocka_unit_test(every_option_is_understood),
		cmocka_unit_test(sides_have_their_own_symbols),
		cmocka_unit_test(a_rule_has_a_threshold_and_a_figure),
		cmocka_unit_test(limits_follow_the_format_unless_given),
		cmocka_unit_test(an_option_given_again_replaces),
		cmocka_unit_test(errors_name_cause_and_fix),
		cmocka_unit_test(help_lists_every_key_and_column),
		cmocka_unit_test(tables_have_their_names),
		cmocka_unit_test(other_commands_have_their_own_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
