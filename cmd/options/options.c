// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/options/options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/nearest.h"
#include "cmd/cmd.h"
#include "cmd/doctor/checks.h"
#include "cmd/dump/dump.h"
#include "cmd/mcp/mcp.h"
#include "cmd/options/report_options.h"
#include "cmd/options/values.h"
#include "cmd/top/top.h"
#include "collector/perfdata/write.h"
#include "report/diff/diff.h"
#include "report/kvm/kvm.h"
#include "report/sharing/sharing.h"

/* getopt_long() values for rows start above all letters. */
#define ROW_FIRST	256

/*
 * The table
 */

enum {
#define COMMAND(id, name, what, why) id = 1u << COMMAND_##id,
#include "cmd/options/commands.def"
#undef COMMAND
#define COMMANDS(name, list) name = list,
#define GROUP(title)
#define OPTION(letter, name, argument, commands, value, what)
#define HABIT(commands, letter, name, sentence)
#include "cmd/options/options.def"
#undef COMMANDS
#undef GROUP
#undef OPTION
#undef HABIT
};

enum value_kind {
	VALUE_SET, VALUE_TEXT, VALUE_WORDS, VALUE_GUESTS, VALUE_IDS, VALUE_NUMBER, VALUE_TIME, VALUE_SIZE, VALUE_BUFFER,
	VALUE_ONE_OF, VALUE_CPU_TABLE, VALUE_OWN, VALUE_HELP
};

struct entry {
	struct option_row option;
	enum value_kind kind;
	enum option_args args;
	size_t offset, size;		/* of the field */
	uint64_t least, most;		/* VALUE_SET: the value is least; VALUE_ONE_OF: least is
					 * the first word's */
	const char *words;		/* VALUE_ONE_OF: separated by spaces */
	enum option_own own;
	bool of_side;			/* accepts a side: A= or B= */
};

#define FIELD(a, f)	.args = ARGS_##a, .offset = offsetof(struct a##_args, f), \
			.size = sizeof(((struct a##_args *)NULL)->f)
#define SET(a, f, v)	.kind = VALUE_SET, FIELD(a, f), .least = v
#define TEXT(a, f)	.kind = VALUE_TEXT, FIELD(a, f)
#define WORDS(a, f)	.kind = VALUE_WORDS, FIELD(a, f)
#define GUESTS(a, f)	.kind = VALUE_GUESTS, FIELD(a, f)
#define IDS(a, f)	.kind = VALUE_IDS, FIELD(a, f)
#define NUMBER(a, f, l, m) .kind = VALUE_NUMBER, FIELD(a, f), .least = l, .most = m
#define TIME(a, f, l)	.kind = VALUE_TIME, FIELD(a, f), .least = l
#define SIZE(a, f)	.kind = VALUE_SIZE, FIELD(a, f)
#define BUFFER(a, f)	.kind = VALUE_BUFFER, FIELD(a, f)
#define ONE_OF(a, f, first, list) .kind = VALUE_ONE_OF, FIELD(a, f), .least = first, .words = list
#define CPU_TABLE(a, f) .kind = VALUE_CPU_TABLE, FIELD(a, f)
#define OWN(id)		.kind = VALUE_OWN, .own = OWN_##id
#define HELP_FLAG	.kind = VALUE_HELP
#define OF_SIDE(...)	__VA_ARGS__, .of_side = true

/* The prefix of such arguments in --help. */
#define SIDES		"[A=|B=]"

static const struct entry rows[] = {
#define COMMANDS(name, list)
#define GROUP(title) { .option = { .what = title } },
#define OPTION(letter, name, argument, commands, value, what) \
	{ .option = { name, what, argument, (uint32_t)(commands), letter }, value },
#define HABIT(commands, letter, name, sentence)
#include "cmd/options/options.def"
#undef COMMANDS
#undef GROUP
#undef OPTION
#undef HABIT
};

#define NR_ROWS	(sizeof(rows) / sizeof(rows[0]))

_Static_assert(NR_ROWS <= OPTION_ROWS_MAX, "OPTION_ROWS_MAX is too small");

static const struct habit {
	uint32_t commands;
	char letter;
	const char *name, *sentence;
} habits[] = {
#define COMMANDS(name, list)
#define GROUP(title)
#define OPTION(letter, name, argument, commands, value, what)
#define HABIT(commands, letter, name, sentence) { commands, letter, name, sentence },
#include "cmd/options/options.def"
#undef COMMANDS
#undef GROUP
#undef OPTION
#undef HABIT
};

static const struct {
	const char *name, *what, *why;
} commands[] = {
#define COMMAND(id, name, what, why) { name, what, why },
#include "cmd/options/commands.def"
#undef COMMAND
};

const char *command_name(enum command_id c)
{
	return commands[c].name;
}

const char *command_what(enum command_id c)
{
	return commands[c].what;
}

enum command_id command_find(const char *name)
{
	enum command_id c = 0;

	while (c < NR_COMMANDS && strcmp(commands[c].name, name))
		c++;
	return c;
}

const struct option_row *options_row(size_t i)
{
	return i < NR_ROWS ? &rows[i].option : NULL;
}

static struct option_value value_of(const struct entry *e)
{
	struct option_value v = { .type = OPTION_TEXT };

	switch (e->kind) {
	case VALUE_SET:
	case VALUE_HELP:
		v.type = OPTION_FLAG;
		break;
	case VALUE_NUMBER:
		v = (struct option_value){ .type = OPTION_NUMBER, .least = e->least, .most = e->most };
		break;
	case VALUE_ONE_OF:
		v = (struct option_value){ .type = OPTION_WORD, .words = e->words };
		break;
	case VALUE_WORDS:
	case VALUE_GUESTS:
		v.repeated = true;
		break;
	case VALUE_OWN:
		v.repeated = e->own == OWN_VM_NAME || e->own == OWN_CLOCK_OFFSET;
		break;
	case VALUE_TEXT:
	case VALUE_IDS:
	case VALUE_TIME:
	case VALUE_SIZE:
	case VALUE_BUFFER:
	case VALUE_CPU_TABLE:
		break;
	}
	return v;
}

const struct option_row *options_find(enum command_id c, const char *name, struct option_value *out)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		const struct option_row *r = &rows[i].option;

		if (!r->name || !(r->commands >> c & 1) || strcmp(r->name, name))
			continue;
		*out = value_of(&rows[i]);
		return r;
	}
	return NULL;
}

const char *options_habit(enum command_id c, char letter, const char *name)
{
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		const struct habit *h = &habits[i];

		if (h->commands >> c & 1 &&
		    (name ? h->name && !strcmp(h->name, name) : h->letter == letter))
			return h->sentence;
	}
	return NULL;
}

/*
 * Errors
 */

int options_fail(struct options *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(o->err, o->errlen, fmt, ap);
	va_end(ap);
	/* argv is untrusted: remove control bytes from the message. */
	for (char *c = o->err; o->errlen && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -EINVAL;
}

/* A command that has the option: report, else the first one.  NR_COMMANDS: none. */
static enum command_id owner_of(char letter, const char *name, const struct option_row **row)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		const struct option_row *r = &rows[i].option;

		if (!r->name || (name ? strcmp(r->name, name) : r->letter != letter))
			continue;
		*row = r;
		return r->commands & REPORT ? COMMAND_REPORT :
		       (enum command_id)__builtin_ctz(r->commands);
	}
	return NR_COMMANDS;
}

static int fail_letter(struct options *o, char letter)
{
	const char *habit = options_habit(o->command, letter, NULL);
	const struct option_row *row = NULL;
	enum command_id owner = owner_of(letter, NULL, &row);

	if (habit)
		return options_fail(o, "no option -%c: %s", letter, habit);
	if (owner != NR_COMMANDS)
		return options_fail(o, "-%c (--%s) is an option of `spelunk %s`: %s", letter,
				    row->name, commands[owner].name, commands[o->command].why);
	return options_fail(o, "no option -%c; run `spelunk %s --help` for the options", letter,
			    commands[o->command].name);
}

/* Fail if it abbreviates several options.  0: it does not. */
static int fail_beginning(struct options *o, const char *name)
{
	char list[160] = "";
	size_t len = 0;
	int nr = 0;

	for (size_t i = 0; i < NR_ROWS && len < sizeof(list); i++) {
		const struct option_row *r = &rows[i].option;

		if (!r->name || !(r->commands >> o->command & 1) ||
		    strncmp(r->name, name, strlen(name)))
			continue;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s--%s", nr ? ", " : "",
					r->name);
		nr++;
	}
	return nr > 1 ? options_fail(o, "--%.40s is the beginning of several options: %s", name,
				     list) : 0;
}

static int fail_name(struct options *o, const char *word)
{
	const struct option_row *row = NULL;
	const char *habit, *help = commands[o->command].name;
	enum command_id owner;
	struct nearest near;
	char name[48];
	int ret;

	word += strspn(word, "-");
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	ret = *name ? fail_beginning(o, name) : 0;
	habit = options_habit(o->command, 0, name);
	owner = owner_of(0, name, &row);
	if (ret)
		return ret;
	if (habit)
		return options_fail(o, "no option --%s: %s", name, habit);
	if (owner != NR_COMMANDS)
		return options_fail(o, "--%s is an option of `spelunk %s`: %s", name,
				    commands[owner].name, commands[o->command].why);
	nearest_start(&near, name, strlen(name));
	for (size_t i = 0; i < NR_ROWS; i++)
		if (rows[i].option.name && rows[i].option.commands >> o->command & 1)
			nearest_try(&near, rows[i].option.name);
	if (near.best)
		return options_fail(o, "no option '--%s'; did you mean '--%s'?  Run `spelunk %s "
				    "--help` for the options", name, near.best, help);
	return options_fail(o, "no option '--%s'; run `spelunk %s --help` for the options", name,
			    help);
}

/*
 * Reading
 */

static const struct entry *find_letter(enum command_id c, int letter)
{
	for (size_t i = 0; i < NR_ROWS; i++)
		if (rows[i].option.name && rows[i].option.commands >> c & 1 &&
		    rows[i].option.letter == letter)
			return &rows[i];
	return NULL;
}

/* The row of getopt_long()'s result or optopt. */
static const struct entry *find_row(enum command_id c, int val)
{
	return val >= ROW_FIRST ? &rows[val - ROW_FIRST] : find_letter(c, val);
}

/*
 * Reject another tool's option that getopt took for an abbreviation: perf's --event is not
 * --event-filter.  -EINVAL, or 0.
 */
static int check_habit(struct options *o, const struct entry *row, char **argv)
{
	const char *word = argv[optind - (optarg == argv[optind - 1] ? 2 : 1)], *habit;
	char name[48];

	if (strncmp(word, "--", 2))
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	habit = strcmp(name, row->option.name) ? options_habit(o->command, 0, name) : NULL;
	return habit ? options_fail(o, "no option --%s: %s", name, habit) : 0;
}

/* Report the error that getopt_long() returned as '?' or ':'. */
static int fail_option(struct options *o, int answer, char **argv)
{
	const struct entry *row = find_row(o->command, optopt);
	const char *word = optind > 0 ? argv[optind - 1] : "";

	if (answer == ':' && check_habit(o, row, argv))
		return -EINVAL;
	if (answer == ':' && optopt < ROW_FIRST)
		return options_fail(o, "-%c needs a value: -%c %s", optopt, optopt,
				    row->option.argument);
	if (answer == ':')
		return options_fail(o, "--%s needs a value: --%s %s", row->option.name,
				    row->option.name, row->option.argument);
	if (optopt >= ROW_FIRST)
		return options_fail(o, "%.40s: --%s takes no value", word, row->option.name);
	return optopt ? fail_letter(o, (char)optopt) : fail_name(o, word);
}

static void store(void *field, size_t size, uint64_t value)
{
	switch (size) {
	case 1:	*(uint8_t *)field = (uint8_t)value; break;
	case 4:	*(uint32_t *)field = (uint32_t)value; break;
	case 8:	*(uint64_t *)field = value; break;
	}
}

static int take(struct options *o, const struct entry *r, const char *value)
{
	char *field = (char *)o->args[r->args] + r->offset;
	const char *name = r->option.name;
	uint64_t n = r->least;
	int ret = 0;

	switch (r->kind) {
	case VALUE_HELP:
		o->help = true;
		return 0;
	case VALUE_OWN:
		for (size_t i = 0; i < 3; i++)
			if (o->own[i] && o->own[i][r->own])
				return o->own[i][r->own](o, name, value);
		return -EINVAL;
	case VALUE_TEXT:
		*(const char **)field = value;
		return 0;
	case VALUE_CPU_TABLE:
		*(const char **)field = value;
		return option_cpu_table(o, name, value);
	case VALUE_WORDS:
		return word_list_add((struct word_list *)field, value);
	case VALUE_GUESTS:
		return guest_words_add(o, (struct guest_words *)field,
				       r->option.argument + (r->of_side ? strlen(SIDES) : 0) +
				       strlen("[VM=]"), value);
	case VALUE_IDS:
		return option_ids(o, name, value, (struct id_list *)field);
	case VALUE_SET:
		break;
	case VALUE_NUMBER:
		ret = option_number(o, name, value, r->least, r->most, &n);
		break;
	case VALUE_TIME:
		ret = option_time(o, name, value, r->least, &n);
		break;
	case VALUE_SIZE:
		ret = option_size(o, name, value, &n);
		break;
	case VALUE_BUFFER:
		ret = option_buffer(o, name, value, &n);
		break;
	case VALUE_ONE_OF:
		ret = option_one_of(o, name, value, r->words, &n);
		n += r->least;
		break;
	}
	if (!ret)
		store(field, r->size, n);
	return ret;
}

/* Likewise for one side, or for both. */
static int take_side(struct options *o, const struct entry *r, const char *value)
{
	void *both = o->args[ARGS_report];
	bool sided = r->of_side && (*value == 'A' || *value == 'B') && value[1] == '=';
	int ret;

	if (!sided)
		return take(o, r, value);
	if (!value[2])
		return options_fail(o, "--%s %s: nothing follows the =; for a file of that name "
				    "write ./%s", r->option.name, value, value);
	o->args[ARGS_report] = o->side[*value - 'A'];
	ret = take(o, r, value + 2);
	o->args[ARGS_report] = both;
	return ret;
}

/* Describe the command's options to getopt_long(). */
static void list_options(enum command_id c, struct option longs[NR_ROWS + 1],
			 char letters[2 * NR_ROWS + 3])
{
	size_t nr = 0;

	for (size_t i = 0; i < NR_ROWS; i++) {
		const struct option_row *r = &rows[i].option;

		if (!r->name || !(r->commands >> c & 1))
			continue;
		longs[nr++] = (struct option){
			r->name, r->argument ? required_argument : no_argument, NULL,
			ROW_FIRST + (int)i,
		};
		if (r->letter)
			*letters++ = r->letter;
		if (r->letter && r->argument)
			*letters++ = ':';
	}
	longs[nr] = (struct option){ 0 };
	*letters = '\0';
}

static int note_word(struct options *o, const struct entry *r, const char *value)
{
	struct option_word *w = o->words ? array_add(o->words->list, o->words->nr) : NULL;

	if (w)
		*w = (struct option_word){ r->option.name, value };
	return o->words && !w ? -ENOMEM : 0;
}

/* The words behind "--", which getopt moves. */
static int words_behind(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--"))
			return argc - i - 1;
	return 0;
}

int options_read(struct options *o, int argc, char **argv)
{
	struct option longs[NR_ROWS + 1];
	char letters[2 * NR_ROWS + 3];
	const struct entry *row;
	int answer, ret = 0;

	strcpy(letters, o->stop ? "+:" : ":");
	list_options(o->command, longs, letters + strlen(letters));
	if (o->errlen)
		o->err[0] = '\0';
	o->behind = words_behind(argc, argv);
	optind = 0;	/* glibc: reinitialize, for another command line */
	while (!ret && !o->help && (answer = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (answer == '?' || answer == ':') {
			ret = fail_option(o, answer, argv);
			break;
		}
		row = find_row(o->command, answer);
		o->given[row - rows] = true;
		ret = check_habit(o, row, argv) ?: take_side(o, row, optarg) ?:
		      note_word(o, row, optarg);
	}
	if (ret == -ENOMEM)
		options_fail(o, "out of memory");
	o->rest = argv + optind;
	o->nr_rest = argc - optind;
	return ret;
}

bool options_given(const struct options *o, const char *name)
{
	for (size_t i = 0; i < NR_ROWS; i++)
		if (o->given[i] && !strcmp(rows[i].option.name, name))
			return true;
	return false;
}
