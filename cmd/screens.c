// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/screens.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/dump/dump.h"
#include "cmd/run.h"
#include "profile/filter/filter.h"
#include "recording/stacks.h"

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

static const enum field world_keys[] = { FIELD_WORLD };
static const enum field vm_keys[] = { FIELD_VM };
static const enum field handler_keys[] = {
	FIELD_REASON, FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT,
};
static const enum field function_keys[] = { FIELD_SYMBOL, FIELD_OBJECT };

/*
 * Rows
 */

/* If rows were limited, there are none by subsets of their keys. */
static int fold_parts(struct screens *s, struct profile *p, struct pass_result *out)
{
	const struct pass_query *q = &out->query;
	int err = 0;

	for (size_t n = 0; !err && n + 1 < q->nr_keys; n++)
		err = profile_rows(p, q->keys, n + 1, 0, s->rec.naming, out->summary.count_size,
				   &out->by[n]);
	if (err != -EINVAL)
		return err;
	for (size_t n = 0; n < PROFILE_KEYS; n++) {
		rows_free(out->by[n]);
		out->by[n] = NULL;
	}
	return 0;
}

/* Functions by exits that were being handled, and by time if known. */
static int fold_findings(struct screens *s, struct profile *p, struct pass_result *out)
{
	static const enum world host[] = { WORLD_HOST_USER, WORLD_HOST_KERNEL };
	struct naming *naming = s->rec.naming;
	unsigned int count_size = out->summary.count_size;
	int err = profile_rows(p, handler_keys, NR(handler_keys), 0, naming, count_size,
			       &out->handlers);

	if (!err)
		rows_sort(out->handlers, COLUMN_SAMPLES, false);
	for (size_t i = 0; !err && out->summary.cycles.recorded && i < NR(host); i++)
		err = profile_rows(p, function_keys, NR(function_keys), 1u << host[i], naming,
				   count_size, &out->symbols[host[i]]);
	return err;
}

static int fold(struct screens *s, struct profile *p, const atomic_bool *cancel,
		struct pass_result *out)
{
	const struct pass_query *q = &out->query;
	struct naming *naming = s->rec.naming;
	unsigned int count_size = out->summary.count_size;
	int err;

	err = profile_rows(p, q->keys, q->nr_keys, 0, naming, count_size, &out->rows);
	if (!err && field_among(FIELD_WORLD, q->keys, q->nr_keys))
		err = profile_rows(p, world_keys, 1, 0, naming, count_size, &out->worlds);
	if (!err && field_among(FIELD_VM, q->keys, q->nr_keys))
		err = profile_rows(p, vm_keys, 1, 0, naming, count_size, &out->vms);
	if (err)
		return err;
	if (q->functions)
		return annotation_new(&out->annotation, out->rows, s->rec.symbolizer,
				      s->rec.p.spaces, q->functions, q->sort == COLUMN_SAMPLES,
				      cancel);
	if (q->findings)
		err = fold_findings(s, p, out);
	if (!err && q->tree)
		err = fold_parts(s, p, out);
	/* Sort in this thread, not between two keys. */
	rows_sort(out->rows, q->sort, q->ascending);
	for (size_t n = 0; n < PROFILE_KEYS && out->by[n]; n++)
		rows_sort(out->by[n], q->sort, q->ascending);
	return err;
}

/* Copy the sentences, because the next pass may change them. */
static int keep_missing(const struct screens *s, struct pass_result *out)
{
	struct missing m;

	recording_missing(&s->rec, &m);
	out->missing = calloc(m.nr + 1, sizeof(*out->missing));
	if (!out->missing)
		return -ENOMEM;
	for (; out->nr_missing < m.nr; out->nr_missing++) {
		out->missing[out->nr_missing] = strdup(m.sentence[out->nr_missing]);
		if (!out->missing[out->nr_missing])
			return -ENOMEM;
	}
	return 0;
}

/* If no sample has a chain, there is no tree, and the screens say so. */
static int make_stacks(struct screens *s, const struct filter *filter, const atomic_bool *cancel,
		       struct pass_result *out)
{
	const struct stacks_query query = {
		.filter = filter, .max_nodes = s->args->max_rows, .cancel = cancel,
	};
	int err = recording_stacks(&s->rec, &query, &out->stacks, &out->calls);

	return err == -ENODATA || err == -EOPNOTSUPP ? 0 : err;
}

static int make_rows(struct screens *s, const struct filter *filter, struct pass_watch *watch,
		     struct pass_result *out)
{
	struct profile_query query = {
		.keys = out->query.keys, .nr_keys = out->query.nr_keys, .filter = filter,
		/* all places of a function are needed, and findings need all functions */
		.max_cells = out->query.functions || out->query.findings ? 0 : s->args->max_rows,
		.by_cost = true,
		.costly = out->query.findings,
	};
	struct profile_context ctx = recording_context(&s->rec);
	struct count_options opt = {
		.jobs = s->args->config.jobs, .done = &watch->done, .cancel = &watch->cancel,
		.part = out->part,
	};
	struct profile *profile = NULL;
	int err;

	ctx.cancel = &watch->cancel;
	if (out->query.slice)
		ctx.slice = out->query.slice;
	err = count_all(&s->rec.p, &query, &ctx, &opt, &profile, &out->summary);
	err = err ?: fold(s, profile, &watch->cancel, out);
	if (!err && out->query.stacks)
		err = make_stacks(s, filter, &watch->cancel, out);
	err = err ?: keep_missing(s, out);
	if (!err && query.costly)
		out->nr_costly = profile_take_costly(profile, &out->costly);
	profile_free(profile);
	return err;
}

/*
 * Records
 */

static int dump_streams(struct dump *d, struct pass_watch *watch)
{
	const struct pipeline *p = d->p;
	int err = 0;

	for (size_t i = 0; !err && i < p->nr_streams; i++) {
		const struct stream *s = &p->streams[i];

		if (d->filter)
			err = profile_stream(d->filter, s->cpu, s->period, s->midr);
		if (!err && (!d->args.at.given || d->args.at.stream == i))
			err = dump_records(d, s);
		atomic_fetch_add(&watch->done, s->bytes);
	}
	return line_flush(&d->line) ?: err;
}

/* Collects the records of a list. */
struct listing {
	struct screens *s;
	struct pass_result *out;
};

/* The array has room for the requested number. */
static int note_record(void *arg, const struct dump_record *r)
{
	const struct listing *l = arg;
	const struct spaces *spaces = l->s->rec.p.spaces;
	struct pass_record *to = &l->out->record[l->out->nr_records++];
	uint64_t from = 0, until = UINT64_MAX;
	struct place place;

	*to = (struct pass_record){
		.place = { r->stream, r->rec->offset }, .cpu = r->cpu, .time = r->time,
		.midr = r->midr, .rec = *r->rec, .owner = *r->owner, .names = { "", "", "" },
	};
	if (!(r->rec->has & SPE_HAS_PC))
		return 0;
	spaces_locate(spaces, spaces_find(spaces, r->owner->memory, r->time, &from, &until),
		      r->rec->pc, &place);
	return naming_get(l->s->rec.naming, &place, 0, &to->names);
}

static int make_lines(struct screens *s, struct dump *d, struct pass_watch *watch, char **text)
{
	size_t len;
	int err = -ENOMEM;

	d->p = &s->rec.p;
	d->cancel = &watch->cancel;
	d->line.out = open_memstream(text, &len);
	if (d->line.out)
		err = dump_streams(d, watch);
	if (d->line.out && fclose(d->line.out) && err >= 0)
		err = -errno;
	return err;
}

static int make_records(struct screens *s, const struct filter *filter, struct pass_watch *watch,
			struct pass_result *out)
{
	struct profile_query query = { .keys = world_keys, .nr_keys = 1, .filter = filter };
	struct profile_context ctx = recording_context(&s->rec);
	struct listing listing = { s, out };
	struct dump *d = calloc(1, sizeof(*d));
	char *text = NULL;
	int err = -ENOMEM;

	if (!d)
		return err;
	d->args.what = DUMP_SAMPLES;
	d->args.limit = out->query.records;
	d->filter = profile_new(&query, &ctx);
	out->record = calloc(out->query.records, sizeof(*out->record));
	d->note = note_record;
	d->note_arg = &listing;
	if (d->filter && out->record)
		err = make_lines(s, d, watch, &text);
	out->more_records = err == DUMP_ENOUGH;
	profile_free(d->filter);
	free(text);
	free(d);
	return err == DUMP_ENOUGH ? 0 : err;
}

/* All of one record.  Decode its stream up to there, which determines where records begin. */
static int make_packets(struct screens *s, struct pass_watch *watch, struct pass_result *out)
{
	const struct record_place *place = &out->query.place;
	struct dump *d = calloc(1, sizeof(*d));
	int err = -ENOMEM;

	if (!d)
		return err;
	d->args.limit = 1;
	d->args.at = (struct dump_place){ true, place->stream, place->offset };
	err = make_lines(s, d, watch, &out->records);
	if (!err && !d->lines)
		err = -ENOENT;
	free(d);
	return err == DUMP_ENOUGH ? 0 : err;
}

static int make(void *arg, struct pass_watch *watch, struct pass_result *out)
{
	struct screens *s = arg;
	struct filter *filter = NULL;
	char why[256];
	int err = 0;

	if (*out->query.filter)
		err = filter_parse(&filter, out->query.filter, why, sizeof(why));
	if (!err)
		err = *out->query.other ? compared_make(s, filter, watch, out) :
		      out->query.packets ? make_packets(s, watch, out) :
		      out->query.records ? make_records(s, filter, watch, out) :
					   make_rows(s, filter, watch, out);
	filter_free(filter);
	return err;
}

static void clear(void *arg, struct pass_result *r)
{
	for (size_t i = 0; i < r->nr_missing; i++)
		free(r->missing[i]);
	free(r->missing);
	free(r->records);
	free(r->record);
	annotation_free(r->annotation);
	calltree_free(r->stacks);
	for (size_t n = 0; n < PROFILE_KEYS; n++)
		rows_free(r->by[n]);
	compared_clear(r);
	rows_free(r->rows);
	rows_free(r->worlds);
	rows_free(r->vms);
	rows_free(r->handlers);
	for (unsigned int w = 0; w < NR_WORLDS; w++)
		rows_free(r->symbols[w]);
	summary_clear(&r->summary);
	free(r->costly);
}

/* Is there anything to display: samples of SPE, samples of cycles, or guests? */
static bool has_anything(const struct pipeline *p)
{
	const struct timeline_vm *vms;

	return p->aux_bytes || p->cycles.nr_cycles || p->cycles.nr_clock ||
	       timeline_vms(p->timeline, &vms);
}

int screens_open(struct screens *s, const struct report_args *a, const char *path,
		 char *err, size_t errlen)
{
	struct recording_config c = a->config;
	int ret;

	s->args = a;
	/* any grouping or filter may be requested later */
	c.exits = c.sites = c.cgroups = true;
	/* a recording without SPE's samples is displayed, too */
	c.samples_optional = true;
	ret = recording_open(&s->rec, path, &c, err, errlen);
	if (ret)
		return ret;
	if (!has_anything(&s->rec.p)) {
		snprintf(err, errlen, "it has no SPE samples, no samples of CPU cycles and no exits of "
			 "guests: nothing to show");
		return -ENODATA;
	}
	s->arguments = report_args_words(a, path, true);
	s->dump_arguments = report_args_words(a, path, false);
	s->symbol_arguments = report_args_words(a, NULL, true);
	if (!s->arguments || !s->dump_arguments || !s->symbol_arguments) {
		snprintf(err, errlen, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	s->cfg = (struct app_config){
		.slice = s->rec.slice, .line = s->rec.line, .cycles = s->rec.p.cycles.nr_cycles || s->rec.p.cycles.nr_clock,
		.begin = s->rec.p.clock ? input_clock_ns(s->rec.p.clock, s->rec.p.first_ticks) : 0,
		.data = recording_data(&s->rec, NULL, NULL, NULL),
		.exits = s->rec.p.exits,
		.sites = s->rec.sites.functions, .nr_sites = s->rec.sites.nr_functions,
		.maker = { .arg = s, .bytes = s->rec.p.aux_bytes, .make = make, .clear = clear },
		.arguments = s->arguments, .dump_arguments = s->dump_arguments,
		.symbol_arguments = s->symbol_arguments, .other = a->other,
		.filter = a->filter_text, .by = a->by, .nr_by = a->nr_by,
		.columns = a->columns, .nr_columns = a->nr_columns,
		.sort = a->sort, .ascending = a->ascending, .sort_given = a->sort_given,
	};
	return 0;
}

void screens_close(struct screens *s)
{
	free(s->arguments);
	free(s->dump_arguments);
	free(s->symbol_arguments);
	compared_close(s);
	recording_close(&s->rec);
}
