// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "decoder/fields.h"
#include "decoder/packet.h"

/*
 * Records seen before an unusual first or last packet raises a doubt, and how
 * many different first packets there may be for one to be unusual.
 */
#define ENOUGH		32
#define FEW		4
/* And after so many, an unusual first packet is damage. */
#define SURE		1024
/* How often in a row of unusual ones it must come to be usual. */
#define AGAIN		4
/* How many records of new layouts in a row are a start after damage. */
#define CHAIN		4
/* Records that begin at multiples of so many bytes do so on purpose. */
#define ALIGNED		32
/* And where in so many bytes, once so many of them have. */
#define PHASES		64
#define IN_PHASE	32
/* Something of this must be there: a closing packet alone is no record. */
#define HAS_SUBSTANCE	(SPE_HAS_PC | SPE_HAS_EVENTS | SPE_HAS_OP)
/* After so many bytes without a known layout, the layouts are forgotten. */
#define LOST_MAX	(4 * SPE_RECORD_MAX)
/* How many records long shapes rest if most fit none; doubled each time. */
#define SHAPES_REST	16384
#define SHAPES_RESTS	10

enum { LOST_NOT, LOST_DAMAGE, LOST_START };

/* What a walk over packets found. */
enum { WALK_CUT = 0, WALK_DAMAGED = -1 };

struct walk {
	int size;		/* bytes of the record, or WALK_* */
	unsigned int unknown;	/* packets of no known type */
	uint8_t first;		/* header byte of the first packet that is no padding */
	uint8_t closer;		/* bit of spe_decoder.closers */
	uint32_t layout;	/* hash of its headers */
};

/* What the next bytes are; *used says how many of them. */
enum step { STEP_RECORD, STEP_PAD, STEP_SKIP, STEP_MORE };

const struct spe_field_row spe_field_rows[256] = {
#define FIELD(header, name) [header] = { SPE_HAS_##name, SHAPE_##name },
#include "decoder/fields.def"
#undef FIELD
};

void spe_record_fill(struct spe_record *rec, const uint64_t payload[NR_SHAPE_FIELDS],
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

/* A record as its packets come in. */
struct parts {
	uint64_t payload[NR_SHAPE_FIELDS];
	uint32_t has;
	uint32_t layout;	/* as in struct walk */
	uint8_t op_class;
	bool closed;
};

#define MIX_LAYOUT	0x9e3779b1u

/*
 * The packet at p, if it fills a field and no end of bytes is near: its size.
 * The order of packets is not to be guessed, so as little as possible branches.
 * 0: it must be looked at; WALK_DAMAGED: it comes twice.
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

/* Any packet.  Its size; WALK_CUT: len bytes end inside it; WALK_DAMAGED. */
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

/* Read the record at p packet by packet.  *rec is whole only if size > 0. */
static void walk(struct walk *w, const uint8_t *p, size_t len, struct spe_record *rec)
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
	spe_record_fill(rec, r.payload, r.has, r.op_class);
	w->closer = r.has & SPE_HAS_TICKS ? 2 : 1;
	w->layout = r.layout;
	w->size = rec->size = at;
}

/* Is it known how records of this stream begin? */
static bool settled(const struct spe_decoder *d)
{
	return d->clean >= ENOUGH && d->nr_starts <= FEW;
}

static bool usual_start(const struct spe_decoder *d, uint8_t first)
{
	return d->starts[first >> 5] >> (first & 31) & 1;
}

/* May what was walked be something else than a record? */
static bool doubtful(const struct spe_decoder *d, const struct walk *w,
		     const struct spe_record *rec)
{
	if (w->unknown || !(rec->has & SPE_HAS_EVENTS))
		return true;
	return settled(d) &&
	       (!usual_start(d, w->first) || !(d->closers & w->closer));
}

/*
 * Is it surely no record?  EVENTS are in every one [D17.6], and a stream that
 * has begun its records alike for long goes on so.
 */
static bool impossible(const struct spe_decoder *d, const struct walk *w,
		       const struct spe_record *rec)
{
	bool start = usual_start(d, w->first);

	if (!(rec->has & HAS_SUBSTANCE))
		return true;
	if (!settled(d))
		return false;
	if (!(rec->has & SPE_HAS_EVENTS) || (!start && w->unknown))
		return true;
	return d->clean >= SURE && !start;
}

static bool use_shapes(const struct spe_decoder *d)
{
	return !d->no_shapes && !d->shapes.rest && d->shapes.nr;
}

static size_t count_pad(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (len - n >= sizeof(uint64_t) && !spe_load64(p + n))
		n += sizeof(uint64_t);
	while (n < len && !p[n])
		n++;
	return n;
}

/* Is all the padding at p there, so that a layout is learned with it? */
static bool pad_ends(const uint8_t *p, size_t len)
{
	size_t pad = count_pad(p, len);

	return pad < len || pad >= SPE_SHAPE_BYTES;
}

/*
 * Does a record follow at p?  It must be whole and begin as is usual; before
 * that is known, as this one did, or else hold nothing unknown.
 * STEP_RECORD yes, STEP_SKIP no, STEP_MORE not enough bytes to say.
 */
static enum step followed(const struct spe_decoder *d, uint8_t first,
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
	walk(&w, p, len - pad, &rec);
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

/* Count a record that fitted a shape, or did not; judge whether shapes pay. */
static void judge_shapes(struct spe_shapes *s, bool hit)
{
	if (s->rest) {
		s->rest--;
		return;
	}
	if (hit) {
		s->hits++;
		return;
	}
	if (++s->misses < 2 * SPE_SHAPES)
		return;
	if (s->hits / 4 < s->misses) {
		s->rest = SHAPES_REST << s->rests;
		s->rests += s->rests < SHAPES_RESTS;
	}
	s->hits = s->misses = 0;
}

/* Unusual first and last packets that come again and again become usual. */
static bool odd_again(struct spe_decoder *d, const struct walk *w)
{
	uint16_t ends = w->closer << 8 | w->first;

	d->odd_count = ends == d->odd_ends ? d->odd_count + 1 : 1;
	d->odd_ends = ends;
	return d->odd_count >= AGAIN;
}

static void add_start(struct spe_decoder *d, uint8_t first)
{
	d->nr_starts += !usual_start(d, first);
	d->starts[first >> 5] |= 1u << (first & 31);
}

/* Remember how a record looked that is none of the known layouts. */
static void learn(struct spe_decoder *d, const struct walk *w,
		  const struct spe_record *rec, const uint8_t *p, size_t len)
{
	size_t pad;

	if (w->unknown || !(rec->has & SPE_HAS_EVENTS))
		return;
	if (doubtful(d, w, rec) && !odd_again(d, w))
		return;
	add_start(d, w->first);
	d->closers |= w->closer;
	d->clean += d->clean < UINT32_MAX;
	pad = count_pad(p + w->size, len - w->size);
	d->places |= w->size + pad;
	if (d->no_shapes)
		return;
	if (d->shapes.rest || spe_shape_learn(&d->shapes, p, w->size, pad))
		judge_shapes(&d->shapes, false);
}

static enum step torn(struct spe_decoder *d, size_t *used)
{
	d->stats.torn++;
	d->lost = LOST_DAMAGE;
	d->lost_bytes = 1;
	d->skipped = 0;
	d->closed = 0;
	*used = 1;
	return STEP_SKIP;
}

/*
 * Is the record at p a known layout with one header byte changed?  If that
 * byte now names a packet of another size, the walk went astray, and the
 * record ends where the layout ends.  STEP_SKIP: so it is; STEP_RECORD: no.
 */
static enum step nearly(struct spe_decoder *d, const struct walk *w, const uint8_t *p,
			size_t len, bool end, size_t *used)
{
	const struct spe_shape *shape;
	struct spe_packet was, is;
	size_t at;
	bool more;

	shape = spe_shape_near(&d->shapes, p, len, end, &at, &more);
	if (!shape)
		return more && !end ? STEP_MORE : STEP_RECORD;
	if (at >= shape->size)
		return STEP_RECORD;
	if (spe_packet_decode(&was, shape->value + at, SPE_SHAPE_BYTES - at) > 0 &&
	    spe_packet_decode(&is, p + at, len - at) > 0 && was.size == is.size)
		return STEP_RECORD;
	/*
	 * Padding inside records makes different layouts alike, a short one
	 * nearly fits every longer one, and payloads look like headers: a new
	 * layout that reads well and leads to another record is believed.
	 */
	if (w->size > 0 && !w->unknown) {
		enum step ret = followed(d, w->first, p + w->size, len - w->size, end);

		if (ret != STEP_SKIP)
			return ret;
	}
	d->stats.torn++;
	*used = shape->stride;
	return STEP_SKIP;
}

/*
 * Does a known layout lie inside a doubtful record?  Then the walk ran over
 * the end of a damaged one.  STEP_SKIP: so it is; STEP_RECORD: no.
 */
static enum step swallows(const struct spe_decoder *d, const uint8_t *p, size_t size,
			  size_t len, bool end)
{
	size_t at;

	if (!use_shapes(d))
		return STEP_RECORD;
	if (len < size + SPE_SHAPE_BYTES && !end)
		return STEP_MORE;
	for (at = 1; at < size; at++) {
		if (usual_start(d, p[at]) &&
		    spe_shape_find_short(&d->shapes, p + at, len - at))
			return STEP_SKIP;
	}
	return STEP_RECORD;
}

/*
 * Has a layout with unknown packets been met before?  Damage does not repeat
 * itself; what a CPU does without telling us does.
 */
static bool met_before(struct spe_decoder *d, uint32_t layout)
{
	unsigned int i;

	for (i = 0; i < SPE_ODD_LAYOUTS; i++) {
		if (d->odd_layout[i] == layout)
			return true;
	}
	d->odd_layout[d->next_odd_layout++ % SPE_ODD_LAYOUTS] = layout;
	return false;
}

/* In step with the stream: the record that begins at p. */
static enum step step_in(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
			 struct spe_record *rec, size_t *used)
{
	enum step ret;
	struct walk w;

	walk(&w, p, len, rec);
	if (w.size == WALK_CUT && !end)
		return STEP_MORE;
	if (use_shapes(d)) {
		if (w.size > 0 && !w.unknown && spe_shape_find_short(&d->shapes, p, w.size)) {
			judge_shapes(&d->shapes, true);
			d->clean += d->clean < UINT32_MAX;
			*used = w.size;
			return STEP_RECORD;
		}
		ret = nearly(d, &w, p, len, end, used);
		if (ret != STEP_RECORD)
			return ret;
	}
	if (w.size <= 0 || impossible(d, &w, rec))
		return torn(d, used);
	if (doubtful(d, &w, rec)) {
		ret = swallows(d, p, w.size, len, end);
		if (ret == STEP_RECORD)
			ret = followed(d, w.first, p + w.size, len - w.size, end);
		if (ret == STEP_MORE)
			return ret;
		if (ret == STEP_SKIP || (w.unknown && settled(d) && use_shapes(d) &&
					 !met_before(d, w.layout)))
			return torn(d, used);
	}
	if (!end && !d->no_shapes && !d->shapes.rest && !pad_ends(p + w.size, len - w.size))
		return STEP_MORE;
	learn(d, &w, rec, p, len);
	d->stats.unknown += w.unknown;
	*used = w.size;
	return STEP_RECORD;
}

/*
 * Do several undoubted records of unknown layouts begin at p?  So it is where
 * damage falls on a change of layouts, as when a guest first runs on a CPU.
 * If one of them has a known layout, that one is the better start: the first
 * may be the remains of a damaged record.
 */
static enum step new_layouts_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
				bool end)
{
	struct spe_record rec;
	struct walk w;
	size_t at = 0;
	int i;

	for (i = 0; i < CHAIN; i++) {
		at += count_pad(p + at, len - at);
		if (at >= len)
			return end ? STEP_SKIP : STEP_MORE;
		if (!usual_start(d, p[at]) || at > SPE_RECORD_MAX)
			return STEP_SKIP;
		walk(&w, p + at, len - at, &rec);
		if (w.size == WALK_CUT)
			return end ? STEP_SKIP : STEP_MORE;
		if (w.size < 0 || doubtful(d, &w, &rec) ||
		    spe_shape_find_short(&d->shapes, p + at, len - at))
			return STEP_SKIP;
		at += w.size;
	}
	return STEP_RECORD;
}

/* Do all records begin at multiples of a size, and is offset one? */
static bool is_aligned(const struct spe_decoder *d, uint64_t offset)
{
	uint64_t align = d->places & -d->places;

	return align >= ALIGNED && !(offset & (align - 1));
}

/* Does a record of an unknown layout begin at p, where only records begin? */
static enum step aligned_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
			    bool end)
{
	struct spe_record rec;
	struct walk w;

	walk(&w, p, len, &rec);
	if (w.size == WALK_CUT)
		return end ? STEP_SKIP : STEP_MORE;
	if (w.size < 0 || w.unknown || !(rec.has & SPE_HAS_EVENTS) ||
	    !usual_start(d, w.first))
		return STEP_SKIP;
	return followed(d, w.first, p + w.size, len - w.size, end);
}

static unsigned int phase_of(uint64_t offset)
{
	return offset & (PHASES - 1);
}

/* Does a record begin where none did, in a stream whose layouts tell nothing? */
static bool off_phase(const struct spe_decoder *d, uint64_t offset)
{
	return !settled(d) && d->in_phase >= IN_PHASE && phase_of(offset) != d->phase;
}

static void note_phase(struct spe_decoder *d)
{
	unsigned int phase = phase_of(d->offset);

	/* shifted_at() has seen that they go on from here */
	if (phase != d->phase)
		d->in_phase = off_phase(d, d->offset) ? IN_PHASE : 0;
	d->phase = phase;
	d->in_phase += d->in_phase < UINT8_MAX;
}

/* Is what p begins with a whole record that nothing speaks against?  *w is its walk. */
static enum step undoubted_at(const struct spe_decoder *d, struct walk *w, const uint8_t *p,
			      size_t len, bool end)
{
	struct spe_record rec;

	walk(w, p, len, &rec);
	if (w->size == WALK_CUT)
		return end ? STEP_SKIP : STEP_MORE;
	return w->size < 0 || doubtful(d, w, &rec) ? STEP_SKIP : STEP_RECORD;
}

/*
 * Do several records begin at p, each at the same place of PHASES bytes as the one before?
 * So it is where bytes are missing, or too many.
 */
static enum step shifted_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
			    bool end)
{
	enum step ret;
	struct walk w;
	size_t at = 0;
	int i;

	for (i = 0; i < CHAIN; i++) {
		if (at >= len)
			return end ? STEP_SKIP : STEP_MORE;
		if (phase_of(at))
			return STEP_SKIP;
		ret = undoubted_at(d, &w, p + at, len - at, end);
		if (ret != STEP_RECORD)
			return ret;
		at += w.size;
		at += count_pad(p + at, len - at);
	}
	return STEP_RECORD;
}

/* In a stream whose layouts tell nothing, does a record begin at p, where they do begin? */
static enum step in_phase_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
			     bool end)
{
	struct walk w;
	size_t next;
	enum step ret = undoubted_at(d, &w, p, len, end);

	if (ret != STEP_RECORD)
		return ret;
	next = w.size + count_pad(p + w.size, len - w.size);
	if (next == len)
		return end ? STEP_RECORD : STEP_MORE;
	return phase_of(next) ? STEP_SKIP : STEP_RECORD;
}

/* In a stream whose layouts tell nothing, do two records begin at p? */
static enum step in_order_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
			     bool end)
{
	struct walk w;
	enum step ret = undoubted_at(d, &w, p, len, end);

	if (ret != STEP_RECORD)
		return ret;
	return followed(d, w.first, p + w.size, len - w.size, end);
}

/* Headers of the packets that close a record [D18.2.5, D18.2.9]. */
#define HEADER_END		0x01
#define HEADER_TIMESTAMP	0x71

/*
 * Another byte was skipped: does a closing packet end with it, or the padding behind one?
 * A TIMESTAMP has eight bytes behind its header.
 */
static void note_skipped(struct spe_decoder *d, uint8_t byte)
{
	uint8_t ninth = d->skipped >> 56;

	d->skipped = d->skipped << 8 | byte;
	d->closed = (d->closed && !byte) || (d->closers & 1 && byte == HEADER_END) ||
		    (d->closers & 2 && ninth == HEADER_TIMESTAMP);
}

/* Does a record surely begin at p, inside bytes that may be anything? */
static enum step start_at(struct spe_decoder *d, const uint8_t *p, size_t len,
			  uint64_t offset, bool end)
{
	enum step ret;
	struct walk w;
	size_t pad;

	if (use_shapes(d)) {
		if (len < SPE_SHAPE_BYTES && !end)
			return STEP_MORE;
		if (spe_shape_find_short(&d->shapes, p, len))
			return STEP_RECORD;
		ret = STEP_SKIP;
		if (settled(d) && is_aligned(d, offset))
			ret = aligned_at(d, p, len, end);
		return ret != STEP_SKIP ? ret : new_layouts_at(d, p, len, end);
	}
	if (settled(d) && !usual_start(d, p[0]))
		return STEP_SKIP;
	if (!settled(d) && d->in_phase >= IN_PHASE)
		return off_phase(d, offset) ? shifted_at(d, p, len, end) :
					      in_phase_at(d, p, len, end);
	/* any packet may be a record's first one, and the tail of a record reads like one */
	if (!settled(d) && d->clean >= ENOUGH)
		return d->closed ? in_order_at(d, p, len, end) : STEP_SKIP;
	ret = undoubted_at(d, &w, p, len, end);
	if (ret != STEP_RECORD)
		return ret;
	pad = count_pad(p + w.size, len - w.size);
	if (!settled(d) && w.size + pad < len && p[w.size + pad] != w.first)
		return STEP_SKIP;	/* the tail of a record reads like one, too */
	return followed(d, w.first, p + w.size, len - w.size, end);
}

/* Out of step: look for the next place where a record surely begins. */
static enum step step_lost(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
			   size_t *used)
{
	enum step ret = STEP_SKIP;
	size_t at;

	for (at = 0; at < len && ret == STEP_SKIP; at++) {
		ret = start_at(d, p + at, len - at, d->offset + at, end);
		if (ret != STEP_SKIP)
			break;
		note_skipped(d, p[at]);
		if (++d->lost_bytes == LOST_MAX) {
			d->shapes.nr = d->shapes.expected = 0;
			d->clean = 0;
		}
	}
	if (d->lost == LOST_START && at) {
		d->stats.torn++;
		d->lost = LOST_DAMAGE;
	}
	if (ret == STEP_RECORD)
		d->lost = LOST_NOT;
	*used = at;
	return at || ret == STEP_RECORD ? STEP_SKIP : STEP_MORE;
}

/*
 * Padding between records.  Its last bytes may be the first header of a
 * record, zeroed, and low bytes of an address.
 */
static enum step step_pad(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
			  size_t *used)
{
	size_t pad = count_pad(p, len), tail, at;
	const struct spe_shape *shape;
	bool more;

	if (pad == len && pad < SPE_RECORD_MAX && !end)
		return STEP_MORE;
	*used = pad;
	if (!use_shapes(d))
		return STEP_PAD;
	if (pad > 4) {
		*used = pad - 4;
		return STEP_PAD;
	}
	if (len - pad < SPE_SHAPE_BYTES && !end)
		return STEP_MORE;
	if (spe_shape_find_short(&d->shapes, p + pad, len - pad))
		return STEP_PAD;
	for (tail = pad; tail; tail--) {
		shape = spe_shape_near(&d->shapes, p + pad - tail, len - pad + tail,
				       end, &at, &more);
		if (!shape && more && !end)
			return STEP_MORE;
		if (!shape || at)
			continue;
		*used = pad - tail;
		if (*used)
			return STEP_PAD;
		d->stats.torn++;
		*used = shape->stride;
		return STEP_SKIP;
	}
	return STEP_PAD;
}

static enum step step(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
		      struct spe_record *rec, size_t *used)
{
	if (d->lost)
		return step_lost(d, p, len, end, used);
	if (!p[0])
		return step_pad(d, p, len, end, used);
	if (off_phase(d, d->offset) && !use_shapes(d)) {
		enum step ret = shifted_at(d, p, len, end);

		if (ret != STEP_RECORD)
			return ret == STEP_MORE ? ret : torn(d, used);
	}
	return step_in(d, p, len, end, rec, used);
}

/* Book used bytes.  1 if they are a record. */
static size_t book(struct spe_decoder *d, enum step what, size_t used,
		   struct spe_record *rec)
{
	switch (what) {
	case STEP_RECORD:
		rec->offset = d->offset;
		d->places |= d->offset;
		note_phase(d);
		d->stats.record += used;
		d->stats.records++;
		break;
	case STEP_PAD:
		d->stats.pad += used;
		break;
	case STEP_SKIP:
		d->stats.skipped += used;
		break;
	case STEP_MORE:
		break;
	}
	d->offset += used;
	return what == STEP_RECORD;
}

/* Records of known shapes, straight from the fed bytes. */
static size_t read_shapes(struct spe_decoder *d, struct spe_record *recs, size_t max)
{
	const uint8_t *p = d->buf;
	size_t n, after = d->after;
	uint64_t record = 0, pad = 0;

	d->after = 0;
	if (!use_shapes(d) || d->lost)
		return 0;
	n = spe_shapes_read(&d->shapes, &p, d->buf + d->len, d->offset, recs, max,
			    d->detail, &record, &pad, &after);
	if (n)		/* the others follow by strides that learn() has seen */
		d->places |= d->offset;
	if (n == max) {
		d->after = after;	/* may be given back by the next call */
	} else {
		/* what follows is no known layout, or not seen yet: step_pad() judges */
		pad -= after;
		p -= after;
	}
	d->len -= p - d->buf;
	d->offset += p - d->buf;
	d->buf = p;
	d->shapes.hits += n;
	d->clean = d->clean + n < n ? UINT32_MAX : d->clean + n;
	d->stats.record += record;
	d->stats.pad += pad;
	d->stats.records += n;
	return n;
}

/* One step over held bytes and what follows them.  False: more are needed. */
static bool read_hold(struct spe_decoder *d, struct spe_record *rec, size_t *n)
{
	size_t take = sizeof(d->hold) - d->held, used, fresh;
	enum step what;

	if (take > d->len)
		take = d->len;
	if (take)
		memcpy(d->hold + d->held, d->buf, take);
	what = step(d, d->hold, d->held + take, d->ending && take == d->len, rec, &used);
	if (what == STEP_MORE) {
		d->held += take;
		d->buf += take;
		d->len -= take;
		return false;
	}
	*n += book(d, what, used, rec);
	fresh = used > d->held ? used - d->held : 0;
	d->held -= used - fresh;
	memmove(d->hold, d->hold + used - fresh, d->held);
	d->buf += fresh;
	d->len -= fresh;
	return true;
}

/* One step over fed bytes.  False: more are needed, the rest is held. */
static bool read_fed(struct spe_decoder *d, struct spe_record *rec, size_t *n)
{
	enum step what;
	size_t used;

	what = step(d, d->buf, d->len, d->ending, rec, &used);
	if (what == STEP_MORE) {
		memcpy(d->hold, d->buf, d->len);
		d->held = d->len;
		d->len = 0;
		return false;
	}
	*n += book(d, what, used, rec);
	d->buf += used;
	d->len -= used;
	return true;
}

size_t spe_decoder_next(struct spe_decoder *d, struct spe_record *recs, size_t max)
{
	bool go = true;
	size_t n = 0;

	while (go && n < max) {
		if (d->held) {
			go = read_hold(d, &recs[n], &n);
			continue;
		}
		n += read_shapes(d, recs + n, max - n);
		if (n == max || !d->len)
			break;
		go = read_fed(d, &recs[n], &n);
	}
	if (!n && d->ending) {
		d->ending = 0;
		d->lost = LOST_NOT;
	}
	d->stats.held = d->held + d->len;
	return n;
}

void spe_decoder_init(struct spe_decoder *d)
{
	memset(d, 0, sizeof(*d));
}

void spe_decoder_expect_shape(struct spe_decoder *d, const struct spe_shape *shape)
{
	spe_shapes_expect(&d->shapes, shape);
}

void spe_decoder_expect_start(struct spe_decoder *d, uint8_t first)
{
	add_start(d, first);
}

void spe_decoder_expect_end(struct spe_decoder *d, uint8_t closers, uint32_t seen)
{
	d->closers |= closers;
	d->clean = seen;
}

void spe_decoder_unaligned(struct spe_decoder *d)
{
	d->lost = LOST_START;
	d->lost_bytes = 0;
	d->skipped = 0;
	d->closed = 0;
}

void spe_decoder_gap(struct spe_decoder *d)
{
	d->ending = 1;
}

void spe_decoder_feed(struct spe_decoder *d, const uint8_t *buf, size_t len,
		      uint64_t offset)
{
	if (d->stats.fed && offset != d->offset + d->held) {
		d->stats.torn += d->held && d->lost != LOST_DAMAGE;
		d->stats.skipped += d->held;
		d->held = 0;
		spe_decoder_unaligned(d);
	}
	if (!d->held)
		d->offset = offset;
	d->buf = buf;
	d->len = len;
	d->ending = 0;
	d->stats.fed += len;
	d->stats.held = d->held + len;
}
