// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/calls.h"
#include "cmd/cmd.h"
#include "cmd/fleet.h"
#include "cmd/html.h"
#include "cmd/no_match.h"
#include "cmd/run.h"
#include "cmd/symbol_share.h"
#include "profile/costly.h"
#include "profile/filter/filter.h"
#include "report/annotate.h"
#include "report/text/text.h"

static const enum field default_keys[] = { HTML_HOT_KEYS };
static const enum field annotate_keys[] = { ANNOTATION_KEYS };
static const enum field world_keys[] = { FIELD_WORLD };
static const enum field host_keys[] = { FIELD_SYMBOL, FIELD_OBJECT };
static const enum field guest_keys[] = { FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT };
static const enum field flat_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define GUESTS	(1u << WORLD_GUEST_USER | 1u << WORLD_GUEST_KERNEL)

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* State of `spelunk report` and annotate. */
struct report {
	struct run run;
	struct profile_query query;
	struct rows *worlds, *symbols[NR_WORLDS];
	struct annotation *annotation;
	struct calls_run calls;	/* for --callers, --children and --by stack */
	struct html_run html;	/* for --format html */
	struct costly_sample *costly;
	size_t nr_costly;
};

/* CSV cannot contain them. */
static bool has_findings(const struct report_args *a)
{
	return a->command == COMMAND_REPORT && !a->nr_by && a->format != REPORT_CSV;
}

static void choose_keys(struct report *r)
{
	const struct report_args *a = &r->run.args;
	bool annotate = a->command == COMMAND_ANNOTATE;

	r->query = (struct profile_query){ .filter = a->filter, .max_cells = a->max_rows,
					   .brief = report_args_brief(a), .costly = has_findings(a),
					   .by_cost = column_is_cost(a->sort),
					   .by_vm = a->config.guests.nr };
	r->query.keys = annotate ? annotate_keys : a->nr_by ? a->by : default_keys;
	r->query.nr_keys = annotate ? NR(annotate_keys) :
			   a->nr_by ? a->nr_by : NR(default_keys);
}

static int fold(struct report *r, const enum field *keys, size_t nr, unsigned int worlds,
		struct rows **out)
{
	const struct report_args *a = &r->run.args;
	int err = profile_rows(r->run.profile, keys, nr, worlds, r->run.rec.naming, r->run.summary.count_size, out);
	bool usual = a->command == COMMAND_REPORT && !a->sort_given;

	if (!err)
		rows_sort(*out, usual ? rows_usual_order(*out) : a->sort, a->ascending);
	return err;
}

/* As fold(), but a text has only the rows that it shows; and what the others weigh, if weigh. */
static int fold_first(struct report *r, const enum field *keys, size_t nr, unsigned int worlds,
		      bool weigh, struct rows **out)
{
	const struct report_args *a = &r->run.args;
	const struct rows_first first = {
		.usual = a->command == COMMAND_REPORT && !a->sort_given, .column = a->sort, .nr = a->limit,
		.weigh = weigh,
	};
	int err;

	if (a->format != REPORT_TEXT || a->ascending || !a->limit)
		return fold(r, keys, nr, worlds, out);
	err = profile_rows_first(r->run.profile, keys, nr, worlds, r->run.rec.naming,
				 r->run.summary.count_size, &first, out);
	if (!err)
		rows_sort(*out, (*out)->order, false);
	return err;
}

/*
 * The functions of a world.  A text shows the first ones, and sums up all by weight; where cycles were
 * sampled, too, it compares all.
 */
static int fold_world(struct report *r, enum world w)
{
	bool guest = GUESTS >> w & 1;
	const enum field *keys = guest ? guest_keys : host_keys;
	size_t nr = guest ? NR(guest_keys) : NR(host_keys);

	if (r->run.summary.cycles.recorded)
		return fold(r, keys, nr, 1u << w, &r->symbols[w]);
	return fold_first(r, keys, nr, 1u << w, true, &r->symbols[w]);
}

static int fold_default(struct report *r)
{
	bool html = r->run.args.format == REPORT_HTML;
	int err;

	if (r->run.args.format != REPORT_TEXT) {
		err = fold(r, html ? default_keys : flat_keys, html ? NR(default_keys) : NR(flat_keys), 0,
			   &r->run.rows);
		if (err || r->run.args.format == REPORT_CSV)
			return err;
	}
	err = fold(r, world_keys, NR(world_keys), 0, &r->worlds);
	for (unsigned int w = 0; !err && w < NR_WORLDS; w++)
		err = fold_world(r, w);
	return err;
}

static int fold_annotation(struct report *r)
{
	int err = fold(r, annotate_keys, NR(annotate_keys), 0, &r->run.rows);

	return err ?: annotation_new(&r->annotation, r->run.rows, r->run.rec.symbolizer, r->run.rec.p.spaces,
				     r->run.args.limit, r->run.args.sort == COLUMN_SAMPLES, NULL);
}

/* Warn of missing symbols in CSV; text and JSON say so themselves. */
static void warn_of_missing(const struct report *r)
{
	char shown[1024];

	run_warn_of_rest(&r->run);
	if (r->run.args.format != REPORT_CSV || r->run.args.quiet)
		return;
	for (size_t i = 0; i < r->run.missing.nr; i++) {
		report_escape(shown, sizeof(shown), r->run.missing.sentence[i]);
		cmd_error(r->run.command, NULL, shown);
	}
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	struct report *r = (struct report *)run;
	struct report_data d = run_data(run);

	if (r->calls.stacks)
		return calls_write(run, &r->calls, out, opt);
	d.worlds = r->worlds;
	d.rows = run->rows;
	memcpy(d.symbols, r->symbols, sizeof(d.symbols));
	d.has_findings = r->query.costly;
	d.costly = r->costly;
	d.nr_costly = r->nr_costly;
	if (r->annotation)
		return annotate_write(out, &(struct annotate_report){ &d, r->annotation }, opt);
	if (opt->format == REPORT_HTML)
		return html_run_write(run, &r->html, &d, out, opt);
	return report_write(out, &d, opt);
}

/* Fail if no sample is in the requested function. */
static int check_function(struct report *r)
{
	const struct report_args *a = &r->run.args;
	struct words why = { .len = 0 };
	char name[256];

	if (!a->function || r->run.rows->nr || no_match_why(&why, &r->run, a->filter))
		return 0;
	report_escape(name, sizeof(name), a->function);
	return run_fail(&r->run, -ENOENT, "no sample is in a function \"%s\"%s%s%s", name,
			why.len ? ": " : " and matches the filter", why.s,
			a->input_given ? "" : "; -i FILE names the recording");
}

static int fold_all(struct report *r)
{
	const struct report_args *a = &r->run.args;
	int err = a->command == COMMAND_ANNOTATE ? fold_annotation(r) :
		  a->nr_by ? fold_first(r, a->by, a->nr_by, 0, false, &r->run.rows) : fold_default(r);

	return run_errno(&r->run, err);
}

static int make_report(struct run *run)
{
	struct report *r = (struct report *)run;
	const struct report_args *a = &run->args;
	struct recording_config c = a->config;
	int err;

	if (a->inputs.nr)
		return fleet_report(run);
	if (report_args_calls(a))
		return calls_make(run, &r->calls) ?: run_output(run, "report", write_to);
	choose_keys(r);
	run_wants(&c, &r->query);
	if (a->format == REPORT_HTML)
		html_run_config(&c);
	err = run_check_output(run, a->output, a->input) ?: run_open(run, a->input, &c) ?:
	      run_errno(run, recording_count(&run->rec, &r->query, &run->profile, &run->summary)) ?:
	      fold_all(r);
	if (!err && a->filter && !a->function && no_match(run))
		err = run_errno(run, no_match_say(run, a->filter, true));
	err = err ?: symbol_share_check(run, &r->query) ?: check_function(r);
	if (err)
		return err;
	if (r->query.costly)
		r->nr_costly = profile_take_costly(run->profile, &r->costly);
	err = a->format == REPORT_HTML ? html_run_make(run, &r->html) : 0;
	if (err)
		return err;
	recording_missing(&run->rec, &run->missing);
	warn_of_missing(r);
	return run_output(run, "report", write_to);
}

static void release(struct run *run)
{
	struct report *r = (struct report *)run;

	for (unsigned int w = 0; w < NR_WORLDS; w++)
		rows_free(r->symbols[w]);
	rows_free(r->worlds);
	annotation_free(r->annotation);
	calltree_free(r->calls.stacks);
	html_run_clear(&r->html);
	free(r->costly);
}

#define REPORT	{ .size = sizeof(struct report), .writes = WRITES_OUTPUT, .work = make_report, .release = release }

const struct command command_REPORT = REPORT, command_ANNOTATE = REPORT;
