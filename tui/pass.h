/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_PASS_H
#define TUI_PASS_H

#include <stdatomic.h>

#include "profile/annotation.h"
#include "profile/calltree.h"
#include "report/diff/diff.h"

/*
 * Passes over the recording: each filter and each grouping is one.  They run in
 * a thread, one at a time; the last few results are kept.  Of a long recording a part
 * is counted first, so that there is something to see.
 */

#define FILTER_LEN	1024	/* bytes of an expression, with its NUL */

/* Where a record begins. */
struct record_place {
	size_t stream;		/* its number in the recording */
	uint64_t offset;	/* bytes, in the stream */
};

#define FINDINGS_KEYS	FIELD_WORLD, FIELD_VM, FIELD_REASON, FIELD_SYMBOL, FIELD_OBJECT

struct pass_query {
	enum field keys[PROFILE_KEYS];
	size_t nr_keys;
	char filter[FILTER_LEN];	/* "": none */
	enum column sort;	/* how rows come; other orders are the same query */
	bool ascending;
	uint64_t slice;		/* ns, for the key slice; 0: the recording's */
	size_t records;		/* 0: rows by keys; else the first so many records, as text */
	bool tree;		/* rows by the first key, by the first two and so on, too */
	bool findings;		/* with what findings are made of: keys are FINDINGS_KEYS */
	size_t functions;	/* 0: none; else so many, annotated: keys are ANNOTATION_KEYS */
	bool stacks;		/* rows by keys, and call stacks, too */
	bool packets;		/* as text all of one record: the one at .place */
	struct record_place place;
	char other[FILTER_LEN];	/* "": none; else a file: what changed from it, by keys */
};

/* Do they ask for the same, in whatever order? */
bool pass_query_same(const struct pass_query *a, const struct pass_query *b);

/* One record of a list of them. */
struct pass_record {
	struct record_place place;
	int32_t cpu;
	uint64_t time, midr;		/* time: ns, 0: not known */
	struct spe_record rec;
	struct owner owner;
	struct place_names names;	/* of its PC; live as long as the recording */
};

struct pass_result {
	struct pass_query query;	/* its order is that of rows, also after a view sorts them */
	uint64_t serial;		/* no two results have the same */
	uint64_t part;			/* bytes of AUX data that are enough; 0: of all */
	int err;			/* 0 or -errno: nothing else is there but why */
	char why[256];			/* a sentence; "": err says all */
	struct rows *rows;		/* by query.keys; NULL if records were asked for */
	/*
	 * By the first key, the first two..., but not by all; NULL: no tree was asked for, or
	 * there are too many rows for one.
	 */
	struct rows *by[PROFILE_KEYS];
	struct rows *worlds, *vms;	/* by these keys alone, if they are among them */
	struct summary summary;
	/* If findings were asked for: by reason, world, symbol and object, by samples; and */
	struct rows *handlers;
	struct rows *symbols[NR_WORLDS];	/* those of report_data: NULL but for findings of time */
	struct costly_sample *costly;	/* NULL: none */
	size_t nr_costly;
	struct annotation *annotation;	/* NULL if no functions were asked for */
	struct calltree *stacks;	/* NULL: not asked for, or no sample has a call chain */
	struct call_total calls;	/* of these samples; rows have SPE's */
	char *records;			/* as text, the one at .place; a list has none */
	struct pass_record *record;	/* NULL: no list was asked for */
	size_t nr_records;
	bool more_records;		/* there are more than that */
	struct diff_tables *changes;	/* NULL if nothing was to be compared; rows are B's */
	void *behind;			/* the maker's, what changes borrow from */
	char **missing;			/* as report_data.missing */
	size_t nr_missing;
};

/* What a pass tells and hears while it runs. */
struct pass_watch {
	atomic_uint_fast64_t done;	/* bytes of AUX data */
	atomic_uint_fast64_t more;	/* bytes of it in another recording: as many more to do */
	atomic_bool cancel;		/* end soon, with -ECANCELED */
};

/* Who makes them. */
struct pass_maker {
	void *arg;
	uint64_t bytes;			/* of AUX data in the recording */
	/* Fill out (all zero but for query, serial and part) in a thread; 0 or -errno. */
	int (*make)(void *arg, struct pass_watch *watch, struct pass_result *out);
	/* Free what make() put there; it may be half made. */
	void (*clear)(void *arg, struct pass_result *result);
};

struct passes;

/* maker is borrowed.  0 or -errno. */
int passes_new(struct passes **out, const struct pass_maker *maker);
void passes_free(struct passes *p);	/* waits for the thread; NULL is fine */

/*
 * The result of a query, or of the first part of it, borrowed until the next
 * passes_want() or passes_take(); NULL: not yet.  It is being made, and whatever else
 * was is cancelled.
 */
struct pass_result *passes_want(struct passes *p, const struct pass_query *q);
/* Drop a result that passes_want() gave: wanted again it is made anew. */
void passes_forget(struct passes *p, struct pass_result *r);
/* Take what has ended, where nothing is wanted. */
void passes_take(struct passes *p);
/* Cancel what runs; a query that is wanted again begins anew. */
void passes_cancel(struct passes *p);
bool passes_busy(const struct passes *p);
/* How many have ended and were taken, by passes_want() or passes_take(). */
uint64_t passes_ended(const struct passes *p);
/* 0 to 1, of the pass that runs. */
double passes_progress(const struct passes *p);
/* Becomes readable when a pass has ended; passes_want() reads it. */
int passes_fd(const struct passes *p);
/* Wait until the one that runs has ended. */
void passes_wait(struct passes *p);

#endif
