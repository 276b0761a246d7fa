// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/doctor.h"
#include "cmd/dump_options.h"
#include "cmd/kvm_options.h"
#include "cmd/record_options.h"
#include "cmd/top_options.h"
#include "cmd/report_options.h"
#include "decoder/names.h"
#include "report/report.h"

#define WIDTH	78	/* columns of a line */
#define INDENT	19	/* where what a word means begins */

/* "  name             what it means", wrapped. */
static void explain(const char *name, const char *unit, const char *what)
{
	int column = printf("  %-*s", INDENT - 3, name);
	const char *space = " ";

	if (column > INDENT - 1) {
		putchar('\n');
		column = 0;
	}
	if (column < INDENT - 1)
		column += printf("%*s", INDENT - 1 - column, "");
	if (*unit)
		column += printf(" [%s]", unit);
	while (*what) {
		int len = (int)strcspn(what, " ");

		if (column + 1 + len > WIDTH)
			column = printf("\n%*s", INDENT - 1, "") - 1;
		column += printf("%s%.*s", space, len, what);
		what += len;
		what += strspn(what, " ");
	}
	putchar('\n');
}

static void help_keys(void)
{
	fputs("Keys of `spelunk report --by`, and fields of --filter.  Up to 8 keys, commas\n"
	      "between them.  What a sample does not have is empty.\n\n", stdout);
	for (unsigned int f = 0; f < NR_FIELDS; f++)
		explain(field_name(f), field_unit(f), field_what(f));
}

static void help_columns(void)
{
	fputs("Columns of `spelunk report --sort` and --columns.  Events are bits of the\n"
	      "events packet (Arm ARM, D18.2.6).\n\n", stdout);
	for (unsigned int c = 0; c < NR_COLUMNS; c++)
		explain(column_name(c), column_unit(c), column_what(c));
}

static void filter_fields_list(void)
{
#define KIND_WORD	"text"
#define KIND_NAME	"text"
#define KIND_NUMBER	"number"
#define KIND_ADDRESS	"number"
#define FIELD(id, name, kind, unit, what) explain(name, KIND_##kind, what);
#include "profile/fields.def"
#undef FIELD
}

static void filter_flags(void)
{
#define EVENT(bit, id, name, dump, what) explain(name, "event " #bit, what);
#include "decoder/events.def"
#undef EVENT
	explain("ev0 ... ev63", "", "bit 0 to 63 of the events packet, named or not");
	explain("taken", "", "a branch whose condition did not fail");
	explain("saturated", "", "a latency counter stopped at its top: the latency is at "
		"least that");
}

static void filter_ops(void)
{
#define OP(id, class, mask, value, name, what) explain(name, "", what);
#include "decoder/ops.def"
#undef OP
	explain("reserved", "", "an operation type that the architecture does not define");
}

static void help_filter(void)
{
	fputs("--filter EXPRESSION: only samples for which it holds are counted.\n\n"
	      "  expression   FIELD COMPARISON VALUE, or a flag; joined by && and ||,\n"
	      "               turned around by !, grouped by ( ).  && binds tighter.\n"
	      "  comparison   = (or ==)  !=  and for numbers  <  <=  >  >=\n"
	      "               =~  !~  for text: a POSIX extended regular expression\n"
	      "  value        a number (decimal, or hex after 0x), a word, or text in\n"
	      "               \"quotes\" or 'quotes'\n\n"
	      "A comparison with what a sample does not have is false, also with != and !~;\n"
	      "!(...) turns that around.\n\nExamples:\n"
	      "  world=guest && total>200 && op=load\n"
	      "  symbol=~\"^kvm_\" && !(l1d-miss || tlb-walk)\n"
	      "  vm=0 && vcpu=1 && va>=0xffff000000000000\n\nFields:\n", stdout);
	filter_fields_list();
	fputs("\nFlags, true or false alone:\n", stdout);
	filter_flags();
	fputs("\nValues of op: load, store, branch, other, atomic.  Values of op and subclass:\n",
	      stdout);
	filter_ops();
}

static void help_report(void)
{
	report_args_help(stdout);
}

static void help_annotate(void)
{
	report_args_help_annotate(stdout);
}

static void help_tui(void)
{
	report_args_help_tui(stdout);
}

static void help_dump(void)
{
	dump_args_help(stdout);
}

static void help_record(void)
{
	record_args_help(stdout);
}

static void help_top(void)
{
	top_args_help(stdout);
}

static void help_doctor(void)
{
	doctor_help(stdout);
}

static void help_kvm(void)
{
	report_args_help_kvm(stdout);
}

static void help_sharing(void)
{
	report_args_help_sharing(stdout);
}

static void help_archive(void)
{
	report_args_help_archive(stdout);
}

static void help_diff(void)
{
	report_args_help_diff(stdout);
}

static void help_guest_agent(void)
{
	guest_agent_help(stdout);
}

static void help_merge(void)
{
	merge_help(stdout);
}

static void help_usage(void)
{
	cmd_usage(stdout);
}

static const struct {
	const char *name, *what;
	void (*print)(void);
} topics[] = {
	{ "record", "options of `spelunk record`", help_record },
	{ "report", "options of `spelunk report`", help_report },
	{ "annotate", "options of `spelunk annotate`", help_annotate },
	{ "tui", "options of `spelunk tui`", help_tui },
	{ "top", "options of `spelunk top`", help_top },
	{ "dump", "options of `spelunk dump`", help_dump },
	{ "doctor", "options of `spelunk doctor`", help_doctor },
	{ "kvm", "options of `spelunk kvm`", help_kvm },
	{ "sharing", "options of `spelunk sharing`", help_sharing },
	{ "diff", "options of `spelunk diff`", help_diff },
	{ "guest-agent", "options of `spelunk guest-agent`", help_guest_agent },
	{ "merge", "options of `spelunk merge`", help_merge },
	{ "archive", "options of `spelunk archive`", help_archive },
	{ "filter", "the language of --filter, with its fields and words", help_filter },
	{ "keys", "what --by can group samples by", help_keys },
	{ "columns", "what --columns can show of a row, and how it is counted", help_columns },
	{ "help", "this list", help_usage },
};

#define NR_TOPICS (sizeof(topics) / sizeof(topics[0]))

static int no_topic(void)
{
	cmd_error("help", NULL, "there is no such topic; these there are:");
	for (size_t i = 0; i < NR_TOPICS; i++)
		fprintf(stderr, "  %-11s %s\n", topics[i].name, topics[i].what);
	return EXIT_USAGE;
}

int cmd_help(int argc, char **argv)
{
	if (argc > 2)
		return no_topic();
	if (argc < 2) {
		cmd_usage(stdout);
		fputs("\nspelunk help TOPIC:\n", stdout);
		for (size_t i = 0; i < NR_TOPICS - 1; i++)
			printf("  %-11s %s\n", topics[i].name, topics[i].what);
		return EXIT_OK;
	}
	for (size_t i = 0; i < NR_TOPICS; i++) {
		if (!strcmp(argv[1], topics[i].name)) {
			topics[i].print();
			return EXIT_OK;
		}
	}
	return no_topic();
}
