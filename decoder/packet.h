/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_PACKET_H
#define DECODER_PACKET_H

#include <stddef.h>
#include <stdint.h>

/* Arm ARM (DDI 0487) D18.1 and D18.2: the packets of the profiling buffer. */

enum spe_packet_type {
	SPE_PACKET_UNKNOWN,	/* not in D18.2: its size follows from the header [D18.1.1] */
#define PACKET_TYPE(name, what) SPE_PACKET_##name,
#include "decoder/packets.def"
#undef PACKET_TYPE
};

/* The longest packet: two header bytes and eight of payload. */
#define SPE_PACKET_MAX	10

struct spe_packet {
	uint64_t payload;	/* zero-extended, host byte order */
	uint16_t header;	/* byte 0, or byte 0 << 8 | byte 1 if extended */
	uint8_t size;		/* bytes in the stream, headers included */
	uint8_t payload_len;	/* bytes */
	uint8_t type;		/* enum spe_packet_type */
	uint8_t index;		/* which address, counter, context or class */
};

/*
 * Decode the packet at buf[0].  Every byte value starts a packet (D18.1.1); a packet that D18.2
 * does not list is SPE_PACKET_UNKNOWN, with the size that its header states.
 *
 * Returns the packet's size in bytes, 1 to SPE_PACKET_MAX; 0 if the len
 * bytes end inside it (*pkt is then unchanged).
 */
int spe_packet_decode(struct spe_packet *pkt, const uint8_t *buf, size_t len);

/*
 * Encode pkt->header and pkt->payload into buf.  The size follows from the header; the other
 * fields are ignored.  Returns the bytes written; 0 if len is too small or the header is not
 * valid (0x20 to 0x3f must be followed by a second byte, and only they may be).
 */
int spe_packet_encode(uint8_t *buf, size_t len, const struct spe_packet *pkt);

/* Room for the longest text, which names all 64 events. */
#define SPE_PACKET_TEXT	512

/*
 * One line of text, as `spelunk dump --packets` and `perf report -D` print it:
 * "PC 0x1000 el0 ns=1".  Codes without a name are numbers ("EV26", "op 0x82", "UNKNOWN 0x4c
 * payload 0x0").  Always printable ASCII.  Returns what snprintf() returns.
 */
int spe_packet_format(char *text, size_t len, const struct spe_packet *pkt);

#endif
