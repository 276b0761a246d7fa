// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/table.h"

#include <errno.h>
#include <stdlib.h>

void parquet_name(char out[PARQUET_NAME], const char *name)
{
	size_t i;

	for (i = 0; name[i] && i < PARQUET_NAME - 1; i++)
		out[i] = name[i] == ':' || name[i] == '-' ? '_' : name[i];
	out[i] = '\0';
}

/* The values of a page. */
struct page {
	uint64_t value[PARQUET_PAGE];
	uint8_t present[PARQUET_PAGE];
};

static int put_page(const struct parquet_table *t, struct parquet_group *g, struct page *p,
		    size_t first, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < t->nr_columns && !err; i++) {
		t->take(t->arg, i, first, n, p->value, p->present);
		err = parquet_group_add(g, i, p->value, p->present, n);
	}
	parquet_group_rows(g, n);
	return err;
}

static int put_all(const struct parquet_table *t, struct parquet_file *f, struct parquet_group *g,
		   struct page *p)
{
	int err = parquet_file_begin(f);
	size_t n;

	for (size_t i = 0; i < t->nr_rows && !err; i += n) {
		n = t->nr_rows - i < PARQUET_PAGE ? t->nr_rows - i : PARQUET_PAGE;
		err = put_page(t, g, p, i, n);
		if (!err && parquet_group_nr(g) >= PARQUET_GROUP)
			err = parquet_group_close(g) ?: parquet_file_group(f, g);
	}
	return err ?: parquet_group_close(g) ?: parquet_file_group(f, g);
}

int parquet_write(const struct export *x, FILE *out, const struct parquet_table *t)
{
	const struct parquet_note notes[] = { { "recording", x->file }, { NULL, NULL } };
	struct parquet_file f = { .out = out, .columns = t->columns, .nr_columns = t->nr_columns };
	struct parquet_group *g = parquet_group_new(t->columns, t->nr_columns);
	struct page *p = malloc(sizeof(*p));
	int err = g && p ? put_all(t, &f, g, p) ?: parquet_file_end(&f, notes) : -ENOMEM;

	parquet_file_clear(&f);
	parquet_group_free(g);
	free(p);
	return err;
}
