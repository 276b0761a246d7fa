/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PARQUET_FILE_H
#define EXPORT_PARQUET_FILE_H

#include <stdio.h>

#include "base/buffer.h"
#include "base/zstd.h"

/*
 * Writes a table as an Apache Parquet file: apache/parquet-format, README.md, Encodings.md and
 * parquet.thrift.  A table has columns without nesting, each of which may be null.  A file is row
 * groups and a footer with their places; a row group has a chunk of each column, and a chunk has a
 * page with the dictionary and pages of values, packed with zstd.
 */

/* How a value is passed, as 64 bits. */
enum parquet_type {
	PARQUET_FLAG,		/* 0 or 1 */
	PARQUET_INT,		/* int64_t */
	PARQUET_UINT,		/* uint64_t */
	PARQUET_REAL,		/* the bits of a double */
	PARQUET_TEXT,		/* const char *, which lives until its group is written; escaped
				 * here */
};

struct parquet_column {
	const char *name;	/* borrowed as long as the file is written */
	enum parquet_type type;
	bool unique;		/* values hardly repeat: no dictionary.  Not for texts. */
};

/* Maximum number of rows in a page. */
#define PARQUET_PAGE	8192
/* When to end a row group: this many rows. */
#define PARQUET_GROUP	131072

/* One row group, in memory: a thread may fill one while another thread fills another. */
struct parquet_group;

/* columns is borrowed.  NULL: out of memory. */
struct parquet_group *parquet_group_new(const struct parquet_column *columns, size_t nr);
void parquet_group_free(struct parquet_group *g);	/* NULL is fine */

/*
 * Append a page of n values, at most PARQUET_PAGE, to a column; present[i] is 0 where there is no
 * value, else 1.  Both are only read up to n, but v may be changed.  0 or -ENOMEM.
 */
int parquet_group_add(struct parquet_group *g, size_t column, uint64_t v[PARQUET_PAGE],
		      const uint8_t present[PARQUET_PAGE], size_t n);
/* All columns have n more rows. */
void parquet_group_rows(struct parquet_group *g, size_t n);
size_t parquet_group_nr(const struct parquet_group *g);
/* After the last page: make the dictionaries.  0 or -ENOMEM. */
int parquet_group_close(struct parquet_group *g);

/* The file: only one thread at a time. */
struct parquet_file {
	FILE *out;			/* borrowed */
	const struct parquet_column *columns;
	size_t nr_columns;
	/* Private to file.c: */
	uint64_t at;			/* bytes written */
	uint64_t nr_rows;
	size_t nr_groups;
	struct buffer groups;		/* their metadata, for the footer */
};

/* The caller has set the fields above; errors of writing show in .out.  0 or -ENOMEM. */
int parquet_file_begin(struct parquet_file *f);
/* Write a closed group, unless it has no rows, and empty it. */
int parquet_file_group(struct parquet_file *f, struct parquet_group *g);
/* Write the footer with a text for each of these names, which ends with a NULL name. */
struct parquet_note {
	const char *name, *text;
};
int parquet_file_end(struct parquet_file *f, const struct parquet_note *notes);
void parquet_file_clear(struct parquet_file *f);

#endif
