/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PARQUET_TABLE_H
#define EXPORT_PARQUET_TABLE_H

#include "export/export.h"
#include "export/parquet/file.h"

/* The tables that `spelunk export --to parquet` writes.  All return 0 or -errno. */

/* All samples of SPE: samples.def has the columns. */
int parquet_samples(const struct export *x, FILE *out);
/* x->rows, with their keys and all columns of a report. */
int parquet_rows(const struct export *x, FILE *out);
/* The ledger of each vCPU, or its exits by reason: kvm.def has the columns. */
int parquet_ledger(const struct export *x, FILE *out);
int parquet_exits(const struct export *x, FILE *out);

/* A column's name: event_l1d_miss for "event:l1d-miss". */
#define PARQUET_NAME	48
void parquet_name(char out[PARQUET_NAME], const char *name);

/* A table whose rows are in memory. */
struct parquet_table {
	const struct parquet_column *columns;
	size_t nr_columns, nr_rows;
	/* Fill v and present with n rows of a column, as for parquet_group_add(). */
	void (*take)(void *arg, size_t column, size_t first, size_t n, uint64_t *v, uint8_t *present);
	void *arg;
};
int parquet_write(const struct export *x, FILE *out, const struct parquet_table *t);

#endif
