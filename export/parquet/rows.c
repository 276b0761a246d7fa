// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/columns.h"

/* Columns before those of keys, of which all rows have the same value, unless they are keys. */
#define WHOLE_MAX	2

struct whole {
	const char *name, *text;	/* text: NULL: not recorded */
};

struct source {
	const struct rows *rows;
	struct whole whole[WHOLE_MAX];
	size_t nr_whole;
};

static void add_whole(struct source *s, const char *name, const char *text)
{
	for (size_t i = 0; i < s->rows->nr_keys; i++)
		if (!strcmp(field_name(s->rows->keys[i]), name))
			return;
	s->whole[s->nr_whole++] = (struct whole){ name, text };
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

/* names: of NR_COLUMNS. */
static void put_schema(const struct source *s, struct parquet_column *to, char (*names)[PARQUET_NAME])
{
	const struct rows *rows = s->rows;

	for (size_t i = 0; i < s->nr_whole; i++)
		*to++ = (struct parquet_column){ s->whole[i].name, PARQUET_TEXT, false };
	for (size_t i = 0; i < rows->nr_keys; i++)
		*to++ = (struct parquet_column){ field_name(rows->keys[i]), key_type(rows->keys[i]), false };
	for (enum column c = 0; c < NR_COLUMNS; c++) {
		parquet_name(names[c], column_name(c));
		*to++ = (struct parquet_column){ names[c], column_is_integer(c) ? PARQUET_INT :
						 PARQUET_REAL, false };
	}
}

static void take_key(const struct rows *rows, size_t key, const struct row *row, uint64_t *v,
		     uint8_t *present)
{
	const struct value *value = &row->keys[key];

	*v = key_type(rows->keys[key]) == PARQUET_TEXT ? (uintptr_t)value->text : value->num;
	*present = value->known;
}

static void take_metric(const struct rows *rows, enum column c, const struct row *row, uint64_t *v,
			uint8_t *present)
{
	double x;

	*present = column_value(c, &row->m, &rows->sum, &x);
	if (column_is_integer(c))
		*v = x < 0x1p63 ? (uint64_t)(x + 0.5) : INT64_MAX;
	else
		memcpy(v, &x, sizeof(x));
}

static void take(void *arg, size_t column, size_t first, size_t n, uint64_t *v, uint8_t *present)
{
	const struct source *s = arg;
	size_t keys = s->rows->nr_keys;

	for (size_t i = 0; i < n; i++) {
		const struct row *row = &s->rows->row[first + i];

		if (column < s->nr_whole) {
			v[i] = (uintptr_t)s->whole[column].text;
			present[i] = s->whole[column].text != NULL;
		} else if (column < s->nr_whole + keys) {
			take_key(s->rows, column - s->nr_whole, row, &v[i], &present[i]);
		} else {
			take_metric(s->rows, (enum column)(column - s->nr_whole - keys), row, &v[i],
				    &present[i]);
		}
	}
}

int parquet_rows(const struct export *x, FILE *out)
{
	const struct input_info *info = x->rec->p.info;
	struct source s = { .rows = x->rows };
	/* also metrics that this recording lacks: all tables have the same columns */
	size_t nr = WHOLE_MAX + x->rows->nr_keys + NR_COLUMNS;
	struct parquet_column *columns = calloc(nr, sizeof(*columns));
	char (*names)[PARQUET_NAME] = calloc(NR_COLUMNS, sizeof(*names));
	int err = -ENOMEM;

	if (columns && names) {
		add_whole(&s, "host", x->rec->host);
		add_whole(&s, "kernel", info->os_release);
		put_schema(&s, columns, names);
		err = parquet_write(x, out, &(struct parquet_table){
			.columns = columns, .nr_columns = nr - WHOLE_MAX + s.nr_whole, .nr_rows = x->rows->nr,
			.take = take, .arg = &s,
		});
	}
	free(columns);
	free(names);
	return err;
}
