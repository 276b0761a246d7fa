// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export/parquet/group_impl.h"
#include "export/text.h"

/* Fields, by their message. */
enum { FILE_VERSION = 1, FILE_SCHEMA, FILE_ROWS, FILE_GROUPS, FILE_NOTES, FILE_CREATED_BY, FILE_ORDERS };
enum { SCHEMA_TYPE = 1, SCHEMA_REPETITION = 3, SCHEMA_NAME, SCHEMA_CHILDREN, SCHEMA_CONVERTED,
       SCHEMA_LOGICAL = 10 };
enum { REPETITION_OPTIONAL = 1 };
enum { LOGICAL_STRING = 1, LOGICAL_INTEGER = 10 };
enum { INTEGER_BITS = 1, INTEGER_SIGNED };
enum { CONVERTED_UTF8 = 0, CONVERTED_UINT64 = 14 };
enum { NOTE_KEY = 1, NOTE_VALUE };
enum { ORDER_BY_TYPE = 1 };
enum { GROUP_CHUNKS = 1, GROUP_RAW_SIZE, GROUP_ROWS, GROUP_OFFSET = 5, GROUP_SIZE };
enum { CHUNK_OFFSET = 2, CHUNK_DATA };
enum { DATA_TYPE = 1, DATA_ENCODINGS, DATA_PATH, DATA_CODEC, DATA_ROWS, DATA_RAW_SIZE, DATA_SIZE,
       DATA_PAGES = 9, DATA_DICTIONARY = 11, DATA_STATISTICS };
enum { STATISTICS_NULLS = 3, STATISTICS_MAX = 5, STATISTICS_MIN };

static const char magic[4] = { 'P', 'A', 'R', '1' };

static int32_t type_of(enum parquet_type type)
{
	switch (type) {
	case PARQUET_FLAG:	return 0;	/* BOOLEAN */
	case PARQUET_INT:
	case PARQUET_UINT:	return 2;	/* INT64 */
	case PARQUET_REAL:	return 5;	/* DOUBLE */
	case PARQUET_TEXT:	break;
	}
	return 6;				/* BYTE_ARRAY */
}

static void put(struct parquet_file *f, const void *data, size_t len)
{
	if (len)
		fwrite(data, 1, len, f->out);
	f->at += len;
}

static void text(struct thrift *t, int id, const char *s)
{
	thrift_bytes(t, id, s, strlen(s));
}

int parquet_file_begin(struct parquet_file *f)
{
	put(f, magic, sizeof(magic));
	return 0;
}

/*
 * Row groups
 */

static void put_statistics(struct thrift *t, const struct chunk *c)
{
	thrift_struct(t, DATA_STATISTICS);
	thrift_i64(t, STATISTICS_NULLS, (int64_t)c->nulls);
	if (c->bound[1].len)
		thrift_bytes(t, STATISTICS_MAX, c->bound[1].bytes, c->bound[1].len);
	if (c->bound[1].len)
		thrift_bytes(t, STATISTICS_MIN, c->bound[0].bytes, c->bound[0].len);
	thrift_end(t);
}

/* at: the chunk's place in the file. */
static void put_chunk(struct thrift *t, const struct parquet_column *of, const struct chunk *c,
		      uint64_t at)
{
	size_t dictionary = c->dictionary.len;

	thrift_begin(t);
	thrift_i64(t, CHUNK_OFFSET, (int64_t)at);
	thrift_struct(t, CHUNK_DATA);
	thrift_i32(t, DATA_TYPE, type_of(of->type));
	thrift_list(t, DATA_ENCODINGS, THRIFT_I32, 2u + (c->nr && c->has_plain));
	thrift_element_i32(t, ENCODING_RLE);
	if (c->nr || !c->has_plain)
		thrift_element_i32(t, ENCODING_DICTIONARY);
	if (c->has_plain)
		thrift_element_i32(t, ENCODING_PLAIN);
	thrift_list(t, DATA_PATH, THRIFT_BYTES, 1);
	thrift_element_bytes(t, of->name, strlen(of->name));
	thrift_i32(t, DATA_CODEC, CODEC_ZSTD);
	thrift_i64(t, DATA_ROWS, (int64_t)c->rows);
	thrift_i64(t, DATA_RAW_SIZE, (int64_t)c->raw);
	thrift_i64(t, DATA_SIZE, (int64_t)(dictionary + c->pages.len));
	thrift_i64(t, DATA_PAGES, (int64_t)(at + dictionary));
	if (dictionary)
		thrift_i64(t, DATA_DICTIONARY, (int64_t)at);
	put_statistics(t, c);
	thrift_end(t);
	thrift_end(t);
}

static void empty(struct chunk *c)
{
	c->pages.len = c->dictionary.len = 0;
	c->raw = c->rows = c->nulls = 0;
	c->nr = 0;
	if (c->slot)
		memset(c->slot, 0, c->nr_slots * sizeof(*c->slot));
	c->plain = c->has_plain = c->bounded = false;
	c->bound[0].len = c->bound[1].len = 0;
}

int parquet_file_group(struct parquet_file *f, struct parquet_group *g)
{
	struct thrift t = { .to = &f->groups };
	uint64_t begin = f->at, raw = 0;

	if (!g->nr_rows)
		return 0;
	thrift_begin(&t);
	thrift_list(&t, GROUP_CHUNKS, THRIFT_STRUCT, g->nr_columns);
	for (size_t i = 0; i < g->nr_columns; i++) {
		struct chunk *c = &g->chunk[i];

		put_chunk(&t, &g->columns[i], c, f->at);
		raw += c->raw;
		put(f, c->dictionary.p, c->dictionary.len);
		put(f, c->pages.p, c->pages.len);
		empty(c);
	}
	thrift_i64(&t, GROUP_RAW_SIZE, (int64_t)raw);
	thrift_i64(&t, GROUP_ROWS, (int64_t)g->nr_rows);
	thrift_i64(&t, GROUP_OFFSET, (int64_t)begin);
	thrift_i64(&t, GROUP_SIZE, (int64_t)(f->at - begin));
	thrift_end(&t);
	f->nr_groups++;
	f->nr_rows += g->nr_rows;
	g->nr_rows = 0;
	return f->groups.bad ? -ENOMEM : 0;
}

/*
 * Footer
 */

/* Old readers know the converted type, new ones the logical one. */
static void put_column(struct thrift *t, const struct parquet_column *c)
{
	thrift_begin(t);
	thrift_i32(t, SCHEMA_TYPE, type_of(c->type));
	thrift_i32(t, SCHEMA_REPETITION, REPETITION_OPTIONAL);
	text(t, SCHEMA_NAME, c->name);
	if (c->type == PARQUET_TEXT || c->type == PARQUET_UINT) {
		bool is_text = c->type == PARQUET_TEXT;

		thrift_i32(t, SCHEMA_CONVERTED, is_text ? CONVERTED_UTF8 : CONVERTED_UINT64);
		thrift_struct(t, SCHEMA_LOGICAL);
		thrift_struct(t, is_text ? LOGICAL_STRING : LOGICAL_INTEGER);
		if (!is_text) {
			thrift_i8(t, INTEGER_BITS, 64);
			thrift_bool(t, INTEGER_SIGNED, false);
		}
		thrift_end(t);
		thrift_end(t);
	}
	thrift_end(t);
}

static void put_schema(struct thrift *t, const struct parquet_file *f)
{
	thrift_list(t, FILE_SCHEMA, THRIFT_STRUCT, f->nr_columns + 1);
	thrift_begin(t);
	text(t, SCHEMA_NAME, "spelunk");
	thrift_i32(t, SCHEMA_CHILDREN, (int32_t)f->nr_columns);
	thrift_end(t);
	for (size_t i = 0; i < f->nr_columns; i++)
		put_column(t, &f->columns[i]);
}

static void put_notes(struct thrift *t, const struct parquet_note *notes)
{
	struct buffer value = { 0 };
	size_t nr = 0;

	while (notes[nr].name)
		nr++;
	thrift_list(t, FILE_NOTES, THRIFT_STRUCT, nr);
	for (size_t i = 0; i < nr; i++) {
		value.len = 0;
		export_text(&value, notes[i].text);
		thrift_begin(t);
		text(t, NOTE_KEY, notes[i].name);
		thrift_bytes(t, NOTE_VALUE, value.p, value.len);
		thrift_end(t);
	}
	t->to->bad |= value.bad;
	buffer_free(&value);
}

int parquet_file_end(struct parquet_file *f, const struct parquet_note *notes)
{
	struct buffer footer = { 0 };
	struct thrift t = { .to = &footer };
	bool bad;

	thrift_begin(&t);
	thrift_i32(&t, FILE_VERSION, 2);
	put_schema(&t, f);
	thrift_i64(&t, FILE_ROWS, (int64_t)f->nr_rows);
	thrift_list(&t, FILE_GROUPS, THRIFT_STRUCT, f->nr_groups);
	buffer_add(&footer, f->groups.p, f->groups.len);
	put_notes(&t, notes);
	text(&t, FILE_CREATED_BY, "spelunk version " SPELUNK_VERSION);
	thrift_list(&t, FILE_ORDERS, THRIFT_STRUCT, f->nr_columns);
	for (size_t i = 0; i < f->nr_columns; i++) {
		thrift_begin(&t);
		thrift_struct(&t, ORDER_BY_TYPE);
		thrift_end(&t);
		thrift_end(&t);
	}
	thrift_end(&t);
	buffer_le32(&footer, (uint32_t)footer.len);
	buffer_add(&footer, magic, sizeof(magic));
	bad = footer.bad;
	if (!bad)
		put(f, footer.p, footer.len);
	buffer_free(&footer);
	return bad ? -ENOMEM : 0;
}

void parquet_file_clear(struct parquet_file *f)
{
	buffer_free(&f->groups);
}
