// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/narrow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/no_match.h"
#include "cmd/symbol_share.h"
#include "profile/filter/filter.h"

int narrow_filter(struct filter **out, const char *only, const char *more)
{
	char *text, why[256];
	int err;

	if (asprintf(&text, "%s%s%s%s", more ? "(" : "", more ? more : "", more ? ") && " : "", only) < 0)
		return -ENOMEM;
	err = filter_parse(out, text, why, sizeof(why));
	free(text);
	return err;
}

int narrow_report(struct run *run, int (*count)(struct run *run), run_write_fn *write)
{
	const struct report_args *a = &run->args;
	const struct profile_query asked = { .filter = a->filter };
	struct recording_config c = a->config;
	int err;

	run_wants(&c, &asked);
	err = run_check_output(run, a->output, a->input) ?: run_open(run, a->input, &c) ?:
	      count(run) ?: symbol_share_check(run, NULL);
	if (err)
		return err;
	if (a->filter && !run->rows->nr)
		err = run_errno(run, no_match_say(run, a->filter, false));
	if (err)
		return err;
	recording_missing(&run->rec, &run->missing);
	run_warn_of_rest(run);
	return run_output(run, "report", write);
}
