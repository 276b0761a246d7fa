/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_OPTIONS_REPORT_OPTIONS_H
#define CMD_OPTIONS_REPORT_OPTIONS_H

#include "cmd/options/options.h"
#include "cmd/output.h"
#include "recording/recording.h"
#include "report/diff/diff.h"

/* The command lines of `spelunk report` and of commands with its options, understood. */

/* The default of --max-rows for texts and pages: some 100 MB. */
#define MAX_ROWS	100000
/*
 * The default for screens, which keep the rows of eight results, and sort them again while a
 * person waits: below 200 MiB, and 16 ms a key (make bench-tui).
 */
#define SCREEN_ROWS	20000
#define JOBS_MAX	512

struct report_args {
	enum command_id command;
	struct recording_config config;	/* words are argv's, lists owned; .exits: not yet known */
	struct recording_config side[2];	/* of diff: .config with what each recording has alone,
						 * which comes first */
	const char *input;	/* "perf.data"; "-": standard input */
	bool input_given;	/* by -i */
	const char *other;	/* of diff the second; of tui the first of two, or NULL */
	enum field by[NR_FIELDS];
	size_t nr_by;		/* 0: the default report */
	bool stacks;		/* --by stack */
	const char *callers;	/* of that function; NULL: not asked for */
	bool children;
	enum column sort;
	bool ascending;
	struct filter *filter;	/* owned; NULL: none */
	const char *filter_text;	/* NULL: none */
	enum report_format format;
	unsigned int table;	/* for CSV: an enum kvm_table, sharing_table or diff_part */
	enum column columns[NR_COLUMNS];
	size_t nr_columns;	/* 0: the format's own choice */
	size_t limit;		/* rows; 0: all, but of kvm a few (SIZE_MAX: all) */
	bool limit_given;
	bool summary;
	size_t max_rows;	/* that are counted; 0: all */
	const char *output;	/* NULL: standard output */
	struct output_args to;
	bool quiet;
	bool help;		/* --help: nothing else counts */
	bool sort_given;
	enum diff_order order;	/* of diff's samples */
	struct diff_rule rule;	/* of diff */
	const char *function;	/* to annotate; NULL: the hottest */
	char *joined;		/* owned; filter_text with the function, NULL: without */
};

/*
 * Understand argv: argv[0] is the command, one with options of report but top.  Returns 0,
 * or -EINVAL or -ENOMEM with one sentence in err that names cause and cure;
 * report_args_free() in either case.
 */
int report_args_parse(struct report_args *a, int argc, char **argv, char *err, size_t errlen);
void report_args_free(struct report_args *a);

/*
 * These options as a shell would read them, the caller's; NULL: out of memory.  path: the
 * recording, NULL: without it and what is its own, for a command that reads two.  symbols: with
 * what finds symbols.
 */
char *report_args_words(const struct report_args *a, const char *path, bool symbols);

/* For commands that have these options beside others. */

/* Are call chains asked for: --callers, --children or --by stack? */
bool report_args_calls(const struct report_args *a);

/* The names of keys and of columns, for option_no_word(). */
const char *key_word(unsigned int i);
const char *column_word(unsigned int i);
/* A filter that was not given before.  0; -ENOMEM; or options_fail(). */
int option_filter(struct options *o, const char *name, const char *value, struct filter **out);

/* By enum option_own: those of struct report_args. */
extern option_take_fn *const report_takes[NR_OPTION_OWN];

void report_args_defaults(struct report_args *a, enum command_id c);
/* What follows from options together, once they are read.  0 or -EINVAL. */
int report_args_complete(struct report_args *a, struct options *o);

#endif
