/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_FLEET_FLEET_H
#define REPORT_FLEET_FLEET_H

#include "report/losses.h"
#include "report/report.h"

/* A report of several recordings. */

/* A finding of one of them: report/findings/findings.h.  The words are static, .text is owned. */
struct fleet_finding {
	const char *id, *what, *of;
	double percent, low, high;
	bool is_share, has_interval, rough;
	char *text;
};

/* One of them: what stays of it when it is closed. */
struct fleet_file {
	const char *path;	/* borrowed */
	char *host;		/* owned; NULL: it could not be read */
	char *why;		/* owned; NULL: it could be read */
	char *arch, *kernel;	/* owned; NULL: not recorded */
	uint64_t midr;		/* of all CPUs; 0: unknown, or several */
	uint32_t nr_cpus;	/* 0: not recorded */
	uint64_t ns;		/* from the first to the last sample; 0: unknown */
	uint64_t records, filtered, bytes, cycles;	/* cycles: samples of CPU cycles */
	struct loss lost;
	size_t nr_vms;		/* that were entered, by kvm_entry */
	uint64_t entries;	/* of all of them */
	bool nameless;		/* symbols are missing */
	bool examined;		/* findings are known */
	struct fleet_finding *findings;	/* owned */
	size_t nr_findings;
};

/*
 * Fill it from an open recording's data with its summary, before that is closed.  host: FIELD_HOST.
 * 0 or -ENOMEM.
 */
int fleet_file_fill(struct fleet_file *f, const struct report_data *d, const char *host);
void fleet_file_clear(struct fleet_file *f);	/* all zeros is fine */

/* Borrowed for the call. */
struct fleet_report {
	const struct fleet_file *files;		/* by host, then path */
	size_t nr_files;
	const struct summary *summary;		/* summary_join() of all */
	const char *filter;			/* NULL: none */
	/* The tables, sorted; for CSV the last one. */
	struct rows *const *tables;
	size_t nr_tables;
};

/* By host, then path: for qsort(). */
int fleet_order(const void *a, const void *b);

/* 0, or -errno of the write that failed.  Not for REPORT_HTML. */
int fleet_report_write(FILE *out, const struct fleet_report *r, const struct report_options *opt);

/* Shared by the files of this folder and by kvm's report of several recordings. */
struct page;
struct json;
void fleet_text_files(struct page *p, const struct fleet_report *r);
void fleet_json_files(struct json *j, const struct fleet_report *r);

#endif
