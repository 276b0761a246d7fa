// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "report/write.h"

size_t rows_shown(const struct rows *r, const struct report_options *opt)
{
	return opt->limit && opt->limit < r->nr ? opt->limit : r->nr;
}

int rows_key(const struct rows *r, enum field key)
{
	for (size_t k = 0; k < r->nr_keys; k++)
		if (r->keys[k] == key)
			return (int)k;
	return -1;
}

size_t columns_nr(const struct report_options *opt)
{
	return opt->columns ? opt->nr_columns : NR_COLUMNS;
}

enum column columns_at(const struct report_options *opt, size_t i)
{
	return opt->columns ? opt->columns[i] : (enum column)i;
}

int report_write(FILE *out, const struct report_data *d, const struct report_options *opt)
{
	errno = 0;
	switch (opt->format) {
	case REPORT_TEXT:
		text_write(out, d, opt);
		break;
	case REPORT_CSV:
		csv_write(out, d, opt);
		break;
	case REPORT_JSON:
		json_write(out, d, opt);
		break;
	}
	if (!fflush(out) && !ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}
