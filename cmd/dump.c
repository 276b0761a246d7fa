// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/dump.h"
#include "profile/filter.h"

static int dump_stream(struct dump *d, const struct stream *s)
{
	return d->args.what == DUMP_PACKETS && !d->args.at.given ? dump_packets(d, s) :
	       dump_records(d, s);
}

static int dump_streams(struct dump *d)
{
	size_t i;
	int err = 0;

	if (d->args.csv)
		dump_records_header(d);
	for (i = 0; !err && i < d->p->nr_streams; i++) {
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

static int dump(struct dump *d, struct pipeline *p, char *err, size_t errlen)
{
	struct pipeline_options opt = {
		.host_mode = d->args.host_mode,
		.exits = d->args.filter && filter_fields(d->args.filter) & 1ull << FIELD_REASON,
	};
	int ret;

	ret = pipeline_open(p, d->args.input, &opt, err, errlen);
	if (ret)
		return ret;
	d->p = p;
	d->line.out = stdout;
	ret = pipeline_seal(p) ?: dump_streams(d);
	if (!ret && d->args.at.given && !d->lines) {
		snprintf(err, errlen, "no record begins at %" PRIu64 ":0x%" PRIx64 ": --packets has the "
			 "streams' numbers, --records --format csv the offsets", d->args.at.stream,
			 d->args.at.offset);
		return -ENOENT;
	}
	if (!ret && fflush(stdout))
		ret = -errno;
	if (ret)
		snprintf(err, errlen, "cannot go on: %s", strerror(-ret));
	return ret;
}

int cmd_dump(int argc, char **argv)
{
	struct dump *d = calloc(1, sizeof(*d));
	struct pipeline p = { 0 };
	int ret = EXIT_OK;
	char err[1024];

	if (!d)
		return EXIT_UNUSABLE;
	if (dump_args_parse(&d->args, argc, argv, err, sizeof(err))) {
		cmd_error("dump", NULL, err);
		ret = EXIT_USAGE;
	} else if (d->args.help) {
		dump_args_help(stdout);
	} else if (dump(d, &p, err, sizeof(err))) {
		cmd_error("dump", d->args.input, err);
		ret = EXIT_UNUSABLE;
	}
	pipeline_close(&p);
	dump_args_free(&d->args);
	free(d);
	return ret;
}
