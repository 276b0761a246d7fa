/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_RECORD_IMPL_H
#define DECODER_RECORD_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "decoder/fields.h"
#include "decoder/packet.h"
#include "decoder/record.h"

/*
 * The parts of a decoder:
 *   record.c		in sync with the stream: records, padding, learning layouts
 *   record_walk.c	one record, packet by packet
 *   record_lost.c	out of sync: finds the next certain start of a record
 */

/*
 * An unusual first or last packet makes a record doubtful after ENOUGH certain records, in a
 * stream whose records begin with at most FEW different packets.
 */
#define ENOUGH		32
#define FEW		4
/* After IN_PHASE records at the same offset modulo PHASES, others are expected there. */
#define PHASES		64
#define IN_PHASE	32
/* A record must have one of these: a closing packet alone is not a record. */
#define HAS_SUBSTANCE	(SPE_HAS_PC | SPE_HAS_EVENTS | SPE_HAS_OP)

/* spe_decoder.lost */
enum { LOST_NOT, LOST_DAMAGE, LOST_START };

/* struct walk.size, where it is not a size. */
enum { WALK_CUT = 0, WALK_DAMAGED = -1 };

struct walk {
	int size;		/* bytes of the record, or WALK_* */
	unsigned int unknown;	/* packets of unknown type */
	uint8_t first;		/* header byte of the first packet after padding */
	uint8_t closer;		/* bit of spe_decoder.closers */
	uint32_t layout;	/* hash of the headers */
};

/* What the next *used bytes are. */
enum step { STEP_RECORD, STEP_PAD, STEP_SKIP, STEP_MORE };

/* Decode the record at p packet by packet.  *rec is complete only if w->size > 0. */
void spe_walk(struct walk *w, const uint8_t *p, size_t len, struct spe_record *rec);

/*
 * Does a record follow at p?  It must be complete and begin with a usual packet; as long as
 * those are not known, it must begin as this record did, or have no unknown packets.
 * STEP_RECORD: yes; STEP_SKIP: no; STEP_MORE: more bytes are needed to decide.
 */
enum step spe_followed(const struct spe_decoder *d, uint8_t first, const uint8_t *p, size_t len,
		       bool end);

/*
 * Do several records begin at p, all at the same offset modulo PHASES?  They do where bytes of
 * the stream are missing or surplus.  Returns as spe_followed() does.
 */
enum step spe_shifted_at(const struct spe_decoder *d, const uint8_t *p, size_t len, bool end);

/* Out of sync: find the next certain start of a record. */
enum step spe_step_lost(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
			size_t *used);

/* Are the usual first packets of this stream known? */
static inline bool settled(const struct spe_decoder *d)
{
	return d->clean >= ENOUGH && d->nr_starts <= FEW;
}

static inline bool usual_start(const struct spe_decoder *d, uint8_t first)
{
	return d->starts[first >> 5] >> (first & 31) & 1;
}

/* Could the bytes that were walked be something other than a record? */
static inline bool doubtful(const struct spe_decoder *d, const struct walk *w,
		     const struct spe_record *rec)
{
	if (w->unknown || !(rec->has & SPE_HAS_EVENTS))
		return true;
	return settled(d) &&
	       (!usual_start(d, w->first) || !(d->closers & w->closer));
}

static inline bool use_shapes(const struct spe_decoder *d)
{
	return !d->no_shapes && !d->shapes.rest && d->shapes.nr;
}

static inline size_t count_pad(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (len - n >= sizeof(uint64_t) && !spe_load64(p + n))
		n += sizeof(uint64_t);
	while (n < len && !p[n])
		n++;
	return n;
}

static inline unsigned int phase_of(uint64_t offset)
{
	return offset & (PHASES - 1);
}

/* In a stream without fixed layouts: does a record begin where the last ones did not? */
static inline bool off_phase(const struct spe_decoder *d, uint64_t offset)
{
	return !settled(d) && d->in_phase >= IN_PHASE && phase_of(offset) != d->phase;
}

#endif
