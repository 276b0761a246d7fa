// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/doctor/doctor.h"
#include "cmd/doctor/print.h"
#include "cmd/options/help.h"

static int parse(struct doctor_args *a, int argc, char **argv, char *err, size_t errlen)
{
	struct options o = {
		.command = COMMAND_DOCTOR, .args = { [ARGS_doctor] = a },
		.err = err, .errlen = errlen,
	};
	int ret = options_read(&o, argc, argv);

	a->help = o.help;
	if (!ret && !o.help && o.nr_rest)
		return options_fail(&o, "doctor looks at this machine, and takes options only, not "
				    "'%.40s'", *o.rest);
	return ret;
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

static int examine(const struct doctor_args *a)
{
	struct host *host = host_new("");
	struct finding *findings = calloc(NR_CHECKS, sizeof(*findings));
	struct guests guests;
	struct doctor d = { host, &guests, guests_read(&guests, "") };
	bool color = a->color == REPORT_COLOR_ALWAYS ||
		     (a->color == REPORT_COLOR_AUTO && isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
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
	struct doctor_args a = { 0 };
	char err[256];

	if (parse(&a, argc, argv, err, sizeof(err))) {
		cmd_error("doctor", NULL, err);
		return EXIT_USAGE;
	}
	if (a.help) {
		help_print(stdout, COMMAND_DOCTOR);
		return EXIT_OK;
	}
	return examine(&a);
}
