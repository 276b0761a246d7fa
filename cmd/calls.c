// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/calls.h"

#include <errno.h>

#include "cmd/cmd.h"
#include "cmd/symbol_share.h"
#include "recording/stacks.h"
#include "report/calls/calls.h"

static const enum field spe_keys[] = { CALLS_KEYS };

/* Count SPE's samples, for the function and for the top of a report. */
static int count_spe(struct run *run)
{
	const struct report_args *a = &run->args;
	const struct profile_query query = {
		.keys = spe_keys, .nr_keys = sizeof(spe_keys) / sizeof(spe_keys[0]),
		.filter = a->filter, .max_cells = a->max_rows, .brief = true,
	};

	if (a->stacks && a->format != REPORT_JSON)
		return 0;
	return run_errno(run, run_count(run, &query));
}

static int count(struct run *run, struct calls_run *out)
{
	const struct report_args *a = &run->args;
	const struct stacks_query query = { .filter = a->filter, .max_nodes = a->max_rows };
	int err = recording_stacks(&run->rec, &query, &out->stacks, &out->total);

	if (err == -EOPNOTSUPP)
		return run_fail(run, err, "call chains come with samples of cycles, and the "
				"filter uses a field that only SPE records: filter by world, vm, "
				"comm, cpu, symbol or time");
	if (err != -ENODATA)
		return run_errno(run, err);
	if (a->filter && out->total.all.samples == 0 && run->rec.p.cycles.chains.nr)
		return run_fail(run, err, "no sample of cycles matches the filter");
	return run_fail(run, err, "no sample of cycles has a call chain: record with `spelunk record` "
			"without --no-time, or with `perf record -e arm_spe// -e cycles -g`");
}

/* Fail if no chain has a function with that name, for example because symbols are missing. */
static int check_function(struct run *run, const struct calls_run *c)
{
	const char *function = run->args.callers;
	char name[256];

	if (!function || calls_have(c->stacks, function))
		return 0;
	report_escape(name, sizeof(name), function);
	recording_missing(&run->rec, &run->missing);
	return run_fail(run, -ENOENT, "no call chain contains the function \"%s\": run `spelunk "
			"report --children` to list functions%s%s", name, run->missing.nr ? "; "
			"not all have names: " : "",
			run->missing.nr ? run->missing.sentence[0] : "");
}

int calls_make(struct run *run, struct calls_run *out)
{
	const struct report_args *a = &run->args;
	const struct profile_query asked = { .filter = a->filter };
	struct recording_config c = a->config;
	int err;

	run_wants(&c, &asked);
	c.samples_optional = true;
	err = run_check_output(run, a->output, a->input) ?: run_open(run, a->input, &c) ?:
	      count(run, out) ?: symbol_share_check(run, NULL) ?: check_function(run, out) ?:
	      count_spe(run);
	if (!err)
		recording_missing(&run->rec, &run->missing);
	return err;
}

int calls_write(const struct run *run, const struct calls_run *c, FILE *out,
		const struct report_options *opt)
{
	const struct report_args *a = &run->args;
	struct report_data d = run_data(run);
	struct calls_report r = {
		.d = &d, .kind = a->callers ? CALLS_CALLERS : a->children ? CALLS_CHILDREN : CALLS_STACKS,
		.stacks = c->stacks, .total = c->total, .function = a->callers,
		.max_nodes = a->max_rows,
	};

	d.rows = run->rows;
	return calls_report_write(out, &r, opt);
}
