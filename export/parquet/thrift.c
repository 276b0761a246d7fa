// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/thrift.h"

enum { TRUE = 1, FALSE = 2, I8 = 3, I64 = 6, LIST = 9 };

/* Lists of fewer elements have their size in the header's upper half. */
#define LONG_LIST	15

static void zigzag(struct thrift *t, int64_t v)
{
	buffer_varint(t->to, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

static void put_byte(struct thrift *t, unsigned int v)
{
	uint8_t byte = (uint8_t)v;

	buffer_add(t->to, &byte, 1);
}

/* A field's header: the distance from the last id, if it fits into 4 bits. */
static void put_field(struct thrift *t, int id, unsigned int type)
{
	int *last = &t->last[t->depth - 1], step = id - *last;

	if (step > 0 && step < 16) {
		put_byte(t, (unsigned int)step << 4 | type);
	} else {
		put_byte(t, type);
		zigzag(t, id);
	}
	*last = id;
}

void thrift_begin(struct thrift *t)
{
	t->last[t->depth++] = 0;
}

void thrift_end(struct thrift *t)
{
	put_byte(t, 0);
	t->depth--;
}

void thrift_struct(struct thrift *t, int id)
{
	put_field(t, id, THRIFT_STRUCT);
	thrift_begin(t);
}

void thrift_bool(struct thrift *t, int id, bool v)
{
	put_field(t, id, v ? TRUE : FALSE);
}

void thrift_i8(struct thrift *t, int id, int8_t v)
{
	put_field(t, id, I8);
	put_byte(t, (uint8_t)v);
}

void thrift_i32(struct thrift *t, int id, int32_t v)
{
	put_field(t, id, THRIFT_I32);
	zigzag(t, v);
}

void thrift_i64(struct thrift *t, int id, int64_t v)
{
	put_field(t, id, I64);
	zigzag(t, v);
}

void thrift_bytes(struct thrift *t, int id, const void *data, size_t len)
{
	put_field(t, id, THRIFT_BYTES);
	thrift_element_bytes(t, data, len);
}

void thrift_list(struct thrift *t, int id, enum thrift_element of, size_t nr)
{
	put_field(t, id, LIST);
	put_byte(t, (nr < LONG_LIST ? (unsigned int)nr : LONG_LIST) << 4 | of);
	if (nr >= LONG_LIST)
		buffer_varint(t->to, nr);
}

void thrift_element_i32(struct thrift *t, int32_t v)
{
	zigzag(t, v);
}

void thrift_element_bytes(struct thrift *t, const void *data, size_t len)
{
	buffer_varint(t->to, len);
	buffer_add(t->to, data, len);
}
