// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/doctor/checks.h"
#include "cmd/doctor/print.h"
#include "cmd/doctor/probe/probe.h"
#include "cmd/run.h"

struct doctor_run {
	struct run run;
	struct doctor_args args;
};

static int parse(struct run *run)
{
	struct doctor_args *a = &((struct doctor_run *)run)->args;
	struct options o = {
		.command = COMMAND_DOCTOR, .args = { [ARGS_doctor] = a, [ARGS_output] = &a->to },
		.err = run->err, .errlen = sizeof(run->err),
	};
	int ret = options_read(&o, run->argc, run->argv);

	run->help = o.help;
	if (!ret && !o.help && o.nr_rest)
		return options_fail(&o, "doctor checks this machine and takes options only, not "
				    "'%.40s'", *o.rest);
	return ret;
}

static int examine(struct run *run, const struct output *o)
{
	const struct doctor_args *a = &((struct doctor_run *)run)->args;
	struct host *host = host_new("");
	struct finding *findings = calloc(NR_CHECKS, sizeof(*findings));
	struct guests guests;
	struct doctor d = { host, &guests, guests_read(&guests, "") };
	enum verdict all;
	int ret;

	if (!host || !findings || d.guests_err == -ENOMEM) {
		ret = run_fail(run, -ENOMEM, "out of memory");
	} else {
		all = doctor_judge(&d, findings);
		if (a->json)
			doctor_print_json(o->out, &d, findings, all);
		else
			doctor_print_text(o, findings, all);
		ret = all == VERDICT_PROBLEM ? EXIT_UNUSABLE :
		      all == VERDICT_WARNING ? EXIT_WARNINGS : EXIT_OK;
	}
	guests_free(&guests);
	free(findings);
	host_free(host);
	return ret;
}

static int work(struct run *run)
{
	const struct doctor_args *a = &((struct doctor_run *)run)->args;
	struct output o;
	int ret = output_open(&o, NULL, &a->to), err;

	if (ret)
		return run_errno(run, ret);
	ret = a->probe ? doctor_probe(run, a, &o) : examine(run, &o);
	if (ret < 0) {
		output_close(&o, 0);
		return ret;
	}
	err = output_close(&o, 0);
	if (!err)
		return ret;
	run->path = "standard output";
	return run_errno(run, err);
}

const struct command command_DOCTOR = {
	.size = sizeof(struct doctor_run), .parse = parse, .work = work,
};
