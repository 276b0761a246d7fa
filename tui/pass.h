/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_PASS_H
#define TUI_PASS_H

#include <stdatomic.h>

#include "profile/annotation.h"
#include "profile/calltree.h"
#include "report/diff/diff.h"

/*
 * Passes over the recording, one for each filter and grouping.  They run in a thread, one at a
 * time; the last few results are cached.  Of a long recording a part is counted first, so that
 * something can be displayed.
 */

#define FILTER_LEN	1024	/* bytes of an expression, including NUL */

/* The start of a record. */
struct record_place {
	size_t stream;		/* index in the recording */
	uint64_t offset;	/* bytes, in the stream */
};

#define FINDINGS_KEYS	FIELD_WORLD, FIELD_VM, FIELD_REASON, FIELD_SYMBOL, FIELD_OBJECT

struct pass_query {
	enum field keys[PROFILE_KEYS];
	size_t nr_keys;
	char filter[FILTER_LEN];	/* "": none */
	enum column sort;	/* initial order of rows; does not distinguish queries */
	bool ascending;
	uint64_t slice;		/* ns, for the key slice; 0: the recording's */
	size_t records;		/* 0: rows by keys; else that many records, from the first */
	bool tree;		/* also rows by the first key, by the first two, and so on */
	bool findings;		/* also the data for findings: keys are FINDINGS_KEYS */
	size_t functions;	/* 0: none; else annotate that many functions: keys are
				 * ANNOTATION_KEYS */
	bool stacks;		/* also call stacks */
	bool packets;		/* all of the record at .place, as text */
	struct record_place place;
	char other[FILTER_LEN];	/* "": none; else a file: compute the changes from it, by keys */
};

/* Are the queries equal, apart from the order? */
bool pass_query_same(const struct pass_query *a, const struct pass_query *b);

/* One record of a list. */
struct pass_record {
	struct record_place place;
	int32_t cpu;
	uint64_t time, midr;		/* time: ns, 0: unknown */
	struct spe_record rec;
	struct owner owner;
	struct place_names names;	/* of its PC; valid as long as the recording */
};

struct pass_result {
	struct pass_query query;	/* its order is that of rows, even after a view sorts
					 * them */
	uint64_t serial;		/* unique among results */
	uint64_t part;			/* only about this many bytes of AUX data were counted;
					 * 0: all */
	int err;			/* 0 or -errno: then only why is valid */
	char why[256];			/* a sentence; "": err says everything */
	struct rows *rows;		/* by query.keys; NULL: records were requested */
	/*
	 * By the first key, the first two..., but not by all; NULL: no tree was requested, or there
	 * are too many rows for one.
	 */
	struct rows *by[PROFILE_KEYS];
	struct rows *worlds, *vms;	/* by these keys alone, if they are among the keys */
	struct summary summary;
	/* For findings: rows by reason, world, symbol and object, by samples; and */
	struct rows *handlers;
	struct rows *symbols[NR_WORLDS];	/* as in report_data: NULL except for findings of
						 * time */
	struct costly_sample *costly;	/* NULL: none */
	size_t nr_costly;
	struct annotation *annotation;	/* NULL: not requested */
	struct calltree *stacks;	/* NULL: not requested, or no sample has a call chain */
	struct call_total calls;	/* of the chains' samples; rows have SPE's */
	char *records;			/* text of the record at .place; NULL for a list */
	struct pass_record *record;	/* NULL: no list was requested */
	size_t nr_records;
	bool more_records;		/* the recording has more */
	struct diff_tables *changes;	/* NULL: nothing was compared; rows are B's */
	void *behind;			/* private to the maker: what changes borrows from */
	char **missing;			/* as report_data.missing */
	size_t nr_missing;
};

/* Communication with a running pass. */
struct pass_watch {
	atomic_uint_fast64_t done;	/* bytes of AUX data */
	atomic_uint_fast64_t more;	/* bytes in the other recording, to be added to the total */
	atomic_bool cancel;		/* end soon with -ECANCELED */
};

/* The implementation of passes. */
struct pass_maker {
	void *arg;
	uint64_t bytes;			/* of AUX data in the recording */
	/* Fill out (all zero except query, serial and part), in a thread; 0 or -errno. */
	int (*make)(void *arg, struct pass_watch *watch, struct pass_result *out);
	/* Free what make() stored in result, which may be incomplete. */
	void (*clear)(void *arg, struct pass_result *result);
};

struct passes;

/* maker is borrowed.  0 or -errno. */
int passes_new(struct passes **out, const struct pass_maker *maker);
void passes_free(struct passes *p);	/* waits for the thread; NULL is fine */

/*
 * The result of a query, or of its first part, borrowed until the next passes_want() or
 * passes_take(); NULL: not ready.  Starts the pass if necessary, and cancels all others.
 */
struct pass_result *passes_want(struct passes *p, const struct pass_query *q);
/* Drop a result from passes_want(): the next request makes it again. */
void passes_forget(struct passes *p, struct pass_result *r);
/* Take finished results, when nothing is wanted. */
void passes_take(struct passes *p);
/* Cancel the running pass; the next request for its query starts again. */
void passes_cancel(struct passes *p);
bool passes_busy(const struct passes *p);
/* Number of passes that have ended and were taken by passes_want() or passes_take(). */
uint64_t passes_ended(const struct passes *p);
/* Progress of the running pass, 0 to 1. */
double passes_progress(const struct passes *p);
/* A descriptor that becomes readable when a pass has ended; passes_want() reads it. */
int passes_fd(const struct passes *p);
/* Wait until the running pass has ended. */
void passes_wait(struct passes *p);

#endif
