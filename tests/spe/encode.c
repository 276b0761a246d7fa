// SPDX-License-Identifier: GPL-2.0-only
#include "tests/spe/encode.h"

#include <string.h>

#include "decoder/packet.h"

struct out {
	uint8_t *buf;
	size_t room;
	size_t len;
	bool full;
};

static void put_packet(struct out *o, uint16_t header, uint64_t payload)
{
	struct spe_packet pkt = { .header = header, .payload = payload };
	int n = spe_packet_encode(o->buf + o->len, o->room - o->len, &pkt);

	if (n)
		o->len += (size_t)n;
	else
		o->full = true;
}

static void put_pad(struct out *o, size_t n)
{
	if (n > o->room - o->len) {
		o->full = true;
		return;
	}
	memset(o->buf + o->len, 0, n);
	o->len += n;
}

/* D18.2.1: bits 55:0 of the address, EL and {NS,NSE} in the top byte. */
static uint64_t code_address(uint64_t va, uint8_t el, uint8_t ns)
{
	return (va & ((1ull << 56) - 1)) | (uint64_t)(ns & 1) << 63 |
		(uint64_t)(el & 3) << 61 | (uint64_t)(ns >> 1 & 1) << 60;
}

static void put_address(struct out *o, const struct spe_encoding *e,
			unsigned int index, uint64_t v)
{
	put_packet(o, (uint16_t)((e->extended ? 0x2000 : 0) | 0xb0 | index), v);
}

static void put_counter(struct out *o, const struct spe_encoding *e,
			unsigned int index, uint16_t v)
{
	put_packet(o, (uint16_t)((e->extended ? 0x2000 : 0) | 0x98 | index), v);
}

/* Bits 5:4 of a header: the payload's size, at least min and enough for v. */
static unsigned int size_field(uint64_t v, unsigned int min)
{
	unsigned int log2 = 0;

	while (log2 < 3 && (1u << log2 < min || v >> (8u << log2)))
		log2++;
	return log2 << 4;
}

static void put_extra(struct out *o, const struct spe_record *rec, unsigned int i)
{
	if (i < rec->nr_extra)
		put_packet(o, rec->extra_header[i], rec->extra[i]);
}

/* The bit of .has that a slot requires. */
static const uint32_t need[SPE_SLOT_EXTRA] = {
	[SPE_SLOT_PC]		= SPE_HAS_PC,
	[SPE_SLOT_CTX_EL1]	= SPE_HAS_CTX_EL1,
	[SPE_SLOT_CTX_EL2]	= SPE_HAS_CTX_EL2,
	[SPE_SLOT_ISSUE]	= SPE_HAS_ISSUE,
	[SPE_SLOT_TOTAL]	= SPE_HAS_TOTAL,
	[SPE_SLOT_EVENTS]	= SPE_HAS_EVENTS,
	[SPE_SLOT_OP]		= SPE_HAS_OP,
	[SPE_SLOT_TARGET]	= SPE_HAS_TARGET,
	[SPE_SLOT_PREV_TARGET]	= SPE_HAS_PREV_TARGET,
	[SPE_SLOT_VA]		= SPE_HAS_VA,
	[SPE_SLOT_XLAT]		= SPE_HAS_XLAT,
	[SPE_SLOT_PA]		= SPE_HAS_PA,
	[SPE_SLOT_SOURCE]	= SPE_HAS_SOURCE,
	[SPE_SLOT_ALT_ISSUE]	= SPE_HAS_ALT_ISSUE,
};

static void put_slot(struct out *o, const struct spe_encoding *e,
		     const struct spe_record *rec, unsigned int slot)
{
	if (slot < SPE_SLOT_EXTRA && !(rec->has & need[slot]))
		return;
	switch (slot) {
	case SPE_SLOT_PC:
		put_address(o, e, 0, code_address(rec->pc, rec->pc_el, rec->pc_ns));
		break;
	case SPE_SLOT_CTX_EL1:
		put_packet(o, 0x64, rec->ctx_el1);
		break;
	case SPE_SLOT_CTX_EL2:
		put_packet(o, 0x65, rec->ctx_el2);
		break;
	case SPE_SLOT_ISSUE:
		put_counter(o, e, 1, rec->issue);
		break;
	case SPE_SLOT_TOTAL:
		put_counter(o, e, 0, rec->total);
		break;
	case SPE_SLOT_EVENTS:
		put_packet(o, (uint16_t)(0x42 | size_field(rec->events, e->events_len)),
			   rec->events);
		break;
	case SPE_SLOT_OP:
		put_packet(o, (uint16_t)(0x48 | (rec->op_class & 3)), rec->op);
		break;
	case SPE_SLOT_TARGET:
		put_address(o, e, 1, code_address(rec->target, rec->target_el,
						  rec->target_ns));
		break;
	case SPE_SLOT_PREV_TARGET:
		put_address(o, e, 4, code_address(rec->prev_target, rec->prev_el,
						  rec->prev_ns));
		break;
	case SPE_SLOT_VA:
		put_address(o, e, 2, rec->va);
		break;
	case SPE_SLOT_XLAT:
		put_counter(o, e, 2, rec->xlat);
		break;
	case SPE_SLOT_PA:
		put_address(o, e, 3, (rec->pa & ((1ull << 56) - 1)) |
			    (uint64_t)rec->pa_attr << 56);
		break;
	case SPE_SLOT_SOURCE:
		put_packet(o, (uint16_t)(0x43 | size_field(rec->source, e->source_len)),
			   rec->source);
		break;
	case SPE_SLOT_ALT_ISSUE:
		put_counter(o, e, 4, rec->alt_issue);
		break;
	default:
		put_extra(o, rec, slot - SPE_SLOT_EXTRA);
	}
}

void spe_encoding_init(struct spe_encoding *e)
{
	unsigned int i;

	memset(e, 0, sizeof(*e));
	for (i = 0; i < NR_SPE_SLOTS; i++)
		e->order[i] = (uint8_t)i;
	e->align = 6;
	e->pad_inside = true;
	e->events_len = 2;
	e->source_len = 1;
}

/* splitmix64: every seed, including zero, gives a good sequence. */
static uint64_t random64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* A record lists its extra packets in stream order: keep that order. */
static void sort_extras(uint8_t *order)
{
	uint8_t next = SPE_SLOT_EXTRA;
	unsigned int i;

	for (i = 0; i < NR_SPE_SLOTS; i++)
		if (order[i] >= SPE_SLOT_EXTRA)
			order[i] = next++;
}

void spe_encoding_shuffle(struct spe_encoding *e, uint64_t seed)
{
	unsigned int i, j;
	uint64_t r;

	spe_encoding_init(e);
	for (i = NR_SPE_SLOTS - 1; i; i--) {
		uint8_t t = e->order[i];

		j = (unsigned int)(random64(&seed) % (i + 1));
		e->order[i] = e->order[j];
		e->order[j] = t;
	}
	sort_extras(e->order);
	r = random64(&seed);
	e->align = (uint8_t)(r % 8);
	e->pad_inside = r >> 8 & 1;
	e->extended = r >> 9 & 1;
	e->events_len = (uint8_t)(1u << (r >> 10 & 3));
	e->source_len = (uint8_t)(1u << (r >> 12 & 1));
}

static size_t padding(size_t len, unsigned int align)
{
	size_t mask = ((size_t)1 << (align & 15)) - 1;

	return -len & mask;
}

size_t spe_record_encode(uint8_t *buf, size_t len, const struct spe_record *rec,
			 const struct spe_encoding *e)
{
	struct out o = { .buf = buf, .room = len };
	bool ticks = rec->has & SPE_HAS_TICKS;
	unsigned int i;

	for (i = 0; i < NR_SPE_SLOTS; i++)
		put_slot(&o, e, rec, e->order[i]);
	if (e->pad_inside)
		put_pad(&o, padding(o.len + (ticks ? 9 : 1), e->align));
	put_packet(&o, ticks ? 0x71 : 0x01, rec->ticks);
	if (!e->pad_inside)
		put_pad(&o, padding(o.len, e->align));
	return o.full ? 0 : o.len;
}
