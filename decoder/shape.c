// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/shape.h"

#include <stddef.h>
#include <string.h>

#include "decoder/fields.h"
#include "decoder/packet.h"

/* Fetched early: bytes that the next few records will lie in. */
#define AHEAD	512

/*
 * Wider vectors where the machine has them, chosen at load time; everywhere
 * else two of the narrow ones.  Of C libraries glibc's loader alone can choose.
 */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
#define WIDE_VECTORS	__attribute__((target_clones("avx2", "default")))
#else
#define WIDE_VECTORS
#endif

typedef uint64_t block __attribute__((vector_size(32), aligned(1), may_alias));
typedef uint64_t half __attribute__((vector_size(16), may_alias));

#define BLOCK(p, i)	(((const block *)(p))[i])
/* Bits in which the i-th block at p differs from the shape. */
#define DIFFER(s, p, i)	((BLOCK(p, i) & BLOCK((s)->mask, i)) ^ BLOCK((s)->value, i))

static inline __attribute__((always_inline)) bool fits(const struct spe_shape *s,
						       const uint8_t *p)
{
	block off = DIFFER(s, p, 0) | DIFFER(s, p, 1);
	half low;

	if (s->stride > 64)
		off |= DIFFER(s, p, 2) | DIFFER(s, p, 3);
	low = *(const half *)&off | ((const half *)&off)[1];
	return !(low[0] | low[1]);
}

static inline __attribute__((always_inline)) unsigned int slot_of(const struct spe_shapes *s,
								  const uint8_t *p)
{
	uint64_t near = spe_load64(p + s->probe[0].at) & s->probe[0].mask;
	uint64_t far = spe_load64(p + s->probe[1].at) & s->probe[1].mask;

	return (near * 0x9fb21c651e98df25ull + far * 0xd6e8feb86659fd93ull) >> (64 - SPE_SLOT_BITS);
}

static void set_slot(struct spe_shapes *s, unsigned int slot, unsigned int shape)
{
	s->slot[slot].at = shape * sizeof(s->shape[0]);
	s->slot[slot].stride = s->shape[shape].stride;
}

static inline const struct spe_shape *shape_at(const struct spe_shapes *s, unsigned int at)
{
	return (const struct spe_shape *)((const char *)s->shape + at);
}

/* The slot's guess was wrong: look through all. */
static const struct spe_shape *search(struct spe_shapes *s, const uint8_t *p,
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

/* Header bytes of shape that differ from p, within size; the last one's place in *at. */
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

/* A layout that the bytes nearly have. */
struct near {
	const struct spe_shape *shape;
	size_t at;		/* the byte that is off */
	bool leads;		/* a known layout, or nothing, is where it ends */
};

/*
 * A payload that reads like a header makes one layout look like another with
 * a damaged header: what follows tells.  A layout that ends early nearly fits
 * every longer record that begins like it: only its closing packet is off.  So
 * the closing packet counts last, and the longer layout first.
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

/* What the bytes looked at so far tell apart: a bit per shape, for each shape. */
struct apart {
	uint32_t from[SPE_SHAPES];
};

static bool is_header(const struct spe_shape *s, unsigned int at)
{
	return at < s->size && s->mask[at];
}

/*
 * Places where most shapes have a header, and not all the same: in those that have none it
 * may be any value.  Returns how many.
 */
static unsigned int telling_places(const struct spe_shapes *s, uint8_t places[SPE_SHAPE_BYTES])
{
	uint8_t headers[SPE_SHAPE_BYTES] = { 0 }, ones[SPE_SHAPE_BYTES] = { 0 };
	uint8_t zeros[SPE_SHAPE_BYTES] = { 0 };	/* bits that some header has clear */
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

/* How many more pairs of shapes a byte tells apart by its headers; *a then has them. */
static unsigned int tell_apart(const struct spe_shapes *s, unsigned int at, struct apart *a)
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

/* Look at these bits of a byte, too.  False: it is out of both probes' reach. */
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

/* Look at the byte of these places that tells most.  False: none tells more than is known. */
static bool look_further(struct spe_shapes *s, const uint8_t *places, unsigned int nr,
			 struct apart *a)
{
	unsigned int most = 0, choice = 0;

	for (unsigned int i = 0; i < nr; i++) {
		struct apart more = *a;
		unsigned int n = tell_apart(s, places[i], &more);

		if (n > most) {
			most = n;
			choice = places[i];
		}
	}
	if (!most)
		return false;
	tell_apart(s, choice, a);
	return look_at(s, choice, 0xff);
}

/*
 * Loads and stores differ in what follows, and often in nothing before; bit 0 of the
 * operation type's payload tells them apart [D18.2.7].
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

/* Choose the bytes that tell the shapes apart best. */
static void choose_probes(struct spe_shapes *s)
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

static inline __attribute__((always_inline)) uint64_t field(const struct spe_shape *s, const uint8_t *p,
			     enum spe_shape_field f)
{
	return spe_load64(p + s->at[f]) & s->keep[f];
}

_Static_assert(offsetof(struct spe_record, extra_header) ==
	       offsetof(struct spe_record, extra) +
	       sizeof(((struct spe_record *)0)->extra), "cleared in one go");

static void load_previous(const struct spe_shape *shape, const uint8_t *p,
			  struct spe_record *rec)
{
	uint64_t prev = field(shape, p, SHAPE_PREV_TARGET);

	rec->prev_target = spe_sign_extend(prev);
	rec->prev_el = prev >> 61 & 3;
	rec->prev_ns = spe_state_of(prev);
}

/* Targets, data addresses, and what else counting has no use for. */
static inline __attribute__((always_inline)) void
load_rest(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	uint64_t target = field(shape, p, SHAPE_TARGET);
	uint64_t pa = field(shape, p, SHAPE_PA);

	memset((uint8_t *)rec + offsetof(struct spe_record, extra), 0,
	       sizeof(rec->extra) + sizeof(rec->extra_header));
	rec->alt_issue = field(shape, p, SHAPE_ALT_ISSUE);
	rec->target = spe_sign_extend(target);
	rec->target_el = target >> 61 & 3;
	rec->target_ns = spe_state_of(target);
	rec->prev_target = 0;
	rec->prev_el = rec->prev_ns = 0;
	rec->va = field(shape, p, SHAPE_VA);
	rec->pa = pa & 0xffffffffffffffull;
	rec->pa_attr = pa >> 56;
	if (shape->has & SPE_HAS_PREV_TARGET)
		load_previous(shape, p, rec);
}

/* Fill rec, all but its offset and what load_rest() does, from the record at p of that shape. */
static inline __attribute__((always_inline)) void
load_record(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	uint64_t pc = field(shape, p, SHAPE_PC);

	rec->ticks = field(shape, p, SHAPE_TICKS);
	rec->pc = spe_sign_extend(pc);
	rec->events = field(shape, p, SHAPE_EVENTS);
	rec->ctx_el1 = field(shape, p, SHAPE_CTX_EL1);
	rec->ctx_el2 = field(shape, p, SHAPE_CTX_EL2);
	rec->has = shape->has;
	rec->total = field(shape, p, SHAPE_TOTAL);
	rec->issue = field(shape, p, SHAPE_ISSUE);
	rec->xlat = field(shape, p, SHAPE_XLAT);
	rec->source = field(shape, p, SHAPE_SOURCE);
	rec->op_class = shape->op_class;
	rec->op = field(shape, p, SHAPE_OP);
	rec->pc_el = pc >> 61 & 3;
	rec->pc_ns = spe_state_of(pc);
	rec->nr_extra = 0;
	rec->size = shape->size;
}

/* Only what says whose the record at p is. */
static inline __attribute__((always_inline)) void
load_whose(const struct spe_shape *shape, const uint8_t *p, struct spe_record *rec)
{
	uint64_t pc = field(shape, p, SHAPE_PC);

	rec->ticks = field(shape, p, SHAPE_TICKS);
	rec->pc = spe_sign_extend(pc);
	rec->ctx_el1 = field(shape, p, SHAPE_CTX_EL1);
	rec->ctx_el2 = field(shape, p, SHAPE_CTX_EL2);
	rec->has = shape->has;
	rec->pc_el = pc >> 61 & 3;
}

/* spe_shapes_read(), once for each detail, so that none pays for the others. */
static inline __attribute__((always_inline)) size_t
read_records(struct spe_shapes *s, const uint8_t **start, const uint8_t *end, uint64_t offset,
	     struct spe_record *recs, size_t max, enum spe_detail detail, uint64_t *record,
	     uint64_t *pad, size_t *after)
{
	const uint8_t *p = *start, *first = p;
	uintptr_t zero = (uintptr_t)p - offset;
	const struct spe_shape *shape = NULL;
	size_t n = 0, bytes = 0;

	while (n < max && end - p >= SPE_SHAPE_READS) {
		unsigned int slot = slot_of(s, p);
		const struct spe_shape *fit = shape_at(s, s->slot[slot].at);
		const uint8_t *next = p + s->slot[slot].stride;

		__builtin_prefetch(p + AHEAD);
		if (__builtin_expect(!fits(fit, p), 0)) {
			fit = search(s, p, slot);
			if (!fit)
				break;
			next = p + fit->stride;
		}
		shape = fit;
		if (detail == SPE_WHOSE)
			load_whose(shape, p, &recs[n]);
		else
			load_record(shape, p, &recs[n]);
		if (detail == SPE_ALL)
			load_rest(shape, p, &recs[n]);
		recs[n++].offset = (uintptr_t)p - zero;
		bytes += shape->size;
		p = next;
	}
	if (shape) {
		*after = shape->stride - shape->size;
		s->used |= 1u << (shape - s->shape);
	}
	*record += bytes;
	*pad += p - first - bytes;
	*start = p;
	return n;
}

WIDE_VECTORS
size_t spe_shapes_read(struct spe_shapes *s, const uint8_t **start, const uint8_t *end,
		       uint64_t offset, struct spe_record *recs, size_t max,
		       enum spe_detail detail, uint64_t *record, uint64_t *pad, size_t *after)
{
	if (s->stale)
		choose_probes(s);
	if (detail == SPE_WHOSE)
		return read_records(s, start, end, offset, recs, max, SPE_WHOSE, record, pad, after);
	if (detail == SPE_BRIEF)
		return read_records(s, start, end, offset, recs, max, SPE_BRIEF, record, pad, after);
	return read_records(s, start, end, offset, recs, max, SPE_ALL, record, pad, after);
}

/* Fewer packets than this are found in noise, too. */
#define ENOUGH_PACKETS	4

/*
 * Lay the packets of a whole record out in *s.  False if one has no field, or
 * there are too few.
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
 * One that was not met since the hand last came by: damage reads like a
 * layout, but does not come again.
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
