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
 *   record.c		in step with the stream: records, padding, what is learned of layouts
 *   record_walk.c	one record, packet by packet
 *   record_lost.c	out of step: where a record surely begins
 */

/*
 * Records seen before an unusual first or last packet raises a doubt, and how
 * many different first packets there may be for one to be unusual.
 */
#define ENOUGH		32
#define FEW		4
/* Records begin where in so many bytes, once so many of them have. */
#define PHASES		64
#define IN_PHASE	32
/* Something of this must be there: a closing packet alone is no record. */
#define HAS_SUBSTANCE	(SPE_HAS_PC | SPE_HAS_EVENTS | SPE_HAS_OP)

/* spe_decoder.lost */
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

/* Read the record at p packet by packet.  *rec is whole only if size > 0. */
void spe_walk(struct walk *w, const uint8_t *p, size_t len, struct spe_record *rec);

/*
 * Does a record follow at p?  It must be whole and begin as is usual; before
 * that is known, as this one did, or else hold nothing unknown.
 * STEP_RECORD yes, STEP_SKIP no, STEP_MORE not enough bytes to say.
 */
enum step spe_followed(const struct spe_decoder *d, uint8_t first, const uint8_t *p, size_t len,
		       bool end);

/*
 * Do several records begin at p, each at the same place of PHASES bytes as the one before?
 * So it is where bytes are missing, or too many.
 */
enum step spe_shifted_at(const struct spe_decoder *d, const uint8_t *p, size_t len, bool end);

/* Out of step: look for the next place where a record surely begins. */
enum step spe_step_lost(struct spe_decoder *d, const uint8_t *p, size_t len, bool end,
			size_t *used);

/* Is it known how records of this stream begin? */
static inline bool settled(const struct spe_decoder *d)
{
	return d->clean >= ENOUGH && d->nr_starts <= FEW;
}

static inline bool usual_start(const struct spe_decoder *d, uint8_t first)
{
	return d->starts[first >> 5] >> (first & 31) & 1;
}

/* May what was walked be something else than a record? */
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

/* Does a record begin where none did, in a stream whose layouts tell nothing? */
static inline bool off_phase(const struct spe_decoder *d, uint64_t offset)
{
	return !settled(d) && d->in_phase >= IN_PHASE && phase_of(offset) != d->phase;
}

#endif
