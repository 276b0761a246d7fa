// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/report_output.h"
#include "cmd/run.h"
#include "profile/filter.h"
#include "report/sharing/lines.h"
#include "report/sharing/sharing.h"

/* All that one `spelunk sharing` holds. */
struct sharing_run {
	struct run run;
	struct report_args args;
	struct recording rec;
	struct filter *filter;		/* of the user, and of memory accesses */
	enum field keys[PROFILE_KEYS];
	struct profile *profile;
	struct summary summary;
	struct rows *rows;
	struct missing missing;
};

static int make_filter(struct sharing_run *s)
{
	const char *more = s->args.filter_text;
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
	struct profile_query query = { .keys = s->keys, .max_cells = s->args.max_rows };
	int err = make_filter(s);

	query.filter = s->filter;
	query.nr_keys = sharing_keys(s->rec.line, s->keys);
	err = err ?: recording_count(&s->rec, &query, &s->profile, &s->summary);
	return err ?: profile_rows(s->profile, s->keys, query.nr_keys, 0, s->rec.naming,
				   s->summary.count_size, &s->rows);
}

/* Text and JSON say themselves what is not there; CSV has no place for it. */
static void warn_of_rest(const struct sharing_run *s)
{
	char text[256];

	if (!s->rows->rest || s->args.format != REPORT_CSV || s->args.quiet)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " samples are in rows of fewer than %" PRIu32
		 " samples each, which are not here: --max-rows 0 has all",
		 s->rows->rest, s->rows->rest_below);
	cmd_error(s->run.command, NULL, text);
}

static int write_to(void *arg, FILE *out, const struct report_options *opt)
{
	struct sharing_run *s = arg;
	struct report_data d = recording_data(&s->rec, &s->summary, &s->missing,
					      s->args.filter_text);
	struct sharing_report r = { .d = &d, .table = s->args.table };

	d.rows = s->rows;
	return sharing_report_write(out, &r, opt);
}

static int output(struct sharing_run *s)
{
	return report_output(&s->args, "report", write_to, s, s->run.err, sizeof(s->run.err));
}

static int make_report(struct run *run)
{
	struct sharing_run *s = (struct sharing_run *)run;
	const struct report_args *a = &s->args;
	const struct profile_query asked = { .filter = a->filter };
	struct recording_config c = a->config;
	int err;

	c.exits = profile_query_asks(&asked, FIELD_REASON);
	err = run_check_output(run, a->output, a->input) ?: run_open(run, &s->rec, a->input, &c) ?:
	      run_fail(run, count(s));
	if (err)
		return err;
	recording_missing(&s->rec, &s->missing);
	warn_of_rest(s);
	return output(s);
}

static int parse(struct run *run, int argc, char **argv)
{
	struct sharing_run *s = (struct sharing_run *)run;
	int err = report_args_parse(&s->args, argc, argv, run->err, sizeof(run->err));

	run->help = s->args.help;
	run->path = s->args.input;
	return err;
}

static void release(struct run *run)
{
	struct sharing_run *s = (struct sharing_run *)run;

	rows_free(s->rows);
	profile_free(s->profile);
	filter_free(s->filter);
	summary_clear(&s->summary);
	recording_close(&s->rec);
	report_args_free(&s->args);
}

int cmd_sharing(int argc, char **argv)
{
	static const struct command sharing = {
		COMMAND_SHARING, sizeof(struct sharing_run), parse, make_report, release,
	};

	return run_command(&sharing, argc, argv);
}
