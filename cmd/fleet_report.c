// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/fleet.h"
#include "cmd/no_match.h"
#include "profile/filter/filter.h"

static const enum field default_keys[] = {
	FIELD_HOST, FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT,
};
static const enum field host_keys[] = { FIELD_HOST };
static const enum field world_keys[] = { FIELD_HOST, FIELD_WORLD };
static const enum field vm_keys[] = { FIELD_HOST, FIELD_VM };
static const enum field symbol_keys[] = { FIELD_SYMBOL, FIELD_OBJECT };
static const enum field guest_symbol_keys[] = { FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT };
static const enum field function_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define GUESTS	(1u << WORLD_GUEST_USER | 1u << WORLD_GUEST_KERNEL)
#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* The tables of a text without --by; all but the last are only in texts. */
static const struct {
	const enum field *keys;
	size_t nr;
	unsigned int worlds;	/* 0: all */
} tables[] = {
	{ host_keys, NR(host_keys), 0 },
	{ world_keys, NR(world_keys), 0 },
	{ vm_keys, NR(vm_keys), GUESTS },
	{ function_keys, NR(function_keys), 0 },
};

/* State of one report. */
struct fleet_work {
	struct fleet fleet;
	struct profile_query query;
	enum field keys[PROFILE_KEYS];
	struct rows *tables[NR(tables)];
	size_t nr_tables;
};

/* Keys that mean little without a host get one, whether there is one host or many. */
static int choose_keys(struct run *run, struct fleet_work *w)
{
	const struct report_args *a = &run->args;
	bool needed = false;

	for (size_t i = 0; i < a->nr_by; i++)
		needed |= field_is_of_machine(a->by[i]);
	needed &= !field_among(FIELD_HOST, a->by, a->nr_by);
	if (a->nr_by + needed > PROFILE_KEYS)
		return run_fail(run, -EINVAL, "--by has too many keys: %s needs the key host, too",
				field_name(a->by[a->nr_by - 1]));
	if (needed)
		w->keys[0] = FIELD_HOST;
	memcpy(w->keys + needed, a->by, a->nr_by * sizeof(*a->by));
	w->query = (struct profile_query){
		.keys = a->nr_by ? w->keys : default_keys,
		.nr_keys = a->nr_by ? a->nr_by + needed : NR(default_keys),
		.filter = a->filter, .max_cells = a->max_rows, .brief = report_args_brief(a),
		.by_cost = column_is_cost(a->sort), .costly = !a->nr_by && a->format != REPORT_CSV,
	};
	return 0;
}

/* What findings are based on beside the summary: the functions of each world, and costly samples. */
static int fold_causes(struct run *run, struct profile *profile, struct report_data *d,
		       struct rows *symbols[NR_WORLDS])
{
	int err = 0;

	for (unsigned int w = 0; !err && w < NR_WORLDS; w++) {
		bool guest = GUESTS >> w & 1;

		err = profile_rows(profile, guest ? guest_symbol_keys : symbol_keys,
				   guest ? NR(guest_symbol_keys) : NR(symbol_keys), 1u << w,
				   run->rec.naming, d->summary->count_size, &symbols[w]);
		d->symbols[w] = symbols[w];
	}
	d->has_findings = true;
	return err;
}

static int keep_file(struct run *run, struct fleet_file *f, struct profile *profile, bool findings,
		     struct report_data *d)
{
	struct rows *symbols[NR_WORLDS] = { NULL };
	struct costly_sample *costly = NULL;
	int err = 0;

	if (findings) {
		err = fold_causes(run, profile, d, symbols);
		d->nr_costly = profile_take_costly(profile, &costly);
		d->costly = costly;
	}
	err = err ?: fleet_file_fill(f, d, run->rec.host);
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		rows_free(symbols[w]);
	free(costly);
	return err;
}

/* Count the open recording, and keep its rows. */
static int take_file(struct run *run, struct fleet_file *f, void *arg)
{
	struct fleet_work *w = arg;
	struct profile *profile = NULL;
	struct summary summary = { .nr_cpus = 0 };
	struct report_data d;
	int err = recording_count(&run->rec, &w->query, &profile, &summary);

	recording_missing(&run->rec, &run->missing);
	d = recording_data(&run->rec, &summary, &run->missing, NULL);
	err = err ?: keep_file(run, f, profile, w->query.costly, &d) ?:
	      profile_join(run->profile, profile, 0) ?: summary_join(&run->summary, &summary);
	profile_free(profile);
	summary_clear(&summary);
	run->missing.nr = 0;
	if (err == -EOVERFLOW)
		return run_fail(run, err, "there are more than %zu rows by these keys: choose fewer keys, "
				"add a filter, or pass --max-rows 0", run->args.max_rows);
	return run_errno(run, err);
}

static int fold(struct run *run, struct fleet_work *w, const enum field *keys, size_t nr,
		unsigned int worlds)
{
	const struct report_args *a = &run->args;
	const struct rows_first first = {
		.usual = !a->sort_given, .column = a->sort, .nr = a->limit,
	};
	bool some = a->format == REPORT_TEXT && !a->ascending && a->limit;
	struct rows **out = &w->tables[w->nr_tables];
	int err = profile_rows_first(run->profile, keys, nr, worlds, NULL, run->summary.count_size,
				     some ? &first : NULL, out);

	if (err)
		return err;
	w->nr_tables++;
	rows_sort(*out, a->sort_given ? a->sort : rows_usual_order(*out), a->ascending);
	return 0;
}

static int fold_all(struct run *run, struct fleet_work *w)
{
	bool text = run->args.format == REPORT_TEXT;
	int err = 0;

	if (run->args.nr_by)
		return fold(run, w, w->query.keys, w->query.nr_keys, 0);
	for (size_t i = text ? 0 : NR(tables) - 1; !err && i < NR(tables); i++)
		err = fold(run, w, tables[i].keys, tables[i].nr, tables[i].worlds);
	return err;
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	struct fleet_work *w = run->fleet;
	const struct fleet_report r = {
		.files = w->fleet.files, .nr_files = w->fleet.nr, .summary = &run->summary,
		.filter = run->args.filter_text, .tables = w->tables, .nr_tables = w->nr_tables,
	};

	return fleet_report_write(out, &r, opt);
}

static int make(struct run *run, struct fleet_work *w)
{
	const struct report_args *a = &run->args;
	struct recording_config c = a->config;
	int err = choose_keys(run, w), code;

	if (err) {
		run->exit = EXIT_USAGE;
		run->path = NULL;
		return err;
	}
	for (size_t i = 0; i < a->inputs.nr && !err; i++)
		err = run_check_output(run, a->output, a->inputs.word[i]);
	run_wants(&c, &w->query);
	run->profile = profile_joint_new(&w->query);
	err = err ?: run->profile ? err : run_errno(run, -ENOMEM);
	err = err ?: fleet_each(run, &w->fleet, &a->inputs, &c, take_file, w) ?:
	      run_errno(run, fold_all(run, w));
	if (err)
		return err;
	code = fleet_end(&w->fleet);
	if (a->filter && no_match(run) && !a->quiet)
		cmd_error(run->command, NULL, "no sample matches the filter");
	return run_output(run, "report", write_to) ?: code;
}

int fleet_report(struct run *run)
{
	struct fleet_work w = { .nr_tables = 0 };
	int ret;

	run->fleet = &w;
	ret = make(run, &w);
	for (size_t i = 0; i < w.nr_tables; i++)
		rows_free(w.tables[i]);
	fleet_clear(&w.fleet);
	/* they borrow from w */
	profile_free(run->profile);
	run->profile = NULL;
	return ret;
}
