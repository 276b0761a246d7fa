// SPDX-License-Identifier: GPL-2.0-only
#include "export/proto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"

enum wire { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LEN = 2 };

#define VARINT_MAX	10	/* bytes of 64 bits */
/* Lengths that are filled in later take four bytes, zero-padded: decoders must accept this. */
#define LENGTH_BYTES	4

/* Room for len more bytes; NULL: there is none. */
static uint8_t *more(struct proto *p, size_t len)
{
	if (p->len + len > p->room && !p->failed) {
		size_t room = (p->len + len) * 2;
		uint8_t *data = realloc(p->data, room);

		p->failed = !data;
		p->data = data ?: p->data;
		p->room = data ? room : p->room;
	}
	return p->failed ? NULL : p->data + p->len;
}

void proto_varint(struct proto *p, uint64_t v)
{
	uint8_t *to = more(p, VARINT_MAX);

	if (!to)
		return;
	for (; v > 0x7f; v >>= 7)
		*to++ = (uint8_t)(v | 0x80);
	*to++ = (uint8_t)v;
	p->len = (size_t)(to - p->data);
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
	uint8_t *to;

	put_tag(p, field, WIRE_FIXED64);
	to = more(p, sizeof(v));
	if (!to)
		return;
	for (size_t i = 0; i < sizeof(v); i++)
		to[i] = (uint8_t)(v >> 8 * i);
	p->len += sizeof(v);
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
	if (more(p, LENGTH_BYTES))
		p->len += LENGTH_BYTES;
	return p->len;
}

void proto_close(struct proto *p, size_t open)
{
	size_t len = p->len - open;

	if (p->failed)
		return;
	for (unsigned int i = 0; i < LENGTH_BYTES; i++)
		p->data[open - LENGTH_BYTES + i] = (uint8_t)((len >> 7 * i & 0x7f) |
							     (i < LENGTH_BYTES - 1 ? 0x80 : 0));
}

void proto_string(struct proto *p, unsigned int field, const char *text)
{
	size_t open = proto_open(p, field);

	for (struct glyph g = glyph_at(text); g.used; g = glyph_at(text)) {
		uint8_t *to = more(p, GLYPH_TEXT_LEN);

		if (!to)
			return;
		p->len += glyph_text((char *)to, text, &g);
		text += g.used;
	}
	proto_close(p, open);
}

void proto_add(struct proto *p, unsigned int field, struct proto *from)
{
	uint8_t *to;

	put_tag(p, field, WIRE_LEN);
	proto_varint(p, from->len);
	to = more(p, from->len);
	p->failed |= from->failed;
	if (to && from->len) {
		memcpy(to, from->data, from->len);
		p->len += from->len;
	}
	from->len = 0;
}

int proto_write(struct proto *p, FILE *out)
{
	fwrite(p->data, 1, p->len, out);
	p->len = 0;
	return p->failed ? -ENOMEM : 0;
}

void proto_free(struct proto *p)
{
	free(p->data);
	*p = (struct proto){ .len = 0 };
}
