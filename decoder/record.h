/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_RECORD_H
#define DECODER_RECORD_H

#include <stddef.h>
#include <stdint.h>

/* Which fields of a spe_record the hardware gave. */
enum {
	SPE_HAS_PC		= 1 << 0,
	SPE_HAS_TARGET		= 1 << 1,
	SPE_HAS_PREV_TARGET	= 1 << 2,
	SPE_HAS_VA		= 1 << 3,
	SPE_HAS_PA		= 1 << 4,
	SPE_HAS_EVENTS		= 1 << 5,
	SPE_HAS_OP		= 1 << 6,
	SPE_HAS_TOTAL		= 1 << 7,
	SPE_HAS_ISSUE		= 1 << 8,
	SPE_HAS_XLAT		= 1 << 9,
	SPE_HAS_ALT_ISSUE	= 1 << 10,
	SPE_HAS_SOURCE		= 1 << 11,
	SPE_HAS_CTX_EL1		= 1 << 12,
	SPE_HAS_CTX_EL2		= 1 << 13,
	SPE_HAS_TICKS		= 1 << 14,
};

/* How many packets with no field of their own a record keeps whole. */
#define SPE_EXTRA_MAX	2

/*
 * One sampled operation, exactly as the hardware told it.  What it did not
 * tell is zero, and its bit in .has is clear.
 */
struct spe_record {
	uint64_t offset;	/* bytes from the start of the AUX stream */
	uint64_t ticks;		/* generic-timer ticks, not ns */
	uint64_t pc;		/* VA of the operation, sign-extended from bit 55 */
	uint64_t target;	/* VA branched to, likewise */
	uint64_t prev_target;	/* VA of the branch target before this one, likewise */
	uint64_t va;		/* data VA as given: tag in the top byte */
	uint64_t pa;		/* data PA, bits 55:0 */
	uint64_t events;	/* bits of events.def, as given */
	uint64_t extra[SPE_EXTRA_MAX];		/* payloads of packets not named here */
	uint16_t extra_header[SPE_EXTRA_MAX];	/* and their headers, as in spe_packet */
	uint32_t ctx_el1;	/* CONTEXTIDR_EL1 */
	uint32_t ctx_el2;	/* CONTEXTIDR_EL2 */
	uint32_t has;		/* SPE_HAS_* */
	uint16_t total;		/* core cycles, dispatch to complete; saturates */
	uint16_t issue;		/* core cycles, dispatch to issue; saturates */
	uint16_t xlat;		/* core cycles in translation; saturates */
	uint16_t alt_issue;	/* cycles of the clock PMSIDR_EL1.ALTCLK names */
	uint16_t source;	/* the implementation's data-source code */
	uint8_t op_class;	/* 0 other, 1 load/store/atomic, 2 branch/ERET */
	uint8_t op;		/* operation type payload: ops.def */
	uint8_t pc_el;		/* exception level of pc, 0 to 3 */
	uint8_t pc_ns;		/* bit 0 NS, bit 1 NSE */
	uint8_t target_el;
	uint8_t target_ns;
	uint8_t prev_el;
	uint8_t prev_ns;
	uint8_t pa_attr;	/* byte 7 of the PA packet: NS, CH, NSE, PAT */
	uint8_t nr_extra;	/* packets not named here, kept or not; stops at 255 */
	uint16_t size;		/* bytes in the stream, first header to last byte */
};

/*
 * Where the bytes went.  fed == record + pad + skipped + held, always.
 */
struct spe_tally {
	uint64_t fed;		/* bytes offered */
	uint64_t record;	/* bytes of records returned */
	uint64_t pad;		/* bytes of padding between records */
	uint64_t skipped;	/* bytes of torn records and of noise */
	uint64_t held;		/* bytes waiting for the rest of a record */
	uint64_t records;	/* records returned */
	uint64_t torn;		/* records of which only a part was there */
	uint64_t unknown;	/* packets of no known type in records returned */
};

/* No record is larger [PMSIDR_EL1.MaxSize]. */
#define SPE_RECORD_MAX	2048

/* How many record layouts a decoder remembers: decoder/shape.h. */
#define SPE_SHAPES	24

#include "decoder/shape.h"

/* One stream's decoder.  No heap: copy or discard it freely. */
struct spe_decoder {
	const uint8_t *buf;	/* borrowed from spe_decoder_feed() */
	size_t len;
	uint64_t offset;	/* of buf[0], or of hold[0] if held, in the stream */
	uint64_t last_ticks;	/* of the last record with a timestamp */
	struct spe_tally tally;
	uint32_t starts[8];	/* bit set of the header bytes records began with */
	uint32_t clean;		/* whole records since the start or the last gap */
	uint8_t after_gap;	/* the next bytes may begin inside a record */
	uint16_t held;		/* bytes in hold */
	uint8_t hold[2 * SPE_RECORD_MAX];
	struct spe_shapes shapes;
};

void spe_decoder_init(struct spe_decoder *d);

/*
 * Offer the next len bytes.  buf is borrowed until spe_decoder_next() has
 * returned 0.  An offset that does not follow the last byte is a gap.
 */
void spe_decoder_feed(struct spe_decoder *d, const uint8_t *buf, size_t len,
		      uint64_t offset);

/*
 * Bytes are missing here (TRUNCATED, PARTIAL, the end): what is held will
 * never be whole.  It is counted torn, and nothing of it reaches a record.
 */
void spe_decoder_gap(struct spe_decoder *d);

/*
 * The next records, at most max.  Returns how many, or 0 when the fed bytes
 * are used up.  Cannot fail: what is no record shows in d->tally.
 */
size_t spe_decoder_next(struct spe_decoder *d, struct spe_record *recs, size_t max);

#endif
