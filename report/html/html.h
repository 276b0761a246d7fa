/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "profile/annotation.h"
#include "profile/calltree.h"
#include "report/kvm/kvm.h"
#include "report/sharing/lines.h"

/*
 * A report as one self-contained HTML page: tables, and pictures in SVG.  Both work without
 * JavaScript; a script sorts, filters and zooms them.
 */

/* Keys of the additional rows that the page needs. */
#define HTML_TIME_KEYS	FIELD_SLICE, FIELD_WORLD, FIELD_VM, FIELD_CPU
#define HTML_HEAT_KEYS	FIELD_WORLD, FIELD_OP, FIELD_SOURCE, FIELD_TOTAL_STEP
#define HTML_HOT_KEYS	FIELD_WORLD, FIELD_VM, FIELD_SYMBOL, FIELD_OBJECT

#define HTML_MOST	(5u << 20)	/* upper bound of a page's bytes */
#define HTML_FUNCTIONS	20		/* number of annotated functions */

/* Borrowed for the call. */
struct html_report {
	const char *title;		/* "spelunk report" */
	const char *command;		/* the command that makes this page, not escaped */
	/* .summary; for samples also .worlds, .symbols, .costly; .rows by HTML_HOT_KEYS, sorted */
	const struct report_data *d;
	const struct sharing *sharing;	/* of samples that pass SHARING_FILTER; NULL: not
					 * requested */
	bool ascending;			/* order of .d's rows */
	bool samples;			/* the page has samples: the fields below are valid */
	const struct rows *slices;	/* by HTML_TIME_KEYS */
	uint64_t slice;			/* ns: length of a slice; 0: no clock */
	const struct rows *heat;	/* by HTML_HEAT_KEYS */
	const struct annotation *code;	/* the hottest functions */
	uint64_t code_rest;		/* number of samples of these and other functions that
					 * are at no known place */
	const struct calltree *stacks;	/* NULL: no cycles sample has a call chain */
	struct call_total calls;	/* totals of .stacks */
	/* Exits; NULL: not requested, or of an unsupported architecture */
	const struct kvm_report *kvm;
};

/* 0, or -errno of the write that failed; -ENOMEM. */
int html_report_write(FILE *out, const struct html_report *r, const struct report_options *opt);

#endif
