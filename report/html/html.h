/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "profile/annotation.h"
#include "profile/calltree.h"
#include "report/kvm/kvm.h"
#include "report/sharing/lines.h"

/*
 * A report as one HTML page that needs no other file: tables and pictures in SVG, which are
 * there without JavaScript, and a script that sorts, filters and zooms them.
 */

/* Keys of the rows that the page is made of beside those of the report. */
#define HTML_TIME_KEYS	FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU
#define HTML_HEAT_KEYS	FIELD_WORLD, FIELD_OP, FIELD_SOURCE, FIELD_TOTAL_STEP
#define HTML_HOT_KEYS	FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT

#define HTML_MOST	(5u << 20)	/* bytes of a page: it stays below */
#define HTML_FUNCTIONS	20		/* that are annotated */

/* Borrowed for the call. */
struct html_report {
	const char *title;		/* "spelunk report" */
	const char *command;		/* that makes this page, not yet escaped */
	/* .summary; of samples also .worlds, .symbols, .costly; .rows: by HTML_HOT_KEYS, sorted */
	const struct report_data *d;
	const struct sharing *sharing;	/* of samples that pass SHARING_FILTER; NULL: not asked for */
	bool ascending;			/* .d's rows are sorted so */
	bool samples;			/* the page is of samples, too: what follows is there */
	const struct rows *slices;	/* by HTML_TIME_KEYS */
	uint64_t slice;			/* ns: length of these; 0: no clock */
	const struct rows *heat;	/* by HTML_HEAT_KEYS */
	const struct annotation *code;	/* the hottest functions */
	uint64_t code_rest;		/* samples of these and others that no place of them has */
	const struct calltree *stacks;	/* NULL: no sample of cycles has a call chain */
	struct call_total calls;	/* of .stacks */
	/* Exits; NULL: they are not asked for, or not understood (another architecture) */
	const struct kvm_report *kvm;
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int html_report_write(FILE *out, const struct html_report *r, const struct report_options *opt);

#endif
