/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_REPORT_OPTIONS_H
#define CMD_OPTIONS_REPORT_OPTIONS_H

#include "cmd/options/options.h"
#include "cmd/output.h"
#include "export/export.h"
#include "recording/recording.h"
#include "report/diff/diff.h"

/* The parsed command lines of `spelunk report` and of commands that share its options. */

/* The default of --max-rows for texts and pages: about 100 MB. */
#define MAX_ROWS	100000
/*
 * The default for screens.  They keep the rows of eight results and sort them while the user waits:
 * below 200 MiB, and 16 ms per key press (make bench-tui).
 */
#define SCREEN_ROWS	20000
#define JOBS_MAX	512

#define USUAL_RECORDING	"perf.data"	/* the recording that is read by default */

struct report_args {
	enum command_id command;
	struct recording_config config;	/* words are argv's, lists owned; .exits is not decided
					 * yet */
	struct recording_config side[2];	/* diff: .config, preceded by what is given for
						 * one recording only */
	const char *input;	/* "perf.data"; "-": standard input */
	bool input_given;	/* with -i */
	bool input_usual;	/* neither with -i nor as an argument */
	struct word_list inputs;	/* report, kvm, diff: several recordings, owned; .nr 0: only
					 * .input */
	struct word_list others;	/* diff: those of B, owned; .nr 0: only .other */
	struct word_list host_names;	/* of --host-name, "FILE=NAME", owned */
	const char *other;	/* diff: the second recording; tui: the first of two, or NULL */
	const char *cpu_table;	/* NULL: none; it was read already */
	enum field by[NR_FIELDS];
	size_t nr_by;		/* 0: the default report */
	bool stacks;		/* --by stack */
	const char *callers;	/* --callers of that function; NULL: not given */
	bool children;
	enum column sort;
	bool ascending;
	struct filter *filter;	/* owned; NULL: none */
	const char *filter_text;	/* NULL: none */
	enum report_format format;
	unsigned int table;	/* for CSV: an enum kvm_table, sharing_table or diff_part */
	enum column columns[NR_COLUMNS];
	size_t nr_columns;	/* 0: the format's default */
	size_t limit;		/* rows; 0: all, but for kvm a few (SIZE_MAX: all) */
	bool limit_given;
	bool summary;
	bool fields;
	size_t max_rows;	/* maximum number of rows to count; 0: unlimited */
	const char *output;	/* NULL: standard output */
	struct output_args to;
	bool quiet;
	bool help;		/* --help was given: ignore everything else */
	bool sort_given;
	enum export_kind kind;	/* of export */
	enum export_weight weight;
	enum export_table export_table;
	bool partition;		/* .output is a folder, for a file below date= and host= */
	const char *object;	/* of export; NULL: not given */
	enum diff_order order;	/* for diff's samples */
	struct diff_rule rule;	/* for diff */
	const char *function;	/* to annotate; NULL: the hottest ones */
	char *joined;		/* owned; filter_text combined with the function, NULL: no
				 * function */
};

/*
 * Parse argv; argv[0] is a command with options of report, but not top.  Returns 0, or -EINVAL or
 * -ENOMEM with a sentence in err that names cause and remedy; call report_args_free() in either
 * case.
 */
int report_args_parse(struct report_args *a, int argc, char **argv, char *err, size_t errlen);
void report_args_free(struct report_args *a);

/*
 * These options as words for a shell, owned by the caller; NULL: out of memory.  path: the
 * recording; NULL: omit it and the options that belong to it, for a command that reads two.
 * symbols: include the options that find symbols.
 */
char *report_args_words(const struct report_args *a, const char *path, bool symbols);
/*
 * The options among these that open the same recording with the same names in every command, each
 * after a space; likewise.
 */
char *report_args_opening(const struct report_args *a);

/* For commands that have these options among others. */

/* Are call chains needed: --callers, --children or --by stack? */
bool report_args_calls(const struct report_args *a);

/* Is a brief query enough (profile_query.brief)?  Only CSV is limited to its columns. */
bool report_args_brief(const struct report_args *a);

/* What --host-name calls the host of that recording; NULL: nothing. */
const char *report_args_host(const struct report_args *a, const char *path);

/* The names of keys and columns, for option_no_word(). */
const char *key_word(unsigned int i);
const char *column_word(unsigned int i);
/* Parse a filter, which may be given only once.  0; -ENOMEM; or options_fail(). */
int option_filter(struct options *o, const char *name, const char *value, struct filter **out);

/* By enum option_own: those for struct report_args. */
extern option_take_fn *const report_takes[NR_OPTION_OWN];

void report_args_defaults(struct report_args *a, enum command_id c);
/* Check and complete options that depend on each other, after parsing.  0 or -EINVAL. */
int report_args_complete(struct report_args *a, struct options *o);

#endif
