// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/sharing_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/table_option.h"

static int find_table(struct sharing_args *a, const char *word, char *err, size_t errlen)
{
	for (enum sharing_table t = 0; t < NR_SHARING_TABLES; t++) {
		if (!strcmp(word, sharing_table_name(t))) {
			a->table = t;
			return 0;
		}
	}
	snprintf(err, errlen, "--table takes %s or %s", sharing_table_name(SHARING_LINES),
		 sharing_table_name(SHARING_ACCESSORS));
	return -EINVAL;
}

int sharing_args_parse(struct sharing_args *a, int argc, char **argv, char *err, size_t errlen)
{
	const char *table;
	int nr, ret;

	*a = (struct sharing_args){ .table = SHARING_LINES };
	a->rest = calloc((size_t)argc + 1, sizeof(*a->rest));
	if (!a->rest)
		return -ENOMEM;
	nr = table_option_take(argc, argv, a->rest, &table, err, errlen);
	ret = nr < 0 ? nr : table ? find_table(a, table, err, errlen) : 0;
	ret = ret ?: report_args_parse(&a->report, nr, a->rest, err, errlen);
	if (ret || a->report.help || !table || a->report.format == REPORT_CSV)
		return ret;
	snprintf(err, errlen, "--table chooses what CSV shows: add --format csv");
	return -EINVAL;
}

void sharing_args_free(struct sharing_args *a)
{
	report_args_free(&a->report);
	free(a->rest);
}
