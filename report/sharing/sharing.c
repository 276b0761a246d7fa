// SPDX-License-Identifier: GPL-2.0-only
#include "report/sharing/sharing.h"

#include <errno.h>

#include "report/sharing/sharing_impl.h"

int sharing_report_write(FILE *out, const struct sharing_report *r,
			 const struct report_options *opt)
{
	static typeof(sharing_text) *const writers[] = {
		[REPORT_TEXT] = sharing_text, [REPORT_CSV] = sharing_csv, [REPORT_JSON] = sharing_json,
	};
	struct sharing s;
	int err = sharing_make(&s, r->d->rows, r->d->timeline);

	errno = 0;
	if (!err) {
		writers[opt->format](out, &s, r, opt);
		err = report_end(out);
	}
	sharing_clear(&s);
	return err;
}
