/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "kvm/timeline.h"
#include "symbolizer/naming.h"
#include "symbolizer/spaces/space.h"

struct filter;
struct sketch;

enum field {
#define FIELD(id, name, kind, unit, what) FIELD_##id,
#include "profile/fields.def"
#undef FIELD
	NR_FIELDS
};

const char *field_name(enum field f);
const char *field_unit(enum field f);	/* "" if it has none */
const char *field_what(enum field f);
/* The field of that name, or -1. */
int field_find(const char *name, size_t len);
/* Is it told by an SPE record alone, and not by a sample of CPU cycles? */
bool field_is_of_record(enum field f);
/* Is it one of the keys? */
bool field_among(enum field f, const enum field *keys, size_t nr);

/* Value of one key of a row. */
struct value {
	const char *text;	/* as it is printed; never NULL; not yet escaped; "" unknown */
	uint64_t num;		/* for sorting and JSON: NUMBER and ADDRESS fields */
	bool known;
	bool is_num;
};

/* Latency of one kind over a row's samples, in core cycles. */
struct latency {
	uint64_t n;		/* samples that have it */
	uint64_t sum;
	uint64_t saturated;	/* samples in which the counter says "at least" */
	uint32_t max;
	uint32_t p50, p99;	/* exact below 16, else within 1/16 of the value */
	uint64_t cycles;	/* sum of latency x period of the sample's PMU */
};

/* Events counted per row: bits 0 to 25 of events.def. */
#define METRIC_EVENTS	26

/* Latency of some of a row's samples. */
struct latency_part {
	uint64_t n;		/* samples */
	uint64_t operations;	/* samples x period of their PMU */
	uint64_t cycles;	/* sum of latency x period of the sample's PMU */
};

/* Samples of CPU cycles, or of a clock. */
struct cycle_count {
	uint64_t samples;
	uint64_t periods;	/* cycles, or ns, that they stand for */
};

struct metrics {
	uint64_t samples;
	uint64_t operations;	/* samples x period of their PMU */
	struct latency total, issue, xlat;
	/* Not counted by brief queries (profile_query.brief): 0. */
	struct latency_part load;	/* loads that have a total latency: that */
	struct latency_part load_hit;	/* those of them with event 2 (L1D access), not 3 (miss) */
	uint64_t walk_cycles;		/* translation latency x period of samples with event 5 (TLB walk) */
	uint64_t loads, stores, branches, others;	/* samples by operation class;
							 * an atomic that returns data is a load */
	uint64_t no_op;		/* samples without operation type */
	uint64_t with_events;	/* samples that have an events packet */
	uint64_t events[METRIC_EVENTS];	/* samples with the bit set */
	/* Beside SPE's samples: of CPU cycles, or of a clock where .clock. */
	struct cycle_count cycles;
	bool has_cycles;	/* they were counted; false: what only SPE records is asked for,
				 * or there are none in the recording */
	bool clock;
};

/*
 * By value; an average of fewer samples than column_least(), and of fewer than COLUMN_LEAST;
 * without value.
 */
enum row_place { ROW_PROVEN, ROW_FEW, ROW_FEWER, ROW_NONE };

struct row {
	const struct value *keys;	/* nr_keys of the rows */
	struct metrics m;
	/* rows_sort()'s: what it compares, asked for once. */
	double value;
	uint8_t place;			/* enum row_place: what comes first */
	uint32_t rank;			/* among all, by keys: rows.ranked */
};

/* A table: owned by the caller, rows_free(). */
struct rows {
	const enum field *keys;
	size_t nr_keys;
	struct row *row;
	size_t nr;
	bool ranked;
	unsigned int order;	/* rows_sort()'s enum column */
	unsigned int least;	/* it is an average: rows of fewer samples come
				 * last; 0: it is none */
	size_t few;		/* how many do, without those that have no value */
	struct metrics sum;	/* over all rows, those of --limit and the rest, too */
	uint64_t rest;		/* samples of rows that are not here: profile_query.max_cells */
	uint32_t rest_below;	/* each of those has fewer; 0: there are none */
	bool rest_by_cost;	/* cycles of total latency, summed over its samples; else samples */
	void *memory;		/* what rows_free() frees; NULL: nothing of the rows' own */
};

/*
 * A good length for slices of so much time, ns: the least of 1, 2 and 5 times a power of
 * ten of which no more than SLICES make that.
 */
#define SLICES	60
uint64_t slice_length(uint64_t ns);

/* Where the step of a latency begins: its two highest bits. */
uint64_t latency_step(uint64_t cycles);

void rows_free(struct rows *r);	/* NULL is fine */

/* What is counted, by which keys. */
struct profile_query {
	const enum field *keys;
	size_t nr_keys;
	const struct filter *filter;	/* NULL: every sample */
	bool brief;		/* no quantiles of issue and translation latencies, and nothing
				 * of loads and TLB walks apart: 0 */
	bool costly;		/* costly samples are kept, too: costly.h */
	bool together;		/* NAMING_TOGETHER: addresses differ from recording to recording */
	bool by_cost;		/* beyond max_cells keep what has most total latency, not samples */
	size_t max_cells;	/* different keys at the most; 0: no limit, and none where keys
				 * are names and VMs alone, which are in memory in any case */
};

/* Does it ask for that field, by a key or in its filter? */
bool profile_query_asks(const struct profile_query *q, enum field f);

/* Most keys of one query. */
#define PROFILE_KEYS	8

/* What the samples are seen against; borrowed as long as the profile lives. */
struct profile_context {
	const struct timeline *timeline;
	const struct spaces *spaces;
	const struct input_clock *clock;	/* NULL: none */
	struct naming *naming;			/* for keys and filters by name; else NULL */
	uint8_t count_size;	/* bits of a latency counter; 0: unknown */
	const atomic_bool *cancel;	/* set: profile_rows() ends soon; NULL: never */
	uint64_t slice;		/* ns of a slice of time; 0: there are none */
	const struct sketch *sketch;	/* of a pass that met too many keys; NULL: none did yet */
};

/*
 * Counters of one thread.  A profile counts by everything its keys need and no
 * more; rows for any part of its keys come from it without another pass.
 */
struct profile;

/* query is borrowed, too.  NULL: out of memory, or too many keys. */
struct profile *profile_new(const struct profile_query *query,
			    const struct profile_context *ctx);
void profile_free(struct profile *p);	/* NULL is fine */

/* Does it look at targets or data addresses (spe_decoder.brief)? */
bool profile_wants_addresses(const struct profile *p);

/*
 * The samples from here on come from this CPU (-1: a task's own stream), and
 * each stands for period operations.  0 or -ENOMEM.
 */
int profile_stream(struct profile *p, int32_t cpu, uint64_t period, uint64_t midr);

/* Most samples taken at once. */
#define PROFILE_BATCH	64

/* A batch of samples: records, and whose they were. */
struct samples {
	const struct spe_record *rec;
	unsigned int n;			/* at most PROFILE_BATCH */
	unsigned int nr_owners;
	uint16_t owner_of[PROFILE_BATCH];	/* index in owner; never goes back */
	struct owner owner[PROFILE_BATCH];	/* each as long as it held */
	bool all;			/* every sample counts: keep is not filled */
	bool keep[PROFILE_BATCH];	/* passes the filter */
};

/* Fill s->all and s->keep by the query's filter. */
void profile_filter(struct profile *p, struct samples *s);

/* Bytes of a number's text. */
#define VALUE_TEXT_LEN	24
/*
 * The values of the query's keys of one sample, as rows would have them; text is where the
 * texts of numbers are, others live as long as naming.  Nothing is counted.  0 or -ENOMEM.
 */
int profile_values(struct profile *p, const struct spe_record *rec, const struct owner *o,
		   char text[PROFILE_KEYS][VALUE_TEXT_LEN], struct value v[PROFILE_KEYS]);

/* Count those that are kept.  0 or -ENOMEM. */
int profile_add(struct profile *p, const struct samples *s);

/* Before rows or a merge: count what is still on its way.  0 or -ENOMEM. */
int profile_flush(struct profile *p);

/* Add another thread's counters of the same query, which may be changed.  0 or -ENOMEM. */
int profile_merge(struct profile *p, struct profile *from);

/* After all merges, and before rows: no more keys than there may be.  0 or -ENOMEM. */
int profile_end(struct profile *p);
/*
 * After profile_end(): more than max_cells keys were met, and there are no rows.  Another
 * pass with this sketch (the caller's; NULL: they were not too many) has the rows that may
 * have most samples (by_cost: most total latency), each with all of its samples, whatever number of threads there is.
 */
struct sketch *profile_take_sketch(struct profile *p);

/*
 * Rows by keys, a part of the query's; worlds: bit mask of enum world, the
 * samples to take (0: all; else the query has FIELD_WORLD).  count_size as in summary.  0,
 * -EINVAL for a key that the query does not have, -ECANCELED or -ENOMEM; *out is
 * the caller's.  Beyond a bound of keys, only all keys of the query, in any order, or
 * those of whom (world, basis, reason, el, vm, vcpu) have rows; others: -EINVAL.
 */
int profile_rows(struct profile *p, const enum field *keys, size_t nr_keys,
		 unsigned int worlds, struct naming *naming, unsigned int count_size,
		 struct rows **out);

#endif
