/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The commands. */

enum exit_code {
	EXIT_OK,
	EXIT_UNUSABLE,		/* the input cannot be used, or cannot write the output */
	EXIT_USAGE,		/* wrong command line */
	EXIT_PARTIAL = EXIT_USAGE,	/* some of several recordings or hosts failed */
	EXIT_NO_PROBE = EXIT_USAGE,	/* doctor --probe: the probe cannot run */
	EXIT_WARNINGS,		/* doctor: SPE can be used, but something needs attention */
	EXIT_ABOVE = EXIT_WARNINGS,	/* diff --fail-above: the figure grew by more */
	EXIT_UNDECIDED,		/* diff --fail-above: the recordings are too small to decide */
};

struct command;		/* cmd/run.h */
#define COMMAND(id, name, what, why) extern const struct command command_##id;
#include "cmd/options/commands.def"
#undef COMMAND

/* The parsed command line of `spelunk guest-agent`. */
struct agent_args {
	const char *output;
	uint64_t duration, probe;	/* ms; duration 0: unlimited; probe 0: none */
	uint64_t cycles_freq;		/* Hz; 0: do not sample cycles */
	bool quiet, help;
};

/* `spelunk guest-agent`, also a program of its own.  Returns the exit code. */
int cmd_guest_agent(int argc, char **argv);

/* Print the version; verbose: also the libraries found, as `spelunk version -v`. */
int cmd_version(bool verbose);

/* Print the list of commands, and how to make a recording. */
void cmd_usage(FILE *out);

/* Print "spelunk report: perf.data: <sentence>" on standard error. */
void cmd_error(const char *command, const char *path, const char *sentence);

#endif
