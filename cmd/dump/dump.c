// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/dump/dump.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/no_match.h"
#include "cmd/run.h"
#include "profile/filter/filter.h"

/* 0, DUMP_ENOUGH or -errno. */
static int dump_stream(struct dump *d, const struct stream *s)
{
	struct profile *const profiles[] = { d->filter, d->symbol };
	int err = dump_columns_stream(d, s);

	for (size_t i = 0; i < 2 && !err; i++)
		err = profiles[i] ? profile_stream(profiles[i], s->cpu, s->period, s->midr) : 0;
	if (err)
		return err;
	return d->args.what == DUMP_PACKETS && !d->args.at.given ? dump_packets(d, s) :
	       dump_records(d, s);
}

static int dump_streams(struct dump *d)
{
	int err = 0;

	d->line.out = d->output.out;
	dump_records_header(d);
	for (size_t i = 0; !err && i < d->p->nr_streams; i++) {
		const struct stream *s = &d->p->streams[i];

		if ((d->args.cpu >= 0 && s->cpu != d->args.cpu) ||
		    (d->args.at.given && d->args.at.stream != i))
			continue;
		err = dump_stream(d, s);
	}
	if (err == DUMP_ENOUGH)
		err = 0;
	return line_flush(&d->line) ?: err;
}

/* State of `spelunk dump`. */
struct dump_run {
	struct run run;
	struct dump d;
	struct profile_query filter, symbol;
};

static const enum field world_key[] = { FIELD_WORLD }, symbol_key[] = { FIELD_SYMBOL };

/* Make the profiles that resolve samples with the recording's names.  0 or -ENOMEM. */
static int make_profiles(struct dump_run *r)
{
	const struct profile_context ctx = recording_context(&r->run.rec);
	struct dump *d = &r->d;

	r->filter = (struct profile_query){ .keys = world_key, .nr_keys = 1, .filter = d->args.filter };
	r->symbol = (struct profile_query){ .keys = symbol_key, .nr_keys = 1 };
	if (d->args.filter && !(d->filter = profile_new(&r->filter, &ctx)))
		return -ENOMEM;
	if (d->args.nr_fields)
		return dump_columns_new(d, &ctx);
	if (d->args.what == DUMP_SAMPLES && !d->args.csv)
		d->symbol = profile_new(&r->symbol, &ctx);
	return d->args.what == DUMP_SAMPLES && !d->args.csv && !d->symbol ? -ENOMEM : 0;
}

/* What its keys and its filter need. */
static void want(struct recording_config *c, const struct dump_args *a)
{
	struct profile_query asked = { .filter = a->filter };
	enum field keys[NR_FIELDS];

	for (size_t i = 0; i < a->nr_fields; i++)
		if (a->fields[i].is_key && !field_among(a->fields[i].key, keys, asked.nr_keys))
			keys[asked.nr_keys++] = a->fields[i].key;
	asked.keys = keys;
	run_wants(c, &asked);
}

static int dump(struct run *run)
{
	struct dump_run *r = (struct dump_run *)run;
	struct dump *d = &r->d;
	int ret;

	want(&run->args.config, &d->args);
	run->args.input = d->args.input;
	ret = run_open(run, d->args.input, &run->args.config) ?:
	      run_check_filter(run, &run->rec, d->args.filter);
	if (ret)
		return ret;
	d->p = &run->rec.p;
	ret = make_profiles(r) ?: output_open(&d->output, NULL, &d->args.to);
	if (!ret)
		ret = output_close(&d->output, dump_streams(d));
	if (!ret && d->args.at.given && !d->lines)
		return run_fail(run, -ENOENT, "no record begins at %" PRIu64 ":0x%" PRIx64
				": --packets has the streams' numbers, --records --format csv the "
				"offsets", d->args.at.stream, d->args.at.offset);
	if (!ret && d->args.filter && !d->lines && d->args.limit)
		ret = no_match_say(run, d->args.filter, true);
	return ret ? run_fail(run, ret, "cannot continue: %s", strerror(-ret)) : 0;
}

static int parse(struct run *run)
{
	struct dump_args *a = &((struct dump_run *)run)->d.args;
	int err = dump_args_parse(a, &run->args, run->argc, run->argv, run->err, sizeof(run->err));

	run->help = a->help;
	run->path = a->input;
	return err;
}

static void release(struct run *run)
{
	struct dump_run *r = (struct dump_run *)run;

	dump_columns_free(r->d.columns);
	profile_free(r->d.filter);
	profile_free(r->d.symbol);
	dump_args_free(&r->d.args);
}

const struct command command_DUMP = {
	.size = sizeof(struct dump_run), .parse = parse, .writes = WRITES_OUTPUT, .work = dump, .release = release,
};
