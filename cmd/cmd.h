/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The commands. */

enum exit_code {
	EXIT_OK,
	EXIT_UNUSABLE,		/* the input could not be used, or the output not written */
	EXIT_USAGE,		/* the command line was wrong */
	EXIT_NO_PROBE = EXIT_USAGE,	/* doctor --probe: it could not be done */
	EXIT_WARNINGS,		/* doctor: SPE can be used, and something is not as it should be */
	EXIT_ABOVE = EXIT_WARNINGS,	/* diff --fail-above: it grew by more */
	EXIT_UNDECIDED,		/* diff --fail-above: the recordings are too small to tell */
};

struct command;		/* cmd/run.h */
#define COMMAND(id, name, what, why) extern const struct command command_##id;
#include "cmd/options/commands.def"
#undef COMMAND

/* The command line of `spelunk guest-agent`, understood. */
struct agent_args {
	const char *output;
	uint64_t duration, probe;	/* ms; duration 0: no end; probe 0: none */
	uint64_t cycles_freq;		/* Hz; 0: no samples of cycles */
	bool quiet, help;
};

/* `spelunk guest-agent`, also as a program of its own.  The exit code. */
int cmd_guest_agent(int argc, char **argv);

/* The version; verbose: and the libraries that are here, in the rows of `spelunk version -v`. */
int cmd_version(bool verbose);

/* What the commands are, and how a recording is made. */
void cmd_usage(FILE *out);

/* "spelunk report: perf.data: <sentence>" on standard error. */
void cmd_error(const char *command, const char *path, const char *sentence);

#endif
