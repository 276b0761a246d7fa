/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd/options/options.h"
#include "recording/missing.h"
#include "recording/recording.h"
#include "report/report.h"

/* What all commands that read a recording do alike. */

/* One run of a command: the first member of what it holds. */
struct run {
	const char *command;	/* argv[0]; messages begin with it */
	bool help;		/* --help: nothing else counts */
	const char *path;	/* of the recording that .err is about; NULL: of none */
	int exit;		/* what it exits with if it fails: EXIT_UNUSABLE, unless it is set */
	char err[1024];		/* a sentence: why it failed */
};

struct command {
	enum command_id id;
	size_t size;		/* of what it holds; all zeros at the start */
	/* Understand the command line: .help and .path.  0, or -errno with a sentence in .err. */
	int (*parse)(struct run *r, int argc, char **argv);
	int (*work)(struct run *r);	/* the same */
	void (*release)(struct run *r);	/* in every case */
};

/* Parse, help, work, release; a failure is said on standard error.  The exit code. */
int run_command(const struct command *c, int argc, char **argv);

/* The work alone, for one that is understood already.  The exit code. */
int run_work(const struct command *c, struct run *r);

/*
 * recording_open(), its warnings said on standard error.  0, or -errno with .path, .exit and
 * .err set; recording_close() in either case.
 */
int run_open(struct run *r, struct recording *rec, const char *path,
	     const struct recording_config *c);

/* The same for one that was opened already; err is what that returned, its sentence in .err. */
int run_opened(struct run *r, const struct recording *rec, const char *path, int err);

/* Is output (NULL: none) the input, by whatever name?  0, or -EINVAL with a sentence. */
int run_check_output(struct run *r, const char *output, const char *input);

/* The text of -err becomes the sentence; 0: nothing.  Returns err. */
int run_fail(struct run *r, int err);

/*
 * What reports say of a recording, all but the rows; borrowed from all of these.  s, m: NULL:
 * not yet counted; filter: the expression, NULL: none.
 */
struct report_data recording_data(const struct recording *rec, const struct summary *s,
				  const struct missing *m, const char *filter);

#endif
