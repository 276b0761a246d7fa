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
/* Is it a table, of samples or of rows by keys? */
bool export_is_table(enum export_kind k);
/* Does it have an enum export_weight to choose from? */
bool export_is_weighed(enum export_kind k);

/* Is it about one binary, so that .object and .folder choose? */
bool export_is_of_binary(enum export_kind k);

/* The figure of a stack. */
enum export_weight {
	EXPORT_CHOOSE,		/* time if samples of cycles have call chains, else cost */
	EXPORT_SAMPLES,		/* SPE's samples */
	EXPORT_COST,		/* total latencies of these x period, in cycles */
	EXPORT_TIME,		/* periods of cycle samples (of a clock: ns), by call chain */
};

/* What a table has. */
enum export_table {
	EXPORT_TABLE_SAMPLES,	/* samples, or rows by keys */
	EXPORT_TABLE_LEDGER,	/* where the time of each vCPU went */
	EXPORT_TABLE_EXITS,	/* its exits, by reason */
};

/* One export.  The caller sets the fields above .note. */
struct export {
	enum export_kind kind;
	enum export_weight weight;	/* export_count() chooses */
	const struct recording *rec;
	const char *file;		/* name of the recording */
	const struct filter *filter;	/* NULL: none */
	enum export_table table;
	const enum field *by;		/* keys of the rows of EXPORT_TABLE_SAMPLES */
	size_t nr_by;			/* 0: its rows are samples */
	const char *object;		/* path, file name or start of the build-id of a binary;
					 * NULL: the only one */
	const char *folder;		/* write each binary to a file in it; NULL: one to the output */
	char note[640];			/* a sentence for the user; "": none */
	/* Private to export/: */
	struct calltree *stacks;	/* NULL: none */
	struct call_total calls;	/* of .stacks */
	struct rows *rows;		/* NULL: none */
	uint64_t duration;		/* of .rows: ns from the first of SPE's samples to the last; 0:
					 * not known */
	void *own;			/* of the exporter; NULL: none */
	uint64_t total;			/* weight of all stacks */
};

/* Have recording_open() provide what it needs, beside what the filter and keys need. */
void export_config(const struct export *x, struct recording_config *c);
/*
 * Count everything, before the output is opened.  0, or -errno with a sentence in err.  Call
 * export_clear() in either case.
 */
int export_count(struct export *x, char *err, size_t errlen);
/* Write it.  0 or -errno. */
int export_write(struct export *x, FILE *out);
/* Write it to .folder.  0, or -errno with a sentence in err. */
int export_write_folder(struct export *x, char *err, size_t errlen);
void export_clear(struct export *x);

#endif
