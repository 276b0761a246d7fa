/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PARQUET_GROUP_IMPL_H
#define EXPORT_PARQUET_GROUP_IMPL_H

#include "export/parquet/file.h"
#include "export/parquet/thrift.h"

/* apache/parquet-format, src/main/thrift/parquet.thrift */
enum { ENCODING_PLAIN = 0, ENCODING_RLE = 3, ENCODING_DICTIONARY = 8 };
enum { CODEC_ZSTD = 6 };

/* Texts longer than this are no bound of a chunk. */
#define BOUND_TEXT	64

/* The least or the greatest value, as in the file. */
struct bound {
	uint8_t bytes[BOUND_TEXT];
	size_t len;
};

/* A column of a group. */
struct chunk {
	struct buffer pages;		/* of values, with their headers, packed */
	struct buffer dictionary;	/* its page, likewise, once the group is closed */
	uint64_t raw;			/* bytes of both before packing, with headers */
	uint64_t *value;		/* the dictionary; room in .nr_slots / 2 */
	uint32_t nr;			/* values in it; 0: none, and no page */
	uint32_t *slot;			/* hash table with open addressing: index in .value + 1; 0: free */
	uint32_t nr_slots;		/* a power of two, or 0 */
	bool plain;			/* following pages do without the dictionary */
	bool has_plain;			/* there are such pages */
	uint64_t rows, nulls;
	bool bounded;			/* .least and .most are known */
	uint64_t least, most;		/* not of texts */
	struct bound bound[2];		/* least, most, once the group is closed; .len 0: unknown */
};

struct parquet_group {
	const struct parquet_column *columns;
	size_t nr_columns, nr_rows;
	struct zstd_packer *zstd;
	struct buffer body;		/* of a page, before packing */
	uint32_t index[PARQUET_PAGE];
	struct chunk *chunk;
};

#endif
