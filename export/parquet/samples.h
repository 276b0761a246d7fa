/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PARQUET_SAMPLES_H
#define EXPORT_PARQUET_SAMPLES_H

#include "export/export.h"

/* Write all samples of SPE as a table: samples.def has its columns.  0 or -errno. */
int parquet_samples(const struct export *x, FILE *out);

/* Write .rows, with their keys and all columns of a report.  0 or -errno. */
int parquet_rows(const struct export *x, FILE *out);

/* A name in the table: event_l1d_miss for "event:l1d-miss". */
#define PARQUET_NAME	48
void parquet_name(char out[PARQUET_NAME], const char *name);

#endif
