/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_RECORD_H
#define DECODER_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "decoder/shape.h"

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
 * Bytes from the start of its 64-byte line to the 8-byte word that the access begins in,
 * 0 to 56; of a record that has a VA or a PA: translation keeps these bits.
 */
static inline unsigned int spe_record_word(const struct spe_record *rec)
{
	return (rec->has & SPE_HAS_VA ? rec->va : rec->pa) & 0x38;
}

/*
 * Where the bytes went.  fed == record + pad + skipped + held, always.
 */
struct spe_stats {
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

#define SPE_ODD_LAYOUTS	16

/*
 * One stream's decoder.  No heap: copy or discard it freely.  All fields but
 * stats, detail and no_shapes are record.c's own.
 */
struct spe_decoder {
	const uint8_t *buf;	/* borrowed from spe_decoder_feed() */
	size_t len;
	uint64_t offset;	/* in the stream, of hold[0] if any is held, else of buf[0] */
	struct spe_stats stats;
	uint32_t starts[8];	/* set of the header bytes that records began with */
	uint32_t clean;		/* undoubted records so far */
	uint16_t nr_starts;	/* members of starts */
	uint32_t odd_layout[SPE_ODD_LAYOUTS];	/* of records with unknown packets */
	uint8_t next_odd_layout;
	uint16_t odd_ends;	/* the last unusual first header, and closer << 8 */
	uint8_t odd_count;	/* and how often these came in a row */
	uint64_t places;	/* all bits of where records began */
	uint8_t phase;		/* where in so many bytes the last records began */
	uint8_t in_phase;	/* how many of them in a row */
	uint8_t closers;	/* how those ended: bit 0 END, bit 1 TIMESTAMP */
	uint8_t lost;		/* the next bytes may lie inside a record */
	uint32_t lost_bytes;	/* skipped since then */
	uint64_t skipped;	/* the last eight of them */
	uint8_t closed;		/* a closing packet ends with them, or padding behind one */
	uint8_t ending;		/* no more bytes follow these */
	uint8_t after;		/* padding passed with the last record before buf */
	uint8_t detail;		/* enum spe_detail: which fields the caller looks at */
	uint8_t no_shapes;	/* always decode packet by packet: tests set it */
	uint16_t held;		/* bytes in hold */
	uint8_t hold[3 * SPE_RECORD_MAX];
	struct spe_shapes shapes;
};

void spe_decoder_init(struct spe_decoder *d);

/*
 * What is known of a stream before its first bytes (see layouts.h): records of
 * that layout will come; they begin with that header byte; so many records of
 * such streams were seen, which ended so (bits of spe_decoder.closers).
 */
void spe_decoder_expect_shape(struct spe_decoder *d, const struct spe_shape *shape);
void spe_decoder_expect_start(struct spe_decoder *d, uint8_t first);
void spe_decoder_expect_end(struct spe_decoder *d, uint8_t closers, uint32_t seen);

/*
 * Offer the next len bytes.  buf is borrowed until spe_decoder_next() has
 * returned 0, and must stay there until then.  An offset that does not follow
 * the last byte is a gap, and what was held is torn.
 */
void spe_decoder_feed(struct spe_decoder *d, const uint8_t *buf, size_t len,
		      uint64_t offset);

/*
 * Bytes are missing here (TRUNCATED, PARTIAL), or the stream ends: what is
 * held will never grow.  Call spe_decoder_next() until it returns 0: a last
 * record that waited for what follows it comes out, the rest is torn, and
 * nothing of it reaches a later record.
 */
void spe_decoder_gap(struct spe_decoder *d);

/* The stream may begin inside a record (AUX_OVERWRITE): before the first feed. */
void spe_decoder_unaligned(struct spe_decoder *d);

/*
 * The next records, at most max.  Returns how many, or 0 when the fed bytes
 * are used up.  Cannot fail: what is no record shows in d->stats.
 *
 * Every byte starts some packet (D18.1.1), and records have neither length
 * nor start marker, so damage must be inferred.  A record is torn if a packet
 * that can be there only once comes twice, if it is longer than any record,
 * if it is a known layout with one header byte changed to one of another
 * size, or if it is doubtful (unknown packets, no EVENTS, an unusual first or
 * last packet) and what follows it is no record.  After a torn record only a
 * known layout counts as a start, so that its remains are not taken for a
 * record.  A record with unknown packets that is followed by a record is kept,
 * unknown packets and all [D18.1.3]; but once the stream's layouts are known,
 * only from the second of its layout on, for damage does not repeat itself.
 * Where the order of packets varies, layouts tell nothing; but records that are
 * padded begin at the same place of each 64 bytes, and what begins elsewhere is
 * a part of one, unless those that follow begin there too.
 */
size_t spe_decoder_next(struct spe_decoder *d, struct spe_record *recs, size_t max);

#endif
