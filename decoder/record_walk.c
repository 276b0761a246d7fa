// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "decoder/record_impl.h"

const struct spe_field_row spe_field_rows[256] = {
#define FIELD(header, name) [header] = { SPE_HAS_##name, SHAPE_##name },
#include "decoder/fields.def"
#undef FIELD
};

/* Fill rec from payloads by field, with 0 for missing ones; except .offset and .size. */
static void fill(struct spe_record *rec, const uint64_t payload[NR_SHAPE_FIELDS],
		 uint32_t has, uint8_t op_class)
{
	rec->ticks = payload[SHAPE_TICKS];
	rec->pc = spe_sign_extend(payload[SHAPE_PC]);
	rec->pc_el = payload[SHAPE_PC] >> 61 & 3;
	rec->pc_ns = spe_state_of(payload[SHAPE_PC]);
	rec->target = spe_sign_extend(payload[SHAPE_TARGET]);
	rec->target_el = payload[SHAPE_TARGET] >> 61 & 3;
	rec->target_ns = spe_state_of(payload[SHAPE_TARGET]);
	rec->prev_target = spe_sign_extend(payload[SHAPE_PREV_TARGET]);
	rec->prev_el = payload[SHAPE_PREV_TARGET] >> 61 & 3;
	rec->prev_ns = spe_state_of(payload[SHAPE_PREV_TARGET]);
	rec->va = payload[SHAPE_VA];
	rec->pa = payload[SHAPE_PA] & 0xffffffffffffffull;
	rec->pa_attr = payload[SHAPE_PA] >> 56;
	rec->events = payload[SHAPE_EVENTS];
	rec->ctx_el1 = payload[SHAPE_CTX_EL1];
	rec->ctx_el2 = payload[SHAPE_CTX_EL2];
	rec->total = payload[SHAPE_TOTAL];
	rec->issue = payload[SHAPE_ISSUE];
	rec->xlat = payload[SHAPE_XLAT];
	rec->alt_issue = payload[SHAPE_ALT_ISSUE];
	rec->source = payload[SHAPE_SOURCE];
	rec->op = payload[SHAPE_OP];
	rec->op_class = op_class;
	rec->has = has;
}

static void keep_extra(struct spe_record *rec, const struct spe_packet *pkt)
{
	if (rec->nr_extra < SPE_EXTRA_MAX) {
		rec->extra[rec->nr_extra] = pkt->payload;
		rec->extra_header[rec->nr_extra] = pkt->header;
	}
	if (rec->nr_extra < UINT8_MAX)
		rec->nr_extra++;
}

/* A record, while its packets are read. */
struct parts {
	uint64_t payload[NR_SHAPE_FIELDS];
	uint32_t has;
	uint32_t layout;	/* as in struct walk */
	uint8_t op_class;
	bool closed;
};

#define MIX_LAYOUT	0x9e3779b1u

/*
 * Read the packet at p, if it fills a field and the end of the bytes is not near; returns its size.
 * Avoids branches, because the order of packets is unpredictable.  0: use take_packet();
 * WALK_DAMAGED: it is a duplicate.
 */
static inline int take_quickly(struct parts *r, const uint8_t *p, size_t len)
{
	static const uint64_t keep[4] = { 0xff, 0xffff, 0xffffffff, UINT64_MAX };
	const struct spe_field_row *row;

	if (len < 1 + sizeof(uint64_t))
		return 0;
	row = &spe_field_rows[p[0]];
	if (!row->has)
		return 0;
	if (r->has & row->has)
		return WALK_DAMAGED;
	r->has |= row->has;
	r->payload[row->field] = spe_load64(p + 1) & keep[p[0] >> 4 & 3];
	r->layout = (r->layout ^ p[0]) * MIX_LAYOUT;
	r->op_class = row->field == SHAPE_OP ? p[0] & 3 : r->op_class;
	r->closed = row->field == SHAPE_TICKS;
	return 1 + (1 << (p[0] >> 4 & 3));
}

/* Read any packet.  Returns its size; WALK_CUT: it is incomplete; WALK_DAMAGED. */
static int take_packet(struct parts *r, struct walk *w, struct spe_record *rec,
		       const uint8_t *p, size_t len)
{
	const struct spe_field_row *row;
	struct spe_packet pkt;
	int n = spe_packet_decode(&pkt, p, len);

	if (!n)
		return WALK_CUT;
	row = spe_field_row(pkt.header);
	if (r->has & row->has)
		return WALK_DAMAGED;
	r->layout = (r->layout ^ pkt.header) * MIX_LAYOUT;
	r->closed = pkt.type == SPE_PACKET_END || pkt.type == SPE_PACKET_TIMESTAMP;
	if (row->has) {
		r->has |= row->has;
		r->payload[row->field] = pkt.payload;
		r->op_class = row->field == SHAPE_OP ? pkt.index : r->op_class;
	} else if (!r->closed && pkt.type != SPE_PACKET_PAD) {
		keep_extra(rec, &pkt);
		w->unknown += pkt.type == SPE_PACKET_UNKNOWN;
	}
	return n;
}

void spe_walk(struct walk *w, const uint8_t *p, size_t len, struct spe_record *rec)
{
	struct parts r = { .has = 0 };
	size_t at = 0;
	int n;

	*w = (struct walk){ .first = len ? p[0] : 0 };
	memset(rec, 0, sizeof(*rec));
	while (!r.closed) {
		n = take_quickly(&r, p + at, len - at);
		if (!n)
			n = take_packet(&r, w, rec, p + at, len - at);
		if (n <= 0) {
			w->size = at >= SPE_RECORD_MAX ? WALK_DAMAGED : n;
			return;
		}
		at += n;
		if (at > SPE_RECORD_MAX) {
			w->size = WALK_DAMAGED;
			return;
		}
	}
	fill(rec, r.payload, r.has, r.op_class);
	w->closer = r.has & SPE_HAS_TICKS ? 2 : 1;
	w->layout = r.layout;
	w->size = rec->size = at;
}

enum step spe_followed(const struct spe_decoder *d, uint8_t first,
		       const uint8_t *p, size_t len, bool end)
{
	size_t pad = count_pad(p, len);
	struct spe_record rec;
	struct walk w;

	if (pad >= SPE_RECORD_MAX)
		return STEP_RECORD;
	if (pad == len)
		return end ? STEP_RECORD : STEP_MORE;
	p += pad;
	spe_walk(&w, p, len - pad, &rec);
	if (w.size == WALK_CUT)
		return end ? STEP_RECORD : STEP_MORE;
	if (w.size < 0)
		return STEP_SKIP;
	if (settled(d))
		return usual_start(d, p[0]) ? STEP_RECORD : STEP_SKIP;
	if (p[0] == first)
		return STEP_RECORD;
	return !w.unknown && rec.has & HAS_SUBSTANCE ? STEP_RECORD : STEP_SKIP;
}
