/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_IMPL_H
#define REPORT_SHARING_IMPL_H

#include "report/sharing/sharing.h"
#include "report/sharing/text.h"

/* Writers of shared lines, one per format. */

void sharing_text(FILE *out, const struct sharing *s, const struct sharing_report *r,
		  const struct report_options *opt);
void sharing_csv(FILE *out, const struct sharing *s, const struct sharing_report *r,
		 const struct report_options *opt);
void sharing_json(FILE *out, const struct sharing *s, const struct sharing_report *r,
		  const struct report_options *opt);

#endif
