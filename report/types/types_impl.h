/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_TYPES_IMPL_H
#define REPORT_TYPES_IMPL_H

#include "report/types/structs.h"
#include "report/types/types.h"

/* Writers of types, one per format. */

void types_text(FILE *out, const struct structs *s, const struct types_report *r,
		const struct report_options *opt);
void types_csv(FILE *out, const struct structs *s, const struct types_report *r,
	       const struct report_options *opt);
void types_json(FILE *out, const struct structs *s, const struct types_report *r,
		const struct report_options *opt);

#endif
