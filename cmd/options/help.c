// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/options/help.h"

#include <string.h>

#include "base/nearest.h"
#include "cmd/cmd.h"
#include "cmd/doctor/checks.h"
#include "cmd/run.h"
#include "decoder/names.h"
#include "report/report.h"

#define WIDTH	78	/* columns of a list of words */
#define INDENT	19	/* column where a word's meaning begins */
#define CHECK_INDENT	15	/* likewise, in the list of checks */

/*
 * Topics
 */

/* "  name             [unit] what it means" */
static void explain(FILE *out, const char *name, const char *unit, const char *what)
{
	int column = fprintf(out, "  %-*s ", INDENT - 3, name);

	if (column > INDENT) {
		fputc('\n', out);
		column = 0;
	}
	if (*unit)
		column += fprintf(out, "%*s[%s] ", INDENT - column, "", unit);
	help_wrap(out, column, INDENT, HELP_WIDTH, what);
}

static void help_keys(FILE *out)
{
	fputs("Keys of `spelunk report --by`, and fields of --filter.  Give up to 8 keys with commas\n"
	      "between them.  A value that a sample does not have is empty.\n\n", out);
	for (unsigned int f = 0; f < NR_FIELDS; f++)
		explain(out, field_name(f), field_unit(f), field_what(f));
}

static void help_columns(FILE *out)
{
	fputs("Columns of `spelunk report --sort` and --columns.  Events are bits of the\n"
	      "events packet (Arm ARM, D18.2.6).\n\n", out);
	for (unsigned int c = 0; c < NR_COLUMNS; c++)
		explain(out, column_name(c), column_unit(c), column_what(c));
}

static void filter_fields_list(FILE *out)
{
#define KIND_WORD	"text"
#define KIND_NAME	"text"
#define KIND_NUMBER	"number"
#define KIND_ADDRESS	"number"
#define FIELD(id, name, kind, unit, what) explain(out, name, KIND_##kind, what);
#include "profile/fields.def"
#undef FIELD
}

static void filter_flags(FILE *out)
{
#define EVENT(bit, id, name, dump, what) explain(out, name, "event " #bit, what);
#include "decoder/events.def"
#undef EVENT
	explain(out, "ev0 ... ev63", "", "bit 0 to 63 of the events packet, named or not");
	explain(out, "taken", "", "a branch whose condition did not fail");
	explain(out, "saturated", "", "a latency counter saturated: the latency is at least that");
}

static void filter_ops(FILE *out)
{
#define OP(id, class, mask, value, name, what) explain(out, name, "", what);
#include "decoder/ops.def"
#undef OP
	explain(out, "reserved", "", "an operation type that the architecture does not define");
}

static void help_filter(FILE *out)
{
	fputs("--filter EXPRESSION: count only the samples that match.\n\n"
	      "  expression   FIELD COMPARISON VALUE, or a flag; joined by && and ||,\n"
	      "               negated by !, grouped by ( ).  && binds tighter.\n"
	      "  comparison   = (or ==)  !=  and for numbers  <  <=  >  >=\n"
	      "               =~  !~  for text: a POSIX extended regular expression\n"
	      "  value        a number (decimal, or hex after 0x), a word, or text in\n"
	      "               \"quotes\" or 'quotes'; of time and slice also a time since\n"
	      "               the first sample, with its unit: 20ms, 0.5s, 300us, 40ns;\n"
	      "               of vm also the exact name of a VM of the recording\n\n"
	      "A comparison with a field that a sample does not have is false, also with !=\nand "
	      "!~; !(...) negates that.\n\nExamples:\n"
	      "  world=guest && total>200 && op=load\n"
	      "  symbol=~\"^kvm_\" && !(l1d-miss || tlb-walk)\n"
	      "  vm=web && vcpu=1 && va>=0xffff000000000000\n"
	      "  vm=\"build box\" && op=branch\n"
	      "  time>=20ms && time<45ms\n\nFields:\n", out);
	filter_fields_list(out);
	fputs("\nFlags, true or false alone:\n", out);
	filter_flags(out);
	fputs("\nValues of op: load, store, branch, other, atomic.  Values of op and subclass:\n",
	      out);
	filter_ops(out);
}

/*
 * Commands
 */

void cmd_usage(FILE *out)
{
	fprintf(out, "spelunk: profiles Arm servers and their KVM guests with SPE\n\n"
		"usage: spelunk COMMAND [options]\n\n");
	for (enum command_id c = 0; c < NR_COMMANDS; c++)
		fprintf(out, "  %-11s %s\n", command_name(c), command_what(c));
	fprintf(out, "  %-11s %s\n", "version", "print the version");
	fprintf(out, "\nRun `spelunk COMMAND --help` for details.  On an Arm host, `spelunk record -a\n"
		"--duration 10` makes a recording, and `spelunk report` reads it.\n");
}

static void list_words(FILE *out, const char *(*word)(unsigned int i), unsigned int nr)
{
	size_t column = 0;

	for (unsigned int i = 0; i < nr; i++) {
		size_t len = strlen(word(i)) + 1;

		if (!i || column + len > WIDTH) {
			fprintf(out, "%s ", i ? "\n" : "");
			column = 1;
		}
		fprintf(out, " %s", word(i));
		column += len;
	}
	fputc('\n', out);
}

static void list_columns(FILE *out)
{
	fputs("\nColumns of --columns:\n", out);
	list_words(out, column_word, NR_COLUMNS);
}

static void list_all(FILE *out)
{
	fputs("\nKeys of --by, and fields of --filter:\n", out);
	list_words(out, key_word, NR_FIELDS);
	fputs("\nColumns of --sort and --columns:\n", out);
	list_words(out, column_word, NR_COLUMNS);
	fputs("\nThe language of --filter:\n"
	      "  field = value, also != < <= > >=, and =~ !~ for regular expressions; an\n"
	      "  event's name alone (l1d-miss, mispredicted, taken, saturated...); && || ! ( ).\n", out);
}

static void list_checks(FILE *out)
{
	fputs("\nVerdicts:\n"
	      "  OK       as it should be\n"
	      "  WARNING  SPE can be used, but something will be missing or unreliable\n"
	      "  PROBLEM  SPE cannot be used until this is fixed\n"
	      "  unknown  nothing on this machine shows it: the line says where to look\n"
	      "\nChecks, as far as they apply to the machine:\n", out);
	for (unsigned int c = 0; c < NR_CHECKS; c++)
		help_wrap(out, fprintf(out, "  %-12s ", check_name(c)), CHECK_INDENT, HELP_WIDTH,
			  check_why(c));
}

static void list_kinds(FILE *out)
{
	fputs("\nKinds of --to:\n", out);
	for (unsigned int k = 0; k < NR_EXPORTS; k++)
		explain(out, export_name(k), "", export_what(k));
}

void help_print(FILE *out, enum command_id c)
{
	option_help(out, c, c == COMMAND_REPORT ? list_all :
		    c == COMMAND_ANNOTATE ? list_columns :
		    c == COMMAND_EXPORT ? list_kinds :
		    c == COMMAND_DOCTOR ? list_checks : NULL);
}

static const struct {
	const char *name, *what;
	void (*print)(FILE *out);
} topics[] = {
	{ "filter", "the language of --filter, with its fields and words", help_filter },
	{ "keys", "what --by can group samples by", help_keys },
	{ "columns", "what --columns can show of a row, and how it is counted", help_columns },
	{ "cpus", "CPUs whose data sources have names, and how --cpu-table adds some", help_cpus },
};

#define NR_TOPICS (sizeof(topics) / sizeof(topics[0]))

static const char *topic_word(unsigned int i)
{
	return i < NR_COMMANDS ? command_name(i) : topics[i - NR_COMMANDS].name;
}

static void list_topics(FILE *out)
{
	for (enum command_id c = 0; c < COMMAND_HELP; c++)
		fprintf(out, "  %-11s options of `spelunk %s`\n", command_name(c), command_name(c));
	for (size_t i = 0; i < NR_TOPICS; i++)
		fprintf(out, "  %-11s %s\n", topics[i].name, topics[i].what);
}

static int no_topic(const char *word)
{
	struct nearest near;
	char text[128], shown[48];

	report_escape(shown, sizeof(shown), word);
	nearest_start(&near, word, strlen(word));
	for (unsigned int i = 0; i < NR_COMMANDS + NR_TOPICS; i++)
		nearest_try(&near, topic_word(i));
	if (near.best)
		snprintf(text, sizeof(text), "no topic '%s'; did you mean '%s'?", shown, near.best);
	else
		snprintf(text, sizeof(text), "no topic '%s'; these are the topics:", shown);
	cmd_error("help", NULL, text);
	if (!near.best)
		list_topics(stderr);
	return EXIT_USAGE;
}

static int print_topic(FILE *out, const char *name)
{
	enum command_id c = command_find(name);

	if (c < COMMAND_HELP) {
		help_print(out, c);
		return EXIT_OK;
	}
	for (size_t i = 0; i < NR_TOPICS; i++) {
		if (!strcmp(name, topics[i].name)) {
			topics[i].print(out);
			return EXIT_OK;
		}
	}
	return no_topic(name);
}

static int print_help(FILE *out, const char *topic)
{
	if (topic && strcmp(topic, "help"))
		return print_topic(out, topic);
	cmd_usage(out);
	if (!topic) {
		fputs("\nspelunk help TOPIC:\n", out);
		list_topics(out);
	}
	return EXIT_OK;
}

static int help(int argc, char **argv)
{
	bool all = argc < 2 || !strcmp(argv[1], "-h") || !strcmp(argv[1], "--help");
	const struct output_args args = { .color = OUTPUT_COLOR_AUTO };
	struct output o;
	int ret;

	if (argc > 2) {
		cmd_error("help", NULL, "give one topic; run `spelunk help` for the list");
		return EXIT_USAGE;
	}
	/* standard output is always open */
	output_open(&o, NULL, &args);
	ret = output_close(&o, print_help(o.out, all ? NULL : argv[1]));
	return ret < 0 ? EXIT_UNUSABLE : ret;
}

const struct command command_HELP = { .main = help };
