/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_PROFILE_H
#define SYMBOLIZER_PROFILE_H

#include <stdbool.h>

#include "kvm/timeline.h"
#include "symbolizer/space.h"
#include "symbolizer/symbol.h"

enum field {
#define FIELD(id, name, kind, unit, what) FIELD_##id,
#include "symbolizer/fields.def"
#undef FIELD
	NR_FIELDS
};

enum field_kind { FIELD_WORD, FIELD_NUMBER, FIELD_ADDRESS_KIND, FIELD_NAME, FIELD_FLAG };

const char *field_name(enum field f);
const char *field_unit(enum field f);	/* "" if it has none */
const char *field_what(enum field f);
/* The field of that name, or -1. */
int field_find(const char *name, size_t len);

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
};

/* Events counted per row: bits 0 to 25 of events.def. */
#define METRIC_EVENTS	26

struct metrics {
	uint64_t samples;
	uint64_t operations;	/* samples x period of their PMU */
	struct latency total, issue, xlat;
	uint64_t loads, stores, branches, others;	/* samples by operation class;
							 * an atomic that returns data is a load */
	uint64_t no_op;		/* samples without operation type */
	uint64_t with_events;	/* samples that have an events packet */
	uint64_t events[METRIC_EVENTS];	/* samples with the bit set */
};

struct row {
	const struct value *keys;	/* nr_keys of the rows */
	struct metrics m;
};

/* A table: owned by the caller, rows_free(). */
struct rows {
	const enum field *keys;
	size_t nr_keys;
	struct row *row;
	size_t nr;
	struct metrics sum;	/* over all rows, those of --limit too */
};

void rows_free(struct rows *r);	/* NULL is fine */

#endif
