// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "cmd/report_output.h"
#include "cmd/run.h"
#include "cmd/symbol_share.h"
#include "report/annotate.h"
#include "profile/filter.h"

static const enum field default_keys[] = {
	FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT,
};
static const enum field annotate_keys[] = { ANNOTATION_KEYS };
static const enum field world_keys[] = { FIELD_WORLD };
static const enum field host_keys[] = { FIELD_SYMBOL, FIELD_OBJECT };
static const enum field guest_keys[] = { FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT };
static const enum field share_keys[] = { SYMBOL_SHARE_KEYS };
static const enum field flat_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define GUESTS	(1u << WORLD_GUEST_USER | 1u << WORLD_GUEST_KERNEL)

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* All that one `spelunk report`, or annotate, holds. */
struct report {
	struct run run;
	const struct report_args *args;
	struct report_args own;		/* what args is, if it was parsed here */
	struct recording rec;
	struct profile_query query;
	enum field keys[PROFILE_KEYS];	/* --by, and what symbol_share_rows() wants */
	struct profile *profile;
	struct summary summary;
	struct rows *worlds, *symbols[NR_WORLDS], *flat;
	struct annotation *annotation;
	struct missing missing;
};

static bool is_key(const enum field *keys, size_t nr, enum field f)
{
	for (size_t i = 0; i < nr; i++)
		if (keys[i] == f)
			return true;
	return false;
}

/* Keys that are not shown cost little beside names, and much beside addresses. */
static bool all_are_names(const struct report_args *a)
{
	static const enum field names[] = {
		FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT, FIELD_LINE,
	};

	for (size_t i = 0; i < a->nr_by; i++)
		if (!is_key(names, NR(names), a->by[i]))
			return false;
	return true;
}

/* Are no quantiles shown but those of the total latency? */
static bool is_brief(const struct report_args *a)
{
	bool brief = a->format == REPORT_TEXT && a->command != COMMAND_ANNOTATE &&
		     column_is_brief(a->sort);

	for (size_t i = 0; i < a->nr_columns; i++)
		brief &= column_is_brief(a->columns[i]);
	return brief;
}

/* Those of --by, and those to judge files of symbols by. */
static void choose_keys(struct report *r)
{
	const struct report_args *a = r->args;
	bool annotate = a->command == COMMAND_ANNOTATE;

	r->query = (struct profile_query){ .filter = a->filter, .max_cells = a->max_rows,
					   .brief = is_brief(a) };
	r->query.keys = annotate ? annotate_keys : a->nr_by ? a->by : default_keys;
	r->query.nr_keys = annotate ? NR(annotate_keys) :
			   a->nr_by ? a->nr_by : NR(default_keys);
	if (!a->nr_by || annotate || !symbol_share_wanted(a) || !all_are_names(a) ||
	    !is_key(a->by, a->nr_by, FIELD_SYMBOL))
		return;
	memcpy(r->keys, a->by, a->nr_by * sizeof(*r->keys));
	r->query.keys = r->keys;
	for (size_t i = 0; i < NR(share_keys); i++)
		if (!is_key(r->keys, r->query.nr_keys, share_keys[i]))
			r->keys[r->query.nr_keys++] = share_keys[i];
}

static int fold(struct report *r, const enum field *keys, size_t nr, unsigned int worlds,
		struct rows **out)
{
	int err = profile_rows(r->profile, keys, nr, worlds, r->rec.naming, r->summary.count_size, out);

	if (!err)
		rows_sort(*out, r->args->sort, r->args->ascending);
	return err;
}

static int fold_default(struct report *r)
{
	unsigned int w;
	int err;

	if (r->args->format != REPORT_TEXT) {
		err = fold(r, flat_keys, NR(flat_keys), 0, &r->flat);
		if (err || r->args->format == REPORT_CSV)
			return err;
	}
	err = fold(r, world_keys, NR(world_keys), 0, &r->worlds);
	for (w = 0; !err && w < NR_WORLDS; w++) {
		bool guest = GUESTS >> w & 1;

		err = fold(r, guest ? guest_keys : host_keys,
			   guest ? NR(guest_keys) : NR(host_keys), 1u << w, &r->symbols[w]);
	}
	return err;
}

static int fold_annotation(struct report *r)
{
	int err = fold(r, annotate_keys, NR(annotate_keys), 0, &r->flat);

	return err ?: annotation_new(&r->annotation, r->flat, r->rec.symbolizer, r->rec.p.spaces,
				     r->args->limit, NULL);
}

/* Text and JSON say what is missing themselves; CSV has no place for it. */
static void warn_of_missing(const struct report *r)
{
	char shown[1024];
	size_t i;

	if (r->args->format != REPORT_CSV || r->args->quiet)
		return;
	if (r->flat && r->flat->rest) {
		snprintf(shown, sizeof(shown), "%" PRIu64 " samples are in rows of fewer than %" PRIu32
			 " samples each, which are not here: --max-rows 0 has all",
			 r->flat->rest, r->flat->rest_below);
		cmd_error(r->run.command, NULL, shown);
	}
	for (i = 0; i < r->missing.nr; i++) {
		report_escape(shown, sizeof(shown), r->missing.sentence[i]);
		cmd_error(r->run.command, NULL, shown);
	}
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct report *r = arg;
	struct report_data d = recording_data(&r->rec, &r->summary, &r->missing, r->args->filter_text);

	d.worlds = r->worlds;
	d.rows = r->flat;
	memcpy(d.symbols, r->symbols, sizeof(d.symbols));
	if (r->annotation)
		return annotate_write(out, &(struct annotate_report){ &d, r->annotation }, opt);
	return report_write(out, &d, opt);
}

static int output(struct report *r)
{
	return report_output(r->args, "report", write_to, r, r->run.err, sizeof(r->run.err));
}

/* Do the files of symbols name what was sampled? */
static int check_symbols(struct report *r)
{
	const struct profile_query *q = &r->query;
	struct rows *rows = NULL;
	int err;

	for (size_t i = 0; i < NR(share_keys); i++)
		if (!is_key(q->keys, q->nr_keys, share_keys[i]))
			return 0;
	if (!symbol_share_wanted(r->args))
		return 0;
	err = profile_rows(r->profile, share_keys, NR(share_keys), 0, r->rec.naming,
			   r->summary.count_size, &rows);
	err = err ?: symbol_share_rows(&r->rec, r->args, &r->run, rows);
	rows_free(rows);
	return err;
}

/* A function was asked for, and no sample is in one of that name. */
static int check_function(struct report *r)
{
	const struct report_args *a = r->args;

	char name[256];

	if (!a->function || r->flat->nr)
		return 0;
	report_escape(name, sizeof(name), a->function);
	snprintf(r->run.err, sizeof(r->run.err), "no sample that is counted is in a function \"%s\": "
		 "`spelunk report --by symbol` lists the functions%s", name,
		 a->input_given ? "" : "; -i FILE names the recording");
	return -ENOENT;
}

static int fold_all(struct report *r)
{
	const struct report_args *a = r->args;
	int err = a->command == COMMAND_ANNOTATE ? fold_annotation(r) :
		  a->nr_by ? fold(r, a->by, a->nr_by, 0, &r->flat) : fold_default(r);

	if (err != -ENOPKG)
		return run_fail(&r->run, err);
	snprintf(r->run.err, sizeof(r->run.err), "the library that reads instructions is not there: "
		 "install libcapstone");
	return err;
}

static int make_report(struct run *run)
{
	struct report *r = (struct report *)run;
	const struct report_args *a = r->args;
	struct recording_config c = a->config;
	int err;

	choose_keys(r);
	c.exits = profile_query_asks(&r->query, FIELD_REASON);
	err = run_check_output(run, a->output, a->input) ?: run_open(run, &r->rec, a->input, &c) ?:
	      run_fail(run, recording_count(&r->rec, &r->query, &r->profile, &r->summary)) ?:
	      fold_all(r) ?: check_function(r) ?: check_symbols(r);
	if (err)
		return err;
	if (a->command != COMMAND_ANNOTATE)
		symbol_share_folders(&r->rec, a, run->command);
	recording_missing(&r->rec, &r->missing);
	warn_of_missing(r);
	return output(r);
}

static int parse(struct run *run, int argc, char **argv)
{
	struct report *r = (struct report *)run;
	int err = report_args_parse(&r->own, argc, argv, run->err, sizeof(run->err));

	r->args = &r->own;
	run->help = r->own.help;
	run->path = r->own.input;
	return err;
}

static void release(struct run *run)
{
	struct report *r = (struct report *)run;
	unsigned int w;

	for (w = 0; w < NR_WORLDS; w++)
		rows_free(r->symbols[w]);
	rows_free(r->worlds);
	annotation_free(r->annotation);
	rows_free(r->flat);
	profile_free(r->profile);
	summary_clear(&r->summary);
	recording_close(&r->rec);
	report_args_free(&r->own);
}

static const struct command report = {
	COMMAND_REPORT, sizeof(struct report), parse, make_report, release,
};
static const struct command annotate = {
	COMMAND_ANNOTATE, sizeof(struct report), parse, make_report, release,
};

int cmd_report(int argc, char **argv)
{
	return run_command(strcmp(argv[0], "annotate") ? &report : &annotate, argc, argv);
}

int report_show(const struct report_args *a, const char *command)
{
	struct report *r = calloc(1, sizeof(*r));
	int ret;

	if (!r)
		return EXIT_UNUSABLE;
	r->run.command = command;
	r->run.path = a->input;
	r->args = a;
	ret = run_work(&report, &r->run);
	release(&r->run);
	free(r);
	return ret;
}
