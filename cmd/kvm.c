// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/kvm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/fleet.h"
#include "cmd/html.h"
#include "cmd/symbol_share.h"
#include "report/kvm/fleet.h"

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

/* Samples do not matter over several recordings, but the decoder's losses do. */
static const enum field world_keys[] = { FIELD_WORLD };

/* Several recordings: what stays of them. */
struct ledgers {
	struct fleet fleet;
	struct kvm_fleet vms;
};

static int take_file(struct run *run, struct fleet_file *f, void *arg)
{
	const struct profile_query query = { .keys = world_keys, .nr_keys = 1, .brief = true };
	struct ledgers *l = arg;
	struct profile *profile = NULL;
	struct summary summary = { .nr_cpus = 0 };
	struct report_data d;
	struct kvm_report r;
	int err = check_arch(run);

	if (err)
		return err;
	err = recording_count(&run->rec, &query, &profile, &summary);
	d = recording_data(&run->rec, &summary, NULL, NULL);
	r = kvm_report_of(run, &d, NULL);
	err = err ?: kvm_fleet_add(&l->vms, run->rec.host, &r) ?:
	      fleet_file_fill(f, &d, run->rec.host);
	profile_free(profile);
	summary_clear(&summary);
	return run_errno(run, err);
}

static int write_ledgers(struct run *run, FILE *out, const struct report_options *opt)
{
	const struct ledgers *l = run->fleet;
	const struct fleet_report files = { .files = l->fleet.files, .nr_files = l->fleet.nr };

	return kvm_fleet_write(out, &l->vms, &files, run->args.table, opt);
}

static int report_several(struct run *run)
{
	const struct report_args *a = &run->args;
	struct recording_config c = a->config;
	struct ledgers l = { .vms.nr = 0 };
	int ret = 0;

	run->fleet = &l;
	c.exits = c.samples_optional = true;
	for (size_t i = 0; i < a->inputs.nr && !ret; i++)
		ret = run_check_output(run, a->output, a->inputs.word[i]);
	ret = ret ?: fleet_each(run, &l.fleet, &a->inputs, &c, take_file, &l);
	if (!ret) {
		ret = fleet_end(&l.fleet);
		kvm_fleet_sort(&l.vms);
		ret = run_output(run, "report", write_ledgers) ?: ret;
	}
	fleet_clear(&l.fleet);
	kvm_fleet_clear(&l.vms);
	return ret;
}

static int make_report(struct run *run)
{
	const struct report_args *a = &run->args;
	const struct profile_query query = { .keys = keys, .nr_keys = NR_KEYS };
	struct recording_config c = a->config;
	int err;

	if (a->inputs.nr)
		return report_several(run);
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

const struct command command_KVM = { .size = sizeof(struct run), .writes = WRITES_OUTPUT, .work = make_report };
