// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/record_impl.h"

/* This many consecutive records of new layouts are a start after damage. */
#define CHAIN		4
/* If all records begin at multiples of this, they are aligned. */
#define ALIGNED		32
/* After this many bytes without a known layout, forget the layouts. */
#define LOST_MAX	(4 * SPE_RECORD_MAX)

/*
 * Do several undoubted records of unknown layouts begin at p?  This happens if damage coincides
 * with a change of layouts, as when a guest first runs on a CPU.  If one of them has a known
 * layout, that is the better start, because the first may be the rest of a damaged record.
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
		spe_walk(&w, p + at, len - at, &rec);
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

/* Does a record of unknown layout begin at p, an offset where only records can begin? */
static enum step aligned_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
			    bool end)
{
	struct spe_record rec;
	struct walk w;

	spe_walk(&w, p, len, &rec);
	if (w.size == WALK_CUT)
		return end ? STEP_SKIP : STEP_MORE;
	if (w.size < 0 || w.unknown || !(rec.has & SPE_HAS_EVENTS) ||
	    !usual_start(d, w.first))
		return STEP_SKIP;
	return spe_followed(d, w.first, p + w.size, len - w.size, end);
}

/* Does p begin with a complete record without any sign of damage?  *w is its walk. */
static enum step undoubted_at(const struct spe_decoder *d, struct walk *w, const uint8_t *p,
			      size_t len, bool end)
{
	struct spe_record rec;

	spe_walk(w, p, len, &rec);
	if (w->size == WALK_CUT)
		return end ? STEP_SKIP : STEP_MORE;
	return w->size < 0 || doubtful(d, w, &rec) ? STEP_SKIP : STEP_RECORD;
}

enum step spe_shifted_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
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

/* In a stream without stable layouts, does a record begin at p, in phase with earlier records? */
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

/* In a stream without stable layouts, do two records begin at p? */
static enum step in_order_at(const struct spe_decoder *d, const uint8_t *p, size_t len,
			     bool end)
{
	struct walk w;
	enum step ret = undoubted_at(d, &w, p, len, end);

	if (ret != STEP_RECORD)
		return ret;
	return spe_followed(d, w.first, p + w.size, len - w.size, end);
}

/* Headers of the packets that end a record [D18.2.5, D18.2.9]. */
#define HEADER_END		0x01
#define HEADER_TIMESTAMP	0x71

/*
 * Note a skipped byte: does a final packet, or the padding after one, end with it?  A TIMESTAMP has
 * eight bytes after its header.
 */
static void note_skipped(struct spe_decoder *d, uint8_t byte)
{
	uint8_t ninth = d->skipped >> 56;

	d->skipped = d->skipped << 8 | byte;
	d->closed = (d->closed && !byte) || (d->closers & 1 && byte == HEADER_END) ||
		    (d->closers & 2 && ninth == HEADER_TIMESTAMP);
}

/* Does a record certainly begin at p, among arbitrary bytes? */
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
		return off_phase(d, offset) ? spe_shifted_at(d, p, len, end) :
					      in_phase_at(d, p, len, end);
	/* any packet may be the first of a record, and the rest of a record looks like one */
	if (!settled(d) && d->clean >= ENOUGH)
		return d->closed ? in_order_at(d, p, len, end) : STEP_SKIP;
	ret = undoubted_at(d, &w, p, len, end);
	if (ret != STEP_RECORD)
		return ret;
	pad = count_pad(p + w.size, len - w.size);
	if (!settled(d) && w.size + pad < len && p[w.size + pad] != w.first)
		return STEP_SKIP;	/* the rest of a record looks like one, too */
	return spe_followed(d, w.first, p + w.size, len - w.size, end);
}

enum step spe_step_lost(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
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
