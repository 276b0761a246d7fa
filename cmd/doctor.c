// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/doctor.h"
#include "cmd/doctor_print.h"

struct args {
	bool json, help;
	enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
};

enum { OPT_JSON = 256, OPT_COLOR };

static const struct option options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/* NULL, or what is wrong. */
static const char *parse_color(struct args *a, const char *word)
{
	static const char *const words[] = { "auto", "always", "never" };

	for (unsigned int i = 0; i < 3; i++) {
		if (!strcmp(word, words[i])) {
			a->color = i;
			return NULL;
		}
	}
	return "--color is auto, always or never";
}

static const char *parse(struct args *a, int argc, char **argv)
{
	const char *wrong = NULL;
	int opt;

	optind = 1;
	while (!wrong && (opt = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		switch (opt) {
		case OPT_JSON:	a->json = true; break;
		case OPT_COLOR:	wrong = parse_color(a, optarg); break;
		case 'h':	a->help = true; break;
		case ':':	wrong = "--color needs a value: auto, always or never"; break;
		default:	wrong = "no such option (see `spelunk doctor --help`)"; break;
		}
	}
	if (!wrong && optind < argc)
		wrong = "it takes options only (see `spelunk doctor --help`)";
	return wrong;
}

void doctor_help(FILE *out)
{
	fputs("usage: spelunk doctor [OPTION ...]\n"
	      "\n"
	      "Can this machine record with SPE, and as this user?  A line of each thing that\n"
	      "decides that, and where one is not OK why, and what to do.  Nothing is changed.\n"
	      "What only root can see is unknown to others: run it as who will record.\n"
	      "\n"
	      "      --json            the same for programs, and the facts behind it\n"
	      "      --color WHEN      auto, always or never (auto: on a terminal)\n"
	      "\n"
	      "verdicts:\n"
	      "  OK       as it should be\n"
	      "  WARNING  SPE can be used; something will be missing, or is to be distrusted\n"
	      "  PROBLEM  SPE cannot be used before this is cured\n"
	      "  unknown  nothing here tells: the line says where to look\n"
	      "\n"
	      "what is looked at, as far as it is a question on the machine:\n", out);
	for (unsigned int c = 0; c < NR_CHECKS; c++)
		fprintf(out, "  %-12s %s\n", check_name(c), check_why(c));
	fputs("\n"
	      "Exit status: 0 SPE can be used; 3 it can, with warnings or unknowns; 1 it cannot;\n"
	      "2 usage.\n"
	      "\n"
	      "examples:\n"
	      "  sudo spelunk doctor\n"
	      "  spelunk doctor --json | jq '.checks[] | select(.verdict != \"ok\")'\n"
	      "  spelunk doctor >/dev/null || [ $? = 3 ] && perf record ...\n", out);
}

static int exit_code(enum verdict v)
{
	switch (v) {
	case VERDICT_PROBLEM:	return EXIT_UNUSABLE;
	case VERDICT_WARNING:
	case VERDICT_UNKNOWN:	return EXIT_WARNINGS;
	case VERDICT_NONE:
	case VERDICT_OK:
	case NR_VERDICTS:	break;
	}
	return EXIT_OK;
}

static int examine(const struct args *a)
{
	struct host *host = host_new("");
	struct finding *findings = calloc(NR_CHECKS, sizeof(*findings));
	struct guests guests;
	struct doctor d = { host, &guests, guests_read(&guests, "") };
	bool color = a->color == COLOR_ALWAYS ||
		     (a->color == COLOR_AUTO && isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
	enum verdict all;
	int ret = EXIT_UNUSABLE;

	if (!host || !findings || d.guests_err == -ENOMEM) {
		cmd_error("doctor", NULL, "out of memory");
	} else {
		all = doctor_judge(&d, findings);
		if (a->json)
			doctor_print_json(stdout, &d, findings, all);
		else
			doctor_print_text(stdout, findings, all, color);
		ret = exit_code(all);
	}
	if (fflush(stdout)) {
		cmd_error("doctor", "standard output", strerror(errno));
		ret = EXIT_UNUSABLE;
	}
	guests_free(&guests);
	free(findings);
	host_free(host);
	return ret;
}

int cmd_doctor(int argc, char **argv)
{
	struct args a = { 0 };
	const char *wrong = parse(&a, argc, argv);

	if (wrong) {
		cmd_error("doctor", NULL, wrong);
		return EXIT_USAGE;
	}
	if (a.help) {
		doctor_help(stdout);
		return EXIT_OK;
	}
	return examine(&a);
}
