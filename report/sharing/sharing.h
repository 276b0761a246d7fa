/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_SHARING_H
#define REPORT_SHARING_H

#include "report/report.h"

/* Cache lines that several threads access, in the host and in guests, as text, CSV or JSON. */

/* The table for CSV, which has only one. */
enum sharing_table { SHARING_LINES, SHARING_ACCESSORS, NR_SHARING_TABLES };

/* Borrowed for the call. */
struct sharing_report {
	/*
	 * .rows: by sharing_keys(), of samples that pass SHARING_FILTER; and the data for a
	 * report's header
	 */
	const struct report_data *d;
	enum sharing_table table;	/* for CSV */
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int sharing_report_write(FILE *out, const struct sharing_report *r,
			 const struct report_options *opt);

#endif
