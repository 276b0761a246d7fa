/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_TYPES_STRUCTS_H
#define REPORT_TYPES_STRUCTS_H

#include "profile/profile.h"

/* Folds rows of accesses into types and their fields. */

/* Counts of a type, of one of its cache lines, or of a field. */
struct structs_counts {
	struct metrics m;	/* samples, operations, total latency without quantiles, classes, events */
	uint64_t writes;	/* samples of stores and atomics */
	uint32_t threads;	/* number of known threads */
	uint32_t writers;	/* those of them with sampled writes */
	uint8_t worlds;		/* bit per enum world */
};

struct structs_field {
	const char *name;	/* as the key has it: "rq.cfs.nr_running" */
	const char *path;	/* of that, what follows the type's name; else all of it */
	uint64_t offset;	/* in the type */
	uint64_t size;		/* bytes; 0: types of the same name differ in it */
	struct structs_counts n;
};

/* Bytes that caches move. */
#define STRUCTS_LINE	64

/* A line of a type that begins at the start of one. */
struct structs_line {
	uint64_t number;	/* from 0 */
	size_t first, nr;	/* its fields: those that begin in it */
	struct structs_counts n;
};

struct structs_type {
	const char *name;	/* "struct rq" */
	uint64_t size;		/* bytes; 0: types of the same name differ in it */
	bool has_fields;	/* else its rows are variables */
	struct structs_counts n;
	struct structs_field *field;	/* by offset; variables of a line by cost */
	size_t nr_fields;
	struct structs_line *line;	/* those with samples, by number */
	size_t nr_lines;
};

/* All types.  Texts are borrowed from the rows. */
struct structs {
	struct structs_type *type;	/* by the sum of latencies, then by samples; most first */
	size_t nr;
	struct structs_field *fields;
	struct structs_line *lines;
	struct metrics sum;		/* of all accesses */
	struct metrics unknown;		/* of those whose type is unknown */
	uint64_t rest;			/* samples in rows that were left out */
};

/* The keys to count by; returns their number. */
size_t structs_keys(enum field out[PROFILE_KEYS]);
/* The filter for all samples that matter here. */
#define STRUCTS_FILTER	"word>=0"

/* Fold rows by those keys.  0 or -ENOMEM; call structs_clear() in either case. */
int structs_make(struct structs *s, const struct rows *r, struct naming *naming);
void structs_clear(struct structs *s);

#endif
