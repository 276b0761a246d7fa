// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "decoder/record_impl.h"

/* After this many records an unusual first packet means damage. */
#define SURE		1024
/* Consecutive repeats before an unusual layout is accepted. */
#define AGAIN		4
/* If most records fit no shape, matching pauses for this many records, doubled each time. */
#define SHAPES_REST	16384
#define SHAPES_RESTS	10

/*
 * Is it certainly not a record?  Every record has EVENTS [D17.6], and a stream whose records have
 * long begun in the same way continues so.
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

/* Is the padding at p complete, so that the layout can be learned with it? */
static bool pad_ends(const uint8_t *p, size_t len)
{
	size_t pad = count_pad(p, len);

	return pad < len || pad >= SPE_SHAPE_BYTES;
}

/* Count a record that fitted a shape or did not; judge whether matching pays off. */
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

/* Accept unusual first and last packets that repeat. */
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

/* Learn the layout of a record that matched no known one. */
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
 * Is the record at p a known layout with one header byte changed?  If that byte now means a packet
 * of another size, walk.size is wrong, and the record ends where the layout ends.  STEP_SKIP: yes;
 * STEP_RECORD: no.
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
	 * Padding inside records makes different layouts similar, a short layout nearly matches
	 * every longer one, and payloads look like headers.  So accept a new layout that is
	 * plausible and is followed by another record.
	 */
	if (w->size > 0 && !w->unknown) {
		enum step ret = spe_followed(d, w->first, p + w->size, len - w->size, end);

		if (ret != STEP_SKIP)
			return ret;
	}
	d->stats.torn++;
	*used = shape->stride;
	return STEP_SKIP;
}

/*
 * Does a doubtful record contain a known layout?  If so, the walk ran past the end of a damaged
 * record.  STEP_SKIP: yes; STEP_RECORD: no.
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
 * Has a layout with unknown packets occurred before?  Damage does not repeat; undocumented packets
 * of a CPU do.
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

/* In sync with the stream: read the record that begins at p. */
static enum step step_in(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
			 struct spe_record *rec, size_t *used)
{
	enum step ret;
	struct walk w;

	spe_walk(&w, p, len, rec);
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
			ret = spe_followed(d, w.first, p + w.size, len - w.size, end);
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

static void note_phase(struct spe_decoder *d)
{
	unsigned int phase = phase_of(d->offset);

	/* spe_shifted_at() has seen that they continue from here */
	if (phase != d->phase)
		d->in_phase = off_phase(d, d->offset) ? IN_PHASE : 0;
	d->phase = phase;
	d->in_phase += d->in_phase < UINT8_MAX;
}

/*
 * Padding between records.  Its last bytes may be the zeroed first header of a record, and low
 * bytes of an address.
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
		return spe_step_lost(d, p, len, end, used);
	if (!p[0])
		return step_pad(d, p, len, end, used);
	if (off_phase(d, d->offset) && !use_shapes(d)) {
		enum step ret = spe_shifted_at(d, p, len, end);

		if (ret != STEP_RECORD)
			return ret == STEP_MORE ? ret : torn(d, used);
	}
	return step_in(d, p, len, end, rec, used);
}

/* Account for used bytes.  Returns 1 if they are a record. */
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

/* Read records of known shapes directly from the fed bytes. */
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
	if (n)		/* the next ones follow at strides that learn() has seen */
		d->places |= d->offset;
	if (n == max) {
		d->after = after;	/* the next call may give it back */
	} else {
		/* not a known layout follows, or not enough bytes: leave it to step_pad() */
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

/* Make one step over held bytes and what follows them.  False: more bytes are needed. */
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

/* Make one step over fed bytes.  False: more bytes are needed; the rest is held. */
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
