// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/shape.h"

#include <stddef.h>
#include <string.h>

#include "decoder/fields.h"
#include "decoder/packet.h"
#include "decoder/shape_impl.h"

static void set_slot(struct spe_shapes *s, unsigned int slot, unsigned int shape)
{
	s->slot[slot].at = shape * sizeof(s->shape[0]);
	s->slot[slot].stride = s->shape[shape].stride;
}

const struct spe_shape *spe_shapes_search(struct spe_shapes *s, const uint8_t *p,
					  unsigned int slot)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		if (fits(&s->shape[i], p)) {
			set_slot(s, slot, i);
			return &s->shape[i];
		}
	}
	return NULL;
}

/*
 * The number of header bytes of shape that differ from p, within size; *at is the last one's
 * offset.
 */
static unsigned int count_off(const struct spe_shape *shape, const uint8_t *p,
			      size_t size, size_t *at)
{
	unsigned int off = 0;
	size_t i;

	for (i = 0; i < size && off < 2; i++) {
		if ((p[i] & shape->mask[i]) != shape->value[i]) {
			*at = i;
			off++;
		}
	}
	return off;
}

const struct spe_shape *spe_shape_find_short(const struct spe_shapes *s,
					     const uint8_t *p, size_t len)
{
	unsigned int i;
	size_t at;

	for (i = 0; i < s->nr; i++) {
		if (s->shape[i].size <= len &&
		    !count_off(&s->shape[i], p, s->shape[i].size, &at))
			return &s->shape[i];
	}
	return NULL;
}

/* A layout that nearly matches. */
struct near {
	const struct spe_shape *shape;
	size_t at;		/* offset of the differing byte */
	bool leads;		/* a known layout, or nothing, follows at its end */
};

/*
 * A payload that looks like a header makes one layout look like another with a damaged header; what
 * follows decides.  A short layout nearly matches every longer record with the same beginning: only
 * its last packet differs.  So the last packet counts least, and the longer layout is preferred.
 */
static bool better(const struct near *a, const struct near *b)
{
	bool a_closes = a->at == a->shape->closing;
	bool b_closes = b->shape && b->at == b->shape->closing;

	if (!b->shape || a->leads != b->leads)
		return !b->shape || a->leads;
	if (a_closes != b_closes)
		return b_closes;
	return a->shape->size > b->shape->size;
}

const struct spe_shape *spe_shape_near(const struct spe_shapes *s, const uint8_t *p,
				       size_t len, bool end, size_t *at, bool *more)
{
	struct near best = { .shape = NULL };
	unsigned int i, nr = 0;
	bool cut = false;

	*more = false;
	for (i = 0; i < s->nr; i++) {
		const struct spe_shape *shape = &s->shape[i];
		size_t size = shape->stride < len ? shape->stride : len;
		struct near n = { .shape = shape };
		unsigned int off = count_off(shape, p, size, &n.at);

		if (off > 1)
			continue;
		if (size < shape->stride) {
			*more = true;
			continue;
		}
		if (off == 0)
			continue;
		nr++;
		cut |= len - size < SPE_SHAPE_BYTES;
		n.leads = len == size || spe_shape_find_short(s, p + size, len - size);
		if (better(&n, &best))
			best = n;
	}
	*more |= nr > 1 && cut && !end;
	*at = best.at;
	return *more ? NULL : best.shape;
}

/* Which shapes the probed bytes distinguish: for each shape, a bit per shape. */
struct apart {
	uint32_t from[SPE_SHAPES];
};

static bool is_header(const struct spe_shape *s, unsigned int at)
{
	return at < s->size && s->mask[at];
}

/*
 * Find offsets where most shapes have a header, not all the same; other shapes may have any value
 * there.  Returns their number.
 */
static unsigned int telling_places(const struct spe_shapes *s, uint8_t places[SPE_SHAPE_BYTES])
{
	uint8_t headers[SPE_SHAPE_BYTES] = { 0 }, ones[SPE_SHAPE_BYTES] = { 0 };
	uint8_t zeros[SPE_SHAPE_BYTES] = { 0 };	/* bits that are 0 in some header */
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->nr; i++) {
		const struct spe_shape *shape = &s->shape[i];

		for (unsigned int at = 0; at < shape->size; at++) {
			headers[at] += shape->mask[at] & 1;
			ones[at] |= shape->value[at];
			zeros[at] |= ~shape->value[at] & shape->mask[at];
		}
	}
	for (unsigned int at = 0; at < SPE_SHAPE_BYTES; at++) {
		places[n] = (uint8_t)at;
		n += headers[at] * 2u > s->nr && ones[at] & zeros[at];
	}
	return n;
}

/* How many more pairs of shapes a byte's headers distinguish; *a then includes them. */
static unsigned int distinguish(const struct spe_shapes *s, unsigned int at, struct apart *a)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->nr; i++) {
		for (unsigned int k = 0; k < i && is_header(&s->shape[i], at); k++) {
			if (!is_header(&s->shape[k], at) || a->from[i] >> k & 1 ||
			    s->shape[i].value[at] == s->shape[k].value[at])
				continue;
			a->from[i] |= 1u << k;
			n++;
		}
	}
	return n;
}

/* Probe these bits of a byte, too.  False: it is out of reach of both probes. */
static bool look_at(struct spe_shapes *s, unsigned int at, uint8_t bits)
{
	uint8_t mask[8] = { 0 };

	for (unsigned int i = 0; i < 2; i++) {
		struct spe_probe *p = &s->probe[i];

		if (!p->mask)
			p->at = at < SPE_SHAPE_BYTES - 8 ? at : SPE_SHAPE_BYTES - 8;
		if (at < p->at || at - p->at >= sizeof(mask))
			continue;
		mask[at - p->at] = bits;
		p->mask |= spe_load64(mask);
		return true;
	}
	return false;
}

/* Probe the most distinctive byte of these offsets.  False: none distinguishes more pairs. */
static bool look_further(struct spe_shapes *s, const uint8_t *places, unsigned int nr,
			 struct apart *a)
{
	unsigned int most = 0, choice = 0;

	for (unsigned int i = 0; i < nr; i++) {
		struct apart more = *a;
		unsigned int n = distinguish(s, places[i], &more);

		if (n > most) {
			most = n;
			choice = places[i];
		}
	}
	if (!most)
		return false;
	distinguish(s, choice, a);
	return look_at(s, choice, 0xff);
}

/*
 * Loads and stores often differ only in what follows; bit 0 of the operation type's payload
 * distinguishes them [D18.2.7].
 */
static void look_at_stores(struct spe_shapes *s)
{
	for (unsigned int i = 0; i < s->nr; i++) {
		if (s->shape[i].has & SPE_HAS_OP && s->shape[i].op_class == 1) {
			look_at(s, s->shape[i].at[SHAPE_OP], 1);
			return;
		}
	}
}

void spe_shapes_choose_probes(struct spe_shapes *s)
{
	struct apart apart = { 0 };
	uint8_t places[SPE_SHAPE_BYTES];
	unsigned int nr = telling_places(s, places), i;

	s->stale = false;
	memset(s->probe, 0, sizeof(s->probe));
	while (look_further(s, places, nr, &apart))
		;
	look_at_stores(s);
	for (i = 0; i < SPE_SLOTS; i++)
		set_slot(s, i, 0);
	for (i = 0; i < s->nr; i++)
		set_slot(s, slot_of(s, s->shape[i].value), i);
}

/* Fewer packets than this also occur in noise. */
#define ENOUGH_PACKETS	4

/*
 * Make *s the layout of a complete record's packets.  False: a packet has no field, or there are
 * too few.
 */
static bool lay_out(struct spe_shape *s, const uint8_t *p, size_t size)
{
	struct spe_packet pkt;
	const struct spe_field_row *row;
	unsigned int packets = 0;
	size_t at, header;
	int n;

	for (at = 0; at < size; at += n) {
		n = spe_packet_decode(&pkt, p + at, size - at);
		if (!n)
			return false;
		header = pkt.size - pkt.payload_len;
		memset(s->mask + at, 0xff, header);
		memcpy(s->value + at, p + at, header);
		s->closing = at;
		packets += pkt.type != SPE_PACKET_PAD;
		row = spe_field_row(pkt.header);
		if (!row->has) {
			if (pkt.type != SPE_PACKET_PAD && pkt.type != SPE_PACKET_END)
				return false;
			continue;
		}
		s->at[row->field] = at + header;
		s->keep[row->field] = pkt.payload_len == 8 ? UINT64_MAX :
				      (1ull << 8 * pkt.payload_len) - 1;
		s->has |= row->has;
		if (row->field == SHAPE_OP)
			s->op_class = pkt.index;
	}
	return packets >= ENOUGH_PACKETS;
}

/*
 * Choose a shape to replace that has not matched since the hand last passed it (clock algorithm):
 * damage can look like a layout, but does not repeat.
 */
static unsigned int give_up(struct spe_shapes *s)
{
	unsigned int i;
	bool used;

	do {
		i = s->hand;
		used = s->used >> i & 1;
		s->used &= ~(1u << i);
		s->hand = i + 1 < SPE_SHAPES ? i + 1 : s->expected;
	} while (used);
	return i;
}

/* Where the bytes of a record's first 64 come from. */
static void lay_out_line(struct spe_shape *s)
{
#define TO(field, member)							\
	[SHAPE_##field] = { offsetof(struct spe_record, member),		\
			    sizeof(((struct spe_record *)0)->member) }
	static const struct { uint8_t at, size; } to[NR_SHAPE_FIELDS] = {	/* size 0: elsewhere */
		TO(PC, pc), TO(TICKS, ticks), TO(EVENTS, events), TO(CTX_EL1, ctx_el1),
		TO(CTX_EL2, ctx_el2), TO(TOTAL, total), TO(ISSUE, issue), TO(XLAT, xlat),
		TO(SOURCE, source), TO(OP, op),
	};
#undef TO
	const struct spe_record fixed = { .has = s->has, .size = s->size, .op_class = s->op_class };

	memcpy(s->fixed, &fixed, sizeof(s->fixed));
	for (unsigned int f = 0; f < NR_SHAPE_FIELDS; f++) {
		for (unsigned int i = 0; i < to[f].size && s->keep[f] >> 8 * i; i++) {
			s->from[to[f].at + i] = (uint8_t)(s->at[f] + i);
			s->moved |= 1ull << (to[f].at + i);
		}
	}
	for (unsigned int i = 0; i < SPE_SHAPE_BYTES; i++)
		s->headers[i / 64] |= (uint64_t)(s->mask[i] & 1) << i % 64;
}

bool spe_shape_learn(struct spe_shapes *s, const uint8_t *p, size_t size, size_t pad)
{
	struct spe_shape shape;

	if (size > SPE_SHAPE_BYTES)
		return false;
	memset(&shape, 0, sizeof(shape));
	if (!lay_out(&shape, p, size))
		return false;
	if (size + pad > SPE_SHAPE_BYTES)
		pad = 0;
	memset(shape.mask + size, 0xff, pad);
	shape.size = size;
	shape.stride = size + pad;
	lay_out_line(&shape);
	s->shape[s->nr < SPE_SHAPES ? s->nr++ : give_up(s)] = shape;
	s->stale = true;
	return true;
}

void spe_shapes_expect(struct spe_shapes *s, const struct spe_shape *shape)
{
	if (s->nr == SPE_SHAPES_EXPECTED)
		return;
	s->shape[s->nr++] = *shape;
	s->expected = s->hand = s->nr;
	s->stale = true;
}
