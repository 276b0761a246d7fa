/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_REPORT_OUTPUT_H
#define CMD_REPORT_OUTPUT_H

#include "cmd/options/report_options.h"

/* Where a report goes, and how it looks there: of all commands with report's options. */

typedef int report_write_fn(void *arg, FILE *out, const struct report_options *opt);

/*
 * Have it written where a says, with the format, limit, columns, colour and width that hold
 * there.  0, or -errno with a sentence in err that calls it `what`: "report".
 */
int report_output(const struct report_args *a, const char *what, report_write_fn *write,
		  void *arg, char *err, size_t errlen);

#endif
