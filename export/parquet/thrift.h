/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PARQUET_THRIFT_H
#define EXPORT_PARQUET_THRIFT_H

#include "base/buffer.h"

/*
 * Structs in Thrift's compact protocol (thrift-compact-protocol of apache/thrift), in
 * which Parquet writes its metadata.  The caller opens and closes each struct, also the outermost
 * one, and adds fields in ascending order of their ids.
 */
#define THRIFT_DEPTH	8

struct thrift {
	struct buffer *to;		/* borrowed */
	int last[THRIFT_DEPTH];		/* id of the last field, by open struct */
	unsigned int depth;		/* number of open structs */
};

/* The outermost struct, or an element of a list. */
void thrift_begin(struct thrift *t);
void thrift_end(struct thrift *t);

/* Fields.  thrift_end() closes a struct. */
void thrift_struct(struct thrift *t, int id);
void thrift_bool(struct thrift *t, int id, bool v);
void thrift_i8(struct thrift *t, int id, int8_t v);
void thrift_i32(struct thrift *t, int id, int32_t v);
void thrift_i64(struct thrift *t, int id, int64_t v);
void thrift_bytes(struct thrift *t, int id, const void *data, size_t len);

/* A list of nr elements, which the caller adds next. */
enum thrift_element { THRIFT_I32 = 5, THRIFT_BYTES = 8, THRIFT_STRUCT = 12 };
void thrift_list(struct thrift *t, int id, enum thrift_element of, size_t nr);
void thrift_element_i32(struct thrift *t, int32_t v);
void thrift_element_bytes(struct thrift *t, const void *data, size_t len);

#endif
