// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/sharing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/html.h"
#include "cmd/narrow.h"
#include "report/sharing/sharing.h"

/* State of `spelunk sharing`. */
struct sharing_run {
	struct run run;
	struct filter *filter;		/* the user's, restricted to memory accesses */
	enum field keys[PROFILE_KEYS];
};

int sharing_filter_new(struct filter **out, const char *more)
{
	return narrow_filter(out, SHARING_FILTER, more);
}

static int count(struct run *run)
{
	struct sharing_run *s = (struct sharing_run *)run;
	struct profile_query query = { .keys = s->keys, .max_cells = run->args.max_rows };
	int err = sharing_filter_new(&s->filter, run->args.filter_text);

	query.filter = s->filter;
	query.nr_keys = sharing_keys(run->rec.line, run->args.fields, s->keys);
	return run_errno(run, err ?: run_count(run, &query));
}

static int write_page(struct run *run, const struct report_data *d, FILE *out,
		      const struct report_options *opt)
{
	struct html_run page = { .slice = 0 };
	int err = sharing_make(&page.sharing, run->rows, run->rec.p.timeline) ?:
		  html_run_write(run, &page, d, out, opt);

	html_run_clear(&page);
	return err;
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	struct report_data d = run_data(run);
	struct sharing_report r = { .d = &d, .table = run->args.table };

	d.rows = run->rows;
	if (opt->format == REPORT_HTML)
		return write_page(run, &d, out, opt);
	return sharing_report_write(out, &r, opt);
}

static int make_report(struct run *run)
{
	return narrow_report(run, count, write_to);
}

static void release(struct run *run)
{
	filter_free(((struct sharing_run *)run)->filter);
}

const struct command command_SHARING = {
	.size = sizeof(struct sharing_run), .writes = WRITES_OUTPUT, .work = make_report, .release = release,
};
