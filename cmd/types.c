// SPDX-License-Identifier: GPL-2.0-only
/* `spelunk types`: structs and fields by cost. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/narrow.h"
#include "profile/filter/filter.h"
#include "report/types/structs.h"
#include "report/types/types.h"

struct types_run {
	struct run run;
	struct filter *filter;		/* the user's, restricted to samples with data */
	enum field keys[PROFILE_KEYS];
};

static int count(struct run *run)
{
	struct types_run *t = (struct types_run *)run;
	struct profile_query query = { .keys = t->keys, .max_cells = run->args.max_rows,
				       .by_cost = true };
	int err = narrow_filter(&t->filter, STRUCTS_FILTER, run->args.filter_text);

	query.filter = t->filter;
	query.nr_keys = structs_keys(t->keys);
	return run_errno(run, err ?: run_count(run, &query));
}

static int write_to(struct run *run, FILE *out, const struct report_options *opt)
{
	struct report_data d = run_data(run);
	struct types_report r = { .d = &d, .naming = run->rec.naming };

	d.rows = run->rows;
	return types_report_write(out, &r, opt);
}

static int make_report(struct run *run)
{
	return narrow_report(run, count, write_to);
}

static void release(struct run *run)
{
	filter_free(((struct types_run *)run)->filter);
}

const struct command command_TYPES = {
	.size = sizeof(struct types_run), .writes = WRITES_OUTPUT, .work = make_report, .release = release,
};
