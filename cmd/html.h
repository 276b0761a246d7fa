/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_HTML_H
#define CMD_HTML_H

#include "cmd/run.h"
#include "report/html/html.h"

/*
 * `spelunk report --format html`, and of kvm and sharing: the data of a page in addition to rows.
 */
struct html_run {
	struct rows *slices, *heat, *places, *handlers;
	struct sharing sharing;		/* for report and sharing */
	uint64_t slice;			/* ns */
	struct annotation *code;	/* made from .places */
	struct calltree *stacks;
	struct call_total calls;
};

/* Set what the page needs from recording_open(). */
void html_run_config(struct recording_config *c);
/*
 * Count everything for a page of samples, each part in a pass of its own.  0, or -errno and
 * run->err.
 */
int html_run_make(struct run *run, struct html_run *p);
/* d: run_data(), completed as for report_write().  0 or -errno. */
int html_run_write(struct run *run, const struct html_run *p, const struct report_data *d,
		   FILE *out, const struct report_options *opt);
void html_run_clear(struct html_run *p);

#endif
