// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export/parquet/file.h"
#include "export/parquet/samples.h"
#include "profile/columns.h"
#include "report/write.h"

/* The columns before those of keys, which the whole table has. */
enum { COLUMN_HOST, COLUMN_KERNEL, NR_WHOLE };

struct table {
	const struct export *x;
	const char *whole[NR_WHOLE];	/* NULL: not recorded */
	size_t nr_metrics, nr_columns;
	struct parquet_column *columns;
	char (*names)[PARQUET_NAME];
	struct parquet_group *group;
	struct parquet_file file;
	uint64_t value[PARQUET_PAGE];
	uint8_t present[PARQUET_PAGE];
};

void parquet_name(char out[PARQUET_NAME], const char *name)
{
	size_t i;

	for (i = 0; name[i] && i < PARQUET_NAME - 1; i++)
		out[i] = name[i] == ':' || name[i] == '-' ? '_' : name[i];
	out[i] = '\0';
}

static enum parquet_type key_type(enum field f)
{
	static const uint8_t types[NR_FIELDS] = {
#define TYPE_WORD	PARQUET_TEXT
#define TYPE_NUMBER	PARQUET_INT
#define TYPE_ADDRESS	PARQUET_UINT
#define TYPE_NAME	PARQUET_TEXT
#define FIELD(id, name, kind, unit, what) TYPE_##kind,
#include "profile/fields.def"
#undef FIELD
	};

	return types[f];
}

static void put_schema(struct table *t)
{
	static const char *const whole[NR_WHOLE] = { "host", "kernel" };
	const struct rows *rows = t->x->rows;
	struct parquet_column *to = t->columns;

	for (size_t i = 0; i < NR_WHOLE; i++)
		*to++ = (struct parquet_column){ whole[i], PARQUET_TEXT, false };
	for (size_t i = 0; i < rows->nr_keys; i++)
		*to++ = (struct parquet_column){ field_name(rows->keys[i]), key_type(rows->keys[i]), false };
	for (enum column c = 0; c < t->nr_metrics; c++) {
		parquet_name(t->names[c], column_name(c));
		*to++ = (struct parquet_column){ t->names[c], column_is_integer(c) ? PARQUET_INT :
						 PARQUET_REAL, false };
	}
}

static void take_text(struct table *t, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		t->value[i] = (uintptr_t)text;
		t->present[i] = text != NULL;
	}
}

static void take_key(struct table *t, size_t key, size_t first, size_t n)
{
	bool is_text = key_type(t->x->rows->keys[key]) == PARQUET_TEXT;

	for (size_t i = 0; i < n; i++) {
		const struct value *v = &t->x->rows->row[first + i].keys[key];

		t->value[i] = is_text ? (uintptr_t)v->text : v->num;
		t->present[i] = v->known;
	}
}

static void take_metric(struct table *t, enum column c, size_t first, size_t n)
{
	const struct rows *rows = t->x->rows;

	for (size_t i = 0; i < n; i++) {
		double v;

		t->present[i] = column_value(c, &rows->row[first + i].m, &rows->sum, &v);
		if (column_is_integer(c))
			t->value[i] = v < 0x1p63 ? (uint64_t)(v + 0.5) : INT64_MAX;
		else
			memcpy(&t->value[i], &v, sizeof(v));
	}
}

/* A page of each column. */
static int put_page(struct table *t, size_t first, size_t n)
{
	size_t keys = t->x->rows->nr_keys;
	int err = 0;

	for (size_t i = 0; i < t->nr_columns && !err; i++) {
		if (i < NR_WHOLE)
			take_text(t, t->whole[i], n);
		else if (i < NR_WHOLE + keys)
			take_key(t, i - NR_WHOLE, first, n);
		else
			take_metric(t, (enum column)(i - NR_WHOLE - keys), first, n);
		err = parquet_group_add(t->group, i, t->value, t->present, n);
	}
	parquet_group_rows(t->group, n);
	return err;
}

static int put_group(struct table *t)
{
	return parquet_group_close(t->group) ?: parquet_file_group(&t->file, t->group);
}

static int put_all(struct table *t)
{
	const struct parquet_note notes[] = { { "recording", t->x->file }, { NULL, NULL } };
	size_t nr = t->x->rows->nr, n;
	int err = parquet_file_begin(&t->file);

	for (size_t i = 0; i < nr && !err; i += n) {
		n = nr - i < PARQUET_PAGE ? nr - i : PARQUET_PAGE;
		err = put_page(t, i, n);
		if (!err && parquet_group_nr(t->group) >= PARQUET_GROUP)
			err = put_group(t);
	}
	return err ?: put_group(t) ?: parquet_file_end(&t->file, notes);
}

int parquet_rows(const struct export *x, FILE *out)
{
	const struct input_info *info = x->rec->p.info;
	struct table *t = calloc(1, sizeof(*t));
	int err = -ENOMEM;

	if (!t)
		return err;
	t->x = x;
	t->whole[COLUMN_HOST] = report_host(info);
	t->whole[COLUMN_KERNEL] = info->os_release;
	/* also what this recording lacks: all tables have the same columns */
	t->nr_metrics = NR_COLUMNS;
	t->nr_columns = NR_WHOLE + x->rows->nr_keys + t->nr_metrics;
	t->columns = calloc(t->nr_columns, sizeof(*t->columns));
	t->names = calloc(t->nr_metrics, sizeof(*t->names));
	if (t->columns && t->names) {
		put_schema(t);
		t->group = parquet_group_new(t->columns, t->nr_columns);
		t->file = (struct parquet_file){ .out = out, .columns = t->columns,
						 .nr_columns = t->nr_columns };
		err = t->group ? put_all(t) : -ENOMEM;
	}
	parquet_file_clear(&t->file);
	parquet_group_free(t->group);
	free(t->columns);
	free(t->names);
	free(t);
	return err;
}
