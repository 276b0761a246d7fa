// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/diff_half.h"
#include "cmd/diff_options.h"
#include "cmd/report_output.h"

/* One of the two recordings. */
struct half {
	struct report_args args;	/* as given, with this one's path: borrowed */
	struct recording rec;
	struct diff_half counted;
};

/* All that one `spelunk diff` holds. */
struct diff {
	struct diff_args args;
	struct half half[2];
	const char *path;		/* of the recording that errors are of; NULL: of none */
	char err[1024];
};

static int read_half(struct diff *d, struct half *h, const char *path)
{
	const struct report_args *a = &h->args;
	struct diff_query q;
	int err;

	d->path = path;
	h->args = d->args.report;
	h->args.input = path;
	/* A kernel may be what was changed: its file is of one of the two. */
	h->rec.exits = h->rec.samples_optional = true;
	h->rec.symbols_optional = !d->half[0].rec.bad_symbols;
	err = recording_open(&h->rec, a, "diff", d->err, sizeof(d->err));
	if (err)
		return err;
	q = (struct diff_query){
		.keys = a->by, .nr_keys = a->nr_by, .filter = a->filter,
		.filter_text = a->filter_text, .mode_given = a->host_mode != HOST_UNKNOWN,
		.count = { .jobs = a->jobs, .progress = a->progress && !a->quiet },
	};
	err = diff_half_count(&h->counted, &h->rec, &q);
	if (err)
		snprintf(d->err, sizeof(d->err), "%s", strerror(-err));
	return err;
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct diff *d = arg;
	const struct report_args *a = &d->args.report;
	struct diff_report r = {
		.a = diff_half_side(&d->half[0].counted), .b = diff_half_side(&d->half[1].counted),
		.filter = a->filter_text,
		.part = d->args.part, .sorted = a->sort_given, .sort = a->sort,
		.ascending = a->ascending,
	};

	return diff_report_write(out, &r, opt);
}

static int output(struct diff *d)
{
	d->path = NULL;
	return report_output(&d->args.report, "comparison", write_to, d, d->err, sizeof(d->err));
}

static int compare(struct diff *d)
{
	const struct report_args *a = &d->args.report;

	if (report_output_is(a->output, a->input) || report_output_is(a->output, a->other)) {
		snprintf(d->err, sizeof(d->err), "--output names a recording: give another file");
		return -EINVAL;
	}
	return read_half(d, &d->half[0], a->input) ?: read_half(d, &d->half[1], a->other) ?:
	       output(d);
}

static void release(struct diff *d)
{
	for (size_t i = 0; i < 2; i++) {
		diff_half_clear(&d->half[i].counted);
		recording_close(&d->half[i].rec);
	}
	diff_args_free(&d->args);
}

/* Each recording has its own places: symbols are looked up anew. */
static int open_symbols(struct diff *d)
{
	for (size_t i = 0; i < 2; i++) {
		int err = recording_symbols(&d->half[i].rec, &d->args.report, d->err,
					    sizeof(d->err));

		if (err)
			return err;
	}
	return 0;
}

int cmd_diff(int argc, char **argv)
{
	struct diff *d = calloc(1, sizeof(*d));
	int ret = EXIT_OK;

	if (!d)
		return EXIT_UNUSABLE;
	if (diff_args_parse(&d->args, argc, argv, d->err, sizeof(d->err))) {
		cmd_error("diff", NULL, d->err);
		ret = EXIT_USAGE;
	} else if (d->args.report.help) {
		report_args_help_diff(stdout);
	} else if (open_symbols(d)) {
		cmd_error("diff", NULL, d->err);
		ret = EXIT_USAGE;
	} else if (compare(d)) {
		cmd_error("diff", d->path, d->err);
		ret = recording_exit(&d->half[1].rec);
	}
	release(d);
	free(d);
	return ret;
}
