/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/tools/gen_spe.h"

#include <string.h>

/* Packet kinds, in the order of the bits of truth.h. */
enum {
	PC,
	TARGET,
	PREV,
	VA,
	PA,
	EVENTS,
	OP,
	TOTAL,
	ISSUE,
	XLAT,
	SOURCE,
	CTX1,
	CTX2,
	TICKS
};

/*
 * The order in a Neoverse record, without TICKS, which are always last: from records of Arm's
 * telemetry-solution, with CONTEXT where N1 has it.
 */
static const uint8_t order[] = {
	PC, OP, EVENTS, CTX1, CTX2, ISSUE, TOTAL, VA, TARGET, PREV, XLAT, PA, SOURCE,
};

#define NR_ORDER sizeof(order)

/* The offset of each packet in a record. */
struct layout {
	uint8_t kind[NR_TRUTH_PACKETS + 1];
	uint8_t start[NR_TRUTH_PACKETS + 2];
	uint8_t nr;
};

static uint8_t *put(uint8_t *p, uint8_t header, uint64_t payload, unsigned int len)
{
	p[0] = header;
	memcpy(p + 1, &payload, 8);
	return p + 1 + len;
}

/* D18.2.1: NS 63, EL 62:61, NSE 60, then the address. */
static uint64_t code_address(uint64_t va, uint8_t el, uint8_t ns)
{
	return (va & 0x00ffffffffffffff) | (uint64_t)(ns & 1) << 63 | (uint64_t)el << 61 |
	       (uint64_t)(ns >> 1 & 1) << 60;
}

static uint8_t *put_events(uint8_t *p, uint64_t events)
{
	if (events >> 32)
		return put(p, 0x72, events, 8);
	if (events >> 16)
		return put(p, 0x62, events, 4);
	return put(p, 0x52, events, 2);
}

static uint8_t *put_packet(uint8_t *p, unsigned int kind, const struct truth_record *r)
{
	switch (kind) {
	case PC: return put(p, 0xb0, code_address(r->pc, r->pc_el, r->pc_ns), 8);
	case TARGET:
		return put(p, 0xb1, code_address(r->target, r->target_el, r->target_ns),
			   8);
	case VA: return put(p, 0xb2, r->va, 8);
	case PA: return put(p, 0xb3, r->pa | (uint64_t)r->pa_attr << 56, 8);
	case PREV:
		return put(p, 0xb4, code_address(r->prev_target, r->prev_el, r->prev_ns),
			   8);
	case EVENTS: return put_events(p, r->events);
	case OP: return put(p, 0x48 + r->op_class, r->op, 1);
	case TOTAL: return put(p, 0x98, r->total, 2);
	case ISSUE: return put(p, 0x99, r->issue, 2);
	case XLAT: return put(p, 0x9a, r->xlat, 2);
	case SOURCE: return put(p, 0x43, r->source, 1);
	case CTX1: return put(p, 0x64, r->ctx_el1, 4);
	case CTX2: return put(p, 0x65, r->ctx_el2, 4);
	case TICKS: return put(p, 0x71, r->ticks, 8);
	}
	return p;
}

static void shuffle(struct gen_rng *rng, uint8_t *kinds)
{
	for (unsigned int i = NR_ORDER - 1; i > 0; i--) {
		unsigned int j = gen_below(rng, i + 1);
		uint8_t k = kinds[i];

		kinds[i] = kinds[j];
		kinds[j] = k;
	}
}

/* The record without its padding. */
static size_t write_packets(const struct gen_config *cfg, struct gen_rng *rng,
			    const struct truth_record *rec, uint8_t *out,
			    struct layout *l)
{
	uint8_t own[NR_ORDER];
	const uint8_t *kinds = order;
	uint8_t *p = out;

	if (cfg->random_orders) {
		memcpy(own, order, sizeof(own));
		shuffle(rng, own);
		kinds = own;
	}
	l->nr = 0;
	for (unsigned int i = 0; i < NR_ORDER; i++) {
		if (!(rec->has >> kinds[i] & 1))
			continue;
		l->kind[l->nr] = kinds[i];
		l->start[l->nr++] = p - out;
		p = put_packet(p, kinds[i], rec);
	}
	l->kind[l->nr] = TICKS;
	l->start[l->nr++] = p - out;
	if (rec->has & TRUTH_TICKS)
		p = put_packet(p, TICKS, rec);
	else
		*p++ = 0x01; /* END [D18.2.5] */
	l->start[l->nr] = p - out;
	return p - out;
}

static uint32_t touched(const struct layout *l, size_t from, size_t to)
{
	uint32_t mask = 0;

	for (unsigned int i = 0; i < l->nr; i++)
		if (from < l->start[i + 1] && to > l->start[i])
			mask |= 1u << l->kind[i];
	return mask ? mask : TRUTH_PAD;
}

static uint8_t other_byte(struct gen_rng *rng, uint8_t than)
{
	return than + 1 + gen_below(rng, 255);
}

/* Returns the record's new size. */
static size_t damage(enum gen_damage how, struct gen_rng *rng, struct truth_record *rec,
		     uint8_t *out, size_t len, const struct layout *l)
{
	size_t at = gen_below(rng, l->start[l->nr]), n = 1 + gen_below(rng, 8);
	unsigned int which = gen_below(rng, l->nr);

	switch (how) {
	case GEN_DAMAGE_NONE: break;
	case GEN_DAMAGE_HEADER:
		at = l->start[which];
		out[at] = other_byte(rng, out[at]);
		rec->damaged = touched(l, at, at + 1);
		break;
	case GEN_DAMAGE_BYTES:
		for (n = 1 + n / 3; n; n--, at = gen_below(rng, len)) {
			out[at] = other_byte(rng, out[at]);
			rec->damaged |= touched(l, at, at + 1);
		}
		break;
	case GEN_DAMAGE_DROP:
		if (n > len - at)
			n = len - at;
		rec->damaged = touched(l, at, at + n);
		memmove(out + at, out + at + n, len - at - n);
		return len - n;
	case GEN_DAMAGE_INSERT:
		/* A change between two packets belongs to the second. */
		rec->damaged = touched(l, at, at + 1);
		memmove(out + at + n, out + at, len - at);
		for (size_t i = 0; i < n; i++)
			out[at + i] = gen_random(rng) >> 56;
		return len + n;
	}
	return len;
}

size_t gen_spe_write(const struct gen_config *cfg, struct gen_rng *rng,
		     struct truth_record *rec, uint8_t *out)
{
	struct layout l;
	size_t len = write_packets(cfg, rng, rec, out, &l), pad = 0;

	/* PMBIDR_EL1.Align: padded after the last packet [D18.1.3]. */
	if (cfg->align)
		pad = -len & (cfg->align - 1);
	memset(out + len, 0, pad);
	len += pad;
	rec->damaged = 0;
	if (cfg->damage != GEN_DAMAGE_NONE && gen_below(rng, 1000) < cfg->damage_permille)
		len = damage(cfg->damage, rng, rec, out, len, &l);
	rec->size = len;
	return len;
}
