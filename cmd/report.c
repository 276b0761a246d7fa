// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "recording/recording.h"
#include "cmd/report_output.h"
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
	struct report_args args;
	struct recording rec;
	struct profile_query query;
	enum field keys[PROFILE_KEYS];	/* --by, and what symbol_share_rows() wants */
	struct profile *profile;
	struct summary summary;
	struct rows *worlds, *symbols[NR_WORLDS], *flat;
	struct annotation *annotation;
	struct missing missing;
	char err[1024];
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

/* Those of --by, and those to judge files of symbols by. */
static void choose_keys(struct report *r)
{
	const struct report_args *a = &r->args;

	r->query.keys = a->annotate ? annotate_keys : a->nr_by ? a->by : default_keys;
	r->query.nr_keys = a->annotate ? NR(annotate_keys) :
			   a->nr_by ? a->nr_by : NR(default_keys);
	if (!a->nr_by || a->annotate || !symbol_share_wanted(a) || !all_are_names(a) ||
	    !is_key(a->by, a->nr_by, FIELD_SYMBOL))
		return;
	memcpy(r->keys, a->by, a->nr_by * sizeof(*r->keys));
	r->query.keys = r->keys;
	for (size_t i = 0; i < NR(share_keys); i++)
		if (!is_key(r->keys, r->query.nr_keys, share_keys[i]))
			r->keys[r->query.nr_keys++] = share_keys[i];
}

static int count(struct report *r)
{
	const struct report_args *a = &r->args;
	struct profile_context ctx = recording_context(&r->rec);
	struct count_options opt = { .jobs = a->jobs, .progress = a->progress && !a->quiet };

	r->query = (struct profile_query){ .filter = a->filter, .max_cells = a->max_rows };
	choose_keys(r);
	return count_all(&r->rec.p, &r->query, &ctx, &opt, &r->profile, &r->summary);
}

static int fold(struct report *r, const enum field *keys, size_t nr, unsigned int worlds,
		struct rows **out)
{
	int err = profile_rows(r->profile, keys, nr, worlds, r->rec.naming, r->summary.count_size, out);

	if (!err)
		rows_sort(*out, r->args.sort, r->args.ascending);
	return err;
}

static int fold_default(struct report *r)
{
	unsigned int w;
	int err;

	if (r->args.format != REPORT_TEXT) {
		err = fold(r, flat_keys, NR(flat_keys), 0, &r->flat);
		if (err || r->args.format == REPORT_CSV)
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
				     r->args.limit, NULL);
}

static const char *command_of(const struct report *r)
{
	return r->args.annotate ? "annotate" : "report";
}

/* Text and JSON say what is missing themselves; CSV has no place for it. */
static void warn_of_missing(const struct report *r)
{
	char shown[1024];
	size_t i;

	if (r->args.format != REPORT_CSV || r->args.quiet)
		return;
	if (r->flat && r->flat->rest) {
		snprintf(shown, sizeof(shown), "%" PRIu64 " samples are in rows of fewer than %" PRIu32
			 " samples each, which are not here: --max-rows 0 has all",
			 r->flat->rest, r->flat->rest_below);
		cmd_error("report", NULL, shown);
	}
	for (i = 0; i < r->missing.nr; i++) {
		report_escape(shown, sizeof(shown), r->missing.sentence[i]);
		cmd_error(command_of(r), NULL, shown);
	}
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct report *r = arg;
	const struct report_args *a = &r->args;
	struct report_data d = {
		.source = r->rec.p.source, .info = r->rec.p.info, .clock = r->rec.p.clock,
		.timeline = r->rec.p.timeline, .summary = &r->summary, .worlds = r->worlds,
		.guests = r->rec.guests.clocks, .nr_guests = r->rec.guests.nr,
		.slides = r->rec.slides.list, .nr_slides = r->rec.slides.nr,
		.rows = r->flat, .filter = a->filter_text,
		.mode_given = a->host_mode != HOST_UNKNOWN,
		.missing = r->missing.sentence, .nr_missing = r->missing.nr,
	};

	memcpy(d.symbols, r->symbols, sizeof(d.symbols));
	if (r->annotation)
		return annotate_write(out, &(struct annotate_report){ &d, r->annotation }, opt);
	return report_write(out, &d, opt);
}

static int output(struct report *r)
{
	return report_output(&r->args, "report", write_to, r, r->err, sizeof(r->err));
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
	if (!symbol_share_wanted(&r->args))
		return 0;
	err = profile_rows(r->profile, share_keys, NR(share_keys), 0, r->rec.naming,
			   r->summary.count_size, &rows);
	err = err ?: symbol_share_rows(&r->rec, &r->args, command_of(r), rows, r->err,
				       sizeof(r->err));
	rows_free(rows);
	return err;
}

/* A function was asked for, and no sample is in one of that name. */
static int check_function(struct report *r)
{
	const struct report_args *a = &r->args;

	char name[256];

	if (!a->function || r->flat->nr)
		return 0;
	report_escape(name, sizeof(name), a->function);
	snprintf(r->err, sizeof(r->err), "no sample that is counted is in a function \"%s\": "
		 "`spelunk report --by symbol` lists the functions%s", name,
		 a->input_given ? "" : "; -i FILE names the recording");
	return -ENOENT;
}

static int make_report(struct report *r)
{
	int err;

	if (report_output_is(r->args.output, r->args.input)) {
		snprintf(r->err, sizeof(r->err), "--output names the recording itself: "
			 "give another file");
		return -EINVAL;
	}
	err = recording_open(&r->rec, &r->args, command_of(r), r->err, sizeof(r->err));
	if (err)
		return err;
	err = count(r);
	if (!err)
		err = r->args.annotate ? fold_annotation(r) :
		      r->args.nr_by ? fold(r, r->args.by, r->args.nr_by, 0, &r->flat) :
				      fold_default(r);
	if (err) {
		snprintf(r->err, sizeof(r->err), "%s", err == -ENOPKG ? "the library that reads "
			 "instructions is not there: install libcapstone" : strerror(-err));
		return err;
	}
	err = check_function(r) ?: check_symbols(r);
	if (err)
		return err;
	if (!r->args.annotate)
		symbol_share_folders(&r->rec, &r->args, command_of(r));
	recording_missing(&r->rec, &r->missing);
	warn_of_missing(r);
	return output(r);
}

static void release(struct report *r)
{
	unsigned int w;

	for (w = 0; w < NR_WORLDS; w++)
		rows_free(r->symbols[w]);
	rows_free(r->worlds);
	annotation_free(r->annotation);
	rows_free(r->flat);
	profile_free(r->profile);
	summary_clear(&r->summary);
	recording_close(&r->rec);
	report_args_free(&r->args);
}

int cmd_report(int argc, char **argv)
{
	struct report *r = calloc(1, sizeof(*r));
	int ret = EXIT_OK;

	if (!r)
		return EXIT_UNUSABLE;
	if (report_args_parse(&r->args, argc, argv, r->err, sizeof(r->err))) {
		cmd_error(command_of(r), NULL, r->err);
		ret = EXIT_USAGE;
	} else if (r->args.help) {
		(r->args.annotate ? report_args_help_annotate : report_args_help)(stdout);
	} else if (recording_symbols(&r->rec, &r->args, r->err, sizeof(r->err))) {
		cmd_error(command_of(r), NULL, r->err);
		ret = EXIT_USAGE;
	} else if (make_report(r)) {
		cmd_error(command_of(r), r->args.input, r->err);
		ret = recording_exit(&r->rec);
	}
	release(r);
	free(r);
	return ret;
}
