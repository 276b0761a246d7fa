// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/diff_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/table_option.h"

static int take_table(struct diff_args *a, const char *word, char *err, size_t errlen)
{
	for (enum diff_part p = 0; p < NR_DIFF_PARTS; p++) {
		if (!strcmp(word, diff_part_name(p))) {
			a->part = p;
			return 0;
		}
	}
	snprintf(err, errlen, "--table takes samples, exits or ledger");
	return -EINVAL;
}

int diff_args_parse(struct diff_args *a, int argc, char **argv, char *err, size_t errlen)
{
	const struct report_args *r = &a->report;
	const char *table;
	int nr, ret;

	*a = (struct diff_args){ .part = DIFF_SAMPLES };
	a->rest = calloc((size_t)argc + 1, sizeof(*a->rest));
	if (!a->rest)
		return -ENOMEM;
	nr = table_option_take(argc, argv, a->rest, &table, err, errlen);
	ret = nr < 0 ? nr : table ? take_table(a, table, err, errlen) : 0;
	ret = ret ?: report_args_parse(&a->report, nr, a->rest, err, errlen);
	if (ret || r->help)
		return ret;
	ret = -EINVAL;
	if (table && r->format != REPORT_CSV)
		snprintf(err, errlen, "--table chooses what CSV shows: add --format csv");
	else if (r->sort_given && !diff_sorts_by(r->sort))
		snprintf(err, errlen, "--sort takes samples, share, operations or total_mean here");
	else if (r->nr_by + 1 > PROFILE_KEYS)
		snprintf(err, errlen, "--by takes at most %d keys here", PROFILE_KEYS - 1);
	else
		ret = 0;
	return ret;
}

void diff_args_free(struct diff_args *a)
{
	report_args_free(&a->report);
	free(a->rest);
}
