// SPDX-License-Identifier: GPL-2.0-only
#include "export/proto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "export/text.h"

enum wire { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LEN = 2 };

/* Lengths that are filled in later take four bytes, zero-padded: decoders must accept this. */
#define LENGTH_BYTES	4

void proto_varint(struct proto *p, uint64_t v)
{
	buffer_varint(&p->bytes, v);
}

static void put_tag(struct proto *p, unsigned int field, enum wire wire)
{
	proto_varint(p, (uint64_t)field << 3 | wire);
}

void proto_uint(struct proto *p, unsigned int field, uint64_t v)
{
	put_tag(p, field, WIRE_VARINT);
	proto_varint(p, v);
}

void proto_fixed64(struct proto *p, unsigned int field, uint64_t v)
{
	put_tag(p, field, WIRE_FIXED64);
	buffer_le64(&p->bytes, v);
}

void proto_double(struct proto *p, unsigned int field, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	proto_fixed64(p, field, bits);
}

size_t proto_open(struct proto *p, unsigned int field)
{
	put_tag(p, field, WIRE_LEN);
	buffer_take(&p->bytes, LENGTH_BYTES);
	return p->bytes.len;
}

void proto_close(struct proto *p, size_t open)
{
	size_t len = p->bytes.len - open;

	if (p->bytes.bad)
		return;
	for (unsigned int i = 0; i < LENGTH_BYTES; i++)
		p->bytes.p[open - LENGTH_BYTES + i] = (uint8_t)((len >> 7 * i & 0x7f) |
								(i < LENGTH_BYTES - 1 ? 0x80 : 0));
}

void proto_string(struct proto *p, unsigned int field, const char *text)
{
	size_t open = proto_open(p, field);

	export_text(&p->bytes, text);
	proto_close(p, open);
}

void proto_add(struct proto *p, unsigned int field, struct proto *from)
{
	put_tag(p, field, WIRE_LEN);
	proto_varint(p, from->bytes.len);
	buffer_add(&p->bytes, from->bytes.p, from->bytes.len);
	p->bytes.bad |= from->bytes.bad;
	from->bytes.len = 0;
}

int proto_write(struct proto *p, FILE *out)
{
	fwrite(p->bytes.p, 1, p->bytes.len, out);
	p->bytes.len = 0;
	return p->bytes.bad ? -ENOMEM : 0;
}

void proto_free(struct proto *p)
{
	buffer_free(&p->bytes);
}
