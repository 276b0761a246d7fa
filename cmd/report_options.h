/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_REPORT_OPTIONS_H
#define CMD_REPORT_OPTIONS_H

#include "recording/recording.h"
#include "report/report.h"

/* The command line of `spelunk report`, understood. */

enum report_color { REPORT_COLOR_AUTO, REPORT_COLOR_ALWAYS, REPORT_COLOR_NEVER };

/* Rows at the most, where nobody says otherwise: some 100 MB. */
#define MAX_ROWS	100000

/* One more; the list is owned by the caller.  0 or -ENOMEM. */
int report_words_add(struct word_list *w, const char *word);

struct report_args {
	struct recording_config config;	/* words are argv's, lists owned; .exits: not yet known */
	const char *input;	/* "perf.data"; "-": standard input */
	bool input_given;	/* by -i */
	const char *other;	/* of "diff" the second; of "tui" the first of two, or NULL */
	enum field by[NR_FIELDS];
	size_t nr_by;		/* 0: the default report */
	enum column sort;
	bool ascending;
	struct filter *filter;	/* owned; NULL: none */
	const char *filter_text;	/* NULL: none */
	enum report_format format;
	enum column columns[NR_COLUMNS];
	size_t nr_columns;	/* 0: the format's own choice */
	size_t limit;		/* rows; 0: all, but of "kvm" a few (SIZE_MAX: all) */
	bool limit_given;
	size_t max_rows;	/* that are counted; 0: all */
	const char *output;	/* NULL: standard output */
	enum report_color color;
	bool quiet;
	bool help;		/* --help: nothing else counts */
	bool screens;		/* argv[0] is "tui" */
	bool annotate;		/* argv[0] is "annotate" */
	const char *function;	/* to annotate; NULL: the hottest */
	char *joined;		/* owned; filter_text with the function, NULL: without */
	bool pair;		/* argv[0] is "diff" */
	bool kvm;		/* argv[0] is "kvm" */
	bool sharing;		/* argv[0] is "sharing" */
	bool archive;		/* argv[0] is "archive" */
	bool sort_given;
};

/*
 * Understand argv: argv[0] is "report", or "tui", "annotate", "diff", "kvm", "sharing" or "archive",
 * which have not all of its options.  Returns 0, or -EINVAL or -ENOMEM with one sentence in err that
 * names cause and cure; report_args_free() in either case.
 */
int report_args_parse(struct report_args *a, int argc, char **argv, char *err, size_t errlen);
void report_args_free(struct report_args *a);

/* The text of `spelunk report --help`, and of the six others. */
void report_args_help(FILE *out);
void report_args_help_annotate(FILE *out);
void report_args_help_tui(FILE *out);
void report_args_help_diff(FILE *out);
void report_args_help_kvm(FILE *out);
void report_args_help_sharing(FILE *out);
void report_args_help_archive(FILE *out);

#endif
