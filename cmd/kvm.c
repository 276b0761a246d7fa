// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/kvm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/html.h"
#include "cmd/symbol_share.h"

static const enum field keys[] = { KVM_KEYS };

#define NR_KEYS	(sizeof(keys) / sizeof(keys[0]))

struct kvm_report kvm_report_of(const struct run *run, const struct report_data *d,
				const struct rows *functions)
{
	const struct recording *rec = &run->rec;

	return (struct kvm_report){
		.d = d, .exits = rec->p.exits, .functions = functions,
		.sites = rec->sites.instructions, .nr_sites = rec->sites.nr,
		.functions_of_sites = rec->sites.functions,
		.nr_functions_of_sites = rec->sites.nr_functions, .table = run->args.table,
	};
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	const struct html_run none = { .slice = 0 };
	struct report_data d = run_data(run);
	struct kvm_report r = kvm_report_of(run, &d, run->rows);

	if (opt->format == REPORT_HTML)
		return html_run_write(run, &none, &d, out, opt);
	return kvm_report_write(out, &r, opt);
}

bool kvm_is_arm(const struct recording *r)
{
	const char *arch = r->p.info->arch;

	return !arch || !strcmp(arch, "aarch64") || !strcmp(arch, "arm64");
}

static int check_arch(struct run *run)
{
	char shown[64];

	if (kvm_is_arm(&run->rec))
		return 0;
	report_escape(shown, sizeof(shown), run->rec.p.info->arch);
	return run_fail(run, -EINVAL, "it was recorded on %s: spelunk kvm reads recordings of "
			"arm64 hosts only; use `perf kvm stat` for others", shown);
}

static int make_report(struct run *run)
{
	const struct report_args *a = &run->args;
	const struct profile_query query = { .keys = keys, .nr_keys = NR_KEYS };
	struct recording_config c = a->config;
	int err;

	c.exits = c.sites = c.samples_optional = true;
	err = run_check_output(run, a->output, a->input) ?: run_open(run, a->input, &c) ?:
	      check_arch(run) ?: run_errno(run, run_count(run, &query)) ?:
	      symbol_share_check(run, &query);
	if (err)
		return err;
	rows_sort(run->rows, COLUMN_SAMPLES, false);
	recording_missing(&run->rec, &run->missing);
	return run_output(run, "report", write_to);
}

const struct command command_KVM = { .size = sizeof(struct run), .work = make_report };
