/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/nodes.h"
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
/* Does only an SPE record have it, but not a sample of CPU cycles? */
bool field_is_of_record(enum field f);
/* Does it need what timeline_want_cgroups() keeps? */
bool field_is_of_cgroup(enum field f);
/* Does it need the types of data? */
bool field_is_of_data(enum field f);
/* Does its value say what it is only together with the machine: a pid, a CPU, an address? */
bool field_is_of_machine(enum field f);
/* Is it among the keys? */
bool field_among(enum field f, const enum field *keys, size_t nr);

/* The value of one key of a row. */
struct value {
	const char *text;	/* as printed; never NULL; not escaped; "" unknown */
	uint64_t num;		/* for sorting and JSON: NUMBER and ADDRESS fields */
	bool known;
	bool is_num;
};

/* One latency over a row's samples, in core cycles. */
struct latency {
	uint64_t n;		/* number of samples that have it */
	uint64_t sum;
	uint64_t saturated;	/* number of samples whose counter says "at least" */
	uint32_t max;
	uint32_t p50, p99;	/* exact below 16, else within 1/16 of the value */
	uint64_t cycles;	/* sum of latency x period of the sample's PMU */
};

/* Number of events counted per row: bits 0 to 25 of events.def. */
#define METRIC_EVENTS	26

/* A latency over some of a row's samples. */
struct latency_part {
	uint64_t n;		/* samples */
	uint64_t operations;	/* samples x period of their PMU */
	uint64_t cycles;	/* sum of latency x period of the sample's PMU */
};

/* Samples of CPU cycles, or of a clock. */
struct cycle_count {
	uint64_t samples;
	uint64_t periods;	/* sum of their periods: cycles, or ns */
};

struct metrics {
	uint64_t samples;
	uint64_t operations;	/* samples x period of their PMU */
	struct latency total, issue, xlat;
	/* 0 in brief queries (profile_query.brief). */
	struct latency_part load;	/* total latency of the loads that have one */
	struct latency_part load_hit;	/* of these, loads with event 2 (L1D access) and without
					 * 3 (miss) */
	uint64_t walk_cycles;		/* translation latency x period of samples with event 5
					 * (TLB walk) */
	uint64_t loads, stores, branches, others;	/* samples by operation class;
							 * an atomic that returns data is a load */
	uint64_t no_op;		/* samples without an operation type */
	uint64_t with_events;	/* samples that have an events packet */
	uint64_t events[METRIC_EVENTS];	/* samples with the bit set */
	/* Samples of CPU cycles, or of a clock if .clock. */
	struct cycle_count cycles;
	bool has_cycles;	/* they were counted; false: the filter uses fields that only SPE
				 * records, or the recording has none */
	bool clock;
};

/*
 * Sections of the order by value: values with enough samples; averages of fewer samples than
 * column_least(); of fewer than COLUMN_LEAST; no value.
 */
enum row_place { ROW_PROVEN, ROW_FEW, ROW_FEWER, ROW_NONE };

struct row {
	const struct value *keys;	/* rows.nr_keys values */
	struct metrics m;
	/* For rows_sort(): what it compares, computed once. */
	double value;
	uint8_t place;			/* enum row_place: the section, compared first */
	uint32_t rank;			/* position by keys among all rows; see rows.ranked */
};

/* Of a row that is not in a table: its keys, and what it weighs. */
struct row_weight {
	const struct value *keys;	/* rows.nr_keys values */
	uint64_t samples;
	uint64_t cycles;		/* metrics.total.cycles */
};

/* A table; owned by the caller: rows_free(). */
struct rows {
	const enum field *keys;
	size_t nr_keys;
	struct row *row;
	size_t nr;
	size_t beyond;		/* rows that are not here: profile_rows_first() */
	struct row_weight *weight;	/* of these, in no order; NULL: not asked for */
	bool ranked;
	unsigned int order;	/* the enum column of rows_sort() */
	unsigned int least;	/* for an average: rows of fewer samples come last; else 0 */
	size_t few;		/* the number of these, without those that have no value */
	struct metrics sum;	/* over all rows, including those cut by --limit and the rest */
	uint64_t rest;		/* number of samples in rows that were left out:
				 * profile_query.max_cells */
	uint32_t rest_below;	/* upper bound (exclusive) for each of these rows; 0: none were
				 * left out */
	bool rest_by_cost;	/* the bound is in cycles of total latency, summed over a row's
				 * samples; else in samples */
	void *memory;		/* freed by rows_free(); NULL: none */
};

/*
 * A good length in ns for the slices of a time: the smallest of 1, 2 and 5 times a power of ten
 * with which there are at most SLICES.
 */
#define SLICES	60
uint64_t slice_length(uint64_t ns);

/* The start of a latency's step: its two highest bits. */
uint64_t latency_step(uint64_t cycles);

void rows_free(struct rows *r);	/* NULL is fine */

/* What to count, by which keys. */
struct profile_query {
	const enum field *keys;
	size_t nr_keys;
	const struct filter *filter;	/* NULL: every sample */
	bool brief;		/* leave at 0: quantiles of issue and translation latency, and
				 * latencies of loads and TLB walks */
	bool costly;		/* keep costly samples: costly.h */
	bool together;		/* use NAMING_TOGETHER, because addresses differ between
				 * recordings */
	bool by_vm;		/* count VMs apart even if no key asks for them: profile_named() */
	bool by_cost;		/* beyond max_cells, keep keys with the highest total latency
				 * instead of most samples */
	size_t max_cells;	/* maximum number of different keys; 0: no limit.  Ignored if
				 * keys are only names and VMs, which are in memory anyway */
};

/* Does it use that field, as a key or in its filter? */
bool profile_query_asks(const struct profile_query *q, enum field f);

/* Likewise, for any of the fields of cgroups. */
bool profile_query_asks_cgroups(const struct profile_query *q);

/* Likewise, for any of the fields of types. */
bool profile_query_asks_types(const struct profile_query *q);

/* Maximum number of keys of a query. */
#define PROFILE_KEYS	10

/* What samples are resolved with; borrowed as long as the profile lives. */
struct profile_context {
	const struct timeline *timeline;
	const struct spaces *spaces;
	const struct input_clock *clock;	/* NULL: none */
	struct naming *naming;			/* for keys and filters that need names; else
						 * NULL */
	uint8_t count_size;	/* bits of a latency counter; 0: unknown */
	const atomic_bool *cancel;	/* once set, profile_rows() ends soon; NULL: never */
	uint64_t begin;		/* time of the first sample, ns on the perf clock; 0: unknown */
	uint64_t slice;		/* ns of a slice of time; 0: none */
	const char *host;	/* FIELD_HOST of all samples; NULL: unknown */
	const struct nodes *nodes;	/* NULL: not recorded */
	const struct sketch *sketch;	/* from a previous pass that met too many keys; NULL:
					 * none */
};

/*
 * Counters of one thread.  A profile counts by everything that its keys need and nothing else; it
 * can produce rows for any subset of its keys without another pass.
 */
struct profile;

/* query is borrowed, too.  NULL: out of memory, or too many keys. */
struct profile *profile_new(const struct profile_query *query,
			    const struct profile_context *ctx);
void profile_free(struct profile *p);	/* NULL is fine */

/* The fields of records that it uses. */
enum spe_detail profile_detail(const struct profile *p);

/*
 * The following samples come from this CPU (-1: a task's own stream), and each represents period
 * operations.  0 or -ENOMEM.
 */
int profile_stream(struct profile *p, int32_t cpu, uint64_t period, uint64_t midr);

/* Maximum number of samples in a batch. */
#define PROFILE_BATCH	64

/* A batch of samples: records and their owners. */
struct samples {
	const struct spe_record *rec;
	unsigned int n;			/* at most PROFILE_BATCH */
	unsigned int nr_owners;
	uint16_t owner_of[PROFILE_BATCH];	/* index in owner; ascending */
	struct owner owner[PROFILE_BATCH];	/* each valid for consecutive records */
	bool all;			/* all samples pass: keep is not filled */
	bool keep[PROFILE_BATCH];	/* passes the filter */
};

/* Fill s->all and s->keep by the query's filter. */
void profile_filter(struct profile *p, struct samples *s);

/* Bytes of a number's text. */
#define VALUE_TEXT_LEN	24
/*
 * The values of the query's keys for one sample, as in rows; numbers use text, other texts live as
 * long as naming.  Counts nothing.  0 or -ENOMEM.
 */
int profile_values(struct profile *p, const struct spe_record *rec, const struct owner *o,
		   char text[PROFILE_KEYS][VALUE_TEXT_LEN], struct value v[PROFILE_KEYS]);

/* Count the samples that pass.  0 or -ENOMEM. */
int profile_add(struct profile *p, const struct samples *s);

/* Count what is still queued; call before rows or a merge.  0 or -ENOMEM. */
int profile_flush(struct profile *p);

/* Add another thread's counters of the same query; may change from.  0 or -ENOMEM. */
int profile_merge(struct profile *p, struct profile *from);

/* Reduce the keys to the limit; call after all merges and before rows.  0 or -ENOMEM. */
int profile_end(struct profile *p);
/*
 * After profile_end(): non-NULL if there were more keys than max_cells, so that there are no rows.
 * Another pass with this sketch, which the caller owns, produces the rows with most samples
 * (by_cost: highest total latency), each with all of its samples, for any number of threads.
 */
struct sketch *profile_take_sketch(struct profile *p);

/*
 * A profile of several recordings: profile_join() adds a recording's rows to it, without its
 * records.  The query is borrowed, and that of every recording.  NULL: out of memory, or too many
 * keys.
 */
struct profile *profile_joint_new(const struct profile_query *query);
/*
 * Add the profile of a recording, which is as for profile_rows().  Rows with equal keys fold.  A
 * VM is known by its name and pid, "web:1234", because its number is another one in each recording.
 * Recordings have no common clock: FIELD_SLICE is what the caller gives.  Samples of cycles are
 * not shown if other recordings sampled a clock.  0; -EOVERFLOW: there are
 * more rows than max_cells, in the recording or in all of them; -ENOMEM.
 */
int profile_join(struct profile *all, struct profile *p, uint64_t slice);

/*
 * Rows by keys, a subset of the query's; worlds: bit mask of enum world, which samples to use (0:
 * all; else the query must have FIELD_WORLD).  count_size as in summary.  0; -EINVAL: a key that
 * the query does not have; -ECANCELED; -ENOMEM.  *out is owned by the caller.  If keys exceeded the
 * limit, only all keys of the query in any order, or owners' keys (world, basis, reason, el, vm,
 * vcpu), have rows; others: -EINVAL.
 */
int profile_rows(struct profile *p, const enum field *keys, size_t nr_keys,
		 unsigned int worlds, struct naming *naming, unsigned int count_size,
		 struct rows **out);

/* The samples of a kernel, and those of them whose place has a symbol. */
struct named_share {
	uint64_t all, named;
};

/*
 * Add up the samples of kernels: the host's in of[0], that of VM i in of[1 + i], for nr_vms VMs;
 * all zero before.  1; 0: it cannot say, because the query is not by name, or has neither VMs nor
 * by_vm although there are some, or keys exceeded the limit; -errno.
 */
int profile_named(struct profile *p, struct naming *naming, struct named_share *of, size_t nr_vms);

#endif
