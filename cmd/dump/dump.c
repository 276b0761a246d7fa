// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/dump/dump.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/run.h"

static int dump_streams(struct dump *d)
{
	int err = 0;

	d->line.out = d->output.out;
	if (d->args.csv)
		dump_records_header(d);
	for (size_t i = 0; !err && i < d->p->nr_streams; i++) {
		const struct stream *s = &d->p->streams[i];

		if ((d->args.cpu >= 0 && s->cpu != d->args.cpu) ||
		    (d->args.at.given && d->args.at.stream != i))
			continue;
		err = d->args.what == DUMP_PACKETS && !d->args.at.given ? dump_packets(d, s) :
		      dump_records(d, s);
	}
	if (err == DUMP_ENOUGH)
		err = 0;
	return line_flush(&d->line) ?: err;
}

/* What one `spelunk dump` holds. */
struct dump_run {
	struct run run;
	struct dump d;
	struct pipeline p;
};

static int dump(struct run *run)
{
	struct dump_run *r = (struct dump_run *)run;
	struct dump *d = &r->d;
	const struct profile_query asked = { .filter = d->args.filter };
	const struct pipeline_options opt = {
		.host_mode = d->args.host_mode, .exits = profile_query_asks(&asked, FIELD_REASON),
	};
	int ret = pipeline_open(&r->p, d->args.input, &opt, run->err, sizeof(run->err));

	if (ret)
		return ret;
	d->p = &r->p;
	ret = pipeline_seal(&r->p) ?: output_open(&d->output, NULL, &d->args.to);
	if (!ret)
		ret = output_close(&d->output, dump_streams(d));
	if (!ret && d->args.at.given && !d->lines)
		return run_fail(run, -ENOENT, "no record begins at %" PRIu64 ":0x%" PRIx64
				": --packets has the streams' numbers, --records --format csv the "
				"offsets", d->args.at.stream, d->args.at.offset);
	return ret ? run_fail(run, ret, "cannot go on: %s", strerror(-ret)) : 0;
}

static int parse(struct run *run)
{
	struct dump_args *a = &((struct dump_run *)run)->d.args;
	int err = dump_args_parse(a, run->argc, run->argv, run->err, sizeof(run->err));

	run->help = a->help;
	run->path = a->input;
	return err;
}

static void release(struct run *run)
{
	struct dump_run *r = (struct dump_run *)run;

	pipeline_close(&r->p);
	dump_args_free(&r->d.args);
}

const struct command command_DUMP = {
	.size = sizeof(struct dump_run), .parse = parse, .work = dump, .release = release,
};
