// SPDX-License-Identifier: GPL-2.0-only
/* Rows of options.def for every command; and the parsing of their values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options/help.h"
#include "cmd/options/values.h"

static char err[256];

/* The command's next row from *i on; NULL: no more. */
static const struct option_row *next_of(enum command_id c, size_t *i)
{
	const struct option_row *r;

	while ((r = options_row((*i)++)))
		if (r->name && r->commands >> c & 1)
			return r;
	return NULL;
}

static void names_and_letters_are_one_option_s(void **state)
{
	for (enum command_id c = 0; c < COMMAND_HELP; c++) {
		const struct option_row *a, *b;

		for (size_t i = 0; (a = next_of(c, &i));) {
			for (size_t k = i; (b = next_of(c, &k));) {
				if (!strcmp(a->name, b->name))
					fail_msg("%s has --%s twice", command_name(c), a->name);
				if (a->letter && a->letter == b->letter)
					fail_msg("%s has -%c twice", command_name(c), a->letter);
			}
		}
	}
}

static void habits_are_no_options(void **state)
{
	for (enum command_id c = 0; c < COMMAND_HELP; c++) {
		const struct option_row *r;

		for (size_t i = 0; (r = next_of(c, &i));) {
			if (options_habit(c, 0, r->name))
				fail_msg("%s: --%s is a habit, too", command_name(c), r->name);
			if (r->letter && options_habit(c, r->letter, NULL))
				fail_msg("%s: -%c is a habit, too", command_name(c), r->letter);
		}
	}
}

static void help_has_every_option_in_80_columns(void **state)
{
	for (enum command_id c = 0; c < COMMAND_HELP; c++) {
		const struct option_row *r;
		char *text, name[64];
		size_t len;
		FILE *f = open_memstream(&text, &len);

		help_print(f, c);
		fclose(f);
		for (size_t i = 0; (r = next_of(c, &i));) {
			snprintf(name, sizeof(name), "%c%c%c --%s%s%s", r->letter ? '-' : ' ',
				 r->letter ? r->letter : ' ', r->letter ? ',' : ' ', r->name,
				 r->argument ? " " : "", r->argument ? r->argument : "");
			if (!strstr(text, name))
				fail_msg("%s --help lacks %s", command_name(c), name);
		}
		/* the doctor's lists are longer */
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
			if (strlen(line) > (c == COMMAND_DOCTOR ? 100 : 80))
				fail_msg("%s --help: %s", command_name(c), line);
		free(text);
	}
}

static int read_line(enum command_id c, const char *const *words)
{
	char *argv[16] = { (char *)command_name(c) };
	struct options o = { .command = c, .err = err, .errlen = sizeof(err) };
	int argc = 1;

	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)words[argc - 1];
	return options_read(&o, argc, argv) ?: o.help;
}

#define READ(c, ...) read_line(c, (const char *const[]){ __VA_ARGS__, NULL })

static void every_command_has_help(void **state)
{
	for (enum command_id c = 0; c < COMMAND_HELP; c++) {
		assert_int_equal(READ(c, "--help"), 1);
		assert_int_equal(READ(c, "-h", "--nonsense"), 1);
		assert_int_equal(READ(c, "--hel"), 1);
		assert_int_equal(read_line(c, (const char *const[]){ NULL }), 0);
	}
}

static void an_unknown_option_names_the_help_of_its_command(void **state)
{
	char want[64];

	for (enum command_id c = 0; c < COMMAND_HELP; c++) {
		snprintf(want, sizeof(want), "`spelunk %s --help`", command_name(c));
		assert_int_equal(READ(c, "--conquer"), -EINVAL);
		if (!strstr(err, "no option '--conquer'") || !strstr(err, want))
			fail_msg("%s: %s", command_name(c), err);
		assert_int_equal(READ(c, "-X"), -EINVAL);
		if (!strstr(err, "no option -X") || !strstr(err, want))
			fail_msg("%s: %s", command_name(c), err);
	}
}

static void errors_lead_somewhere(void **state)
{
	static const struct {
		enum command_id command;
		const char *words[3], *err;
	} cases[] = {
		{ COMMAND_REPORT, { "--formt", "csv" }, "no option '--formt'; did you mean '--format'?" },
		{ COMMAND_TOP, { "--dealy=2" }, "no option '--dealy'; did you mean '--delay'?" },
		{ COMMAND_DOCTOR, { "--jsn" }, "no option '--jsn'; did you mean '--json'?" },
		{ COMMAND_KVM, { "--no" }, "--no is the beginning of several options: "
		  "--no-pager, --no-build-id-cache, --no-demangle, --no-progress" },
		{ COMMAND_RECORD, { "--by", "vm" }, "--by is an option of `spelunk report`: a recording "
		  "is made here" },
		{ COMMAND_KVM, { "--by", "vm" }, "--by is an option of `spelunk report`: the ledger" },
		{ COMMAND_REPORT, { "--period=9" }, "--period is an option of `spelunk record`: " },
		{ COMMAND_DOCTOR, { "--packets" }, "--packets is an option of `spelunk dump`: " },
		{ COMMAND_TUI, { "-o", "x" }, "-o (--output) is an option of `spelunk " },
		{ COMMAND_REPORT, { "-s", "comm" }, "no option -s: perf's -s is --by here" },
		{ COMMAND_RECORD, { "-F", "99" }, "no option -F: perf's -F is --period here" },
		{ COMMAND_REPORT, { "-F", "comm" }, "no option -F: perf's -F, --fields is --columns here" },
		{ COMMAND_REPORT, { "-g" }, "no option -g: SPE records no call chains, but the samples of "
		  "cycles in a recording have them: use --callers FUNCTION, --children or --by stack" },
		{ COMMAND_DIFF, { "--call-graph=fp" }, "no option --call-graph: SPE records no call chains, "
		  "but the samples of cycles in a recording have them: use `spelunk report` with --callers" },
		{ COMMAND_DUMP, { "-g" }, "no option -g: SPE records no call chains" },
		{ COMMAND_RECORD, { "-g" }, "no option -g: SPE records no call chains; samples of cycles "
		  "have them by default" },
		{ COMMAND_REPORT, { "-C", "0" }, "no option -C: perf's -C is --filter 'cpu=N' here" },
		{ COMMAND_REPORT, { "--comms=a" }, "no option --comms: perf's --comms is --filter" },
		{ COMMAND_REPORT, { "--stdio" }, "no option --stdio: perf's --stdio is the default here" },
		{ COMMAND_TOP, { "--stdio" }, "no option --stdio: perf's --stdio is --plain here" },
		{ COMMAND_TOP, { "--output=x" }, "no option --output: top removes its recordings: "
		  "--keep DIR" },
		{ COMMAND_RECORD, { "--event", "cycles" }, "no option --event: perf's -e is not needed" },
		{ COMMAND_RECORD, { "--event=cycles" }, "no option --event: perf's -e is not needed" },
		{ COMMAND_RECORD, { "--data" }, "no option --data: perf's -d is the default here" },
		{ COMMAND_RECORD, { "--data", "x" }, "no option --data: perf's -d is the default here" },
		{ COMMAND_DUMP, { "-i" }, "-i needs a value: -i FILE" },
		{ COMMAND_TOP, { "--delay" }, "--delay needs a value: --delay SECONDS" },
		{ COMMAND_MERGE, { "--quiet=1" }, "--quiet=1: --quiet takes no value" },
		{ COMMAND_GUEST_AGENT, { "--qui\033=1" }, "no option '--qui?'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_line(cases[i].command, cases[i].words), -EINVAL);
		if (strncmp(err, cases[i].err, strlen(cases[i].err)))
			fail_msg("%s %s: %s", command_name(cases[i].command), cases[i].words[0], err);
	}
}

static void numbers_are_decimal_or_hex(void **state)
{
	struct options o = { .err = err, .errlen = sizeof(err) };
	uint64_t n;

	assert_int_equal(option_number(&o, "n", "10", 0, 100, &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(option_number(&o, "n", "010", 0, 100, &n), 0);
	assert_int_equal(n, 10);
	assert_int_equal(option_number(&o, "n", "0x10", 0, 100, &n), 0);
	assert_int_equal(n, 16);
	assert_int_equal(option_number(&o, "n", "101", 0, 100, &n), -EINVAL);
	assert_string_equal(err, "--n takes a whole number from 0 to 100, not '101'");
	assert_int_equal(option_number(&o, "n", "-1", 0, 100, &n), -EINVAL);
	assert_int_equal(option_number(&o, "n", "1x", 0, 100, &n), -EINVAL);
	assert_int_equal(option_number(&o, "n", "", 0, 100, &n), -EINVAL);
}

static void times_and_sizes_have_units(void **state)
{
	struct options o = { .err = err, .errlen = sizeof(err) };
	uint64_t n, ms, size;

	assert_int_equal(option_time(&o, "t", "500ms", 1, &n), 0);
	assert_int_equal(n, 500);
	assert_int_equal(option_time(&o, "t", "5m", 1, &n), 0);
	assert_int_equal(n, 300000);
	assert_int_equal(option_time(&o, "t", "0", 0, &n), 0);
	assert_int_equal(option_time(&o, "t", "0", 1, &n), -EINVAL);
	assert_int_equal(option_time(&o, "t", "9999999999999999h", 1, &n), -EINVAL);
	assert_int_equal(option_size(&o, "s", "2G", &n), 0);
	assert_int_equal(n, 2ull << 30);
	assert_int_equal(option_size(&o, "s", "2", &n), -EINVAL);
	assert_int_equal(option_buffer(&o, "b", "8K", &size), 0);
	assert_int_equal(size, 8192);
	assert_int_equal(option_buffer(&o, "b", "3M", &size), -EINVAL);
	assert_int_equal(option_size_or_time(&o, "r", "1M", &n, &ms), 0);
	assert_int_equal(n, 1 << 20);
	assert_int_equal(ms, 0);
	assert_int_equal(option_size_or_time(&o, "r", "1m", &n, &ms), 0);
	assert_int_equal(n, 0);
	assert_int_equal(ms, 60000);
}

static void a_word_is_one_of_a_list(void **state)
{
	struct options o = { .err = err, .errlen = sizeof(err) };
	uint64_t n;

	assert_int_equal(option_one_of(&o, "f", "csv", "text csv json", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(option_one_of(&o, "f", "cs", "text csv json", &n), -EINVAL);
	assert_string_equal(err, "--f is text, csv or json, not 'cs'");
	assert_int_equal(option_one_of(&o, "f", "", "vhe nvhe", &n), -EINVAL);
	assert_string_equal(err, "--f is vhe or nvhe, not ''");
}

/* "[VM=]WORD": check the word and the VM. */
static void check_guest(const char *text, enum vm_ref_kind kind, int64_t number, const char *vm,
			const char *word)
{
	struct options o = { .err = err, .errlen = sizeof(err) };
	struct guest_words w = { 0 };

	if (guest_words_add(&o, &w, "FILE", text))
		fail_msg("%s: %s", text, err);
	assert_int_equal(w.nr, 1);
	assert_int_equal(w.list[0].vm.kind, kind);
	assert_int_equal(w.list[0].vm.number, number);
	assert_int_equal(w.list[0].vm.len, strlen(vm));
	if (*vm)
		assert_memory_equal(w.list[0].vm.text, vm, strlen(vm));
	assert_string_equal(w.list[0].word, word);
	assert_string_equal(w.list[0].text, text);
	free(w.list);
}

static void a_guest_is_named_in_three_ways(void **state)
{
	struct options o = { .err = err, .errlen = sizeof(err) };
	struct guest_words w = { 0 };

	check_guest("vmlinux", VM_ANY, 0, "", "vmlinux");
	check_guest("0=vmlinux", VM_NUMBER, 0, "0", "vmlinux");
	check_guest("17=a=b", VM_NUMBER, 17, "17", "a=b");
	check_guest("pid:4711=dir/x", VM_PID, 4711, "pid:4711", "dir/x");
	check_guest("web=x@0x10000", VM_NAME, 0, "web", "x@0x10000");
	check_guest("pid:x=f", VM_NAME, 0, "pid:x", "f");
	check_guest("12345678901=f", VM_NAME, 0, "12345678901", "f");
	check_guest("/dir/a=b", VM_ANY, 0, "", "/dir/a=b");
	check_guest("./a=b", VM_ANY, 0, "", "./a=b");
	assert_int_equal(guest_words_add(&o, &w, "FILE", "=x"), -EINVAL);
	assert_string_equal(err, "'=x': give FILE or VM=FILE, where VM is a number, pid:N or a name");
	assert_int_equal(guest_words_add(&o, &w, "FILE", "0="), -EINVAL);
	assert_null(w.list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_letters_are_one_option_s),
		cmocka_unit_test(habits_are_no_options),
		cmocka_unit_test(help_has_every_option_in_80_columns),
		cmocka_unit_test(every_command_has_help),
		cmocka_unit_test(an_unknown_option_names_the_help_of_its_command),
		cmocka_unit_test(errors_lead_somewhere),
		cmocka_unit_test(numbers_are_decimal_or_hex),
		cmocka_unit_test(times_and_sizes_have_units),
		cmocka_unit_test(a_word_is_one_of_a_list),
		cmocka_unit_test(a_guest_is_named_in_three_ways),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
