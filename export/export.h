/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <stdio.h>

#include "profile/calltree.h"
#include "recording/recording.h"

/* A recording in the formats of other tools. */

enum export_kind {
#define KIND(id, name, what) EXPORT_##id,
#include "export/kinds.def"
#undef KIND
	NR_EXPORTS
};

const char *export_name(unsigned int k);	/* "folded" */
const char *export_what(enum export_kind k);
bool export_is_binary(enum export_kind k);
/* Can its figures be chosen: an enum export_weight? */
bool export_is_weighed(enum export_kind k);

/* What the figure of a stack is. */
enum export_weight {
	EXPORT_CHOOSE,		/* time if samples of cycles have call chains, else cost */
	EXPORT_SAMPLES,		/* SPE's samples */
	EXPORT_COST,		/* their total latencies x period, cycles */
	EXPORT_TIME,		/* periods of samples of cycles (or of a clock: ns), with their chains */
};

/* One export.  The caller sets what is above .note. */
struct export {
	enum export_kind kind;
	enum export_weight weight;	/* export_count() chooses */
	const struct recording *rec;
	const char *file;		/* what the recording is called */
	const struct filter *filter;	/* NULL: none */
	char note[256];			/* a sentence that the user should know; "": none */
	/* Private to export/: */
	struct calltree *stacks;	/* NULL: none */
	struct call_total calls;	/* of .stacks */
	struct rows *rows;		/* NULL: none */
	uint64_t duration;		/* of .rows: ns from the first of SPE's samples to the last; 0:
					 * not known */
	void *own;			/* of the exporter; NULL: none */
	uint64_t total;			/* weight of all that is written */
};

/* What recording_open() must do for it, beside what the filter needs. */
void export_config(enum export_kind k, struct recording_config *c);
/*
 * Count what is written, before the output is opened.  0, or -errno with a sentence in err.
 * export_clear() in either case.
 */
int export_count(struct export *x, char *err, size_t errlen);
/* Write it.  0 or -errno. */
int export_write(struct export *x, FILE *out);
void export_clear(struct export *x);

#endif
