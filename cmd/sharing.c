// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "recording/recording.h"
#include "cmd/report_output.h"
#include "cmd/sharing_options.h"
#include "report/sharing/lines.h"
#include "profile/filter.h"

/* All that one `spelunk sharing` holds. */
struct sharing_run {
	struct sharing_args args;
	struct recording rec;
	struct filter *filter;		/* of the user, and of memory accesses */
	enum field keys[PROFILE_KEYS];
	struct profile *profile;
	struct summary summary;
	struct rows *rows;
	struct missing missing;
	char err[1024];
};

static int make_filter(struct sharing_run *s)
{
	const char *more = s->args.report.filter_text;
	char *text, why[256];
	int err;

	if (asprintf(&text, "%s%s%s", more ? "(" : "", more ? more : "",
		     more ? ") && " SHARING_FILTER : SHARING_FILTER) < 0)
		return -ENOMEM;
	err = filter_parse(&s->filter, text, why, sizeof(why));
	free(text);
	return err;
}

static int count(struct sharing_run *s)
{
	const struct report_args *a = &s->args.report;
	struct profile_query query = { .keys = s->keys, .max_cells = a->max_rows };
	struct profile_context ctx = recording_context(&s->rec);
	struct count_options opt = { .jobs = a->jobs, .progress = a->progress && !a->quiet };
	int err = make_filter(s);

	query.filter = s->filter;
	query.nr_keys = sharing_keys(s->rec.line, s->keys);
	err = err ?: count_all(&s->rec.p, &query, &ctx, &opt, &s->profile, &s->summary);
	return err ?: profile_rows(s->profile, s->keys, query.nr_keys, 0, s->rec.naming,
				   s->summary.count_size, &s->rows);
}

/* Text and JSON say themselves what is not there; CSV has no place for it. */
static void warn_of_rest(const struct sharing_run *s)
{
	char text[256];

	if (!s->rows->rest || s->args.report.format != REPORT_CSV || s->args.report.quiet)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " samples are in rows of fewer than %" PRIu32
		 " samples each, which are not here: --max-rows 0 has all",
		 s->rows->rest, s->rows->rest_below);
	cmd_error("sharing", NULL, text);
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct sharing_run *s = arg;
	const struct report_args *a = &s->args.report;
	struct report_data d = {
		.source = s->rec.p.source, .info = s->rec.p.info, .clock = s->rec.p.clock,
		.timeline = s->rec.p.timeline, .summary = &s->summary, .rows = s->rows,
		.guests = s->rec.guests.clocks, .nr_guests = s->rec.guests.nr,
		.slides = s->rec.slides.list, .nr_slides = s->rec.slides.nr,
		.filter = a->filter_text, .mode_given = a->host_mode != HOST_UNKNOWN,
		.missing = s->missing.sentence, .nr_missing = s->missing.nr,
	};
	struct sharing_report r = { .d = &d, .table = s->args.table };

	return sharing_report_write(out, &r, opt);
}

static int output(struct sharing_run *s)
{
	return report_output(&s->args.report, "report", write_to, s, s->err, sizeof(s->err));
}

static int make_report(struct sharing_run *s)
{
	const struct report_args *a = &s->args.report;
	int err;

	if (report_output_is(a->output, a->input)) {
		snprintf(s->err, sizeof(s->err), "--output names the recording itself: give "
			 "another file");
		return -EINVAL;
	}
	err = recording_open(&s->rec, a, "sharing", s->err, sizeof(s->err));
	if (err)
		return err;
	err = count(s);
	if (err) {
		snprintf(s->err, sizeof(s->err), "%s", strerror(-err));
		return err;
	}
	recording_missing(&s->rec, &s->missing);
	warn_of_rest(s);
	return output(s);
}

static void release(struct sharing_run *s)
{
	rows_free(s->rows);
	profile_free(s->profile);
	filter_free(s->filter);
	summary_clear(&s->summary);
	recording_close(&s->rec);
	sharing_args_free(&s->args);
}

int cmd_sharing(int argc, char **argv)
{
	struct sharing_run *s = calloc(1, sizeof(*s));
	int ret = EXIT_OK;

	if (!s)
		return EXIT_UNUSABLE;
	if (sharing_args_parse(&s->args, argc, argv, s->err, sizeof(s->err))) {
		cmd_error("sharing", NULL, s->err);
		ret = EXIT_USAGE;
	} else if (s->args.report.help) {
		report_args_help_sharing(stdout);
	} else if (recording_symbols(&s->rec, &s->args.report, s->err, sizeof(s->err))) {
		cmd_error("sharing", NULL, s->err);
		ret = EXIT_USAGE;
	} else if (make_report(s)) {
		cmd_error("sharing", s->args.report.input, s->err);
		ret = recording_exit(&s->rec);
	}
	release(s);
	free(s);
	return ret;
}
