// SPDX-License-Identifier: GPL-2.0-only
#include <locale.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "report/report.h"

/* Commands of perf that have another name here. */
static const struct { const char *name; enum command_id command; } habits[] = {
	{ "script", COMMAND_DUMP }, { "c2c", COMMAND_SHARING }, { "mem", COMMAND_REPORT },
	{ "stat", COMMAND_KVM }, { "inject", COMMAND_MERGE }, { "check", COMMAND_DOCTOR },
};

/* Neither a command nor a file: suggest the nearest command, or list all. */
static int fail_unknown(const char *name)
{
	char text[128], shown[48];
	struct nearest near;

	report_escape(shown, sizeof(shown), name);
	nearest_start(&near, name, strlen(name));
	for (enum command_id c = 0; c < NR_COMMANDS; c++)
		nearest_try(&near, command_name(c));
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
		if (!strcmp(name, habits[i].name))
			near.best = command_name(habits[i].command);
	if (near.best)
		snprintf(text, sizeof(text), "no command and no file '%s'; did you mean `spelunk %s`?",
			 shown, near.best);
	else
		snprintf(text, sizeof(text), "no command and no file '%s'; run `spelunk --help` for the "
			 "commands", shown);
	cmd_error("", NULL, text);
	return EXIT_USAGE;
}

/* Not a command but a recording: as an argument, with -i, or perf.data in this folder. */
static bool wants_screens(int argc, char **argv)
{
	if (argc > 1)
		return *argv[1] == '-' || !access(argv[1], F_OK);
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !access("perf.data", F_OK);
}

/*
 * The locale is needed only to know whether text is UTF-8.  Use C.UTF-8 if the named locale is not
 * installed, as in containers and over ssh.  With any other charset output is ASCII.
 */
static void use_charset(void)
{
	static const char *const vars[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *name = NULL;

	for (size_t i = 0; !(name && *name) && i < sizeof(vars) / sizeof(vars[0]); i++)
		name = getenv(vars[i]);
	if (name && (strcasestr(name, "UTF-8") || strcasestr(name, "UTF8")) &&
	    !setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "");
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	enum command_id command = command_find(name);

	use_charset();
#ifdef M_MMAP_THRESHOLD		/* glibc only; musl always returns large freed blocks to the
				 * system */
	/* a fixed threshold returns large freed blocks to the system */
	mallopt(M_MMAP_THRESHOLD, 2 << 20);
#endif
	if (command != NR_COMMANDS)
		return run_command(command, argc - 1, argv + 1);
	if (!strcmp(name, "version") || !strcmp(name, "--version"))
		return cmd_version(argc > 2 && !strcmp(argv[2], "-v"));
	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		cmd_usage(stdout);
		return EXIT_OK;
	}
	if (wants_screens(argc, argv)) {
		argv[0] = "tui";
		return run_command(COMMAND_TUI, argc, argv);
	}
	if (argc > 1)
		return fail_unknown(name);
	cmd_usage(stderr);
	return EXIT_USAGE;
}
