// SPDX-License-Identifier: GPL-2.0-only
#include "report/types/types.h"

#include <errno.h>

#include "report/types/types_impl.h"
#include "report/write.h"

int types_report_write(FILE *out, const struct types_report *r, const struct report_options *opt)
{
	static typeof(types_text) *const writers[] = {
		[REPORT_TEXT] = types_text, [REPORT_CSV] = types_csv, [REPORT_JSON] = types_json,
	};
	struct structs s;
	int err = structs_make(&s, r->d->rows, r->naming);

	errno = 0;
	if (!err) {
		writers[opt->format](out, &s, r, opt);
		err = report_end(out);
	}
	structs_clear(&s);
	return err;
}
