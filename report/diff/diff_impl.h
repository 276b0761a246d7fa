/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_DIFF_IMPL_H
#define REPORT_DIFF_IMPL_H

#include "report/diff/change.h"
#include "report/diff/diff.h"
#include "report/write.h"

/* Rows of two recordings, matched: shared by the files of this folder only. */

/* All of a table's intervals hold together with this chance of error. */
#define DIFF_ERROR	0.05

/* Fewer events than this in both together, and a row is not tested. */
#define DIFF_LEAST	30

/* What is compared. */
struct diff_figure {
	const char *name;	/* of columns and keys: "share" */
	const char *title;	/* "share, %" */
	double scale;		/* a value is shown times this */
	unsigned int decimals;
};

#define DIFF_FIGURES	3

struct diff_row {
	const char *key[PROFILE_KEYS];	/* "": not known */
	uint64_t a, b;			/* samples, exits, or ns */
	struct diff_line line;
	struct change figure[DIFF_FIGURES];
};

struct diff_table {
	enum diff_part part;
	const char *title;		/* "Exits" */
	const char *counted;		/* what .a and .b are: "samples" */
	const char *keys[PROFILE_KEYS];
	size_t nr_keys;
	const struct diff_figure *figures;
	size_t nr_figures;
	struct diff_row *rows;		/* in the order they are shown */
	size_t nr;
	size_t tests;			/* figures tested */
	size_t changed;			/* of those, significant */
	size_t rare;			/* rows not tested: too few events or stays */
	char (*vm_names)[40];		/* of keys */
};

/* Make it; nothing in it where a recording has nothing of the kind.  0 or -ENOMEM. */
int diff_samples(struct diff_table *t, const struct diff_report *r);
int diff_exits(struct diff_table *t, const struct diff_report *r);
int diff_ledger(struct diff_table *t, const struct diff_report *r);

/* Test all whose estimates are there, decide together, and put what changed most first. */
void diff_decide(struct diff_table *t);

struct diff_tables {
	struct diff_report r;
	struct diff_table t[NR_DIFF_PARTS];
};

/* who NULL: nobody. */
void diff_text(FILE *out, const struct diff_table t[NR_DIFF_PARTS], const struct diff_report *r,
	       const struct report_options *opt, const struct diff_listener *who);
void diff_csv(FILE *out, const struct diff_table *t, const struct report_options *opt);
void diff_json(FILE *out, const struct diff_table t[NR_DIFF_PARTS], const struct diff_report *r,
	       const struct report_options *opt);

#endif
