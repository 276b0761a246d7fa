// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/option_help.h"
#include "cmd/report_options.h"
#include "profile/annotation.h"
#include "profile/filter.h"
#include "profile/nearest.h"

#define JOBS_MAX	512
#define LIMIT_TEXT	10
#define LIMIT_BY	40

/* Values of getopt_long() for options: above all letters. */
enum option_id {
	OPTION_FIRST = 256,
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) OPTION_##id,
#include "cmd/report_options.def"
#undef OPTION
#undef GROUP
};

struct parser {
	struct report_args *a;
	const char *command;
	bool max_rows_given;
	char *err;
	size_t errlen;
};

__attribute__((format(printf, 2, 3)))
static int fail(struct parser *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->err, p->errlen, fmt, ap);
	va_end(ap);
	/* argv may hold anything: no control byte of it reaches the terminal. */
	for (char *c = p->err; p->errlen && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -EINVAL;
}

/*
 * Words
 */

typedef const char *word_fn(unsigned int i);

static const char *key_word(unsigned int i)
{
	return field_name(i);
}

static const char *column_word(unsigned int i)
{
	return column_name(i);
}

static int fail_word(struct parser *p, const char *what, const char *word, size_t len,
		     word_fn *candidate, unsigned int nr, const char *cure)
{
	struct nearest near;
	int shown = len < 40 ? (int)len : 40;

	nearest_start(&near, word, len);
	for (unsigned int i = 0; i < nr; i++)
		nearest_try(&near, candidate(i));
	if (near.best)
		return fail(p, "no %s '%.*s'; did you mean '%s'?", what, shown, word,
			    near.best);
	return fail(p, "no %s '%.*s'; %s", what, shown, word, cure);
}

static int parse_key(struct parser *p, const char *word, size_t len)
{
	struct report_args *a = p->a;
	int f = field_find(word, len);

	if (f < 0)
		return fail_word(p, "key", word, len, key_word, NR_FIELDS,
				 "`spelunk report --help` lists the keys");
	for (size_t i = 0; i < a->nr_by; i++)
		if (a->by[i] == (enum field)f)
			return fail(p, "--by has the key '%s' twice: leave one out",
				    field_name(f));
	if (a->nr_by == PROFILE_KEYS)
		return fail(p, "--by takes at most %d keys: leave out '%s' and what follows",
			    PROFILE_KEYS, field_name(f));
	a->by[a->nr_by++] = f;
	return 0;
}

static int find_column(struct parser *p, const char *word, size_t len, enum column *out)
{
	int c = column_find(word, len);

	if (c < 0)
		return fail_word(p, "column", word, len, column_word, NR_COLUMNS,
				 "`spelunk report --help` lists the columns");
	*out = c;
	return 0;
}

static int parse_column(struct parser *p, const char *word, size_t len)
{
	struct report_args *a = p->a;
	enum column c = COLUMN_SAMPLES;
	int ret = find_column(p, word, len, &c);

	for (size_t i = 0; !ret && i < a->nr_columns; i++)
		if (a->columns[i] == c)
			return fail(p, "--columns has '%s' twice: leave one out",
				    column_name(c));
	if (!ret)
		a->columns[a->nr_columns++] = c;
	return ret;
}

/* Each word between commas. */
static int parse_list(struct parser *p, const char *option, const char *list,
		      int (*word)(struct parser *, const char *, size_t))
{
	int ret = 0;

	for (;;) {
		size_t len = strcspn(list, ",");

		if (!len)
			return fail(p,
				    "--%s has an empty name: write names with one comma "
				    "between them, and no spaces",
				    option);
		ret = word(p, list, len);
		if (ret || !list[len])
			return ret;
		list += len + 1;
	}
}

static int parse_choice(struct parser *p, const char *option, const char *word,
			const char *const *choices, int *out)
{
	for (int i = 0; choices[i]; i++)
		if (!strcmp(word, choices[i])) {
			*out = i;
			return 0;
		}
	return fail(p, "--%s is %s%s%s%s%s, not '%.40s'", option, choices[0],
		    choices[2] ? ", " : " or ", choices[1], choices[2] ? " or " : "",
		    choices[2] ? choices[2] : "", word);
}

static int parse_number(struct parser *p, const char *option, const char *word,
			unsigned long least, unsigned long most, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(word, &end, 10);
	if (*word < '0' || *word > '9' || *end || errno || *out < least || *out > most)
		return fail(p, "--%s takes a whole number from %lu to %lu, not '%.40s'",
			    option, least, most, word);
	return 0;
}

int report_words_add(struct word_list *w, const char *word)
{
	const char **more = realloc(w->word, (w->nr + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	w->word = more;
	w->word[w->nr++] = word;
	return 0;
}

static int parse_vm_name(struct parser *p, const char *arg)
{
	struct report_args *a = p->a;
	struct vm_name *more;
	char *end;
	unsigned long pid;

	errno = 0;
	pid = strtoul(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || errno || pid > INT_MAX || *end != '=' || !end[1])
		return fail(p, "--vm-name takes PID=NAME, such as 1234=web, not '%.40s'",
			    arg);
	more = realloc(a->config.vm_names, (a->config.nr_vm_names + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	a->config.vm_names = more;
	more[a->config.nr_vm_names++] = (struct vm_name){ (int32_t)pid, end + 1 };
	return 0;
}

static int parse_filter(struct parser *p, const char *text)
{
	char why[256];
	int ret;

	if (p->a->filter)
		return fail(p, "--filter is there twice: join the expressions with &&");
	ret = filter_parse(&p->a->filter, text, why, sizeof(why));
	p->a->filter_text = text;
	return ret == -EINVAL ? fail(p, "--filter: %s", why) : ret;
}

static int parse_sort(struct parser *p, const char *arg)
{
	p->a->sort_given = true;
	p->a->ascending = *arg == '-';
	arg += p->a->ascending;
	return find_column(p, arg, strlen(arg), &p->a->sort);
}

static const char *const formats[] = { "text", "csv", "json", NULL };
static const char *const colors[] = { "auto", "always", "never", NULL };
static const char *const modes[] = { "vhe", "nvhe", NULL };

static bool is_among(int id, const enum option_id *ids, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if ((int)ids[i] == id)
			return true;
	return false;
}

/*
 * Screens are no output of one format: what is seen is written by a key.  A function
 * has its own order and keys.  Two recordings are two files, and all of
 * their rows are compared.
 */
static bool is_for(const struct report_args *a, int id)
{
	static const enum option_id not_screens[] = {
		OPTION_LIMIT, OPTION_FORMAT, OPTION_OUTPUT, OPTION_COLOR, OPTION_QUIET,
	};
	static const enum option_id not_annotate[] = { OPTION_BY, OPTION_SORT, OPTION_MAX_ROWS };
	static const enum option_id not_pair[] = {
		OPTION_INPUT, OPTION_COLUMNS, OPTION_VM_NAME, OPTION_SLICE, OPTION_MAX_ROWS,
	};

	static const enum option_id not_kvm[] = {
		OPTION_BY, OPTION_FILTER, OPTION_SORT, OPTION_COLUMNS, OPTION_SLICE, OPTION_MAX_ROWS,
	};
	static const enum option_id not_sharing[] = {
		OPTION_BY, OPTION_SORT, OPTION_COLUMNS, OPTION_SLICE,
	};

	static const enum option_id of_archive[] = {
		OPTION_INPUT, OPTION_FILTER, OPTION_JOBS, OPTION_OUTPUT, OPTION_SYMFS, OPTION_VMLINUX,
		OPTION_LOCAL_FILES, OPTION_DEBUGINFOD, OPTION_NO_BUILD_ID_CACHE, OPTION_QUIET,
		OPTION_NO_PROGRESS, OPTION_HELP,
	};

	if (a->archive)
		return is_among(id, of_archive, sizeof(of_archive) / sizeof(of_archive[0]));
	if (a->sharing)
		return !is_among(id, not_sharing, sizeof(not_sharing) / sizeof(not_sharing[0]));
	if (a->kvm)
		return !is_among(id, not_kvm, sizeof(not_kvm) / sizeof(not_kvm[0]));
	if (a->screens)
		return !is_among(id, not_screens, sizeof(not_screens) / sizeof(not_screens[0]));
	if (a->annotate)
		return !is_among(id, not_annotate, sizeof(not_annotate) / sizeof(not_annotate[0]));
	if (a->pair)
		return !is_among(id, not_pair, sizeof(not_pair) / sizeof(not_pair[0]));
	return true;
}

static const char *why_not(const struct report_args *a)
{
	if (a->archive)
		return "an archive has files, and no rows";
	if (a->screens)
		return "on the screens w writes what is seen";
	if (a->annotate)
		return "a function's rows are its instructions, in their order";
	if (a->sharing)
		return "lines have their own keys and order";
	if (a->kvm)
		return "the ledger is of all time and all exits";
	return "two recordings are compared as they are";
}

static int parse_option(struct parser *p, int id, const char *arg)
{
	struct report_args *a = p->a;
	unsigned long n = 0;
	int choice = 0, ret = 0;

	switch ((enum option_id)id) {
	case OPTION_INPUT:	a->input = arg; a->input_given = true; break;
	case OPTION_FILTER:	return parse_filter(p, arg);
	case OPTION_HOST_MODE:
		ret = parse_choice(p, "host-mode", arg, modes, &choice);
		a->config.host_mode = choice ? HOST_NVHE : HOST_VHE;
		break;
	case OPTION_VM_NAME:	return parse_vm_name(p, arg);
	case OPTION_JOBS:
		ret = parse_number(p, "jobs", arg, 1, JOBS_MAX, &n);
		a->config.jobs = (unsigned int)n;
		break;
	case OPTION_BY:
		a->nr_by = 0;
		return parse_list(p, "by", arg, parse_key);
	case OPTION_SORT:	return parse_sort(p, arg);
	case OPTION_COLUMNS:
		a->nr_columns = 0;
		return parse_list(p, "columns", arg, parse_column);
	case OPTION_LIMIT:
		ret = parse_number(p, "limit", arg, 0, LONG_MAX, &n);
		a->limit = n;
		p->a->limit_given = true;
		break;
	case OPTION_SLICE:
		ret = parse_number(p, "slice", arg, 1, LONG_MAX, &n);
		a->config.slice = n;
		break;
	case OPTION_MAX_ROWS:
		ret = parse_number(p, "max-rows", arg, 0, LONG_MAX, &n);
		a->max_rows = n;
		p->max_rows_given = true;
		break;
	case OPTION_FORMAT:
		ret = parse_choice(p, "format", arg, formats, &choice);
		a->format = choice;
		break;
	case OPTION_OUTPUT:	a->output = arg; break;
	case OPTION_COLOR:
		ret = parse_choice(p, "color", arg, colors, &choice);
		a->color = choice;
		break;
	case OPTION_SYMFS:	return report_words_add(&a->config.symfs, arg);
	case OPTION_KALLSYMS:	a->config.kallsyms = arg; break;
	case OPTION_VMLINUX:	a->config.vmlinux = arg; break;
	case OPTION_GUEST:	return report_words_add(&a->config.guests, arg);
	case OPTION_GUEST_SYMFS: return report_words_add(&a->config.guest_symfs, arg);
	case OPTION_CLOCK_OFFSET: return report_words_add(&a->config.clock_offsets, arg);
	case OPTION_LOCAL_FILES: a->config.local_files = true; break;
	case OPTION_DEBUGINFOD:	a->config.debuginfod = true; break;
	case OPTION_NO_BUILD_ID_CACHE: a->config.build_id_cache = false; break;
	case OPTION_NO_DEMANGLE: a->config.demangle = false; break;
	case OPTION_QUIET:	a->quiet = true; a->config.progress = false; break;
	case OPTION_NO_PROGRESS: a->config.progress = false; break;
	case OPTION_HELP:	a->help = true; break;
	case OPTION_FIRST:	break;
	}
	return ret;
}

static const struct option options[] = {
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) \
	{ name, (argument) ? required_argument : no_argument, NULL, OPTION_##id },
#include "cmd/report_options.def"
#undef OPTION
#undef GROUP
	{ NULL, 0, NULL, 0 }
};

static const char *option_word(unsigned int i)
{
	return options[i].name;
}

static const char *option_name(int id)
{
	for (size_t i = 0; options[i].name; i++)
		if (options[i].val == id)
			return options[i].name;
	return "";
}

static int of_letter(int c)
{
	static const struct { int letter, id; } letters[] = {
#define GROUP(title)
#define OPTION(id, letter, name, argument, what) { letter, OPTION_##id },
#include "cmd/report_options.def"
#undef OPTION
#undef GROUP
	};

	for (size_t i = 0; c && i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].letter == c)
			return letters[i].id;
	return c;
}

/* What getopt_long() answered with '?' or ':'. */
static int fail_option(struct parser *p, int c, char **argv)
{
	const char *arg = optind > 0 ? argv[optind - 1] : "";
	char cure[128];
	size_t len;

	if (c == ':')
		return fail(p, "%.40s needs a value; `spelunk %s --help` shows which",
			    arg, p->command);
	if (optopt && optopt < OPTION_FIRST)
		return fail(p, "no option -%c; `spelunk %s --help` lists them",
			    optopt, p->command);
	if (optopt)
		return fail(p, "%.40s takes no value: leave the part from = on out", arg);
	arg += strspn(arg, "-");
	len = strcspn(arg, "=");
	snprintf(cure, sizeof(cure), "`spelunk %s --help` lists the options (a beginning must be "
		 "that of one option only)", p->command);
	return fail_word(p, "option", arg, len, option_word,
			 sizeof(options) / sizeof(options[0]) - 1, cure);
}

static void set_defaults(struct report_args *a)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*a = (struct report_args){
		.input = "perf.data", .sort = COLUMN_SAMPLES,
		.config = {
			.jobs = cpus < 1 ? 1 : cpus > JOBS_MAX ? JOBS_MAX : (unsigned int)cpus,
			.demangle = true, .build_id_cache = true, .progress = true,
		},
	};
}

/* How much of each part `spelunk kvm` shows: some, unless it is said. */
static void set_kvm_limit(struct parser *p)
{
	struct report_args *a = p->a;

	a->limit = !p->a->limit_given ? 0 : a->limit ? a->limit : SIZE_MAX;
}

/* Only samples of the function that is named count. */
static int join_function(struct parser *p)
{
	struct report_args *a = p->a;
	const char *quote = strchr(a->function, '"') ? "'" : "\"", *more = a->filter_text;
	char why[256];

	if (strchr(a->function, *quote))
		return fail(p, "a function's name with quotes of both kinds cannot be asked for: "
			    "use --filter with a regular expression");
	if (asprintf(&a->joined, "symbol=%s%s%s%s%s%s", quote, a->function, quote,
		     more ? " && (" : "", more ? more : "", more ? ")" : "") < 0)
		return fail(p, "out of memory");
	filter_free(a->filter);
	a->filter = NULL;
	if (filter_parse(&a->filter, a->joined, why, sizeof(why)))
		return fail(p, "the function's name: %s", why);
	a->filter_text = a->joined;
	return 0;
}

/* Does the file begin as perf's files and pipes do? */
static bool is_recording(const char *path)
{
	char magic[8] = "";
	FILE *f = fopen(path, "rb");
	bool is = f && fread(magic, sizeof(magic), 1, f) == 1 &&
		  !memcmp(magic, "PERFILE2", sizeof(magic));

	if (f)
		fclose(f);
	return is;
}

/* A recording alone is no function: all of its functions are meant. */
static void take_function(struct report_args *a, int argc, char **argv)
{
	if (optind + 1 == argc && !a->input_given && is_recording(argv[optind]))
		return;
	if (optind < argc)
		a->function = argv[optind++];
}

static int take_pair(struct parser *p, int argc, char **argv)
{
	if (optind + 2 != argc)
		return fail(p, "two recordings are compared: spelunk diff A B");
	p->a->input = argv[optind];
	p->a->other = argv[optind + 1];
	if (!p->a->limit_given && p->a->format == REPORT_TEXT)
		p->a->limit = LIMIT_BY;
	return 0;
}

int report_args_parse(struct report_args *a, int argc, char **argv, char *err,
		      size_t errlen)
{
	struct parser p = { .a = a, .command = argv[0], .err = err, .errlen = errlen };
	int c, ret = 0;

	set_defaults(a);
	a->screens = !strcmp(argv[0], "tui");
	a->annotate = !strcmp(argv[0], "annotate");
	a->pair = !strcmp(argv[0], "diff");
	a->kvm = !strcmp(argv[0], "kvm");
	a->sharing = !strcmp(argv[0], "sharing");
	a->archive = !strcmp(argv[0], "archive");
	if (errlen)
		err[0] = '\0';
	optind = 0;	/* glibc: start anew, also for a second parse */
	while (!ret && !a->help) {
		c = getopt_long(argc, argv, ":i:j:o:qh", options, NULL);
		if (c == -1)
			break;
		if (c == '?' || c == ':')
			ret = fail_option(&p, c, argv);
		else if (!is_for(a, of_letter(c)))
			ret = fail(&p, "--%s is an option of `spelunk report`: %s",
				   option_name(of_letter(c)), why_not(a));
		else
			ret = parse_option(&p, of_letter(c), optarg);
	}
	if (ret || a->help)
		return ret == -ENOMEM ? (fail(&p, "out of memory"), ret) : ret;
	if (a->annotate)
		take_function(a, argc, argv);
	if (a->function && join_function(&p))
		return -EINVAL;
	if (a->pair)
		return take_pair(&p, argc, argv);
	/* on screens two are compared, as with diff: the first is what was before */
	if (optind + 2 == argc && a->screens && !a->input_given)
		a->other = argv[optind++];
	if (optind + 1 == argc && !a->input_given)
		a->input = argv[optind];
	else if (optind < argc)
		return fail(&p, "'%.40s' is one recording too many: one at a time",
			    argv[argc - 1]);
	if (a->nr_columns && !a->nr_by && a->format == REPORT_TEXT && !a->screens && !a->annotate)
		return fail(&p,
			    "--columns is for tables: add --by KEYS, or --format csv");
	/* What a program reads is to be all of it, and a function has each of its places. */
	if (!p.max_rows_given)
		a->max_rows = a->format == REPORT_TEXT && !a->annotate ? MAX_ROWS : 0;
	if (a->kvm)
		set_kvm_limit(&p);
	else if (!a->limit_given && a->annotate)
		a->limit = ANNOTATION_FUNCTIONS;
	else if (!a->limit_given && a->format == REPORT_TEXT)
		a->limit = a->nr_by ? LIMIT_BY : LIMIT_TEXT;
	return 0;
}

void report_args_free(struct report_args *a)
{
	filter_free(a->filter);
	free(a->joined);
	free(a->config.symfs.word);
	free(a->config.guests.word);
	free(a->config.guest_symfs.word);
	free(a->config.clock_offsets.word);
	free(a->config.vm_names);
	*a = (struct report_args){ 0 };
}

/*
 * Help
 */

static void help_words(FILE *out, word_fn *word, unsigned int nr)
{
	size_t column = 0;

	for (unsigned int i = 0; i < nr; i++) {
		size_t len = strlen(word(i)) + 1;

		if (!i || column + len > 78) {
			fprintf(out, "%s ", i ? "\n" : "");
			column = 1;
		}
		fprintf(out, " %s", word(i));
		column += len;
	}
	fputc('\n', out);
}

/* Where these mean another thing than for a report. */
static bool has_own(const struct report_args *a, int id)
{
	return (a->annotate && (id == OPTION_LIMIT || id == OPTION_COLUMNS)) ||
	       ((a->kvm || a->sharing) && id == OPTION_LIMIT) ||
	       (a->archive && id == OPTION_OUTPUT);
}

static void help_options(FILE *out, const struct report_args *a)
{
	const char *group = NULL;	/* not yet printed: it may have no option */

#define GROUP(title) group = title;
#define OPTION(id, letter, name, argument, what) \
	if (is_for(a, OPTION_##id) && !has_own(a, OPTION_##id)) { \
		if (group) \
			fprintf(out, "\n%s:\n", group); \
		group = NULL; \
		option_help(out, letter, name, argument, what); \
	}
#include "cmd/report_options.def"
#undef OPTION
#undef GROUP
}

void report_args_help_annotate(FILE *out)
{
	fputs("usage: spelunk annotate [options] [FUNCTION] [FILE]\n\n"
	      "Show a function's instructions with the samples of each, what they cost, the\n"
	      "jumps among them, and the source.  Without FUNCTION: those with most samples.\n",
	      out);
	fputs("\nOf a function:\n", out);
	option_help(out, 0, "limit", "N", "functions to show, those with most samples first; 0\n"
		    "for all (5)");
	option_help(out, 0, "columns", "C1,C2,...", "columns to show, in that order (csv and json: "
		    "all)");
	help_options(out, &(struct report_args){ .annotate = true });
	fputs("\nColumns of --columns:\n", out);
	help_words(out, column_word, NR_COLUMNS);
	fputs("\nExamples:\n"
	      "  spelunk annotate --vmlinux vmlinux __schedule\n"
	      "      a function of the host's kernel\n"
	      "  spelunk annotate --guest 0=guest-vmlinux --filter vm=0 --format csv do_idle\n"
	      "      a function of a guest, for a program to read\n"
	      "  spelunk annotate -i perf.data --symfs root --limit 3\n"
	      "      the three functions with most samples\n"
	      "\nExit status: 0 done; 1 the recording could not be used, or no sample is in\n"
	      "FUNCTION; 2 usage.\n",
	      out);
}

void report_args_help_tui(FILE *out)
{
	fputs("usage: spelunk tui [options] [[BEFORE] FILE]\n\n"
	      "Walk through a recording on the terminal: whose operations it sampled, which\n"
	      "functions they were, and what they cost.  ? shows the keys.  With BEFORE it begins\n"
	      "with what changed from that recording to FILE.\n",
	      out);
	help_options(out, &(struct report_args){ .screens = true });
	fputs("\n--by, --sort and --columns are for the view Hot, to begin with.\n"
	      "\nExit status: 0 done; 1 the recording could not be used; 2 usage, or no terminal.\n",
	      out);
}

void report_args_help_diff(FILE *out)
{
	fputs("usage: spelunk diff [options] A B\n\n"
	      "What changed from recording A to recording B: whose operations were sampled, what\n"
	      "they cost, what exits of VMs cost, and where the time of vCPUs went.  A change\n"
	      "that chance does not explain has a *.\n",
	      out);
	help_options(out, &(struct report_args){ .pair = true });
	option_help(out, 0, "table", "TABLE", "what csv shows: samples, exits or ledger (samples)");
	fputs("\n--sort takes samples, share, operations or total_mean, of B; without it, what\n"
	      "changed most surely is first.  Symbols are looked up for both alike.\n"
	      "\nExamples:\n"
	      "  spelunk diff before.data after.data\n"
	      "  spelunk diff --by world,vm before.data after.data\n"
	      "  spelunk diff --format json before.data after.data | jq .exits.significant\n"
	      "\nExit status: 0 done, whatever changed; 1 a recording could not be used; 2 usage.\n",
	      out);
}

void report_args_help_kvm(FILE *out)
{
	fputs("usage: spelunk kvm [report] [options] [FILE]\n\n"
	      "Where the time of each vCPU went, what its exits cost, in which code of the host,\n"
	      "which code of the guest made them, who ran while it was preempted, and what of it\n"
	      "stands out.\n", out);
	fputs("\nOf the tables:\n", out);
	option_help(out, 0, "limit", "N", "rows of each part, 0 for all (text: a few; json: all\n"
		    "functions)");
	option_help(out, 0, "table", "TABLE", "what csv shows: ledger, exits, steal, costs, times,\n"
		    "cpus, irqs or code (ledger)");
	help_options(out, &(struct report_args){ .kvm = true });
	fputs("\nA recording that has all it can show is one of the whole machine, with task\n"
	      "switches, SPE, and kvm:kvm_entry, kvm_exit, kvm_userspace_exit, kvm_mmio,\n"
	      "kvm_mmio_nisv, kvm_guest_fault, kvm_wfx_arm64, kvm_hvc_arm64, kvm_sys_access,\n"
	      "vgic_update_irq_pending: spelunk-kvm(1) has the lines for `spelunk record` and\n"
	      "perf record.\n"
	      "\nExamples:\n"
	      "  spelunk kvm perf.data\n"
	      "  spelunk kvm --guest 0=guest-kallsyms --limit 20 perf.data\n"
	      "      with names of the guest's functions that made it exit\n"
	      "  spelunk kvm --format json perf.data | jq '.findings[0].text'\n"
	      "\nExit status: 0 done; 1 the recording could not be used; 2 usage.\n", out);
}

void report_args_help_sharing(FILE *out)
{
	fputs("usage: spelunk sharing [options] [FILE]\n\n"
	      "Which cache lines several threads met, of the host and of guests, who read and\n"
	      "wrote which words of them, what that cost, and which look falsely shared: threads\n"
	      "that write and use different words of one line.\n", out);
	fputs("\nOf the lines:\n", out);
	option_help(out, 0, "limit", "N", "lines to show, 0 for all (text: 10, and 8 threads of each;\n"
		    "csv and json: all)");
	option_help(out, 0, "table", "TABLE", "what csv shows: lines or accessors (lines)");
	help_options(out, &(struct report_args){ .sharing = true });
	fputs("\nA line is one of physical memory where records have physical addresses: record as\n"
	      "root with pa_enable=1, as `spelunk record` does.  Only then is what the host, guests\n"
	      "and processes share one line.\n"
	      "\nExamples:\n"
	      "  spelunk sharing perf.data\n"
	      "  spelunk sharing --filter 'vm=0' perf.data\n"
	      "      as one VM sees them: accesses of others are left out\n"
	      "  spelunk sharing --format csv --table accessors perf.data\n"
	      "  spelunk report --filter 'pa_line=0x4c0049c0' perf.data\n"
	      "      the code that meets a line\n"
	      "\nExit status: 0 done, whatever is shared; 1 the recording could not be used;\n"
	      "2 usage.\n", out);
}

void report_args_help_archive(FILE *out)
{
	fputs("usage: spelunk archive [options] [FILE]\n\n"
	      "Write the programs, libraries, modules and debug files that have samples into one\n"
	      "file beside the recording.  Copy both to another machine: every command finds the\n"
	      "symbols there by itself.\n", out);
	fputs("\nOf the archive:\n", out);
	option_help(out, 'o', "output", "FILE", "write there (the recording's name and .archive, where\n"
		    "it is found)");
	help_options(out, &(struct report_args){ .archive = true });
	fputs("\nExamples:\n"
	      "  spelunk archive\n"
	      "      perf.data.archive, of perf.data\n"
	      "  tar -xf perf.data.archive -C ~/.debug\n"
	      "      the same files for perf\n"
	      "\nExit status: 0 done; 1 the recording could not be used, no file was found, or the\n"
	      "archive not written; 2 usage.\n", out);
}

void report_args_help(FILE *out)
{
	fputs("usage: spelunk report [options] [FILE]\n\n"
	      "Say whose operations a recording sampled with Arm SPE (host, world switch or\n"
	      "guest), which functions they were, and what they cost.\n",
	      out);
	help_options(out, &(struct report_args){ .annotate = false });
	fputs("\nKeys of --by, and fields of --filter:\n", out);
	help_words(out, key_word, NR_FIELDS);
	fputs("\nColumns of --sort and --columns:\n", out);
	help_words(out, column_word, NR_COLUMNS);
	fputs("\nThe language of --filter:\n"
	      "  field = value, also != < <= > >=, and =~ !~ for regular expressions; an\n"
	      "  event's name alone (l1d-miss, mispredicted, taken, saturated...); && || ! ( ).\n"
	      "\nExamples:\n"
	      "  spelunk report\n"
	      "      the default report of ./perf.data\n"
	      "  spelunk report --by vm,vcpu,world\n"
	      "      how many operations of each vCPU were sampled in which world\n"
	      "  spelunk report --by symbol,object --filter 'world=switch' --sort total_p99\n"
	      "      the world switch's functions, those with the longest latencies first\n"
	      "  spelunk report --guest 0=guest-vmlinux --format json -o report.json\n"
	      "      everything, with the guest's names, for a program to read\n"
	      "\nExit status: 0 done; 1 the recording could not be used; 2 usage.\n",
	      out);
}
