// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/packet.h"

/* The meaning of a one-byte header, or of byte 1 of an extended one. */
struct header {
	uint8_t type;
	uint8_t index_bits;
};

static const struct header headers[256] = {
#define PACKET(name, first, last, bits) \
	[first ... last] = { SPE_PACKET_##name, bits },
#include "decoder/packets.def"
#undef PACKET
};

static int is_extended(uint8_t byte0)
{
	return (byte0 & 0xe0) == 0x20;
}

/* D18.1.1: headers below 0x40 have no payload, the others have its size in bits 5:4. */
static unsigned int payload_len(uint8_t byte)
{
	return byte < 0x40 ? 0 : 1u << ((byte >> 4) & 3);
}

static uint64_t load_le(const uint8_t *p, unsigned int len)
{
	uint64_t v = 0;

	while (len--)
		v = v << 8 | p[len];
	return v;
}

static void store_le(uint8_t *p, uint64_t v, unsigned int len)
{
	for (; len; len--, v >>= 8)
		*p++ = (uint8_t)v;
}

static void classify_short(struct spe_packet *pkt, uint8_t byte0)
{
	const struct header *h = &headers[byte0];

	pkt->header = byte0;
	pkt->type = h->type;
	pkt->index = byte0 & ((1u << h->index_bits) - 1);
}

/*
 * D18.1.4.2: the only extended headers are 0x20 to 0x23 before an address or a counter; the index
 * then has five bits.
 */
static void classify_extended(struct spe_packet *pkt, uint8_t byte0, uint8_t byte1)
{
	const struct header *h = &headers[byte1];
	int known = byte0 < 0x24 &&
		(h->type == SPE_PACKET_ADDRESS || h->type == SPE_PACKET_COUNTER);

	pkt->header = (uint16_t)(byte0 << 8 | byte1);
	pkt->type = known ? h->type : SPE_PACKET_UNKNOWN;
	pkt->index = known ? (uint8_t)((byte0 & 3) << 3 | (byte1 & 7)) : 0;
}

int spe_packet_decode(struct spe_packet *pkt, const uint8_t *buf, size_t len)
{
	unsigned int header_len, payload;

	if (!len)
		return 0;
	header_len = is_extended(buf[0]) ? 2 : 1;
	if (len < header_len)
		return 0;
	payload = payload_len(buf[header_len - 1]);
	if (len < header_len + payload)
		return 0;
	if (header_len == 1)
		classify_short(pkt, buf[0]);
	else
		classify_extended(pkt, buf[0], buf[1]);
	pkt->payload = load_le(buf + header_len, payload);
	pkt->payload_len = (uint8_t)payload;
	pkt->size = (uint8_t)(header_len + payload);
	return pkt->size;
}

int spe_packet_encode(uint8_t *buf, size_t len, const struct spe_packet *pkt)
{
	uint8_t byte0 = (uint8_t)(pkt->header > 0xff ? pkt->header >> 8 : pkt->header);
	unsigned int header_len = pkt->header > 0xff ? 2 : 1;
	unsigned int payload = payload_len((uint8_t)pkt->header);

	if (is_extended(byte0) != (header_len == 2) || len < header_len + payload)
		return 0;
	buf[0] = byte0;
	if (header_len == 2)
		buf[1] = (uint8_t)pkt->header;
	store_le(buf + header_len, pkt->payload, payload);
	return (int)(header_len + payload);
}
