// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/options/report_options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "cmd/options/values.h"
#include "profile/annotation.h"
#include "profile/filter/filter.h"
#include "report/kvm/kvm.h"

#define LIMIT_TEXT	10
#define LIMIT_BY	40

/*
 * Options
 */

const char *key_word(unsigned int i)
{
	return field_name(i);
}

const char *column_word(unsigned int i)
{
	return column_name(i);
}

static int take_key(struct options *o, const char *name, const char *word, size_t len, void *to)
{
	struct report_args *a = to;
	size_t most = a->command == COMMAND_DIFF ? PROFILE_KEYS - 1 : PROFILE_KEYS;
	int f = field_find(word, len);

	if (f < 0 && len == strlen("stack") && !memcmp(word, "stack", len))
		return options_fail(o, "stack cannot be combined with other keys: use `spelunk report --by stack`");
	if (f < 0)
		return option_no_word(o, "key", word, len, key_word, NR_FIELDS, "keys");
	for (size_t i = 0; i < a->nr_by; i++)
		if (a->by[i] == (enum field)f)
			return options_fail(o, "--%s has the key '%s' twice: leave one out", name,
					    field_name(f));
	if (a->nr_by == most)
		return options_fail(o, "--%s takes at most %zu keys: leave out '%s' and what "
				    "follows", name, most, field_name(f));
	a->by[a->nr_by++] = f;
	return 0;
}

static int find_column(struct options *o, const char *word, size_t len, enum column *out)
{
	int c = column_find(word, len);

	if (c < 0)
		return option_no_word(o, "column", word, len, column_word, NR_COLUMNS, "columns");
	*out = c;
	return 0;
}

static int take_column(struct options *o, const char *name, const char *word, size_t len, void *to)
{
	struct report_args *a = to;
	enum column c = COLUMN_SAMPLES;
	int ret = find_column(o, word, len, &c);

	for (size_t i = 0; !ret && i < a->nr_columns; i++)
		if (a->columns[i] == c)
			return options_fail(o, "--%s has '%s' twice: leave one out", name,
					    column_name(c));
	if (!ret)
		a->columns[a->nr_columns++] = c;
	return ret;
}

static int take_by(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];

	a->nr_by = 0;
	a->stacks = a->command == COMMAND_REPORT && !strcmp(value, "stack");
	return a->stacks ? 0 : option_list(o, name, value, take_key, a);
}

static int take_columns(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];

	a->nr_columns = 0;
	return option_list(o, name, value, take_column, a);
}

/* In perf, --sort takes keys. */
static bool has_keys(const char *list)
{
	size_t len = strcspn(list, ",");

	return list[len] || (column_find(list, len) < 0 && field_find(list, len) >= 0) ||
	       !strcmp(list, "dso");
}

static int take_sort(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];
	int ret;

	if (has_keys(value))
		return options_fail(o, "perf's --sort KEYS is --by KEYS here; --%s takes one "
				    "column", name);
	if (a->command == COMMAND_DIFF && !strcmp(value, "significance")) {
		a->order = DIFF_BY_SIGNIFICANCE;
		return 0;
	}
	a->sort_given = true;
	a->order = DIFF_BY_COLUMN;
	a->ascending = *value == '-';
	value += a->ascending;
	ret = find_column(o, value, strlen(value), &a->sort);
	if (!ret && a->command == COMMAND_ANNOTATE &&
	    (a->ascending || (a->sort != COLUMN_COST && a->sort != COLUMN_SAMPLES)))
		return options_fail(o, "--%s is cost or samples here", name);
	if (!ret && a->command == COMMAND_DIFF && !diff_sorts_by(a->sort))
		return options_fail(o, "--%s takes significance, cost, samples, share, operations or "
				    "total_mean here", name);
	return ret;
}

static int take_fail_above(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];
	char *end;
	double percent = strtod(value, &end);

	if (strspn(value, "0123456789.") != (size_t)(end - value) || (*end && strcmp(end, "%")) ||
	    !(percent > 0 && percent <= 1e6))
		return options_fail(o, "--%s takes a percentage above 0, such as 5%%, not '%.40s'",
				    name, value);
	a->rule.asked = true;
	a->rule.above = percent / 100;
	return 0;
}

static int take_to(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];

	for (unsigned int k = 0; k < NR_EXPORTS; k++) {
		if (strcmp(value, export_name(k)))
			continue;
		a->kind = k;
		return 0;
	}
	return option_no_word(o, "kind", value, strlen(value), export_name, NR_EXPORTS,
			      "export");
}

static int take_vm_name(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];
	struct vm_name *new;
	char *end;
	unsigned long pid;

	errno = 0;
	pid = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || errno || pid > INT_MAX || *end != '=' || !end[1])
		return options_fail(o, "--%s takes PID=NAME, such as 1234=web, not '%.40s'", name,
				    value);
	new = array_add(a->config.vm_names, a->config.nr_vm_names);
	if (!new)
		return -ENOMEM;
	*new = (struct vm_name){ (int32_t)pid, end + 1 };
	return 0;
}

static int take_clock_offset(struct options *o, const char *name, const char *value)
{
	struct guest_words *w = &((struct report_args *)o->args[ARGS_report])->config.clock_offsets;
	int ret = guest_words_add(o, w, "TICKS", value);
	const char *word = ret ? "" : w->list[w->nr - 1].word;
	char *end;

	if (ret)
		return ret;
	errno = 0;
	w->list[w->nr - 1].ticks = strtoll(word, &end, 0);
	if (errno || end == word || *end)
		return options_fail(o, "--%s takes [VM=]TICKS, a whole number, not '%.40s'", name,
				    value);
	return 0;
}

int option_filter(struct options *o, const char *name, const char *value, struct filter **out)
{
	char why[256];
	int ret;

	if (*out)
		return options_fail(o, "--%s is given twice: join the expressions with &&", name);
	ret = filter_parse(out, value, why, sizeof(why));
	return ret == -EINVAL ? options_fail(o, "--%s: %s", name, why) : ret;
}

static int take_filter(struct options *o, const char *name, const char *value)
{
	struct report_args *a = o->args[ARGS_report];

	a->filter_text = value;
	return option_filter(o, name, value, &a->filter);
}

option_take_fn *const report_takes[NR_OPTION_OWN] = {
	[OWN_FILTER] = take_filter, [OWN_BY] = take_by, [OWN_SORT] = take_sort,
	[OWN_COLUMNS] = take_columns, [OWN_VM_NAME] = take_vm_name,
	[OWN_CLOCK_OFFSET] = take_clock_offset, [OWN_FAIL_ABOVE] = take_fail_above,
	[OWN_TO] = take_to,
};

/* Arguments that are not options */

/* Restrict the filter to samples of the named function. */
static int join_function(struct report_args *a, struct options *o)
{
	const char *quote = strchr(a->function, '"') ? "'" : "\"", *more = a->filter_text;
	char why[256];

	if (strchr(a->function, *quote))
		return options_fail(o, "a function name with both kinds of quotes cannot be "
				    "given: use --filter with a regular expression");
	if (asprintf(&a->joined, "symbol=%s%s%s%s%s%s", quote, a->function, quote,
		     more ? " && (" : "", more ? more : "", more ? ")" : "") < 0)
		return options_fail(o, "out of memory");
	filter_free(a->filter);
	a->filter = NULL;
	if (filter_parse(&a->filter, a->joined, why, sizeof(why)))
		return options_fail(o, "the name of the function: %s", why);
	a->filter_text = a->joined;
	return 0;
}

/* A single argument that is a recording means all of its functions. */
static void take_function(struct report_args *a, struct options *o)
{
	if (!o->nr_rest || (o->nr_rest == 1 && !a->input_given && guest_recording_is(*o->rest)))
		return;
	a->function = *o->rest++;
	o->nr_rest--;
}

/* -i FILE is one of them. */
static int take_several(struct report_args *a, struct options *o)
{
	int err = a->input_given ? word_list_add(&a->inputs, a->input) : 0;

	for (int i = 0; i < o->nr_rest && !err; i++)
		err = word_list_add(&a->inputs, o->rest[i]);
	return err;
}

static int take_recording(struct report_args *a, struct options *o)
{
	/* kvm's only subcommand has a name, so that more can be added */
	bool named = a->command == COMMAND_KVM && o->nr_rest && !strcmp(*o->rest, "report");

	o->rest += named;
	o->nr_rest -= named;
	/* two recordings on the screens are compared as with diff: the first is the former one */
	if (o->nr_rest == 2 && a->command == COMMAND_TUI && !a->input_given) {
		a->other = *o->rest++;
		o->nr_rest--;
	}
	if (o->nr_rest + a->input_given > 1 &&
	    (a->command == COMMAND_REPORT || a->command == COMMAND_KVM))
		return take_several(a, o);
	if (o->nr_rest > !a->input_given)
		return options_fail(o, "unexpected '%.40s': %s reads one recording at a time",
				    o->rest[o->nr_rest - 1], command_name(a->command));
	if (o->nr_rest)
		a->input = *o->rest;
	a->input_usual = !o->nr_rest && !a->input_given;
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int take_pair(struct report_args *a, struct options *o)
{
	int nr_a = o->nr_rest - o->behind, err = 0;

	if (nr_a > 0 && o->behind > 0 && o->nr_rest > 2) {
		for (int i = 0; i < o->nr_rest && !err; i++)
			err = word_list_add(i < nr_a ? &a->inputs : &a->others, o->rest[i]);
		/* neighbours are compared, so that their order must not be chance */
		qsort(a->inputs.word, a->inputs.nr, sizeof(*a->inputs.word), by_text);
		qsort(a->others.word, a->others.nr, sizeof(*a->others.word), by_text);
		return err;
	}
	if (o->nr_rest != 2)
		return options_fail(o, "diff compares two recordings: spelunk diff A B; or several: "
				    "spelunk diff A1 A2 -- B1 B2");
	a->input = o->rest[0];
	a->other = o->rest[1];
	return 0;
}

static int take_rest(struct report_args *a, struct options *o)
{
	a->input_given = options_given(o, "input");
	if (a->command == COMMAND_ANNOTATE)
		take_function(a, o);
	if (a->function && join_function(a, o))
		return -EINVAL;
	return a->command == COMMAND_DIFF ? take_pair(a, o) : take_recording(a, o);
}

/* The command line */

void report_args_defaults(struct report_args *a, enum command_id c)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*a = (struct report_args){
		.command = c, .input = USUAL_RECORDING, .sort = COLUMN_COST, .kind = NR_EXPORTS,
		.rule = { .on = NR_DIFF_WHOLE },
		.config = {
			.jobs = cpus < 1 ? 1 : cpus > JOBS_MAX ? JOBS_MAX : (unsigned int)cpus,
			.demangle = true, .build_id_cache = true, .progress = true,
		},
	};
}

bool report_args_calls(const struct report_args *a)
{
	return a->callers || a->children || a->stacks;
}

bool report_args_brief(const struct report_args *a)
{
	bool brief = (a->format == REPORT_TEXT || (a->format == REPORT_CSV && a->nr_columns)) &&
		     a->command != COMMAND_ANNOTATE && column_is_brief(a->sort);

	for (size_t i = 0; i < a->nr_columns; i++)
		brief &= column_is_brief(a->columns[i]);
	return brief;
}

const char *report_args_host(const struct report_args *a, const char *path)
{
	const char *name = NULL;
	size_t len = strlen(path);

	for (size_t i = 0; i < a->host_names.nr; i++) {
		const char *word = a->host_names.word[i];

		if (!strncmp(word, path, len) && word[len] == '=' && word[len + 1])
			name = word + len + 1;
	}
	return name;
}

/* --host-name must be about a recording, or it was misspelled. */
static int check_host_names(const struct report_args *a, struct options *o)
{
	for (size_t i = 0; i < a->host_names.nr; i++) {
		const struct report_args one = { .host_names = { &a->host_names.word[i], 1 } };
		bool known = report_args_host(&one, a->input);

		for (size_t k = 0; k < a->inputs.nr && !known; k++)
			known = report_args_host(&one, a->inputs.word[k]);
		known = known || (a->other && report_args_host(&one, a->other));
		for (size_t k = 0; k < a->others.nr && !known; k++)
			known = report_args_host(&one, a->others.word[k]);
		if (!known)
			return options_fail(o, "--host-name takes FILE=NAME, where FILE is a recording as "
					    "it is given here, not '%.60s'", a->host_names.word[i]);
	}
	return 0;
}

/* What several recordings cannot say together. */
static int check_several(const struct report_args *a, struct options *o)
{
	if (a->format == REPORT_HTML)
		return options_fail(o, "--format html is of one recording: text, csv and json are of several");
	if (report_args_calls(a))
		return options_fail(o, "call stacks are of one recording: leave --callers, --children and "
				    "--by stack out, or give one file");
	if (a->summary)
		return options_fail(o, "--summary is of one recording: leave it out, or give one file");
	if (field_among(FIELD_TIME, a->by, a->nr_by) || field_among(FIELD_SLICE, a->by, a->nr_by))
		return options_fail(o, "several recordings have no common clock: leave the keys time and "
				    "slice out, or give one file");
	if (a->command == COMMAND_DIFF && (a->table == DIFF_EXITS || a->table == DIFF_LEDGER))
		return options_fail(o, "several recordings have the tables samples and whole: choose one of "
				    "them, or give one file for each side");
	if (a->command == COMMAND_KVM && a->table != KVM_LEDGER && a->table != KVM_EXITS)
		return options_fail(o, "several recordings have the tables ledger and exits: choose one of "
				    "them, or give one file");
	if (a->config.nr_vm_names)
		return options_fail(o, "--vm-name names a pid of one machine: leave it out, or give one file");
	if (a->filter && filter_asks_vm_number(a->filter))
		return options_fail(o, "VMs are numbered in each recording: filter by the VM's name, as in "
				    "--filter vm=web, or give one file");
	return 0;
}

/* --callers, --children and --by stack do not support keys, columns or an order. */
static int check_calls(const struct report_args *a, struct options *o)
{
	const char *what = a->callers ? "callers" : a->children ? "children" : "by stack";

	if (!!a->callers + a->children + a->stacks > 1)
		return options_fail(o, "--callers, --children and --by stack are three reports: choose "
				    "one");
	if (a->callers && !*a->callers)
		return options_fail(o, "--callers takes the name of a function");
	if (a->nr_by)
		return options_fail(o, "--%s has no keys: leave --by out", what);
	if (a->nr_columns)
		return options_fail(o, "--%s has its own columns: leave --columns out", what);
	if (a->sort_given)
		return options_fail(o, "--%s is sorted by cycles: leave --sort out", what);
	return 0;
}

/* A page of HTML is always the complete report. */
static int check_html(const struct report_args *a, struct options *o)
{
	if (report_args_calls(a) || (a->command == COMMAND_REPORT && a->nr_by))
		return options_fail(o, "--format html is the whole report, and has functions and call "
				    "stacks: leave --by, --callers and --children out");
	if (a->nr_columns)
		return options_fail(o, "--format html has its own columns: leave --columns out");
	if (a->summary)
		return options_fail(o, "--format html is the whole report: leave --summary out");
	return 0;
}

static int check_table(const struct report_args *a, struct options *o)
{
	if (a->nr_by && !export_is_table(a->kind))
		return options_fail(o, "--by is for parquet: leave it out with --to %s",
				    export_name(a->kind));
	if (options_given(o, "table") && !export_is_table(a->kind))
		return options_fail(o, "--table is for parquet: leave it out with --to %s",
				    export_name(a->kind));
	if (a->nr_by && a->export_table != EXPORT_TABLE_SAMPLES)
		return options_fail(o, "--by is for the table of samples: leave --table out");
	if (a->partition && !export_is_table(a->kind))
		return options_fail(o, "--partition is for parquet: leave it out with --to %s",
				    export_name(a->kind));
	if (a->partition && (!a->output || !strcmp(a->output, "-")))
		return options_fail(o, "--partition needs a folder: add -o DIR");
	return 0;
}

static int check_export(const struct report_args *a, struct options *o)
{
	if (a->kind == NR_EXPORTS)
		return options_fail(o, "--to is missing: give a kind such as folded or "
				    "speedscope; run `spelunk export --help` for the list");
	if (a->weight != EXPORT_CHOOSE && !export_is_weighed(a->kind))
		return options_fail(o, "--weight is for folded and speedscope: leave it out with "
				    "--to %s", export_name(a->kind));
	if (a->object && !export_is_of_binary(a->kind))
		return options_fail(o, "--object is for kinds about one binary, such as bolt: leave it "
				    "out with --to %s", export_name(a->kind));
	return check_table(a, o);
}

static size_t default_limit(const struct report_args *a)
{
	if (a->command == COMMAND_ANNOTATE)
		return ANNOTATION_FUNCTIONS;
	if (a->format != REPORT_TEXT || a->command == COMMAND_KVM)
		return 0;
	if (a->stacks)
		return 0;
	return a->nr_by || a->command == COMMAND_DIFF || report_args_calls(a) ? LIMIT_BY : LIMIT_TEXT;
}

/* No row limit for CSV and JSON, nor for a function's places. */
static size_t default_rows(const struct report_args *a)
{
	if (a->command == COMMAND_TUI || a->command == COMMAND_TOP)
		return SCREEN_ROWS;
	if (a->command == COMMAND_ANNOTATE)
		return 0;
	return a->format == REPORT_TEXT || a->format == REPORT_HTML ? MAX_ROWS : 0;
}

int report_args_complete(struct report_args *a, struct options *o)
{
	if (check_host_names(a, o) || (a->inputs.nr && check_several(a, o)))
		return -EINVAL;
	if (report_args_calls(a) && check_calls(a, o))
		return -EINVAL;
	if (a->format == REPORT_HTML && check_html(a, o))
		return -EINVAL;
	if (a->command == COMMAND_EXPORT && check_export(a, o))
		return -EINVAL;
	if (options_given(o, "table") && a->command != COMMAND_EXPORT && a->format != REPORT_CSV)
		return options_fail(o, "--table chooses the table for CSV: add --format csv");
	if (a->nr_columns && !a->nr_by && a->format == REPORT_TEXT && a->command == COMMAND_REPORT)
		return options_fail(o, "--columns is for tables: add --by KEYS, or --format csv");
	if (options_given(o, "fail-on") && !a->rule.asked)
		return options_fail(o, "--fail-on selects the figure for --fail-above: add "
				    "--fail-above 5%%");
	if (a->summary && (a->format == REPORT_CSV || a->nr_by))
		return options_fail(o, "--summary works with text and JSON, without --by");
	if (!options_given(o, "max-rows"))
		a->max_rows = default_rows(a);
	a->limit_given = options_given(o, "limit");
	if (!a->limit_given)
		a->limit = default_limit(a);
	else if (a->command == COMMAND_KVM && !a->limit)
		a->limit = SIZE_MAX;
	a->config.progress &= !a->quiet;
	a->config.host = report_args_host(a, a->input);
	return 0;
}

static void clear_config(struct recording_config *c)
{
	free(c->symfs.word);
	free(c->jit.word);
	free(c->guests.list);
	free(c->guest_symfs.list);
	free(c->clock_offsets.list);
	free(c->vm_names);
}

static int add_words(struct word_list *to, const struct word_list *from)
{
	int err = 0;

	for (size_t i = 0; i < from->nr && !err; i++)
		err = word_list_add(to, from->word[i]);
	return err;
}

static int add_guests(struct guest_words *to, const struct guest_words *from)
{
	for (size_t i = 0; i < from->nr; i++) {
		struct guest_word *new = array_add(to->list, to->nr);

		if (!new)
			return -ENOMEM;
		*new = from->list[i];
	}
	return 0;
}

/* *own has lists of its own; append what was given for both. */
static int join_config(struct recording_config *own, const struct recording_config *both)
{
	const struct recording_config has = *own;

	*own = *both;
	own->symfs = has.symfs;
	own->guests = has.guests;
	own->guest_symfs = has.guest_symfs;
	own->clock_offsets = has.clock_offsets;
	own->vm_names = NULL;
	own->nr_vm_names = 0;
	own->kallsyms = has.kallsyms ? has.kallsyms : both->kallsyms;
	own->vmlinux = has.vmlinux ? has.vmlinux : both->vmlinux;
	/* the kernels may differ, so a file for both may fit only one of them */
	own->symbols_optional = !has.vmlinux && !has.guests.nr;
	return add_words(&own->symfs, &both->symfs) ?: add_guests(&own->guests, &both->guests) ?:
	       add_guests(&own->guest_symfs, &both->guest_symfs) ?:
	       add_guests(&own->clock_offsets, &both->clock_offsets);
}

int report_args_parse(struct report_args *a, int argc, char **argv, char *err, size_t errlen)
{
	struct report_args side[2] = { 0 };
	struct options o = {
		.command = command_find(argv[0]), .args = { [ARGS_report] = a, [ARGS_output] = &a->to },
		.side = { &side[0], &side[1] },
		.own = { report_takes }, .err = err, .errlen = errlen,
	};
	int ret;

	report_args_defaults(a, o.command);
	ret = options_read(&o, argc, argv);
	a->help = o.help;
	if (!ret && !a->help)
		ret = take_rest(a, &o) ?: report_args_complete(a, &o);
	for (size_t i = 0; i < 2; i++) {
		a->side[i] = side[i].config;
		if (!ret && a->command == COMMAND_DIFF)
			ret = join_config(&a->side[i], &a->config);
	}
	return ret;
}

void report_args_free(struct report_args *a)
{
	filter_free(a->filter);
	free(a->joined);
	free(a->inputs.word);
	free(a->others.word);
	free(a->host_names.word);
	clear_config(&a->config);
	clear_config(&a->side[0]);
	clear_config(&a->side[1]);
	*a = (struct report_args){ 0 };
}
