/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_TYPES_TYPES_H
#define REPORT_TYPES_TYPES_H

#include "report/report.h"

/* Types and their fields by cost, as text, CSV or JSON. */

/* Borrowed for the call. */
struct types_report {
	/*
	 * .rows: by structs_keys(), of samples that pass STRUCTS_FILTER; and the data for a report's
	 * header
	 */
	const struct report_data *d;
	struct naming *naming;	/* with which the rows were counted */
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int types_report_write(FILE *out, const struct types_report *r, const struct report_options *opt);

#endif
