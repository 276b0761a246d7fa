// SPDX-License-Identifier: GPL-2.0-only
#include <locale.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
	{ "record", cmd_record, "with SPE, what the CPUs of this machine and its guests do" },
	{ "report", cmd_report, "whose operations a recording holds, and what they cost" },
	{ "annotate", cmd_report, "a function's instructions, and what each of them cost" },
	{ "tui", cmd_tui, "the same as screens, to walk through; also: spelunk FILE" },
	{ "kvm", cmd_kvm, "where VMs' time went, and what their exits cost" },
	{ "sharing", cmd_sharing, "cache lines that threads and vCPUs share, and false sharing" },
	{ "diff", cmd_diff, "what changed from one recording to another, and what is chance" },
	{ "top", cmd_top, "the same of what runs now, again and again" },
	{ "dump", cmd_dump, "its packets, records or samples, a line each" },
	{ "guest-agent", cmd_guest_agent, "in a guest: what its host's recording lacks of it" },
	{ "merge", cmd_merge, "a host's recording and those of its guests into one" },
	{ "archive", cmd_archive, "write a recording's symbol files into one, for another machine" },
	{ "doctor", cmd_doctor, "can this machine record with SPE, and if not, what to do" },
	{ "help", cmd_help,
	  "help record, report, annotate, tui, kvm, sharing, diff, top, dump, guest-agent, merge, "
	  "archive, doctor, filter, keys, columns" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

void cmd_usage(FILE *out)
{
	size_t i;

	fprintf(out, "spelunk: profiles Arm servers and their KVM guests with SPE\n\n"
		"usage: spelunk COMMAND [OPTION ...]\n\n");
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].what);
	fprintf(out, "  %-11s %s\n", "version", "what this is");
	fprintf(out, "\n`spelunk COMMAND --help` teaches a command.  `spelunk record -a\n"
		"--duration 10` on an Arm host makes a recording, `spelunk report` reads it.\n");
}

/* No command, but a recording: named, given as -i, or here by perf's own name. */
static bool wants_screens(int argc, char **argv)
{
	if (argc > 1)
		return *argv[1] == '-' || !access(argv[1], F_OK);
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !access("perf.data", F_OK);
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	size_t i;

	setlocale(LC_CTYPE, "");
	/* set, it does not grow: what is large and freed goes back to the system */
	mallopt(M_MMAP_THRESHOLD, 2 << 20);
	for (i = 0; i < NR_COMMANDS; i++) {
		if (!strcmp(name, commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	if (!strcmp(name, "version") || !strcmp(name, "--version")) {
		printf("spelunk %s\n", SPELUNK_VERSION);
		return EXIT_OK;
	}
	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		cmd_usage(stdout);
		return EXIT_OK;
	}
	if (wants_screens(argc, argv)) {
		argv[0] = "tui";
		return cmd_tui(argc, argv);
	}
	if (argc > 1)
		cmd_error("", NULL, "no such command, and no such file");
	cmd_usage(stderr);
	return EXIT_USAGE;
}
