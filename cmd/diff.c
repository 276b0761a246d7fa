// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/diff_options.h"
#include "cmd/recording.h"

static const enum field default_keys[] = { FIELD_WORLD, FIELD_SYMBOL, FIELD_OBJECT };

#define NR_DEFAULT_KEYS	(sizeof(default_keys) / sizeof(default_keys[0]))

/* One of the two recordings. */
struct half {
	struct report_args args;	/* as given, with this one's path: borrowed */
	struct recording rec;
	struct profile *profile;
	struct summary summary;
	struct missing missing;
	struct report_data data;
	struct time_span span;		/* from the first sample to the last event */
	struct rows *rows;
};

/* All that one `spelunk diff` holds. */
struct diff {
	struct diff_args args;
	struct half half[2];
	enum field keys[PROFILE_KEYS];	/* those asked for, and FIELD_SLICE */
	size_t nr_keys;
	const char *path;		/* of the recording that errors are of; NULL: of none */
	char err[1024];
};

static void choose_keys(struct diff *d)
{
	const struct report_args *a = &d->args.report;
	const enum field *by = a->nr_by ? a->by : default_keys;

	d->nr_keys = a->nr_by ? a->nr_by : NR_DEFAULT_KEYS;
	memcpy(d->keys, by, d->nr_keys * sizeof(*by));
	d->keys[d->nr_keys++] = FIELD_SLICE;
}

static int count(struct diff *d, struct half *h)
{
	const struct report_args *a = &h->args;
	struct profile_query query = {
		.keys = d->keys, .nr_keys = d->nr_keys, .filter = a->filter,
	};
	struct profile_context ctx = recording_context(&h->rec);
	struct count_options opt = { .jobs = a->jobs, .progress = a->progress && !a->quiet };
	int err = count_all(&h->rec.p, &query, &ctx, &opt, &h->profile, &h->summary);

	err = err ?: profile_rows(h->profile, d->keys, d->nr_keys, 0, h->rec.naming,
				  h->summary.count_size, &h->rows);
	profile_free(h->profile);	/* its query is gone, too */
	h->profile = NULL;
	return err;
}

/* As many slices as the statistics want. */
static void cut_time(struct half *h)
{
	const struct pipeline *p = &h->rec.p;

	h->rec.slice = 0;
	if (!p->clock || !p->first_ticks)
		return;
	h->span = (struct time_span){
		source_clock_ns(p->clock, p->first_ticks), p->info->last_time,
	};
	if (time_span_known(&h->span))
		h->rec.slice = (h->span.end - h->span.begin) / TIME_SLICES + 1;
}

static int read_half(struct diff *d, struct half *h, const char *path)
{
	int err;

	d->path = path;
	h->args = d->args.report;
	h->args.input = path;
	h->rec.exits = h->rec.samples_optional = true;
	err = recording_open(&h->rec, &h->args, "diff", d->err, sizeof(d->err));
	if (err)
		return err;
	cut_time(h);
	err = count(d, h);
	if (err) {
		snprintf(d->err, sizeof(d->err), "%s", strerror(-err));
		return err;
	}
	recording_missing(&h->rec, &h->missing);
	h->data = (struct report_data){
		.source = h->rec.p.source, .info = h->rec.p.info, .clock = h->rec.p.clock,
		.timeline = h->rec.p.timeline, .summary = &h->summary,
		.filter = h->args.filter_text, .mode_given = h->args.host_mode != HOST_UNKNOWN,
		.missing = h->missing.sentence, .nr_missing = h->missing.nr,
	};
	return 0;
}

static struct diff_side side_of(const struct half *h)
{
	return (struct diff_side){
		.d = &h->data, .span = &h->span, .slice = h->rec.slice,
		.exits = h->rec.p.exits, .rows = h->rows,
	};
}

static int write_to(struct diff *d, FILE *out)
{
	const struct report_args *a = &d->args.report;
	struct diff_report r = {
		.a = side_of(&d->half[0]), .b = side_of(&d->half[1]), .filter = a->filter_text,
		.part = d->args.part, .sorted = a->sort_given, .sort = a->sort,
		.ascending = a->ascending,
	};
	struct report_options opt = {
		.format = a->format, .limit = a->limit,
		.color = a->color == REPORT_COLOR_ALWAYS ||
			 (a->color == REPORT_COLOR_AUTO && isatty(fileno(out)) &&
			  !getenv("NO_COLOR")),
	};
	struct winsize w;

	if (isatty(fileno(out)) && !ioctl(fileno(out), TIOCGWINSZ, &w))
		opt.width = w.ws_col;
	return diff_report_write(out, &r, &opt);
}

/* Writing there would be the end of a recording. */
static bool writes_over(const char *output, const char *input)
{
	struct stat in, out;

	return output && !stat(output, &out) && S_ISREG(out.st_mode) && !stat(input, &in) &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static int output(struct diff *d)
{
	const char *path = d->args.report.output;
	FILE *out = path ? fopen(path, "we") : stdout;
	int err;

	d->path = NULL;
	if (!out) {
		snprintf(d->err, sizeof(d->err), "cannot write %s: %s", path, strerror(errno));
		return -EIO;
	}
	err = write_to(d, out);
	if (path && fclose(out) && !err)
		err = -errno;
	if (err)
		snprintf(d->err, sizeof(d->err), "cannot write the comparison%s%s: %s",
			 path ? " to " : "", path ? path : "", strerror(-err));
	return err;
}

static int compare(struct diff *d)
{
	const struct report_args *a = &d->args.report;

	if (writes_over(a->output, a->input) || writes_over(a->output, a->other)) {
		snprintf(d->err, sizeof(d->err), "--output names a recording: give another file");
		return -EINVAL;
	}
	choose_keys(d);
	return read_half(d, &d->half[0], a->input) ?: read_half(d, &d->half[1], a->other) ?:
	       output(d);
}

static void release(struct diff *d)
{
	for (size_t i = 0; i < 2; i++) {
		rows_free(d->half[i].rows);
		summary_clear(&d->half[i].summary);
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
		ret = EXIT_UNUSABLE;
	}
	release(d);
	free(d);
	return ret;
}
