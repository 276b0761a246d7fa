/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdio.h>

/* The commands.  Each returns its exit code. */

enum exit_code {
	EXIT_OK,
	EXIT_UNUSABLE,		/* the input could not be used, or the output not written */
	EXIT_USAGE,		/* the command line was wrong */
	EXIT_WARNINGS,		/* doctor: SPE can be used, and something is not as it should be */
};

int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);	/* and annotate: argv[0] says which */
int cmd_top(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_tui(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_kvm(int argc, char **argv);
int cmd_sharing(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_guest_agent(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_archive(int argc, char **argv);
int cmd_help(int argc, char **argv);

/* What the commands are, and how a recording is made. */
void cmd_usage(FILE *out);

/* "spelunk report: perf.data: <sentence>" on standard error. */
void cmd_error(const char *command, const char *path, const char *sentence);

#endif
