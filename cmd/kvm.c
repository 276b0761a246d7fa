// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "recording/exit_sites.h"
#include "cmd/kvm_options.h"
#include "cmd/report_output.h"
#include "cmd/symbol_share.h"

static const enum field keys[] = { FIELD_REASON, FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define NR_KEYS	(sizeof(keys) / sizeof(keys[0]))

/* All that one `spelunk kvm` holds. */
struct kvm {
	struct kvm_args args;
	struct recording rec;
	struct exit_sites sites;
	struct profile *profile;
	struct summary summary;
	struct rows *functions;
	struct missing missing;
	char err[1024];
};

/* Samples by the exit in whose handling they lie, and by function. */
static int count(struct kvm *k)
{
	const struct report_args *a = &k->args.report;
	struct profile_query query = { .keys = keys, .nr_keys = NR_KEYS };
	struct profile_context ctx = recording_context(&k->rec);
	struct count_options opt = { .jobs = a->jobs, .progress = a->progress && !a->quiet };
	int err = count_all(&k->rec.p, &query, &ctx, &opt, &k->profile, &k->summary);

	err = err ?: profile_rows(k->profile, keys, NR_KEYS, 0, k->rec.naming,
				  k->summary.count_size, &k->functions);
	if (!err)
		rows_sort(k->functions, COLUMN_SAMPLES, false);
	return err ?: exit_sites_list(&k->sites);
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct kvm *k = arg;
	const struct report_args *a = &k->args.report;
	struct report_data d = {
		.source = k->rec.p.source, .info = k->rec.p.info, .clock = k->rec.p.clock,
		.timeline = k->rec.p.timeline, .summary = &k->summary,
		.guests = k->rec.guests.clocks, .nr_guests = k->rec.guests.nr,
		.slides = k->rec.slides.list, .nr_slides = k->rec.slides.nr,
		.mode_given = a->host_mode != HOST_UNKNOWN,
		.missing = k->missing.sentence, .nr_missing = k->missing.nr,
	};
	struct kvm_report r = {
		.d = &d, .exits = k->rec.p.exits, .functions = k->functions,
		.sites = k->sites.instructions, .nr_sites = k->sites.nr,
		.functions_of_sites = k->sites.functions,
		.nr_functions_of_sites = k->sites.nr_functions, .table = k->args.table,
	};

	return kvm_report_write(out, &r, opt);
}

static int output(struct kvm *k)
{
	return report_output(&k->args.report, "report", write_to, k, k->err, sizeof(k->err));
}

/* Exits of other architectures have other reasons. */
static int check_arch(struct kvm *k)
{
	const char *arch = k->rec.p.info->arch;
	char shown[64];

	if (!arch || !strcmp(arch, "aarch64") || !strcmp(arch, "arm64"))
		return 0;
	report_escape(shown, sizeof(shown), arch);
	snprintf(k->err, sizeof(k->err), "it is of a machine of architecture %s: only Arm's exits "
		 "are understood; for others there is perf kvm stat", shown);
	return -EINVAL;
}

static int make_report(struct kvm *k)
{
	const struct report_args *a = &k->args.report;
	int err;

	if (report_output_is(a->output, a->input)) {
		snprintf(k->err, sizeof(k->err), "--output names the recording itself: give "
			 "another file");
		return -EINVAL;
	}
	k->sites.rec = &k->rec;
	k->rec.exits = k->rec.samples_optional = true;
	k->rec.site_fn = exit_sites_take;
	k->rec.site_arg = &k->sites;
	err = recording_open(&k->rec, a, "kvm", k->err, sizeof(k->err)) ?: check_arch(k);
	if (err)
		return err;
	err = count(k);
	if (err) {
		snprintf(k->err, sizeof(k->err), "%s", strerror(-err));
		return err;
	}
	err = symbol_share_sites(&k->rec, a, "kvm", k->sites.functions, k->sites.nr_functions, k->err,
				 sizeof(k->err));
	if (err)
		return err;
	recording_missing(&k->rec, &k->missing);
	return output(k);
}

static void release(struct kvm *k)
{
	rows_free(k->functions);
	profile_free(k->profile);
	exit_sites_free(&k->sites);
	summary_clear(&k->summary);
	recording_close(&k->rec);
	kvm_args_free(&k->args);
}

int cmd_kvm(int argc, char **argv)
{
	struct kvm *k = calloc(1, sizeof(*k));
	int ret = EXIT_OK;

	if (!k)
		return EXIT_UNUSABLE;
	if (kvm_args_parse(&k->args, argc, argv, k->err, sizeof(k->err))) {
		cmd_error("kvm", NULL, k->err);
		ret = EXIT_USAGE;
	} else if (k->args.report.help) {
		report_args_help_kvm(stdout);
	} else if (recording_symbols(&k->rec, &k->args.report, k->err, sizeof(k->err))) {
		cmd_error("kvm", NULL, k->err);
		ret = EXIT_USAGE;
	} else if (make_report(k)) {
		cmd_error("kvm", k->args.report.input, k->err);
		ret = recording_exit(&k->rec);
	}
	release(k);
	free(k);
	return ret;
}
