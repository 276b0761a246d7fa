/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd/options/report_options.h"
#include "profile/profile.h"
#include "recording/recording.h"
#include "report/report.h"

/* Shared by all commands. */

/* One run of a command; the first member of the command's own struct.  Unused fields are zero. */
struct run {
	const char *command;	/* argv[0]; messages begin with it */
	int argc;
	char **argv;
	bool help;		/* --help was given: ignore everything else */
	struct report_args args;
	struct recording rec;
	struct profile *profile;
	struct summary summary;
	struct rows *rows;
	struct missing missing;
	char *arguments;	/* report_args_opening(), for commands in the report; NULL: not set */
	const char *side;	/* of several recordings, the one being opened: "A" or "B" of a
				 * comparison, else its path; NULL: there is only one */
	void *fleet;		/* of a report of several recordings: cmd/fleet.h; else NULL */
	const char *path;	/* the recording that .err is about; NULL: none */
	int exit;		/* exit code on failure; EXIT_UNUSABLE unless set */
	char err[1024];		/* a sentence with the reason of the failure */
};

/* What a command writes by itself */
enum command_writes {
	WRITES_ANY,		/* not confined: it records, or it reads no recordings */
	WRITES_OUTPUT,		/* only the file of --output */
	WRITES_SCREENS,		/* what the user saves, and the settings */
	WRITES_FOLDER,		/* files in the folder of --output, or in that of the recording */
};

struct command {
	/* Runs the whole command and returns the exit code; NULL: use the functions below. */
	int (*main)(int argc, char **argv);
	size_t size;		/* of its own struct, which is zeroed at the start */
	enum command_writes writes;	/* of .work: cmd/confine.h */
	/*
	 * Parse the command line: set .help and .path.  0, or -errno with a sentence in .err.
	 * NULL: parse all of it into .args; .path is .args.input.
	 */
	int (*parse)(struct run *r);
	int (*work)(struct run *r);	/* likewise; > 0: the exit code */
	/* Called in every case, before struct run is released.  NULL: nothing else to release. */
	void (*release)(struct run *r);
};

/* Parse, help, work, release; prints failures on standard error.  Returns the exit code. */
int run_command(enum command_id id, int argc, char **argv);

/* Only the work, as `command`, with options that are already parsed.  Returns the exit code. */
int run_again(enum command_id id, const char *command, const struct report_args *a);

/*
 * recording_open() of .rec; prints its warnings on standard error.  0, or -errno with .path, .exit
 * and .err set.
 */
int run_open(struct run *r, const char *path, const struct recording_config *c);

/* Likewise for an opened recording; err is the result of opening it, with the sentence in .err. */
int run_opened(struct run *r, const struct recording *rec, const char *path, int err);

/*
 * Fail if the filter (NULL: none) names a VM that the recording does not have, or has several times.
 * 0, or -errno with .path, .exit and .err set.
 */
int run_check_filter(struct run *r, const struct recording *rec, const struct filter *f);

/* Count .rec into .profile and .summary, and make .rows by all keys.  0 or -errno. */
int run_count(struct run *r, const struct profile_query *query);

/* Do both paths lead to the same file, which is not a device? */
bool run_is_file(const char *path, const char *other);
/* Fail if output (NULL: none) is the input file, by any name.  0, or -EINVAL with a sentence. */
int run_check_output(struct run *r, const char *output, const char *input);

/* Put a sentence into .err.  Returns code. */
__attribute__((format(printf, 3, 4)))
int run_fail(struct run *r, int code, const char *fmt, ...);
/* Put the text of errno -err into .err; 0: nothing.  Returns err. */
int run_errno(struct run *r, int err);

/* Have it open the data that a query by these keys and a filter needs beside the records. */
void run_wants(struct recording_config *c, const struct profile_query *query);

typedef int run_write_fn(struct run *r, FILE *out, const struct report_options *opt);

/*
 * Open the output selected by .args and call write() with its format, limit, columns, colour and
 * width.  0, or -errno with a sentence in .err that calls the output `what`: "report".
 */
int run_output(struct run *r, const char *what, run_write_fn *write);

/* Warn of rows that were left out of .rows.  Text and JSON say so themselves; CSV cannot. */
void run_warn_of_rest(const struct run *r);

/*
 * The data for a report, except the rows; borrowed from the arguments.  s, m: NULL: not counted
 * yet; filter: the expression, NULL: none.
 */
struct report_data recording_data(const struct recording *rec, const struct summary *s,
				  const struct missing *m, const char *filter);
/* Likewise for .rec. */
struct report_data run_data(const struct run *r);

#endif
