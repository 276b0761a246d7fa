// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/report_output.h"
#include "cmd/symbol_share.h"
#include "report/kvm/kvm.h"

static const enum field keys[] = { FIELD_REASON, FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define NR_KEYS	(sizeof(keys) / sizeof(keys[0]))

/* All that one `spelunk kvm` holds. */
struct kvm {
	struct run run;
	struct report_args args;
	struct recording rec;
	struct profile *profile;
	struct summary summary;
	struct rows *functions;
	struct missing missing;
};

/* Samples by the exit in whose handling they lie, and by function. */
static int count(struct kvm *k)
{
	struct profile_query query = { .keys = keys, .nr_keys = NR_KEYS };
	int err = recording_count(&k->rec, &query, &k->profile, &k->summary);

	err = err ?: profile_rows(k->profile, keys, NR_KEYS, 0, k->rec.naming,
				  k->summary.count_size, &k->functions);
	if (!err)
		rows_sort(k->functions, COLUMN_SAMPLES, false);
	return err;
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct kvm *k = arg;
	struct report_data d = recording_data(&k->rec, &k->summary, &k->missing, NULL);
	struct kvm_report r = {
		.d = &d, .exits = k->rec.p.exits, .functions = k->functions,
		.sites = k->rec.sites.instructions, .nr_sites = k->rec.sites.nr,
		.functions_of_sites = k->rec.sites.functions,
		.nr_functions_of_sites = k->rec.sites.nr_functions, .table = k->args.table,
	};

	return kvm_report_write(out, &r, opt);
}

static int output(struct kvm *k)
{
	return report_output(&k->args, "report", write_to, k, k->run.err, sizeof(k->run.err));
}

/* Exits of other architectures have other reasons. */
static int check_arch(struct kvm *k)
{
	const char *arch = k->rec.p.info->arch;
	char shown[64];

	if (!arch || !strcmp(arch, "aarch64") || !strcmp(arch, "arm64"))
		return 0;
	report_escape(shown, sizeof(shown), arch);
	snprintf(k->run.err, sizeof(k->run.err), "it is of a machine of architecture %s: only Arm's exits "
		 "are understood; for others there is perf kvm stat", shown);
	return -EINVAL;
}

static int make_report(struct run *run)
{
	struct kvm *k = (struct kvm *)run;
	const struct report_args *a = &k->args;
	struct recording_config c = a->config;
	int err;

	c.exits = c.sites = c.samples_optional = true;
	err = run_check_output(run, a->output, a->input) ?: run_open(run, &k->rec, a->input, &c) ?:
	      check_arch(k) ?: run_fail(run, count(k)) ?:
	      symbol_share_sites(&k->rec, a, run, k->rec.sites.functions, k->rec.sites.nr_functions);
	if (err)
		return err;
	recording_missing(&k->rec, &k->missing);
	return output(k);
}

static int parse(struct run *run, int argc, char **argv)
{
	struct kvm *k = (struct kvm *)run;
	int err = report_args_parse(&k->args, argc, argv, run->err, sizeof(run->err));

	run->help = k->args.help;
	run->path = k->args.input;
	return err;
}

static void release(struct run *run)
{
	struct kvm *k = (struct kvm *)run;

	rows_free(k->functions);
	profile_free(k->profile);
	summary_clear(&k->summary);
	recording_close(&k->rec);
	report_args_free(&k->args);
}

int cmd_kvm(int argc, char **argv)
{
	static const struct command kvm = {
		COMMAND_KVM, sizeof(struct kvm), parse, make_report, release,
	};

	return run_command(&kvm, argc, argv);
}
