/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_RECORD_H
#define DECODER_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "decoder/shape.h"

/* The fields of a spe_record that the hardware recorded. */
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

/* How many packets without a field of their own a record keeps. */
#define SPE_EXTRA_MAX	2

/*
 * One sampled operation, exactly as the hardware recorded it.  A field that was not recorded is
 * zero, and its bit in .has is clear.
 */
struct spe_record {
	/* the first 64 bytes: all that counting reads, filled by one permute */
	uint64_t offset;	/* bytes from the start of the AUX stream */
	uint64_t ticks;		/* generic-timer ticks, not ns */
	uint64_t pc;		/* VA of the operation, sign-extended from bit 55 */
	uint64_t events;	/* bits of events.def */
	uint32_t ctx_el1;	/* CONTEXTIDR_EL1 */
	uint32_t ctx_el2;	/* CONTEXTIDR_EL2 */
	uint32_t has;		/* SPE_HAS_* */
	uint16_t total;		/* core cycles, dispatch to complete; saturates */
	uint16_t issue;		/* core cycles, dispatch to issue; saturates */
	uint16_t xlat;		/* core cycles in translation; saturates */
	uint16_t alt_issue;	/* cycles of the clock PMSIDR_EL1.ALTCLK names */
	uint16_t source;	/* the implementation's data-source code */
	uint16_t size;		/* bytes in the stream, first header to last byte */
	uint8_t op_class;	/* 0 other, 1 load/store/atomic, 2 branch/ERET */
	uint8_t op;		/* operation type payload: ops.def */
	uint8_t pc_el;		/* exception level of pc, 0 to 3 */
	uint8_t pc_ns;		/* bit 0 NS, bit 1 NSE */
	uint8_t nr_extra;	/* packets without a field, kept or not; stops at 255 */
	uint8_t pa_attr;	/* byte 7 of the PA packet: NS, CH, NSE, PAT */
	uint8_t target_el;
	uint8_t target_ns;
	/* the rest */
	uint64_t target;	/* VA branched to, likewise */
	uint64_t prev_target;	/* VA of the previous branch's target, likewise */
	uint64_t va;		/* data VA, with the tag in its top byte */
	uint64_t pa;		/* data PA, bits 55:0 */
	uint64_t extra[SPE_EXTRA_MAX];		/* payloads of packets without a field */
	uint16_t extra_header[SPE_EXTRA_MAX];	/* and their headers, as in spe_packet */
	uint8_t prev_el;
	uint8_t prev_ns;
};

/*
 * The 8-byte word of a 64-byte cache line in which the access begins, as its offset in the
 * line: 0 to 56 bytes.  The record must have a VA or a PA; translation keeps these bits.
 */
static inline unsigned int spe_record_word(const struct spe_record *rec)
{
	return (rec->has & SPE_HAS_VA ? rec->va : rec->pa) & 0x38;
}

/* The address without its tag: bit 55 says which half it is in [D18.2.1]. */
static inline uint64_t spe_untagged(uint64_t va)
{
	return (uint64_t)((int64_t)(va << 8) >> 8);
}

/* What the bytes of a stream were.  Always fed == record + pad + skipped + held. */
struct spe_stats {
	uint64_t fed;		/* bytes given to spe_decoder_feed() */
	uint64_t record;	/* bytes of records returned */
	uint64_t pad;		/* bytes of padding between records */
	uint64_t skipped;	/* bytes of torn records, and bytes outside of records */
	uint64_t held;		/* bytes waiting for the rest of a record */
	uint64_t records;	/* records returned */
	uint64_t torn;		/* records that are not complete */
	uint64_t unknown;	/* packets of unknown type in records returned */
};

static inline void spe_stats_add(struct spe_stats *to, const struct spe_stats *s)
{
	to->fed += s->fed;
	to->record += s->record;
	to->pad += s->pad;
	to->skipped += s->skipped;
	to->held += s->held;
	to->records += s->records;
	to->torn += s->torn;
	to->unknown += s->unknown;
}

/* No record is larger [PMSIDR_EL1.MaxSize]. */
#define SPE_RECORD_MAX	2048

#define SPE_ODD_LAYOUTS	16

/*
 * The decoder of one stream.  It owns no memory: copy or discard it freely.  Callers may read
 * stats and set detail, no_shapes and shapes.vectors; all other fields are private to record.c.
 */
struct spe_decoder {
	const uint8_t *buf;	/* borrowed from spe_decoder_feed() */
	size_t len;
	uint64_t offset;	/* in the stream, of hold[0] if any is held, else of buf[0] */
	struct spe_stats stats;
	uint32_t starts[8];	/* set of the header bytes that records began with */
	uint32_t clean;		/* records so far that were certain */
	uint16_t nr_starts;	/* members of starts */
	uint32_t odd_layout[SPE_ODD_LAYOUTS];	/* of records with unknown packets */
	uint8_t next_odd_layout;
	uint16_t odd_ends;	/* the last unusual first header, and closer << 8 */
	uint8_t odd_count;	/* how often these came in a row */
	uint64_t places;	/* the offsets at which records began, ORed */
	uint8_t phase;		/* offset modulo PHASES at which the last records began */
	uint8_t in_phase;	/* how many began there in a row */
	uint8_t closers;	/* last packets of records: bit 0 END, bit 1 TIMESTAMP */
	uint8_t lost;		/* the next bytes may lie inside a record */
	uint32_t lost_bytes;	/* skipped since then */
	uint64_t skipped;	/* the last eight of them */
	uint8_t closed;		/* these end with a closing packet and padding, if any */
	uint8_t ending;		/* no bytes follow */
	uint8_t after;		/* padding after the last record before buf */
	uint8_t detail;		/* enum spe_detail: the fields that the caller reads */
	uint8_t no_shapes;	/* always decode packet by packet: for tests */
	uint16_t held;		/* bytes in hold */
	uint8_t hold[3 * SPE_RECORD_MAX];
	struct spe_shapes shapes;
};

void spe_decoder_init(struct spe_decoder *d);

/*
 * What is known about a stream before its first bytes (see layouts.h): a layout of its records;
 * a header byte that they begin with; how they end (bits of spe_decoder.closers), and how many
 * records of such streams were seen.
 */
void spe_decoder_expect_shape(struct spe_decoder *d, const struct spe_shape *shape);
void spe_decoder_expect_start(struct spe_decoder *d, uint8_t first);
void spe_decoder_expect_end(struct spe_decoder *d, uint8_t closers, uint32_t seen);

/*
 * Give the decoder the next len bytes.  buf is borrowed until spe_decoder_next() returns 0.  An
 * offset that does not follow the last byte is a gap: an incomplete record before it is torn.
 */
void spe_decoder_feed(struct spe_decoder *d, const uint8_t *buf, size_t len,
		      uint64_t offset);

/*
 * Bytes are missing here (TRUNCATED, PARTIAL), or the stream ends.  Call spe_decoder_next()
 * until it returns 0: it returns a last record that was held back to see what follows it.  The
 * rest is torn, and never becomes a part of a later record.
 */
void spe_decoder_gap(struct spe_decoder *d);

/* The stream may begin inside a record (AUX_OVERWRITE): before the first feed. */
void spe_decoder_unaligned(struct spe_decoder *d);

/*
 * Returns the number of records decoded, at most max; 0: all bytes are used up.  It cannot fail:
 * bytes outside of records are counted in d->stats.
 *
 * Every byte value starts a packet (D18.1.1), and a record has neither a length nor a start
 * marker, so damage has to be inferred.  A record is torn if
 *  - a packet that may occur once occurs twice,
 *  - it is longer than SPE_RECORD_MAX,
 *  - it is a known layout in which one header byte became that of a packet of another size, or
 *  - it is doubtful (unknown packets, no EVENTS, an unusual first or last packet) and no record
 *    follows it.
 * After a torn record only a known layout counts as the start of a record, so that the rest of
 * the torn one is not taken for a record.
 *
 * A record with unknown packets is kept if a record follows it [D18.1.3].  Once the layouts of
 * the stream are known, it is kept from the second record of its layout on: damage does not
 * repeat.
 *
 * Where the order of packets varies, layouts prove nothing.  But padded records begin at the
 * same offset modulo 64; bytes elsewhere are a part of a record, unless the records after them
 * begin there, too.
 */
size_t spe_decoder_next(struct spe_decoder *d, struct spe_record *recs, size_t max);

#endif
