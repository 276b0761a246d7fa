/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd/options/report_options.h"
#include "profile/profile.h"
#include "recording/recording.h"
#include "report/report.h"

/* What all commands do alike. */

/* One run of a command: the first member of what it holds.  What is unused is all zeros. */
struct run {
	const char *command;	/* argv[0]; messages begin with it */
	int argc;
	char **argv;
	bool help;		/* --help: nothing else counts */
	struct report_args args;
	struct recording rec;
	struct profile *profile;
	struct summary summary;
	struct rows *rows;
	struct missing missing;
	const char *side;	/* of two recordings the one that is opened, "A" or "B"; NULL: of one */
	const char *path;	/* of the recording that .err is about; NULL: of none */
	int exit;		/* what it exits with if it fails: EXIT_UNUSABLE, unless it is set */
	char err[1024];		/* a sentence: why it failed */
};

struct command {
	/* Does all of it, and returns the exit code; NULL: what follows does. */
	int (*main)(int argc, char **argv);
	size_t size;		/* of what it holds; all zeros at the start */
	/*
	 * Understand the command line: .help and .path.  0, or -errno with a sentence in .err.
	 * NULL: it is all of .args, and .args.input is .path.
	 */
	int (*parse)(struct run *r);
	int (*work)(struct run *r);	/* the same; above 0: the exit code */
	/* In every case, before what is in struct run is released.  NULL: there is no more. */
	void (*release)(struct run *r);
};

/* Parse, help, work, release; a failure is said on standard error.  The exit code. */
int run_command(enum command_id id, int argc, char **argv);

/* The work alone, as `command`, for options that are understood already.  The exit code. */
int run_again(enum command_id id, const char *command, const struct report_args *a);

/*
 * recording_open() of .rec, its warnings said on standard error.  0, or -errno with .path, .exit
 * and .err set.
 */
int run_open(struct run *r, const char *path, const struct recording_config *c);

/* The same for one that was opened already; err is what that returned, its sentence in .err. */
int run_opened(struct run *r, const struct recording *rec, const char *path, int err);

/* Count .rec into .profile and .summary, and make .rows by all of the keys.  0 or -errno. */
int run_count(struct run *r, const struct profile_query *query);

/* Are both the same file, by whatever names, and is it no device? */
bool run_is_file(const char *path, const char *other);
/* Is output (NULL: none) the input, by whatever name?  0, or -EINVAL with a sentence. */
int run_check_output(struct run *r, const char *output, const char *input);

/* Put the sentence into .err.  Returns code. */
__attribute__((format(printf, 3, 4)))
int run_fail(struct run *r, int code, const char *fmt, ...);
/* The text of -err becomes the sentence; 0: nothing.  Returns err. */
int run_errno(struct run *r, int err);

typedef int run_write_fn(struct run *r, FILE *out, const struct report_options *opt);

/*
 * Have it written where .args say, with the format, limit, columns, colour and width that hold
 * there.  0, or -errno with a sentence in .err that calls it `what`: "report".
 */
int run_output(struct run *r, const char *what, run_write_fn *write);

/* Rows that are not in .rows: text and JSON say so themselves, CSV has no place for it. */
void run_warn_of_rest(const struct run *r);

/*
 * What reports say of a recording, all but the rows; borrowed from all of these.  s, m: NULL:
 * not yet counted; filter: the expression, NULL: none.
 */
struct report_data recording_data(const struct recording *rec, const struct summary *s,
				  const struct missing *m, const char *filter);
/* The same of .rec. */
struct report_data run_data(const struct run *r);

#endif
