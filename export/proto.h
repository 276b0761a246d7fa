/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_PROTO_H
#define EXPORT_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"

/*
 * Messages in the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), built
 * in memory one at a time, then written.  A struct of all zeros is empty.
 */
struct proto {
	struct buffer bytes;	/* .bad: further fields are ignored */
};

void proto_uint(struct proto *p, unsigned int field, uint64_t v);
/* int64 and int32: not sint64. */
static inline void proto_int(struct proto *p, unsigned int field, int64_t v)
{
	proto_uint(p, field, (uint64_t)v);
}
void proto_fixed64(struct proto *p, unsigned int field, uint64_t v);
void proto_double(struct proto *p, unsigned int field, double v);
/* A string is UTF-8: text, escaped as report/escape.h does. */
void proto_string(struct proto *p, unsigned int field, const char *text);

/* Fields added between these two form a submessage or a packed list. */
size_t proto_open(struct proto *p, unsigned int field);
void proto_close(struct proto *p, size_t open);
/* An element of a packed list. */
void proto_varint(struct proto *p, uint64_t v);

/* Add another message as a field, and empty that message. */
void proto_add(struct proto *p, unsigned int field, struct proto *from);

/* Write it to out and empty it.  0 or -ENOMEM. */
int proto_write(struct proto *p, FILE *out);
void proto_free(struct proto *p);

#endif
