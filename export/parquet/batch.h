/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PARQUET_BATCH_H
#define EXPORT_PARQUET_BATCH_H

#include "export/parquet/table.h"
#include "recording/recording.h"

/* Samples that become one page of each column. */

/* Texts of an operation type. */
struct op_texts {
	const char *op, *subclass, *access;	/* "": none */
};

#define OPERATIONS	(4 * 256 + 1)	/* by class and payload; the last one: no operation type */

/* Shared by the threads, const. */
struct sampler {
	const struct recording *rec;
	const struct timeline *timeline;
	const struct nodes *nodes;
	const char *host, *kernel;		/* NULL: not recorded */
	const struct timeline_vm *vms;
	size_t nr_vms;
	char (*build_id)[41];			/* by id of the object, in hex; "": none */
	struct op_texts ops[OPERATIONS];
	const struct parquet_column *columns;
	size_t nr_columns;
};

/* The place of an operation; all zeros: it has no address. */
struct where {
	const char *object, *build_id, *symbol;
	uint64_t offset;		/* in the object */
	uint64_t symbol_offset;
	bool located;			/* .offset is known */
	bool named;			/* .symbol_offset is known */
};

/* Caches the place of an address in a space. */
struct where_entry {
	uint64_t pc;
	uint32_t space;		/* + 1; 0: free */
	struct where where;
};

#define WHERE_ENTRIES	16384	/* direct-mapped */

/* Caches the space of a world's memory, while it stays the same. */
struct space_entry {
	uint64_t from, len;	/* ns; len 0: nothing is cached */
	int32_t memory;
	uint32_t space;
};

/* Caches the text of a data source. */
struct source_entry {
	uint64_t midr;
	const char *text;	/* NULL: free */
	uint16_t code;
};

#define SOURCE_ENTRIES	256	/* direct-mapped by code */

struct batch {
	const struct sampler *m;
	int err;			/* 0 or -errno */
	/* the samples */
	unsigned int n;			/* at most PARQUET_PAGE */
	struct spe_record rec[PARQUET_PAGE];
	uint64_t time[PARQUET_PAGE];	/* ns; 0: unknown */
	struct where where[PARQUET_PAGE];
	uint16_t owner_of[PARQUET_PAGE], stream_of[PARQUET_PAGE];	/* indices below */
	struct owner owner[PARQUET_PAGE];
	const struct stream *stream[PARQUET_PAGE];
	unsigned int nr_owners, nr_streams;
	/* a column of them */
	uint64_t value[PARQUET_PAGE];
	uint8_t present[PARQUET_PAGE];
	/* of each owner or stream */
	uint64_t each_value[PARQUET_PAGE];
	uint8_t each_present[PARQUET_PAGE];
	/* caches */
	struct where_entry wheres[WHERE_ENTRIES];
	struct space_entry spaces[NR_WORLDS];
	struct source_entry sources[SOURCE_ENTRIES];
};

/* Fill .where and .time from the other fields; errors are in .err. */
void batch_locate(struct batch *b);

/* The columns of samples.def and events.def, in their order. */
size_t batch_nr_columns(void);
/* Their schema; names has room for as many, and holds those that are composed. */
void batch_columns(struct parquet_column *columns, char (*names)[PARQUET_NAME]);
/* Fill .value and .present with a column. */
void batch_take(struct batch *b, size_t column);

#endif
