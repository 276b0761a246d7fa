// SPDX-License-Identifier: GPL-2.0-only
/* `spelunk types`: structs and fields by cost. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/no_match.h"
#include "cmd/run.h"
#include "cmd/symbol_share.h"
#include "profile/filter/filter.h"
#include "report/types/structs.h"
#include "report/types/types.h"

struct types_run {
	struct run run;
	struct filter *filter;		/* the user's, restricted to samples with data */
	enum field keys[PROFILE_KEYS];
};

static int filter_new(struct filter **out, const char *more)
{
	char *text, why[256];
	int err;

	if (asprintf(&text, "%s%s%s", more ? "(" : "", more ? more : "",
		     more ? ") && " STRUCTS_FILTER : STRUCTS_FILTER) < 0)
		return -ENOMEM;
	err = filter_parse(out, text, why, sizeof(why));
	free(text);
	return err;
}

static int count(struct types_run *t)
{
	struct profile_query query = { .keys = t->keys, .max_cells = t->run.args.max_rows,
				       .by_cost = true };
	int err = filter_new(&t->filter, t->run.args.filter_text);

	query.filter = t->filter;
	query.nr_keys = structs_keys(t->keys);
	return run_errno(&t->run, err ?: run_count(&t->run, &query));
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
	const struct report_args *a = &run->args;
	const struct profile_query asked = { .filter = a->filter };
	struct recording_config c = a->config;
	int err;

	run_wants(&c, &asked);
	err = run_check_output(run, a->output, a->input) ?: run_open(run, a->input, &c) ?:
	      count((struct types_run *)run) ?: symbol_share_check(run, NULL);
	if (err)
		return err;
	if (a->filter && !run->rows->nr)
		err = run_errno(run, no_match_say(run, a->filter, false));
	if (err)
		return err;
	recording_missing(&run->rec, &run->missing);
	run_warn_of_rest(run);
	return run_output(run, "report", write_to);
}

static void release(struct run *run)
{
	filter_free(((struct types_run *)run)->filter);
}

const struct command command_TYPES = {
	.size = sizeof(struct types_run), .writes = WRITES_OUTPUT, .work = make_report, .release = release,
};
