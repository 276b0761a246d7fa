// SPDX-License-Identifier: GPL-2.0-only
#include "export/exporter.h"
#include "export/parquet/table.h"
#include "export/stacks.h"

static int write(struct export *x, FILE *out)
{
	switch (x->table) {
	case EXPORT_TABLE_SAMPLES:	return x->nr_by ? parquet_rows(x, out) : parquet_samples(x, out);
	case EXPORT_TABLE_LEDGER:	return parquet_ledger(x, out);
	case EXPORT_TABLE_EXITS:	break;
	}
	return parquet_exits(x, out);
}

static int count(struct export *x, char *err, size_t errlen)
{
	return x->nr_by ? export_count_rows(x, x->by, x->nr_by) : 0;
}

const struct exporter exporter_PARQUET = {
	.binary = true, .tabular = true, .count = count, .write = write,
};
